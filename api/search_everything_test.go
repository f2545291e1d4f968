package api

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOneBoxFindsPeopleAndCompanies(t *testing.T) {
	h := newHarness(t)
	h.people()
	ok[wholeCompany](h.call("POST", "/v1/companies", object{
		"name": "Zoë Foods Intl. Ltd", "domains": []string{"qorvane.example"}, "labels": []string{"gold", "öko partner"}, "identifier": "acc-9",
	}), 201)
	_, header := ok[wholeCompany](h.call("POST", "/v1/companies", object{"name": "Zebra Mills"}), 201)
	search := func(q, more string) boxBody {
		h.t.Helper()
		body, _ := ok[boxBody](h.call("GET", "/v1/search?min_seq="+header.Get("Kundi-Seq")+"&q="+url.QueryEscape(q)+more), 200)
		return body
	}

	both := search("zoe", "")
	require.Equal(t, []string{"Zoë"}, hitNames(both.People.Hits))
	require.Equal(t, totalBody{1, "eq"}, both.People.Total)
	require.Len(t, both.Companies.Hits, 1)
	require.Equal(t, "Zoë Foods Intl. Ltd", both.Companies.Hits[0].Company.Name)
	require.Equal(t, []companyHighlightBody{{"name", "exact", [][2]int{{0, 3}}}}, both.Companies.Hits[0].Highlights)
	require.Equal(t, totalBody{1, "eq"}, both.Companies.Total)
	require.GreaterOrEqual(t, both.Seq, uint64(1))

	for q, want := range map[string]companyHighlightBody{
		"jane@qorvane.example": {"domains[0]", "exact", [][2]int{{0, 15}}},
		"öko":                  {"labels[1]", "exact", [][2]int{{0, 3}}},
		"acc-9":                {"identifier", "exact", [][2]int{{0, 5}}},
	} {
		hits := search(q, "").Companies.Hits
		require.Len(t, hits, 1, q)
		require.Equal(t, []companyHighlightBody{want}, hits[0].Highlights, q)
	}

	two := search("maji safi", "")
	require.Len(t, two.People.Hits, 2, "its contacts")
	require.Len(t, two.Companies.Hits, 1, "and itself")
	require.Equal(t, []string{}, hitNames(search(" ", "").People.Hits), "blank: nobody")
	require.Empty(t, search(" ", "").Companies.Hits)
	one := search("z", "&limit=1")
	require.Len(t, one.Companies.Hits, 1)
	require.EqualValues(t, 2, one.Companies.Total.Value)

	header = h.call("DELETE", "/v1/companies/"+both.Companies.Hits[0].Company.ID).do().Header()
	require.Empty(t, search("qorvane", "").Companies.Hits)
}

func TestOneBoxRefuses(t *testing.T) {
	h := newHarness(t)
	seq := h.people()
	for query, location := range map[string]string{
		"q=" + strings.Repeat("a", 1_001): "q", "q=a&limit=0": "limit", "q=a&limit=101": "limit", "q=a&min_seq=1000000": "min_seq", "": "q", "q=a&sort=name": "query",
	} {
		w := h.call("GET", "/v1/search?"+query).do()
		require.Equal(t, 422, w.Code, "%s: %s", query, w.Body)
		require.Contains(t, w.Body.String(), location, query)
	}
	for scope := range h.keys {
		w := h.call("GET", "/v1/search?q=amina&min_seq="+seq).with("Authorization", "Bearer "+h.keys[scope]).do()
		require.Equal(t, 200, w.Code, "%s: everyone reads", scope)
	}
}
