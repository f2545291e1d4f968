package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/filter"
)

// people makes contacts to look for and returns the seq of the last.
func (h *harness) people() string {
	h.t.Helper()
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "tier", "type": "list", "options": []string{"gold", "silver"}}), 201)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "mrr", "type": "currency", "currency": "KES"}), 201)
	ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "vip", "type": "checkbox"}), 201)
	_, header := ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": []object{
		{"name": "Amina Yusuf", "email": "amina@example.org", "country": "KE", "company": "Maji Safi", "labels": []string{"a", "b"}, "attributes": object{"tier": "gold", "mrr": 10.5}},
		{"name": "Zoë Müller", "email": "zoe@example.org", "country": "DE", "company": "Maji Safi", "labels": []string{"a"}, "attributes": object{"tier": "gold", "mrr": 2, "vip": true}},
		{"name": "Baraka Otieno", "phone": "+254712345678", "country": "KE", "attributes": object{"tier": "silver"}},
		{"name": "Chidi Eze", "attributes": object{"mrr": 300}},
	}}), 200)
	return header.Get("Kundi-Seq")
}

func names(list []contactBody) []string {
	out := []string{}
	for _, c := range list {
		first, _, _ := strings.Cut(c.Name, " ")
		out = append(out, first)
	}
	return out
}

func hitNames(list []hitBody) []string {
	out := []contactBody{}
	for _, hit := range list {
		out = append(out, hit.Contact)
	}
	return names(out)
}

var inKenya = object{"combinator": "and", "rules": []object{{"field": "country", "operator": "eq", "value": "KE"}}}

func TestCount(t *testing.T) {
	h := newHarness(t)
	h.people()
	v, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{
		"filter": inKenya, "facets": []string{"country", "attributes.tier", "attributes.mrr", "attributes.vip", "labels", "company.name"}, "sample": 1,
	}), 200)
	require.EqualValues(t, 2, v.Count)
	require.Equal(t, []string{"Amina"}, names(v.Sample))
	require.Equal(t, facetBody{Values: []facetValueBody{{"KE", 2}}}, v.Facets["country"])
	require.Equal(t, []facetValueBody{{"gold", 1}, {"silver", 1}}, v.Facets["attributes.tier"].Values)
	require.Equal(t, facetBody{Values: []facetValueBody{{10.5, 1}}, Missing: 1}, v.Facets["attributes.mrr"])
	require.Equal(t, facetBody{Values: []facetValueBody{{false, 2}}}, v.Facets["attributes.vip"])
	require.Equal(t, facetBody{Values: []facetValueBody{{"a", 1}, {"b", 1}}, Missing: 1}, v.Facets["labels"])
	require.Equal(t, facetBody{Values: []facetValueBody{{"Maji Safi", 1}}, Missing: 1}, v.Facets["company.name"])
	require.NotZero(t, v.Seq)

	for _, everyone := range []string{`{}`, `{"filter":null}`, `{"filter":{"combinator":"and","rules":[]}}`} {
		w := h.call("POST", "/v1/contacts/count", everyone).do()
		require.Contains(t, w.Body.String(), `{"count":4,"facets":{},"sample":[],`)
	}
}

func TestListPagesWithoutGapsOrRepeats(t *testing.T) {
	h := newHarness(t)
	h.people()
	for sort, want := range map[string][]string{
		"":                        {"Amina", "Zoë", "Baraka", "Chidi"},
		"name":                    {"Amina", "Baraka", "Chidi", "Zoë"},
		"-name":                   {"Zoë", "Chidi", "Baraka", "Amina"},
		"attributes.mrr":          {"Zoë", "Amina", "Chidi", "Baraka"},
		"-attributes.mrr":         {"Chidi", "Amina", "Zoë", "Baraka"},
		"-attributes.tier, -name": {"Baraka", "Zoë", "Amina", "Chidi"},
		"company.name":            {"Amina", "Zoë", "Baraka", "Chidi"},
	} {
		for limit := 1; limit <= 4; limit++ {
			var got []string
			query := url.Values{"sort": {sort}, "limit": {fmt.Sprint(limit)}}
			for pages := 0; pages == 0 || query.Has("cursor"); pages++ {
				page, _ := ok[contactList](h.call("GET", "/v1/contacts?"+query.Encode()), 200)
				require.LessOrEqual(t, len(page.Contacts), limit)
				got = append(got, names(page.Contacts)...)
				query.Del("cursor")
				if page.NextCursor != "" {
					query.Set("cursor", page.NextCursor)
				}
			}
			require.Equal(t, want, got, "sort %q, limit %d", sort, limit)
		}
	}
	page, _ := ok[contactList](h.call("GET", "/v1/contacts?sort=name&filter="+url.QueryEscape(`{"combinator":"and","rules":[{"field":"country","operator":"eq","value":"KE"}]}`)), 200)
	require.Equal(t, []string{"Amina", "Baraka"}, names(page.Contacts))
	empty := h.call("GET", "/v1/contacts?filter="+url.QueryEscape(`{"combinator":"and","rules":[{"field":"name","operator":"eq","value":"nobody"}]}`)).do()
	require.JSONEq(t, `{"contacts":[]}`, empty.Body.String())
}

