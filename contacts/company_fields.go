package contacts

import (
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// companyKind declares companies, as contactKind does contacts.
var companyKind = Declare(Kind[Company]{
	Shape: Shape{
		Entity: fields.EntityCompany, Plural: "companies", Number: 1, Prefix: 'o', Version: companyRecord, History: true, Mislaid: true, ValueClaim: ClaimCompanyValue,
		Unique: []Unique{
			{ClaimCompanyID, "id", "company id"}, {ClaimCompanyName, "name", "company name"}, {ClaimCompanyDomain, "domains", "domain"},
			{ClaimCompanyIdentifier, "identifier", "company identifier"}, {ClaimCompanyMerge, "", "company merge"},
		},
	},
	Stamp: func(c *Company) Stamp {
		return Stamp{Ordinal: &c.Ordinal, ID: &c.ID, Version: &c.Version, UpdatedAt: &c.UpdatedAt}
	},
	Encode:      encodeCompany,
	Decode:      decodeCompany,
	Clone:       (*Company).Clone,
	Claims:      (*Company).Claims,
	Goes:        func(c *Company) bool { return !c.Kept },
	Older:       &Renewal[Company]{Twin: func(c *Company) *bool { return &c.Twin }, Folded: ClaimCompanyName},
	Attributes:  func(c *Company) *fields.Attributes { return &c.Attributes },
	Labels:      func(c *Company) *[]string { return &c.Labels },
	Absorbed:    func(c *Company) []Absorbed { return c.Absorbed },
	SetAbsorbed: func(c *Company, list []Absorbed) { c.Absorbed = list },
	Fields: []FieldOf[Company]{
		idField(func(c *Company) *ID { return &c.ID }),
		textField("name", companyName, limit(fields.MaxCompanyLength), required).Merged(identityMerge(companyName, words.Canonical)),
		listField("domains", func(c *Company) *[]string { return &c.Domains }, limit(fields.MaxDomainLength)),
		exactField("identifier", fields.FieldID, companyIdentifier, limit(fields.MaxIdentifierLength)).Merged(identityMerge(companyIdentifier, exactly)),
		choiceField("country", companyCountry).Merged(placesOf(companyCountry, companyCity)),
		textField("city", companyCity, limit(fields.MaxCityLength)).DecidedWith("country"),
		listField("labels", func(c *Company) *[]string { return &c.Labels }, limit(fields.MaxLabelLength)),
		instantField("created_at", companyCreated, atCreation).Merged(earliest(companyCreated)),
		instantField("updated_at", func(c *Company) *time.Time { return &c.UpdatedAt }, setByServer, quiet).Merged(own[Company]()),
		derivedField[Company]("contacts_count", fields.FieldNumber),
		derivedField[Company]("last_seen_at", fields.FieldInstant),
	},
})

// CompanyFields are the standard fields of companies, in the order in which they are
// documented.
var CompanyFields = companyKind.StandardFields()

// CompanyKind is the kind of companies.
var CompanyKind = companyKind

func companyName(c *Company) *string       { return &c.Name }
func companyIdentifier(c *Company) *string { return &c.Identifier }
func companyCountry(c *Company) *string    { return &c.Country }
func companyCity(c *Company) *string       { return &c.City }
func companyCreated(c *Company) *time.Time { return &c.CreatedAt }
