package api

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
)

func TestSuggest(t *testing.T) {
	h := newHarness(t)
	seq := h.people()
	suggest := func(q, more string) []suggestionBody {
		v, _ := ok[suggestBody](h.call("GET", "/v1/contacts/suggest?q="+url.QueryEscape(q)+"&min_seq="+seq+more), 200)
		require.NotZero(t, v.Seq)
		require.NotNil(t, v.Suggestions)
		return v.Suggestions
	}
	amina := suggest("am", "")
	require.Len(t, amina, 1)
	require.Regexp(t, `^[0-9a-f-]{36}$`, amina[0].ID)
	amina[0].ID = ""
	require.Equal(t, suggestionBody{
		Name: "Amina Yusuf", Email: "amina@example.org", Company: "Maji Safi",
		Highlights: []suggestionHighlightBody{{Field: "name", Way: "prefix", Ranges: [][2]int{{0, 2}}, Value: "Amina Yusuf"}},
	}, amina[0])
	require.Equal(t, "Zoë Müller", suggest("muler", "")[0].Name, "a typo when nobody is found without")
	require.Equal(t, "Maji Safi", suggest("maji", "")[0].Highlights[0].Value)
	require.Len(t, suggest("maji", ""), 2)
	require.Len(t, suggest("maji", "&limit=1"), 1)
	require.Equal(t, "Chidi Eze", suggest("c", "")[0].Name)
	require.Empty(t, suggest(" ", ""))

	for query, location := range map[string]string{
		"":                                "q",
		"?q=a&limit=0":                    "limit",
		"?q=a&limit=11":                   "limit",
		"?q=a&facets=country":             "query",
		"?q=a&min_seq=99999":              "min_seq",
		"?q=a&q=b":                        "q",
		"?q=" + strings.Repeat("a", 1001): "q",
		"?q=a&limit=" + marker + "":       "limit",
	} {
		w := h.call("GET", "/v1/contacts/suggest"+query).do()
		require.Equal(t, 422, w.Code, query)
		require.Contains(t, w.Body.String(), `"location":"`+location+`"`, query)
	}
	campaign := h.call("GET", "/v1/contacts/suggest?q=a").with("Authorization", "Bearer "+h.keys[access.ScopeCampaign])
	ok[suggestBody](campaign, 200)
	h.call("GET", "/v1/contacts/suggest?q=a").with("Authorization", "").problem(401, "unauthorized")
}