func TestCursorsOfOtherQueriesAreRefused(t *testing.T) {
	h := newHarness(t)
	h.people()
	page, _ := ok[contactList](h.call("GET", "/v1/contacts?sort=name&limit=1"), 200)
	cursor := "&limit=1&cursor=" + page.NextCursor
	ok[contactList](h.call("GET", "/v1/contacts?sort=name"+cursor), 200)
	ok[contactList](h.call("GET", "/v1/contacts?sort=name&limit=3&cursor="+page.NextCursor), 200)
	for _, target := range []string{
		"/v1/contacts?sort=-name" + cursor, "/v1/contacts?a" + cursor, "/v1/contacts/search?sort=name" + cursor,
		"/v1/contacts?sort=name&filter=" + url.QueryEscape(`{"combinator":"and","rules":[{"field":"country","operator":"eq","value":"KE"}]}`) + cursor,
		"/v1/contacts?sort=name" + cursor + "x", "/v1/contacts?sort=name&cursor=" + marker,
	} {
		target = strings.Replace(target, "?a&", "?", 1)
		require.Equal(t, []string{"cursor"}, locations(h.call("GET", target).problem(422, "invalid-cursor")), target)
	}
	found, _ := ok[searchBody](h.call("POST", "/v1/contacts/search", object{"query": "maji", "limit": 1, "min_seq": h.store.Head()}), 200)
	require.NotEmpty(t, found.NextCursor)
	ok[searchBody](h.call("GET", "/v1/contacts/search?q=maji&limit=1&cursor="+found.NextCursor), 200)
	h.call("GET", "/v1/contacts/search?q=safi&limit=1&cursor="+found.NextCursor).problem(422, "invalid-cursor")
	h.call("GET", "/v1/contacts/search?limit=1&cursor="+found.NextCursor).problem(422, "invalid-cursor")
	h.call("GET", "/v1/contacts?limit=1&cursor="+found.NextCursor).problem(422, "invalid-cursor")
}

// TestListsSortByTheOrderOfTheirOptions: on every page; a cursor is of the order
// that the options had.
func TestListsSortByTheOrderOfTheirOptions(t *testing.T) {
	h := newHarness(t)
	ok[attributeBody](h.call("POST", "/v1/attributes", `{"key":"stage","label":"Stage","type":"list","options":["new","Open","Won","Lost"]}`), 201)
	for i, stage := range []string{"Lost", "WON", "", "new", "open", "new"} {
		h.create(object{"name": fmt.Sprint(i, stage), "attributes": object{"stage": stage}})
	}
	all := func(sort string) (list []string, cursor string) {
		page, _ := ok[contactList](h.call("GET", "/v1/contacts?limit=2&sort="+sort), 200)
		for page.NextCursor != "" {
			list, cursor = append(list, names(page.Contacts)...), page.NextCursor
			page, _ = ok[contactList](h.call("GET", "/v1/contacts?limit=2&sort="+sort+"&cursor="+cursor), 200)
		}
		return append(list, names(page.Contacts)...), cursor
	}
	rising, cursor := all("attributes.stage")
	require.Equal(t, []string{"3new", "5new", "4open", "1WON", "0Lost", "2"}, rising)
	falling, _ := all("-attributes.stage")
	require.Equal(t, []string{"0Lost", "1WON", "4open", "3new", "5new", "2"}, falling)
	found, _ := ok[searchBody](h.call("POST", "/v1/contacts/search", object{"sort": "attributes.stage,-name", "limit": 2}), 200)
	require.Equal(t, "5new", found.Hits[0].Contact.Name)

	ok[contactList](h.call("GET", "/v1/contacts?limit=2&sort=attributes.stage&cursor="+cursor), 200)
	ok[attributeBody](h.call("PATCH", "/v1/attributes/stage", `{"options":["Lost","Won","Open","new"]}`), 200)
	require.Equal(t, []string{"cursor"}, locations(h.call("GET", "/v1/contacts?limit=2&sort=attributes.stage&cursor="+cursor).problem(422, "invalid-cursor")))
	reordered, _ := all("attributes.stage")
	require.Equal(t, []string{"0Lost", "1WON", "4open", "3new", "5new", "2"}, reordered)
}

