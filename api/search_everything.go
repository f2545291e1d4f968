package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/search"
	"github.com/ndoto/kundi/ledger"
)

// boxInput is what is typed into one box for people and companies.
type boxInput struct {
	Q      string `query:"q" doc:"Any scraps of what people or companies are called: names, e-mail, phone, domain or identifier; the last word may be unfinished. Blank: nobody." maxLength:"1000" required:"true" example:"maji saf"`
	Limit  int    `query:"limit" doc:"Hits of each kind." minimum:"1" maximum:"100" default:"10"`
	MinSeq uint64 `query:"min_seq" doc:"A Kundi-Seq that the answer must reflect. The search waits for it up to 2 seconds, then 503 index-behind."`
}

type boxBody struct {
	People    peopleHitsBody    `json:"people"`
	Companies companiesHitsBody `json:"companies"`
	TookMS    float64           `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq       uint64            `json:"seq" doc:"The newest change that both lists reflect."`
}

type peopleHitsBody struct {
	Hits  []hitBody `json:"hits" doc:"As the search of contacts answers them, the best first."`
	Total totalBody `json:"total"`
}

type companiesHitsBody struct {
	Hits  []companyHitBody `json:"hits" doc:"The best first."`
	Total totalBody        `json:"total"`
}

type companyHitBody struct {
	Company    wholeCompany           `json:"company"`
	Score      float64                `json:"score" doc:"How well it matches, for comparison within this list."`
	Highlights []companyHighlightBody `json:"highlights" doc:"Why it was found."`
}

type companyHighlightBody struct {
	Field  string   `json:"field" doc:"As in filters. One value of a list, and that of a company that was merged into this one, is named as it stands in the answer: domains[0], labels[1], absorbed[0].name." example:"name"`
	Way    string   `json:"way" doc:"How it matches, as in the search of contacts." enum:"exact,prefix,nickname,sound,typo,fragment,form,digits"`
	Ranges [][2]int `json:"ranges" doc:"Where in the value: from and up to, in Unicode characters."`
}

func (s *server) registerBox() {
	wire.Register(s.Server, wire.Operation{
		ID: "search-everything", Called: wordsAre("q"), Method: http.MethodGet, Path: "/v1/search", Heavy: true, Tag: "search",
		Summary: "Search people and companies in one box",
		About:   "Finds people and companies by the same words, even misspelt. Companies are found by name (with or without Ltd, GmbH and the like, in short and long forms, by initials), domain, address of a page, e-mail at their domain, identifier, city, country and labels.",
	}, s.searchEverything)
}

func (s *server) searchEverything(ctx context.Context, in *boxInput) (wire.Answer[boxBody], error) {
	began := s.now()
	if err := s.checkMinSeq(in.MinSeq); err != nil {
		return wire.Answer[boxBody]{}, err
	}
	if err := s.waitForBoth(ctx, in.MinSeq); err != nil {
		return wire.Answer[boxBody]{}, err
	}
	people, firms, err := s.index.SearchBoth(ctx, search.Query{
		Text: in.Q, Env: filter.EnvOf(s.records.Schema(), s.now()), Limit: in.Limit,
	})
	if err != nil {
		return wire.Answer[boxBody]{}, err
	}
	body := boxBody{Seq: min(people.Seq, firms.Seq)}
	body.People.Total, body.Companies.Total = totalOf(people), totalOf(firms)
	list, err := s.people(ctx, ordinalsOf(people.Hits))
	if err != nil {
		return wire.Answer[boxBody]{}, err
	}
	body.People.Hits = s.hits(list, people.Hits)
	if body.Companies.Hits, err = s.companyHits(ctx, firms.Hits); err != nil {
		return wire.Answer[boxBody]{}, err
	}
	body.TookMS = s.elapsed(began)
	return wire.Answer[boxBody]{Body: body}, nil
}

// waitForBoth waits until searches for people and for companies reflect a change, as
// waitFor does.
func (s *server) waitForBoth(ctx context.Context, seq uint64) error {
	if seq == 0 {
		return nil
	}
	return wire.VisitOf(ctx).OutOfPlace(ctx, func() error {
		if err := s.index.WaitFor(ctx, seq); err != nil {
			return err
		}
		return s.index.WaitForCompanies(ctx, seq)
	})
}

// totalOf is how many a search has found.
func totalOf(a search.Answer) totalBody {
	if a.Exact {
		return totalBody{Value: a.Total, Relation: "eq"}
	}
	return totalBody{Value: a.Total, Relation: "gte"}
}

// companyHits writes those of the companies found that still exist.
func (s *server) companyHits(ctx context.Context, found []fields.Hit) ([]companyHitBody, error) {
	list, err := companies.Kind.List(ctx, s.records, ordinalsOf(found))
	if err != nil {
		return nil, err
	}
	shown := taggedFieldsOf(s.records.Schema().Of(fields.EntityCompany))
	figures := s.index.FiguresOf(fields.EntityCompany, ordinalsOf(found))
	hits := make([]companyHitBody, 0, len(list))
	for i, c := range list {
		if c == nil {
			continue
		}
		hit := companyHitBody{Company: companyOnWire(c, shown).with(figures[i]), Score: found[i].Score, Highlights: []companyHighlightBody{}}
		for _, h := range found[i].Highlights {
			hit.Highlights = append(hit.Highlights, companyHighlightBody{h.Field, h.Way, inCharacters(hit.Company.value(h.Field), h.Ranges)})
		}
		hits = append(hits, hit)
	}
	return hits, nil
}

// value returns what a highlight names, "" for what the company does not have any more.
func (c *wholeCompany) value(field string) string {
	switch field {
	case "id":
		return c.ID
	case "name":
		return c.Name
	case "identifier":
		return c.Identifier
	case "city":
		return c.City
	case "country":
		return c.Country
	}
	name, rest, _ := strings.Cut(field, "[")
	index, member, _ := strings.Cut(rest, "]")
	i, err := strconv.Atoi(index)
	list := map[string]int{"domains": len(c.Domains), "labels": len(c.Labels), ledger.FieldAbsorbed: len(c.Absorbed)}
	if err != nil || i < 0 || i >= list[name] {
		return ""
	}
	switch {
	case name == "domains":
		return c.Domains[i]
	case name == "labels":
		return c.Labels[i]
	case member == ".name":
		return c.Absorbed[i].Name
	}
	return c.Absorbed[i].Identifier
}
