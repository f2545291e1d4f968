package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/search"
)

// searchInput is a search for contacts, or for companies, as a body.
type searchInput struct {
	Body searchInputBody `body:"json"`
}

type searchInputBody struct {
	Query  string     `json:"query,omitempty" doc:"Any scraps of names, and of what else is looked through; the last word may be unfinished. Absent or blank: all that pass the filter." maxLength:"1000" example:"amina y"`
	Filter filterText `json:"filter,omitempty"`
	Facets facetsText `json:"facets,omitempty" doc:"Fields whose values are counted among all that are found: names, or objects."`
	Sort   string     `json:"sort,omitempty" doc:"As in the list. Absent: best match first, without query as the list." example:"-created_at"`
	Limit  int        `json:"limit,omitempty" doc:"Hits a page." minimum:"1" maximum:"1000" default:"50"`
	Cursor string     `json:"cursor,omitempty" doc:"next_cursor of the page before, with the same query, filter and sort."`
	MinSeq uint64     `json:"min_seq,omitempty" doc:"A Kundi-Seq that the answer must reflect. The search waits for it up to 2 seconds, then 503 index-behind."`
}

// searchQueryInput is a search as a query string.
type searchQueryInput struct {
	Q      string          `query:"q" doc:"Any scraps of names, e-mail, phone, company or identifier; the last word may be unfinished." maxLength:"1000" example:"amina y"`
	Filter json.RawMessage `query:"filter" doc:"A filter, as JSON (the schema Filter)."`
	Facets []string        `query:"facets" doc:"Fields whose values are counted among all that are found." maxItems:"20"`
	Sort   string          `query:"sort" doc:"As in the list of contacts. Absent: best match first." example:"-last_seen_at"`
	Limit  int             `query:"limit" doc:"Hits a page." minimum:"1" maximum:"1000" default:"50"`
	Cursor string          `query:"cursor" doc:"next_cursor of the page before, with the same query, filter and sort."`
	MinSeq uint64          `query:"min_seq" doc:"A Kundi-Seq that the answer must reflect. The search waits for it up to 2 seconds, then 503 index-behind."`
}

type searchBody struct {
	Hits       []hitBody            `json:"hits"`
	Total      totalBody            `json:"total"`
	Facets     map[string]facetBody `json:"facets" doc:"By field, as asked for."`
	NextCursor string               `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
	TookMS     float64              `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq        uint64               `json:"seq" doc:"The newest change that the answer reflects."`
}

type totalBody struct {
	Value    uint64 `json:"value" doc:"How many are found." example:"42"`
	Relation string `json:"relation" enum:"eq,gte" doc:"eq: value is exact; gte: there are at least as many as value."`
}

type hitBody struct {
	Contact    contactBody     `json:"contact"`
	Score      float64         `json:"score" doc:"How well it matches, for comparison within one answer; 0 without query."`
	Highlights []highlightBody `json:"highlights" doc:"Why it was found; empty without query."`
}

type highlightBody struct {
	Field  string   `json:"field" doc:"As in filters, or that of a contact that was merged into this one, as it stands in the answer: absorbed[0].email." example:"name"`
	Way    string   `json:"way" doc:"How it matches." enum:"exact,prefix,nickname,sound,typo,fragment,form,digits"`
	Ranges [][2]int `json:"ranges" doc:"Where in the value: from and up to, in Unicode characters."`
}