func TestSearchFindsByWords(t *testing.T) {
	h := newHarness(t)
	seq := h.people()
	v, _ := ok[searchBody](h.call("GET", "/v1/contacts/search?q=muller&facets=country,attributes.tier&min_seq="+seq), 200)
	require.Equal(t, []string{"Zoë"}, hitNames(v.Hits))
	require.Equal(t, totalBody{1, "eq"}, v.Total)
	require.NotZero(t, v.Hits[0].Score)
	require.Equal(t, []facetValueBody{{"DE", 1}}, v.Facets["country"].Values)
	require.Equal(t, highlightBody{Field: "name", Way: "exact", Ranges: [][2]int{{4, 10}}}, v.Hits[0].Highlights[0], "in characters, not bytes")

	for query, want := range map[string]string{"amina y": "Amina", "zoe@example": "Zoë", "345678": "Baraka", "barakka": "Baraka"} {
		v, _ := ok[searchBody](h.call("GET", "/v1/contacts/search?q="+url.QueryEscape(query)), 200)
		require.NotEmpty(t, v.Hits, query)
		require.Equal(t, want, hitNames(v.Hits)[0], query)
	}
	filtered, _ := ok[searchBody](h.call("POST", "/v1/contacts/search", object{"query": "maji", "filter": inKenya}), 200)
	require.Equal(t, []string{"Amina"}, hitNames(filtered.Hits))
	sorted, _ := ok[searchBody](h.call("POST", "/v1/contacts/search", object{"query": "maji", "sort": "attributes.mrr"}), 200)
	require.Equal(t, []string{"Zoë", "Amina"}, hitNames(sorted.Hits))

	var paged []string
	body := object{"query": "maji", "limit": 1}
	for pages := 0; pages == 0 || body["cursor"] != nil; pages++ {
		page, _ := ok[searchBody](h.call("POST", "/v1/contacts/search", body), 200)
		paged = append(paged, hitNames(page.Hits)...)
		delete(body, "cursor")
		if page.NextCursor != "" {
			body["cursor"] = page.NextCursor
		}
	}
	require.ElementsMatch(t, []string{"Amina", "Zoë"}, paged)
	nobody := h.call("GET", "/v1/contacts/search?q=xqwv").do()
	require.Contains(t, nobody.Body.String(), `{"hits":[],"total":{"value":0,"relation":"eq"},"facets":{},`)
}

func TestSearchWithoutWordsIsAnsweredByColumns(t *testing.T) {
	h := newHarness(t)
	h.people()
	for _, c := range []*call{
		h.call("POST", "/v1/contacts/search", object{"filter": inKenya, "sort": "-name", "facets": []string{"country"}, "min_seq": h.store.Head()}),
		h.call("POST", "/v1/contacts/search", object{"query": " \t", "filter": inKenya, "sort": "-name", "facets": []string{"country"}}),
		h.call("GET", "/v1/contacts/search?q=&sort=-name&facets=country&filter="+url.QueryEscape(`{"combinator":"and","rules":[{"field":"country","operator":"eq","value":"KE"}]}`)),
	} {
		v, _ := ok[searchBody](c, 200)
		require.Equal(t, []string{"Baraka", "Amina"}, hitNames(v.Hits))
		require.Equal(t, totalBody{2, "eq"}, v.Total)
		require.Equal(t, []highlightBody{}, v.Hits[0].Highlights)
		require.Equal(t, h.store.Head(), v.Seq)
		require.Len(t, v.Facets, 1)
	}
	page, _ := ok[searchBody](h.call("POST", "/v1/contacts/search", object{"limit": 3}), 200)
	rest, _ := ok[searchBody](h.call("POST", "/v1/contacts/search", object{"limit": 3, "cursor": page.NextCursor}), 200)
	require.Equal(t, []string{"Amina", "Zoë", "Baraka", "Chidi"}, append(hitNames(page.Hits), hitNames(rest.Hits)...))
	require.Empty(t, rest.NextCursor)
}

