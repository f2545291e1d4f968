package companies

import (
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Kind declares companies, as contacts.Kind does contacts.
var Kind = ledger.Declare(ledger.Kind[Company]{
	Shape: ledger.Shape{
		Entity: fields.EntityCompany, Plural: "companies", Number: 1, Prefix: 'o', Version: companyRecord, History: true, Mislaid: true, ValueClaim: ClaimValue,
		Reserved: []string{
			"id", "name", "domains", "identifier", "country", "city", "labels", "attributes", "absorbed",
			"created_at", "updated_at", "contacts_count", "last_seen_at", "version",
		},
		Unique: []ledger.Unique{
			{Claim: ClaimID, Field: "id", Noun: "company id"}, {Claim: ClaimName, Field: "name", Noun: "company name"}, {Claim: ClaimDomain, Field: "domains", Noun: "domain"},
			{Claim: ClaimIdentifier, Field: "identifier", Noun: "company identifier"}, {Claim: ClaimMerge, Field: "", Noun: "company merge"},
		},
	},
	Stamp: func(c *Company) ledger.Stamp {
		return ledger.Stamp{Ordinal: &c.Ordinal, ID: &c.ID, Version: &c.Version, UpdatedAt: &c.UpdatedAt}
	},
	Encode:      encodeCompany,
	Decode:      decodeCompany,
	Clone:       (*Company).Clone,
	Claims:      (*Company).Claims,
	Goes:        func(c *Company) bool { return !c.Kept },
	Older:       &ledger.Renewal[Company]{Twin: func(c *Company) *bool { return &c.Twin }, Folded: ClaimName},
	Attributes:  func(c *Company) *fields.Attributes { return &c.Attributes },
	Labels:      func(c *Company) *[]string { return &c.Labels },
	Absorbed:    func(c *Company) []ledger.Absorbed { return c.Absorbed },
	SetAbsorbed: func(c *Company, list []ledger.Absorbed) { c.Absorbed = list },
	Fields: []ledger.FieldOf[Company]{
		ledger.IDField(func(c *Company) *ledger.ID { return &c.ID }),
		ledger.TextField("name", companyName, ledger.Limit(fields.MaxCompanyLength), ledger.Required).Merged(ledger.IdentityMerge(companyName, words.Canonical)),
		ledger.ListField("domains", companyDomains, ledger.Limit(fields.MaxDomainLength)).Merged(ledger.UnionOfKeys(companyDomains)),
		ledger.ExactField("identifier", fields.FieldID, companyIdentifier, ledger.Limit(fields.MaxIdentifierLength)).Merged(ledger.IdentityMerge(companyIdentifier, ledger.Exactly)).AlsoOf(func(a *ledger.Absorbed) string { return a.Identifier }),
		ledger.ChoiceField("country", companyCountry).Merged(ledger.PlacesOf(companyCountry, companyCity)),
		ledger.TextField("city", companyCity, ledger.Limit(fields.MaxCityLength)).DecidedWith("country"),
		ledger.ListField("labels", func(c *Company) *[]string { return &c.Labels }, ledger.Limit(fields.MaxLabelLength)),
		ledger.InstantField("created_at", companyCreated, ledger.AtCreation).Merged(ledger.Earliest(companyCreated)),
		ledger.InstantField("updated_at", func(c *Company) *time.Time { return &c.UpdatedAt }, ledger.SetByServer, ledger.Quiet).Merged(ledger.Own[Company]()),
		ledger.DerivedField[Company]("contacts_count", fields.FieldNumber),
		ledger.DerivedField[Company]("last_seen_at", fields.FieldInstant),
	},
})

// StandardFields are the standard fields of companies, in the order in which they are
// documented.
var StandardFields = Kind.StandardFields()

func companyName(c *Company) *string       { return &c.Name }
func companyDomains(c *Company) *[]string  { return &c.Domains }
func companyIdentifier(c *Company) *string { return &c.Identifier }
func companyCountry(c *Company) *string    { return &c.Country }
func companyCity(c *Company) *string       { return &c.City }
func companyCreated(c *Company) *time.Time { return &c.CreatedAt }
