package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// inCities makes contacts in 205 cities, of which some have more contacts than others. It
// returns the cities by count, then by name.
func (h *harness) inCities() (cities []string) {
	var list []object
	for i := range 205 {
		for range 1 + min(i/100, 1) {
			list = append(list, object{"city": fmt.Sprintf("Ci%03d", i), "name": "Ann", "created_at": fmt.Sprintf("2026-01-01T%02d:00:00Z", i%24)})
		}
	}
	ok[batchBody](h.call("POST", "/v1/contacts/batch", object{"contacts": list}), 200)
	for i := range 205 {
		cities = append(cities, fmt.Sprintf("Ci%03d", (i+100)%205))
	}
	return cities
}

func TestFacetsArePaged(t *testing.T) {
	h := newHarness(t)
	want := h.inCities()
	for _, ask := range []struct {
		target string
		body   object
	}{
		{"/v1/contacts/count", object{}},
		{"/v1/contacts/search", object{"query": " "}},
		{"/v1/contacts/search", object{"query": "ann", "min_seq": h.store.Head()}},
	} {
		var got []string
		for facet := any("city"); ; {
			ask.body["facets"] = []any{facet, "country"}
			v, _ := ok[countBody](h.call("POST", ask.target, ask.body), 200)
			page := v.Facets["city"]
			sum := page.Other + page.Missing
			for _, value := range page.Values {
				got = append(got, value.Value.(string))
				sum += value.Count
			}
			require.EqualValues(t, 310, sum)
			require.Empty(t, v.Facets["country"].Cursor)
			if page.Cursor == "" {
				break
			}
			require.Len(t, page.Values, 100)
			require.Less(t, len(got), 206)
			facet = object{"field": "city", "facet_cursor": page.Cursor}
		}
		require.Equal(t, want, got, ask.target)
	}
}

func TestFacetCursorsOfOtherQueriesAreRefused(t *testing.T) {
	h := newHarness(t)
	h.inCities()
	first, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"facets": []string{"city"}}), 200)
	cursor := first.Facets["city"].Cursor
	facet := object{"field": "city", "facet_cursor": cursor}
	next, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"facets": []any{"name", facet}}), 200)
	require.Equal(t, "Ci200", next.Facets["city"].Values[0].Value, "after the first hundred")
	ok[searchBody](h.call("POST", "/v1/contacts/search", object{"facets": []any{facet}, "sort": "name", "limit": 1}), 200)
	for _, body := range []object{
		{"facets": []any{facet}, "filter": inKenya},
		{"facets": []any{object{"field": "name", "facet_cursor": cursor}}},
		{"facets": []any{object{"field": "city", "facet_cursor": cursor + "x"}}},
		{"facets": []any{object{"field": "city", "facet_cursor": marker}}},
	} {
		p := h.call("POST", "/v1/contacts/count", body).problem(422, "invalid-cursor")
		require.Equal(t, []string{"facets[0].facet_cursor"}, locations(p))
	}
	h.call("POST", "/v1/contacts/search", object{"query": "ann", "facets": []any{facet}}).problem(422, "invalid-cursor")
	h.call("GET", "/v1/contacts?cursor="+cursor).problem(422, "invalid-cursor")
	page, _ := ok[contactList](h.call("GET", "/v1/contacts?limit=1"), 200)
	h.call("POST", "/v1/contacts/count", object{"facets": []any{object{"field": "city", "facet_cursor": page.NextCursor}}}).problem(422, "invalid-cursor")
}

