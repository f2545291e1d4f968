package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

// TestWordsForWhatTakesNoneAreSentToTheSearch: who tries ?q= learns which request finds
// by words.
func TestWordsForWhatTakesNoneAreSentToTheSearch(t *testing.T) {
	h := newHarness(t)
	segment, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "All", "filter": object{"combinator": "and", "rules": []object{}}}), 201)
	company := h.company(object{"name": "Maji"})
	for target, at := range map[string]string{
		"/v1/contacts":      "GET /v1/contacts/search?q=",
		"/v1/companies":     "GET /v1/search?q=",
		"/v1/conversations": "GET /v1/conversations/search?q=",
		"/v1/companies/" + company.ID + "/contacts": "GET /v1/contacts/search?q=",
		"/v1/segments/" + segment.ID + "/members":   "GET /v1/contacts/search?q=",
	} {
		for _, name := range []string{"q", "query", "search"} {
			p := h.call("GET", target+"?limit=1&"+name+"=amina").problem(422, "invalid-request")
			require.Len(t, p.Errors, 1, p)
			require.Equal(t, name, p.Errors[0].Location)
			require.Contains(t, p.Errors[0].Detail, at, target)
		}
	}
	for target, name := range map[string]string{"/v1/companies/count": "q", "/v1/contacts/count": "query", "/v1/conversations/search": "query", "/v1/conversations/count": "q"} {
		p := h.call("POST", target, object{name: "amina"}).problem(422, "invalid-request")
		require.Equal(t, []string{name}, locations(p))
		require.Contains(t, p.Errors[0].Detail, "/search?q=", target)
	}
	for _, target := range []string{"/v1/contacts/search", "/v1/search", "/v1/contacts/suggest"} {
		p := h.call("GET", target+"?query=amina").problem(422, "invalid-request")
		require.Equal(t, []wire.ProblemError{{Location: "query", Detail: "is called q here"}}, p.Errors, target)
	}
	for name, detail := range map[string]string{
		"q":     "is called query here, and is a member of the body",
		"query": "is a member of the body here, and no parameter",
		"limit": "is a member of the body here, and no parameter",
	} {
		p := h.call("POST", "/v1/contacts/search?"+name+"=1", object{}).problem(422, "invalid-request")
		require.Equal(t, []wire.ProblemError{{Location: name, Detail: detail}}, p.Errors)
	}
	p := h.call("GET", "/v1/keys?x=1").problem(422, "invalid-request")
	require.Equal(t, []wire.ProblemError{{Location: "query", Detail: "has a parameter, and this request takes none"}}, p.Errors)
	p = h.call("POST", "/v1/contacts/search", object{"q": "amina"}).problem(422, "invalid-request")
	require.Equal(t, []wire.ProblemError{{Location: "q", Detail: "is called query here"}}, p.Errors)
	p = h.call("GET", "/v1/companies?q=amina&other=1").problem(422, "invalid-request")
	require.Equal(t, []string{"q", "query"}, locations(p), "both are said")
}
