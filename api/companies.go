package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/ledger"
)

// Companies are the use cases of companies.
type Companies interface {
	Past[companies.Company]
	Create(ctx context.Context, by ledger.Caller, d fields.Draft) (companies.Result, error)
	Edits[companies.Company]
	CompanyMerges
}

// wholeCompany is a company on the wire. A value that it does not have is absent; arrays
// and attributes are always there.
type wholeCompany struct {
	ID         string                `json:"id" format:"uuid"`
	Name       string                `json:"name" doc:"Unique regardless of case and accents." example:"Maji Safi Ltd"`
	Domains    []string              `json:"domains" doc:"Of its e-mail addresses, in lower case; each is one company's." example:"[\"majisafi.example\"]"`
	Identifier string                `json:"identifier,omitempty" doc:"Your own id of the company; unique, compared exactly." example:"acc-77"`
	Country    string                `json:"country,omitempty" doc:"ISO 3166 alpha-2." example:"KE"`
	City       string                `json:"city,omitempty" example:"Nairobi"`
	Labels     []string              `json:"labels"`
	Attributes map[string]any        `json:"attributes" doc:"The custom attributes of companies, by key, as contacts have theirs."`
	Contacts   *uint64               `json:"contacts_count,omitempty" doc:"How many contacts it has, also those of companies that were merged into it. It changes without the version. Absent in a state of the past." example:"12"`
	LastSeenAt string                `json:"last_seen_at,omitempty" format:"date-time" doc:"When one of its contacts was last seen; likewise."`
	CreatedAt  string                `json:"created_at" format:"date-time"`
	UpdatedAt  string                `json:"updated_at" format:"date-time"`
	Absorbed   []absorbedCompany     `json:"absorbed,omitempty" doc:"The companies that were merged into this one, in the order in which they came to it."`
	Provenance map[string]originBody `json:"provenance,omitempty" doc:"Of one company, with include=provenance: where each value comes from, by the name of the field. A value that is older than the history that is kept has none."`
	Version    uint64                `json:"version" doc:"The sequence number of the change that wrote this state; the ETag is the same number."`
}

// absorbedCompany is a company that was merged into another.
type absorbedCompany struct {
	ID         string `json:"id" format:"uuid" doc:"Its id; reading it answers this company."`
	MergeID    string `json:"merge_id,omitempty" format:"uuid" doc:"By which the merge can be undone, the newest first. Absent, as the rest, in a state of the past, when that merge was undone since."`
	MergedAt   string `json:"merged_at,omitempty" format:"date-time"`
	Name       string `json:"name,omitempty" example:"Maji Safi"`
	Identifier string `json:"identifier,omitempty" example:"acc-12"`
}

// companyText is the text of a company to be changed.
type companyText json.RawMessage

// Schema describes it.
func (companyText) Schema(r huma.Registry) *huma.Schema {
	return wire.MergePatch(r, reflect.TypeFor[companyInput]())
}

// companyCreationText is the text of a company to be made.
type companyCreationText json.RawMessage

// companyCreation describes it.
type companyCreation companyInput

// Schema describes it.
func (companyCreationText) Schema(r huma.Registry) *huma.Schema {
	return wire.Creation(r, reflect.TypeFor[companyCreation](), "name")
}

// companyInput describes what may be sent of a company.
type companyInput struct {
	Name       string         `json:"name,omitempty" null:"no" doc:"Required; unique regardless of case and accents." maxLength:"255" example:"Maji Safi Ltd"`
	Domains    []string       `json:"domains,omitempty" doc:"Replaces all domains: names of hosts without a scheme or path. Each is one company's; those of public mail providers are nobody's." maxItems:"100" example:"[\"majisafi.example\"]"`
	Identifier string         `json:"identifier,omitempty" doc:"Your own id of the company; unique, compared exactly." maxLength:"255" example:"acc-77"`
	Country    string         `json:"country,omitempty" doc:"ISO 3166 alpha-2, any case." example:"KE"`
	City       string         `json:"city,omitempty" maxLength:"200" example:"Nairobi"`
	Labels     []string       `json:"labels,omitempty" doc:"Replaces all labels. Unique regardless of case and accents; at most 200 of 100 characters." maxItems:"200"`
	Attributes map[string]any `json:"attributes,omitempty" doc:"Custom attributes of companies by key, merged with those there are; null removes one."`
	CreatedAt  string         `json:"created_at,omitempty" doc:"Only when the company is made." format:"date-time"`
}