func (s *server) registerSearch() {
	const about = "Finds people by words, even misspelt: by scraps of names, e-mail, phone, company or identifier. It takes filters, facets and sorts. Without query it is answered like the list and never waits. " +
		"With the header Accept it is application/json, application/x-ndjson or text/csv. The latter have a page of the contacts found, as the list has them, in the order of the hits."
	media, headers := []string{wire.NDJSONMedia, wire.CSVMedia}, []string{wire.CountHeader, wire.NextCursorHeader}
	wire.Register(s.Server, wire.Operation{
		ID: "search-contacts", Called: wordsAre("query"), Method: http.MethodPost, Path: "/v1/contacts/search", Heavy: true, Tag: "contacts",
		Summary: "Search contacts", About: about, Media: media, Headers: headers,
	}, s.searchContacts, checkedAs(s, func(in *searchInput) selectionText { return in.Body.selection("") }))
	wire.Register(s.Server, wire.Operation{
		ID: "find-contacts", Called: wordsAre("q"), Method: http.MethodGet, Path: "/v1/contacts/search", Heavy: true, Tag: "contacts",
		Summary: "Search contacts by query string", About: about, Media: media, Headers: headers,
	}, func(ctx context.Context, in *searchQueryInput) (wire.Answer[searchBody], error) {
		return s.search(ctx, in.asBody())
	}, checkedAs(s, func(in *searchQueryInput) selectionText {
		body := in.asBody()
		return body.selection("")
	}))
}

// asBody is the same search as a body.
func (in *searchQueryInput) asBody() searchInputBody {
	return searchInputBody{
		Query: in.Q, Filter: filterText(in.Filter), Facets: facetsNamed(in.Facets), Sort: in.Sort, Limit: in.Limit, Cursor: in.Cursor, MinSeq: in.MinSeq,
	}
}

// selection is what the search chooses of a kind of records, "" for contacts.
func (in *searchInputBody) selection(of fields.Entity) selectionText {
	return selectionText{Of: of, Query: in.Query, Filter: in.Filter, Facets: in.Facets, Sort: in.Sort}
}

func (s *server) searchContacts(ctx context.Context, in *searchInput) (wire.Answer[searchBody], error) {
	return s.search(ctx, in.Body)
}

func (s *server) search(ctx context.Context, in searchInputBody) (wire.Answer[searchBody], error) {
	began := s.now()
	if err := s.checkMinSeq(in.MinSeq); err != nil {
		return wire.Answer[searchBody]{}, err
	}
	asked := s.question(in.selection(""))
	look := s.find
	if strings.TrimSpace(in.Query) == "" {
		look = s.browse
	}
	body, people, err := look(ctx, asked, &in)
	if err != nil {
		return wire.Answer[searchBody]{}, err
	}
	if media := wire.MediaOf(ctx); media != wire.JSONMedia {
		return wire.Answer[searchBody]{Stream: pageRows(media, whole(s.records.Schema()), people, countOf(body.Total.Value), body.NextCursor)}, nil
	}
	body.TookMS = s.elapsed(began)
	return wire.Answer[searchBody]{Body: body}, nil
}

// checkMinSeq refuses to wait for a change that has not been made.
func (s *server) checkMinSeq(seq uint64) error {
	if seq <= s.records.Head() {
		return nil
	}
	return fault.Invalid("invalid-min-seq", "The change to wait for has not been made.", []fault.Fault{
		{Path: "min_seq", Detail: "must be at most the Kundi-Seq of the newest write"},
	})
}

// waitFor waits until searches reflect a change. Others have the place meanwhile:
// waiting is no work.
func (s *server) waitFor(ctx context.Context, seq uint64) error {
	if seq == 0 {
		return nil
	}
	return wire.VisitOf(ctx).OutOfPlace(ctx, func() error { return s.index.WaitFor(ctx, seq) })
}

