package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/ledger"
)

type companyList struct {
	Companies  []wholeCompany `json:"companies"`
	NextCursor string         `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type companySearchBody struct {
	Companies  []wholeCompany       `json:"companies"`
	Matches    []companyMatchBody   `json:"matches,omitempty" doc:"With query: why each of companies was found, in the same order."`
	Total      totalBody            `json:"total"`
	Facets     map[string]facetBody `json:"facets" doc:"By field, as asked for."`
	NextCursor string               `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
	TookMS     float64              `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq        uint64               `json:"seq" doc:"The newest change that the answer reflects."`
}

type membersOfCompanyInput struct {
	ID     ledger.ID `path:"id" noun:"company" doc:"The id of the company."`
	Sort   string    `query:"sort" doc:"As in the list of contacts." example:"-last_seen_at"`
	Limit  int       `query:"limit" doc:"Contacts a page. Absent: 50 in JSON, all in NDJSON and CSV." minimum:"1" maximum:"1000"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before, in NDJSON and CSV the header Kundi-Next-Cursor, with the same sort."`
}

func (s *server) registerCompanyLists(n wire.Noun) {
	l := listing[companies.Company, wholeCompany]{
		server: s, noun: n, kind: companies.Kind, elsewhere: firmsElsewhere, worded: true,
		about: "The fields are id, name, domains, identifier, country, city, labels, created_at, updated_at, the attributes of companies (attributes.KEY), and contacts_count and last_seen_at of its contacts. ",
		bodies: func(_ context.Context, page index.Answer, list []*companies.Company) ([]wholeCompany, error) {
			return s.companyBodies(list, page.Figures), nil
		},
		values: func(_ context.Context, page index.Answer, list []*companies.Company) (func(fields.Field, int) fields.Value, error) {
			return func(f fields.Field, i int) fields.Value { return companyValue(f, list[i], page.Figures[i]) }, nil
		},
	}
	registerListing(l, func(list []wholeCompany, next string) companyList { return companyList{list, next} }, companiesFound)
	registerCompanySearch(l)
	wire.Register(s.Server, wire.Operation{
		ID: "list-company-contacts", Elsewhere: ofThemElsewhere, Method: http.MethodGet, Path: "/v1/companies/{id}/contacts", Heavy: true, Tag: "companies", Summary: "List the contacts of a company",
		Media: []string{wire.NDJSONMedia, wire.CSVMedia}, Headers: []string{wire.CountHeader, wire.NextCursorHeader}, About: "As the list of contacts with the filter company_id answers.",
	}, s.listCompanyContacts)
}

// companyValue is the value that a company, or its contacts, has in a field.
func companyValue(f fields.Field, c *companies.Company, of index.Figures) fields.Value {
	if v := of.Value(f.Name); !v.IsMissing() {
		return v
	}
	return companies.Kind.Value(f, c)
}

// listCompanyContacts answers as the list of contacts does.
func (s *server) listCompanyContacts(ctx context.Context, in *membersOfCompanyInput) (wire.Answer[contactList], error) {
	c, err := s.companies.Get(ctx, in.ID)
	if err != nil {
		return wire.Answer[contactList]{}, err
	}
	text, err := filterOn("company_id", c.ID)
	if err != nil {
		return wire.Answer[contactList]{}, err
	}
	return s.listContacts(ctx, &listInput{Filter: text, Sort: in.Sort, Limit: in.Limit, Cursor: in.Cursor})
}