func TestFacetsInRanges(t *testing.T) {
	h := newHarness(t)
	h.people() // with 10.5, 2, none and 300
	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"time_zone": "Africa/Nairobi"}), 200)
	body := object{"facets": []any{
		object{"field": "attributes.mrr", "ranges": []any{2, "10.5", 11, object{"amount": 299.99, "currency": "KES"}}}, "country",
		object{"field": "created_at", "ranges": []any{"2000-01-01", "-P1D", "P1D"}},
		object{"field": "last_seen_at", "ranges": []any{"2000-01-01"}},
	}}
	for _, query := range []string{"", "maji"} {
		if query != "" {
			body["query"], body["min_seq"] = query, h.store.Head()
		}
		w := h.call("POST", "/v1/contacts/search", body).do()
		require.Equal(t, 200, w.Code, w.Body.String())
		var v struct{ Facets map[string]json.RawMessage }
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &v))
		if query != "" {
			require.JSONEq(t, `{"ranges":[{"to":2,"count":0},{"from":2,"to":10.5,"count":1},{"from":10.5,"to":11,"count":1},{"from":11,"to":299.99,"count":0},
				{"from":299.99,"count":0}],"missing":0,"other":0}`, string(v.Facets["attributes.mrr"]))
			continue
		}
		require.JSONEq(t, `{"ranges":[{"to":2,"count":0},{"from":2,"to":10.5,"count":1},{"from":10.5,"to":11,"count":1},{"from":11,"to":299.99,"count":0},
			{"from":299.99,"count":1}],"missing":1,"other":0}`, string(v.Facets["attributes.mrr"]))
		require.JSONEq(t, `{"ranges":[{"to":"1999-12-31T21:00:00.000Z","count":0},{"from":"1999-12-31T21:00:00.000Z","count":0}],"missing":4,"other":0}`, string(v.Facets["last_seen_at"]))
		var created facetBody
		require.NoError(t, json.Unmarshal(v.Facets["created_at"], &created))
		require.Equal(t, "1999-12-31T21:00:00.000Z", created.Ranges[1].From, "the day in Nairobi")
		require.EqualValues(t, []uint64{0, 0, 4, 0}, []uint64{created.Ranges[0].Count, created.Ranges[1].Count, created.Ranges[2].Count, created.Ranges[3].Count})
		require.JSONEq(t, `{"values":[{"value":"KE","count":2},{"value":"DE","count":1}],"missing":1,"other":0}`, string(v.Facets["country"]))
	}
}

func TestFacetsRefused(t *testing.T) {
	h := newHarness(t)
	h.people()
	for _, test := range []struct{ facets, location, says string }{
		{`"country"`, "facets", "array"},
		{`{"field":"country"}`, "facets", "array"},
		{`[7]`, "facets[0]", "name of a field"},
		{`[null]`, "facets[0]", "name of a field"},
		{`["country",{}]`, "facets[1].field", "required"},
		{`[{"field":7}]`, "facets[0].field", "text"},
		{`[{"field":"country","` + marker + `":1}]`, "facets[0]", "known are facet_cursor, field, ranges"},
		{`[{"field":"` + marker + `"}]`, "facets[0]", "name of a field"},
		{`[{"field":"segment"}]`, "facets[0]", "must not be about segments"},
		{`["attributes.mrr",{"field":"attributes.mrr","ranges":[1]}]`, "facets[1]", "twice"},
		{`[{"field":"attributes.mrr","ranges":[]}]`, "facets[0].ranges", "1 to 100"},
		{`[{"field":"attributes.mrr","ranges":7}]`, "facets[0].ranges", "array"},
		{`[{"field":"attributes.mrr","ranges":[1,"` + marker + `"]}]`, "facets[0].ranges[1]", "amount"},
		{`[{"field":"attributes.mrr","ranges":[2,1]}]`, "facets[0].ranges[1]", "after the bound before it"},
		{`[{"field":"country","ranges":[1]}]`, "facets[0].ranges", "must be absent"},
		{`[{"field":"attributes.mrr","ranges":[1],"facet_cursor":"x"}]`, "facets[0]", "both"},
	} {
		for _, target := range []string{"/v1/contacts/count", "/v1/contacts/search"} {
			p := h.call("POST", target, `{"facets":`+test.facets+`}`).problem(422, "invalid-request")
			require.Equal(t, []string{test.location}, locations(p), test.facets)
			require.Contains(t, p.Errors[0].Detail, test.says, test.facets)
		}
	}
	h.call("GET", "/v1/contacts/search?facets="+url.QueryEscape(`{"field":"country"}`)).problem(422, "invalid-request")
	ok[countBody](h.call("POST", "/v1/contacts/count", `{"facets":null}`), 200)
	most := make([]int, 100)
	for i := range most {
		most[i] = i
	}
	v, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"facets": []object{{"field": "attributes.mrr", "ranges": most}}}), 200)
	require.Len(t, v.Facets["attributes.mrr"].Ranges, 101)
	h.call("POST", "/v1/contacts/count", object{"facets": []object{{"field": "attributes.mrr", "ranges": append(most, 100)}}}).problem(422, "invalid-request")
}

// A range that one contact alone is in tells an assistant of that contact.
func TestRangesCountAsPeopleRead(t *testing.T) {
	h, as := assistants(t, 2)
	h.people()
	ask := func(ranges ...int) *call {
		return h.call("POST", "/v1/contacts/count", object{"facets": []object{{"field": "attributes.mrr", "ranges": ranges}}}).with("Authorization", as)
	}
	ok[countBody](ask(1000), 200)
	ok[countBody](ask(11), 200)
	ask(3, 11).problem(429, "people-limit")
}