// find answers a search for words from the text index, and with the people who
// are its hits.
func (s *server) find(ctx context.Context, asked *question, in *searchInputBody) (searchBody, []person, error) {
	var found search.Answer
	var next string
	err := asked.ask(ctx, func() error {
		if err := s.waitFor(ctx, in.MinSeq); err != nil {
			return err
		}
		boundTo := asked.boundTo("search", in.Query)
		after, err := s.Cursors.OpenPosition(in.Cursor, boundTo...)
		if err != nil {
			return err
		}
		found, err = s.index.Search(ctx, search.Query{
			Text: in.Query, Filter: asked.filter, Env: asked.env, Facets: asked.facets, Sort: asked.sort,
			After: after, Limit: in.Limit,
		})
		if err != nil {
			return err
		}
		next, err = s.Cursors.SealPosition(found.Next, boundTo...)
		return err
	})
	if err != nil {
		return searchBody{}, nil, err
	}
	if err := s.countSingled(ctx, found.Facets); err != nil {
		return searchBody{}, nil, err
	}
	body := searchBody{Total: totalBody{Value: found.Total, Relation: "gte"}, NextCursor: next, Seq: found.Seq}
	if body.Facets, err = s.wireFacets(asked.selection, found.Facets); err != nil {
		return searchBody{}, nil, err
	}
	if found.Exact {
		body.Total.Relation = "eq"
	}
	people, err := s.people(ctx, ordinalsOf(found.Hits))
	if err != nil {
		return searchBody{}, nil, err
	}
	body.Hits = s.hits(people, found.Hits)
	return body, people, nil
}

// hits writes those of the contacts found that still exist.
func (s *server) hits(people []person, found []fields.Hit) []hitBody {
	schema := s.records.Schema()
	render := newRenderer(schema)
	hits := make([]hitBody, 0, len(people))
	for i, p := range people {
		if p.contact == nil {
			continue
		}
		hits = append(hits, hitBody{
			Contact: render.person(p), Score: found[i].Score, Highlights: highlights(schema, p, found[i].Highlights),
		})
	}
	return hits
}

func ordinalsOf(hits []fields.Hit) []uint32 {
	ordinals := make([]uint32, len(hits))
	for i := range hits {
		ordinals[i] = hits[i].Ordinal
	}
	return ordinals
}

// highlights writes where a hit was found, in characters instead of bytes. A
// range that the value does not have is left out: the contact may have changed
// since the index saw it.
func highlights(schema *fields.Schema, p person, list []fields.Highlight) []highlightBody {
	out := make([]highlightBody, 0, len(list))
	for _, h := range list {
		out = append(out, highlightBody{h.Field, h.Way, inCharacters(p.text(schema, h.Field), h.Ranges)})
	}
	return out
}

// inCharacters are ranges of a value, which are of bytes, without those that it does not
// have.
func inCharacters(value string, ranges [][2]int) [][2]int {
	out := make([][2]int, 0, len(ranges))
	for _, r := range ranges {
		if r[0] < 0 || r[0] > r[1] || r[1] > len(value) {
			continue
		}
		from := utf8.RuneCountInString(value[:r[0]])
		out = append(out, [2]int{from, from + utf8.RuneCountInString(value[r[0]:r[1]])})
	}
	return out
}

// text returns the value of a field of text, named as in highlights.
func (p person) text(schema *fields.Schema, name string) string {
	if value, listed := p.contact.TextAt(name); listed {
		return value
	}
	field, _ := schema.Field(name)
	return p.facts().Value(field).Text
}

// browse answers a search without words from the columns, which reflect every
// acknowledged write.
func (s *server) browse(ctx context.Context, asked *question, in *searchInputBody) (searchBody, []person, error) {
	page, cursor, err := asked.page(ctx, "search", in.Cursor, in.Limit)
	if err != nil {
		return searchBody{}, nil, err
	}
	if err := s.countSingled(ctx, page.Facets); err != nil {
		return searchBody{}, nil, err
	}
	people, err := s.people(ctx, page.Ordinals)
	if err != nil {
		return searchBody{}, nil, err
	}
	body := searchBody{
		Hits: []hitBody{}, Total: totalBody{Value: page.Count, Relation: "eq"},
		NextCursor: cursor, Seq: page.Seq,
	}
	if body.Facets, err = s.wireFacets(asked.selection, page.Facets); err != nil {
		return searchBody{}, nil, err
	}
	for _, contact := range s.bodies(people) {
		body.Hits = append(body.Hits, hitBody{Contact: contact, Highlights: []highlightBody{}})
	}
	return body, people, nil
}