// behind is an index whose text has not got far.
type behind struct{ Index }

func (behind) WaitFor(context.Context, uint64) error {
	return &fault.Error{Kind: fault.KindUnavailable, Type: "index-behind", Reached: 3, Message: "Behind."}
}

func TestMinSeq(t *testing.T) {
	h := newHarness(t)
	head := h.store.Head()
	for _, query := range []string{"", "x"} {
		p := h.call("POST", "/v1/contacts/search", object{"query": query, "min_seq": head + 1}).problem(422, "invalid-min-seq")
		require.Equal(t, []string{"min_seq"}, locations(p))
	}
	h.server.index = behind{h.server.index}
	w := h.call("GET", "/v1/contacts/search?q=x&min_seq=4").do()
	require.Equal(t, 503, w.Code)
	require.Equal(t, "1", w.Header().Get("Retry-After"))
	require.Contains(t, w.Body.String(), `"type":"index-behind"`)
	require.Contains(t, w.Body.String(), `"seq":3`)
	ok[searchBody](h.call("GET", "/v1/contacts/search?min_seq=4"), 200) // never waits without words
}

func TestBadSelectionsSayEverything(t *testing.T) {
	h := newHarness(t)
	h.people()
	rule := func(field, operator string, value any) object {
		return object{"field": field, "operator": operator, "value": value}
	}
	deep := strings.Repeat(`{"combinator":"and","rules":[`, 1000) + `{"field":"type","operator":"eq","value":"lead"}` + strings.Repeat(`]}`, 1000)
	wide := `{"combinator":"and","rules":[` + strings.Repeat(`{"field":"type","operator":"eq","value":"lead"},`, 9_999) + `{"field":"type","operator":"eq","value":"lead"}]}`
	for _, target := range []string{"/v1/contacts/count", "/v1/contacts/search"} {
		p := h.call("POST", target, object{
			"filter": object{"combinator": "and", "rules": []any{rule(marker, "eq", 1), rule("country", marker, 1), object{"combinator": "and", "rules": []any{rule("country", "eq", marker)}}}},
			"facets": []string{"country", marker, "segment", "country"},
		}).problem(422, "invalid-filter")
		require.ElementsMatch(t, []string{
			"filter.rules[0].field", "filter.rules[1].operator", "filter.rules[2].rules[0].value", "facets[1]", "facets[2]", "facets[3]",
		}, locations(p))
		for _, filter := range []string{deep, wide} {
			h.call("POST", target, `{"filter":`+filter+`}`).problem(422, "invalid-filter")
		}
		for _, body := range []string{`{"filter":"` + marker + `"}`, `{"filter":[]}`, `{"filter":{"` + marker + `":1}}`, `{"filter":{"combinator":"and","rules":[{"combinator":"and","rules":[]}]}}`} {
			h.call("POST", target, body).problem(422, "invalid-filter")
		}
		h.call("POST", target, `{"filter":{"combinator":"and","rules":[{"field":"type","operator":"eq","value":"lead","value":"lead"}]}}`).problem(400, "malformed-json")
		require.Equal(t, []string{"body"}, locations(h.call("POST", target, object{marker: 1}).problem(422, "invalid-request")))
		facets := make([]string, 21) // one more than the tag of Facets allows
		require.Equal(t, []string{"facets"}, locations(h.call("POST", target, object{"facets": facets}).problem(422, "invalid-request")))
		h.call("POST", target, strings.Repeat(`{"filter":`, 20_000)).problem(400, "malformed-json")
	}
	h.call("GET", "/v1/contacts?filter="+url.QueryEscape(deep)).problem(422, "invalid-filter")
	for _, sort := range []string{marker, "labels", "-channels", "segment", "name,name", "name,-name", ",", "--name", "name,", "id,type,name,email,phone,city"} {
		for _, target := range []string{"/v1/contacts?sort=", "/v1/contacts/search?sort="} {
			require.Equal(t, []string{"sort"}, uniq(locations(h.call("GET", target+url.QueryEscape(sort)).problem(422, "invalid-request"))), sort)
		}
		h.call("POST", "/v1/contacts/search", object{"sort": sort}).problem(422, "invalid-request")
	}
	for _, sample := range []any{-1, 101, "1", 1.5} {
		require.Equal(t, []string{"sample"}, locations(h.call("POST", "/v1/contacts/count", object{"sample": sample}).problem(422, "invalid-request")))
	}
	for _, limit := range []any{0, 1001, "10", -1} {
		require.Equal(t, []string{"limit"}, locations(h.call("POST", "/v1/contacts/search", object{"limit": limit}).problem(422, "invalid-request")))
	}
	require.Equal(t, []string{"query"}, locations(h.call("POST", "/v1/contacts/search", object{"query": strings.Repeat("é", 1001)}).problem(422, "invalid-request")))
	require.Equal(t, []string{"q"}, locations(h.call("GET", "/v1/contacts/search?q="+strings.Repeat("e", 1001)).problem(422, "invalid-request")))
	h.call("GET", "/v1/contacts/search?query=x").problem(422, "invalid-request")
}

