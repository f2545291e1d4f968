package contacts

// companyKind declares companies.
var companyKind = Declare(Kind[Company]{
	Shape: Shape{
		Entity: EntityCompany, Plural: "companies", Number: 1, Prefix: 'o', Version: 5,
		Unique: []Unique{{ClaimCompanyID, "id", "company id"}, {ClaimCompanyName, "name", "company name"}},
	},
	Stamp:  func(c *Company) Stamp { return Stamp{Ordinal: &c.Ordinal, ID: &c.ID, Version: &c.Version} },
	Clone:  func(c *Company) *Company { d := *c; return &d },
	Claims: (*Company).Claims, HoldsClaim: (*Company).Holds,
	Goes:  func(c *Company) bool { return !c.Kept },
	Older: &Renewal[Company]{Twin: func(c *Company) *bool { return &c.Twin }, Folded: ClaimCompanyName},
	Fields: []FieldOf[Company]{
		idField(func(c *Company) *ID { return &c.ID }),
		textField("name", func(c *Company) *string { return &c.Name }, limit(MaxCompanyLength)),
	},
})

// Claims are the unique values of a company, each once.
func (c *Company) Claims() []Claim {
	claims := []Claim{{ClaimCompanyID, c.ID.String()}}
	if !c.Twin {
		claims = append(claims, Claim{ClaimCompanyName, Canonical(c.Name)})
	}
	return claims
}

// Holds reports whether a claim is one of the company's Claims.
func (c *Company) Holds(claim Claim) bool {
	switch claim.Kind {
	case ClaimCompanyID:
		return c.ID.String() == claim.Value
	case ClaimCompanyName:
		return !c.Twin && Canonical(c.Name) == claim.Value
	}
	return false
}

// ContactKind and CompanyKind are the kinds of records that there are, without their
// codecs (see Kind.Stored).
var (
	ContactKind = contactKind
	CompanyKind = companyKind
)