func (s *server) registerCompanies() {
	e := s.companyEdits()
	refuses := []int{http.StatusConflict, http.StatusGone}
	registerCreation[companyCreationText](e, wire.Operation{
		Refuses: refuses, About: "A name, domain or identifier that another company has is a 409 company-taken that names the field and that company.",
	}, s.companies.Create)
	registerEdits[companyText](e, wire.Operation{Refuses: refuses},
		wire.Operation{About: "Its contacts stay, and belong to no company from then on. Its history goes with it."})
	s.registerCompanyHistory(e.noun)
	s.registerCompanyMerges()
	s.registerCompanyLists(e.noun)
}

// companyEdits answers requests that write companies.
func (s *server) companyEdits() edits[companies.Company, wholeCompany] {
	n := wire.Noun{
		Server: s.Server, Article: "a", Name: "company", Plural: "companies",
		PatchDoc: "A merge patch (RFC 7396): null removes, absent keeps, arrays replace.",
	}
	return edits[companies.Company, wholeCompany]{noun: n, kind: companies.Kind, records: s.companies, present: s.answerCompany}
}

// answerCompany answers with a company as it is.
func (s *server) answerCompany(_ context.Context, c *companies.Company) (wire.Answer[wholeCompany], error) {
	return wire.Answer[wholeCompany]{Body: s.presentCompany(c), Version: c.Version, Moving: true}, nil // contacts come and go
}

// companyBodies writes companies as they are under the present schema, with their figures.
// Those that are nil, because they were deleted in the meantime, are left out.
func (s *server) companyBodies(list []*companies.Company, figures []index.Figures) []wholeCompany {
	shown := taggedFieldsOf(s.records.Schema().Of(fields.EntityCompany))
	bodies := make([]wholeCompany, 0, len(list))
	for i, c := range list {
		if c != nil {
			bodies = append(bodies, companyOnWire(c, shown).with(figures[i]))
		}
	}
	return bodies
}

// presentCompany writes a company with what it has of its contacts now.
func (s *server) presentCompany(c *companies.Company) wholeCompany {
	return s.companyBodies([]*companies.Company{c}, s.index.FiguresOf(fields.EntityCompany, []uint32{c.Ordinal}))[0]
}

// with adds what a company has of its contacts.
func (c wholeCompany) with(f index.Figures) wholeCompany {
	count := uint64(f.Value("contacts_count").Float)
	c.Contacts = &count
	if seen := f.Value("last_seen_at"); !seen.IsMissing() {
		c.LastSeenAt = wire.Instant(time.UnixMilli(seen.Int))
	}
	return c
}

// taggedFields are the fields of a kind with labels and attributes that depend on the schema.
type taggedFields struct {
	labels     fields.Field
	attributes []fields.Field
}

func taggedFieldsOf(of fieldSet) taggedFields {
	labels, _ := of.Field("labels")
	return taggedFields{labels: labels, attributes: attributeFields(of)}
}

// companyOnWire writes a company with its custom attributes.
func companyOnWire(c *companies.Company, shown taggedFields) wholeCompany {
	body := wholeCompany{
		ID: c.ID.String(), Name: c.Name, Domains: notNil(c.Domains), Identifier: c.Identifier, Country: c.Country, City: c.City,
		Labels: notNil(companies.Kind.Value(shown.labels, c).List), Attributes: make(map[string]any, len(c.Attributes)),
		CreatedAt: wire.Instant(c.CreatedAt), UpdatedAt: wire.Instant(c.UpdatedAt), Version: c.Version,
	}
	for _, field := range shown.attributes {
		if v := companies.Kind.Value(field, c); !v.IsMissing() {
			body.Attributes[field.Attribute.Key] = field.JSON(v)
		}
	}
	for _, a := range c.Absorbed {
		body.Absorbed = append(body.Absorbed, absorbedCompany{
			ID: a.ID.String(), MergeID: mergeOnWire(a.Merge), MergedAt: wire.Instant(a.MergedAt), Name: a.Name, Identifier: a.Identifier,
		})
	}
	return body
}