func uniq(list []string) []string {
	var out []string
	for i, s := range list {
		if i == 0 || s != list[i-1] {
			out = append(out, s)
		}
	}
	return out
}

// segmentsOf are the filters of segments by id.
type segmentsOf map[string]string

func (s segmentsOf) Saved(context.Context) func(string) (filter.Saved, bool, error) {
	return func(id string) (filter.Saved, bool, error) {
		text, known := s[id]
		return filter.Saved{Name: id, Filter: json.RawMessage(text)}, known, nil
	}
}

func TestFiltersMayNameSegments(t *testing.T) {
	h := newHarness(t)
	h.people()
	const id = "01935f6e-0000-7000-8000-000000000001"
	h.server.segments = segmentsOf{id: `{"combinator":"and","rules":[{"field":"country","operator":"eq","value":"KE"}]}`}
	body := func(id string) object {
		return object{"filter": object{"combinator": "and", "rules": []object{{"field": "segment", "operator": "not_in", "value": []string{id}}}}}
	}
	v, _ := ok[countBody](h.call("POST", "/v1/contacts/count", body(id)), 200)
	require.EqualValues(t, 2, v.Count)
	h.call("POST", "/v1/contacts/count", body("01935f6e-0000-7000-8000-000000000002")).problem(422, "invalid-filter")
}

// TestASegmentThatCannotBeReadIsNoFaultOfAFilter: the request was given up, and the filter may be right.
func TestASegmentThatCannotBeReadIsNoFaultOfAFilter(t *testing.T) {
	h := newHarness(t)
	h.server.segments = unreadableSegments{}
	in := object{"combinator": "and", "rules": []object{{"field": "segment", "operator": "in", "value": []string{"01935f6e-0000-7000-8000-000000000001"}}}}
	for path, body := range map[string]object{
		"/v1/contacts/count":   {"filter": in},
		"/v1/filters/print":    {"filter": in},
		"/v1/filters/parse":    {"cel": `segment in ["01935f6e-0000-7000-8000-000000000001"]`},
		"/v1/segments/preview": {"overlap": []string{"01935f6e-0000-7000-8000-000000000001"}},
	} {
		h.call("POST", path, body).problem(503, "timeout")
	}
}

// unreadableSegments are segments of a store that takes too long.
type unreadableSegments struct{}

func (unreadableSegments) Saved(context.Context) func(string) (filter.Saved, bool, error) {
	return func(string) (filter.Saved, bool, error) { return filter.Saved{}, false, context.DeadlineExceeded }
}
