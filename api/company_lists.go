package api

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/ledger"
)

// companyListInput asks for one page of companies.
type companyListInput struct {
	Filter json.RawMessage `query:"filter" doc:"A filter over the fields of companies, as JSON (the schema Filter). Absent: all." example:"{\"combinator\":\"and\",\"rules\":[{\"field\":\"contacts_count\",\"operator\":\"gte\",\"value\":10}]}"`
	Sort   string          `query:"sort" doc:"Fields, each with - before it for falling order; at most 5. Companies without the value come last both ways, ties in the order they were made." example:"-contacts_count,name"`
	Limit  int             `query:"limit" doc:"Companies a page. Absent: 50 in JSON, all in NDJSON and CSV." minimum:"1" maximum:"1000"`
	Cursor string          `query:"cursor" doc:"next_cursor of the page before, in NDJSON and CSV the header Kundi-Next-Cursor, with the same filter and sort."`
}

type companyList struct {
	Companies  []wholeCompany `json:"companies"`
	NextCursor string         `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type companySearchInput struct {
	Body companySearchInputBody `body:"json"`
}

type companySearchInputBody struct {
	Filter filterText `json:"filter,omitempty"`
	Facets facetsText `json:"facets,omitempty" doc:"Fields whose values are counted among all that pass: names, or objects."`
	Sort   string     `json:"sort,omitempty" doc:"As in the list of companies. Absent: in the order they were made." example:"-contacts_count"`
	Limit  int        `json:"limit,omitempty" doc:"Companies a page." minimum:"1" maximum:"1000" default:"50"`
	Cursor string     `json:"cursor,omitempty" doc:"next_cursor of the page before, with the same filter and sort."`
}

type companySearchBody struct {
	Companies  []wholeCompany       `json:"companies"`
	Total      totalBody            `json:"total"`
	Facets     map[string]facetBody `json:"facets" doc:"By field, as asked for."`
	NextCursor string               `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
	TookMS     float64              `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq        uint64               `json:"seq" doc:"The newest change that the answer reflects."`
}

type companyCountInput struct {
	Body companyCountInputBody `body:"json"`
}

type companyCountInputBody struct {
	Filter filterText `json:"filter,omitempty"`
	Facets facetsText `json:"facets,omitempty" doc:"Fields whose values are counted among those that pass: names, or objects."`
	Sample int        `json:"sample,omitempty" doc:"How many of those that pass are shown." minimum:"0" maximum:"100"`
}

type companyCountBody struct {
	Count  uint64               `json:"count" doc:"How many pass, exactly." example:"471"`
	Facets map[string]facetBody `json:"facets" doc:"By field, as asked for."`
	Sample []wholeCompany       `json:"sample" doc:"The first of them in the order they were made."`
	TookMS float64              `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq    uint64               `json:"seq" doc:"The newest change that the answer reflects."`
}

type membersOfCompanyInput struct {
	ID     ledger.ID `path:"id" noun:"company" doc:"The id of the company."`
	Sort   string    `query:"sort" doc:"As in the list of contacts." example:"-last_seen_at"`
	Limit  int       `query:"limit" doc:"Contacts a page. Absent: 50 in JSON, all in NDJSON and CSV." minimum:"1" maximum:"1000"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before, in NDJSON and CSV the header Kundi-Next-Cursor, with the same sort."`
}

func (s *server) registerCompanyLists() {
	const fields = "The fields are id, name, domains, identifier, country, city, labels, created_at, updated_at, the attributes of companies (attributes.KEY), and contacts_count and last_seen_at of its contacts. "
	media, headers := []string{wire.NDJSONMedia, wire.CSVMedia}, []string{wire.CountHeader, wire.NextCursorHeader}
	wire.Register(s.Server, wire.Operation{
		ID: "list-companies", Elsewhere: firmsElsewhere, Method: http.MethodGet, Path: "/v1/companies", Heavy: true, Tag: "companies", Summary: "List companies by filter",
		Media: media, Headers: headers,
		About: fields + "With the header Accept it is application/json, application/x-ndjson (a company a line) or text/csv (a column for each field). Every acknowledged write is reflected. Paging neither repeats nor skips companies that stay as they are.",
	}, s.listCompanies)
	wire.Register(s.Server, wire.Operation{
		ID: "search-companies", Elsewhere: firmsElsewhere, Method: http.MethodPost, Path: "/v1/companies/search", Heavy: true, Tag: "companies", Summary: "Search companies by filter",
		About: fields + "Facets count all that pass, not the page.",
	}, s.searchCompanies)
	wire.Register(s.Server, wire.Operation{
		ID: "count-companies", Elsewhere: firmsElsewhere, Method: http.MethodPost, Path: "/v1/companies/count", Heavy: true, Tag: "companies", Summary: "Count companies by filter",
		About: "Exact. Every acknowledged write is reflected.",
	}, s.countCompanies)
	wire.Register(s.Server, wire.Operation{
		ID: "list-company-contacts", Elsewhere: ofThemElsewhere, Method: http.MethodGet, Path: "/v1/companies/{id}/contacts", Heavy: true, Tag: "companies", Summary: "List the contacts of a company",
		Media: media, Headers: headers, About: "As the list of contacts with the filter company_id answers.",
	}, s.listCompanyContacts)
}

