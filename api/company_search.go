package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/search"
)

// companyMatchBody is why a company was found.
type companyMatchBody struct {
	Score      float64                `json:"score" doc:"How well it matches, for comparison within one answer."`
	Highlights []companyHighlightBody `json:"highlights"`
}

// companiesFound is a page of companies that pass a filter, as a search answers it.
func companiesFound(f foundRecords[wholeCompany]) companySearchBody {
	return companySearchBody{Companies: f.records, Total: f.total, Facets: f.facets, NextCursor: f.next, TookMS: f.tookMS, Seq: f.seq}
}

// browsing is the same search without words.
func (in *searchInputBody) browsing() searchRecordsInputBody {
	return searchRecordsInputBody{Filter: in.Filter, Facets: in.Facets, Sort: in.Sort, Limit: in.Limit, Cursor: in.Cursor}
}

func registerCompanySearch(l listing[companies.Company, wholeCompany]) {
	wire.Register(l.noun.Server, l.noun.OfAll(wire.Operation{
		Called: wordsAre("query"), Heavy: true,
		About: l.about + "Finds companies by words, even misspelt, as GET /v1/search does: by scraps of names, domains, identifiers, cities, countries or labels. It takes filters, facets and sorts. Without query it is answered like the list and never waits. Facets count all that are found, not the page.",
	}, "search-companies", http.MethodPost, "/search", "Search companies"),
		func(ctx context.Context, in *searchInput) (wire.Answer[companySearchBody], error) {
			if err := l.server.checkMinSeq(in.Body.MinSeq); err != nil {
				return wire.Answer[companySearchBody]{}, err
			}
			if strings.TrimSpace(in.Body.Query) == "" {
				found, err := l.search(ctx, in.Body.browsing())
				return wire.Answer[companySearchBody]{Body: companiesFound(found)}, err
			}
			body, err := l.server.findCompanies(ctx, &in.Body)
			return wire.Answer[companySearchBody]{Body: body}, err
		}, checkedAs(l.server, func(in *searchInput) selectionText { return in.Body.selection(fields.EntityCompany) }))
}

// findCompanies answers a search for words from the text index.
func (s *server) findCompanies(ctx context.Context, in *searchInputBody) (companySearchBody, error) {
	began := s.now()
	asked := s.question(in.selection(fields.EntityCompany))
	var found search.Answer
	var next string
	err := asked.ask(ctx, func() error {
		boundTo := asked.boundTo("search-companies", in.Query)
		after, err := s.Cursors.OpenPosition(in.Cursor, boundTo...)
		if err != nil {
			return err
		}
		if err := s.waitForCompanies(ctx, in.MinSeq); err != nil {
			return err
		}
		found, err = s.index.SearchCompanies(ctx, search.Query{
			Text: in.Query, Filter: asked.filter, Env: asked.env, Facets: asked.facets, Sort: asked.sort, After: after, Limit: in.Limit,
		})
		if err != nil {
			return err
		}
		next, err = s.Cursors.SealPosition(found.Next, boundTo...)
		return err
	})
	if err != nil {
		return companySearchBody{}, err
	}
	body := companySearchBody{Companies: []wholeCompany{}, Total: totalOf(found), NextCursor: next, Seq: found.Seq}
	if body.Facets, err = s.wireFacets(asked.selection, found.Facets); err != nil {
		return companySearchBody{}, err
	}
	hits, err := s.companyHits(ctx, found.Hits)
	if err != nil {
		return companySearchBody{}, err
	}
	for _, hit := range hits {
		body.Companies = append(body.Companies, hit.Company)
		body.Matches = append(body.Matches, companyMatchBody{hit.Score, hit.Highlights})
	}
	body.TookMS = s.elapsed(began)
	return body, nil
}

// waitForCompanies waits until searches for companies reflect a change, as waitFor does.
func (s *server) waitForCompanies(ctx context.Context, seq uint64) error {
	if seq == 0 {
		return nil
	}
	return wire.VisitOf(ctx).OutOfPlace(ctx, func() error { return s.index.WaitForCompanies(ctx, seq) })
}
