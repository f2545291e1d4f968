package api

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// namesOf are the names of companies.
func namesOf(list []wholeCompany) (names []string) {
	for _, c := range list {
		names = append(names, c.Name)
	}
	return names
}

// TestCompaniesAreFoundByWordsAmongThoseThatPass: with facets, sorts and pages.
func TestCompaniesAreFoundByWordsAmongThoseThatPass(t *testing.T) {
	h := newHarness(t)
	for _, of := range []object{
		{"name": "Maji Safi", "country": "KE", "domains": []string{"majisafi.example"}}, {"name": "Maji Baridi", "country": "TZ"},
		{"name": "Maji Moto", "country": "KE", "labels": []string{"vip"}}, {"name": "Acme", "country": "KE"},
	} {
		h.call("POST", "/v1/companies", of).answered(201)
	}
	seq := h.store.Head()
	find := func(body object) companySearchBody {
		body["min_seq"] = seq
		found, _ := ok[companySearchBody](h.call("POST", "/v1/companies/search", body), 200)
		return found
	}
	kenya := rulesOf("and", ruleOn("country", "eq", "KE"))
	found := find(object{"query": "maji", "filter": kenya, "sort": "-name", "facets": []string{"country", "labels"}})
	require.Equal(t, []string{"Maji Safi", "Maji Moto"}, namesOf(found.Companies))
	require.Equal(t, totalBody{Value: 2, Relation: "eq"}, found.Total)
	require.Equal(t, []facetValueBody{{"KE", 2}}, found.Facets["country"].Values)
	require.Equal(t, []facetValueBody{{"vip", 1}}, found.Facets["labels"].Values)
	require.Len(t, found.Matches, 2)
	require.Equal(t, []companyHighlightBody{{Field: "name", Way: "exact", Ranges: [][2]int{{0, 4}}}}, found.Matches[0].Highlights)

	best := find(object{"query": "majisafi.example"})
	require.Equal(t, "Maji Safi", best.Companies[0].Name)
	require.Equal(t, "domains[0]", best.Matches[0].Highlights[0].Field)
	require.Empty(t, find(object{"query": "acme", "filter": rulesOf("and", ruleOn("country", "eq", "TZ"))}).Companies)
	require.Empty(t, find(object{"query": "!!"}).Companies)

	var paged []string
	for cursor := ""; ; {
		page := find(object{"query": "maji", "sort": "name", "limit": 1, "cursor": cursor})
		require.Len(t, page.Companies, 1)
		paged = append(paged, namesOf(page.Companies)...)
		if cursor = page.NextCursor; cursor == "" {
			break
		}
		h.call("POST", "/v1/companies/search", object{"query": "acme", "sort": "name", "limit": 1, "cursor": cursor}).problem(422, "invalid-cursor")
		h.call("POST", "/v1/companies/search", object{"sort": "name", "limit": 1, "cursor": cursor}).problem(422, "invalid-cursor")
	}
	require.Equal(t, []string{"Maji Baridi", "Maji Moto", "Maji Safi"}, paged)
	require.Len(t, find(object{"query": " "}).Companies, 4)
	require.Nil(t, find(object{}).Matches)

	p := h.call("POST", "/v1/companies/search", object{"query": strings.Repeat("x", 1_001), "sort": marker, "filter": rulesOf("and", ruleOn("email", "eq", "x"))}).problem(422, "invalid-filter")
	require.ElementsMatch(t, []string{"query", "sort", "filter.rules[0].field"}, locations(p))
	h.call("POST", "/v1/companies/search", object{"query": "maji", "min_seq": seq + 1_000}).problem(422, "invalid-min-seq")
	h.call("POST", "/v1/companies/search", object{"min_seq": seq + 1_000}).problem(422, "invalid-min-seq")
	p = h.call("POST", "/v1/companies/search", object{"q": "maji"}).problem(422, "invalid-request")
	require.Equal(t, "is called query here", p.Errors[0].Detail)
}