func (s *server) listCompanies(ctx context.Context, in *companyListInput) (wire.Answer[companyList], error) {
	chosen, err := s.selection(ctx, selectionText{Of: fields.EntityCompany, Filter: in.Filter, Sort: in.Sort})
	if err != nil {
		return wire.Answer[companyList]{}, err
	}
	media, boundTo := wire.MediaOf(ctx), chosen.boundTo("list-companies", "")
	if media != wire.JSONMedia && in.Limit == 0 {
		stream, err := s.streamCompanies(ctx, media, chosen, in.Cursor, boundTo)
		return wire.Answer[companyList]{Stream: stream}, err
	}
	page, cursor, err := s.page(ctx, chosen, cmp.Or(in.Limit, 50), in.Cursor, boundTo)
	if err != nil {
		return wire.Answer[companyList]{}, err
	}
	list, err := companies.Kind.List(ctx, s.records, page.Ordinals)
	if err != nil {
		return wire.Answer[companyList]{}, err
	}
	if media != wire.JSONMedia {
		rows := &companyPiece{server: s, page: page, once: true}
		return wire.Answer[companyList]{Stream: rows.stream(media, wire.WithCursor(countOf(page.Count), cursor))}, nil
	}
	return wire.Answer[companyList]{Body: companyList{Companies: s.companyBodies(list, page.Figures), NextCursor: cursor}}, nil
}

func (s *server) searchCompanies(ctx context.Context, in *companySearchInput) (wire.Answer[companySearchBody], error) {
	began := s.now()
	chosen, err := s.selection(ctx, selectionText{Of: fields.EntityCompany, Filter: in.Body.Filter, Facets: in.Body.Facets, Sort: in.Body.Sort})
	if err != nil {
		return wire.Answer[companySearchBody]{}, err
	}
	page, cursor, err := s.page(ctx, chosen, in.Body.Limit, in.Body.Cursor, chosen.boundTo("search-companies", ""))
	if err != nil {
		return wire.Answer[companySearchBody]{}, err
	}
	bodies, facets, err := s.companiesOn(ctx, chosen, page)
	return wire.Answer[companySearchBody]{Body: companySearchBody{
		Companies: bodies, Total: totalBody{Value: page.Count, Relation: "eq"}, Facets: facets, NextCursor: cursor, TookMS: s.elapsed(began), Seq: page.Seq,
	}}, err
}

func (s *server) countCompanies(ctx context.Context, in *companyCountInput) (wire.Answer[companyCountBody], error) {
	began := s.now()
	chosen, err := s.selection(ctx, selectionText{Of: fields.EntityCompany, Filter: in.Body.Filter, Facets: in.Body.Facets})
	if err != nil {
		return wire.Answer[companyCountBody]{}, err
	}
	page, err := s.index.Query(ctx, index.Query{Of: chosen.of, Filter: chosen.filter, Env: chosen.env, Facets: chosen.facets, Limit: in.Body.Sample})
	if err != nil {
		return wire.Answer[companyCountBody]{}, err
	}
	bodies, facets, err := s.companiesOn(ctx, chosen, page)
	return wire.Answer[companyCountBody]{Body: companyCountBody{Count: page.Count, Facets: facets, Sample: bodies, TookMS: s.elapsed(began), Seq: page.Seq}}, err
}

// companiesOn are the companies and the facets of a page.
func (s *server) companiesOn(ctx context.Context, chosen *selection, page index.Answer) ([]wholeCompany, map[string]facetBody, error) {
	list, err := companies.Kind.List(ctx, s.records, page.Ordinals)
	if err != nil {
		return nil, nil, err
	}
	facets, err := s.wireFacets(chosen, page.Facets)
	return s.companyBodies(list, page.Figures), facets, err
}

// listCompanyContacts answers as the list of contacts does.
func (s *server) listCompanyContacts(ctx context.Context, in *membersOfCompanyInput) (wire.Answer[contactList], error) {
	c, err := s.companies.Get(ctx, in.ID)
	if err != nil {
		return wire.Answer[contactList]{}, err
	}
	text, err := json.Marshal(map[string]any{"combinator": "and", "rules": []map[string]any{{"field": "company_id", "operator": "eq", "value": c.ID.String()}}})
	if err != nil {
		return wire.Answer[contactList]{}, err
	}
	return s.listContacts(ctx, &listInput{Filter: text, Sort: in.Sort, Limit: in.Limit, Cursor: in.Cursor})
}

// streamCompanies answers with every company of a selection after a cursor.
func (s *server) streamCompanies(ctx context.Context, media string, chosen *selection, cursor string, boundTo []string) (*wire.Stream, error) {
	after, err := s.Cursors.OpenPosition(cursor, boundTo...)
	if err != nil {
		return nil, err
	}
	piece := &companyPiece{server: s, query: index.Query{
		Of: chosen.of, Filter: chosen.filter, Env: chosen.env, Sort: chosen.sort, After: after, Limit: streamedPage,
	}}
	if piece.page, err = s.index.Query(ctx, piece.query); err != nil {
		return nil, err
	}
	return piece.stream(media, countOf(piece.page.Count)), nil
}
