package api

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
)

// TestABlockOutlivesItsContact: who was blocked and deleted is blocked again, in
// whichever way they come back, until an agent lifts it.
func TestABlockOutlivesItsContact(t *testing.T) {
	h := newHarness(t)
	kim := object{"name": "Kim", "email": "Kim@firma.example", "phone": "+254722000111"}
	c := h.create(kim)
	path := "/v1/blocks?value="
	ask := func(value string) blocksBody {
		body, _ := ok[blocksBody](h.call("GET", path+url.QueryEscape(value)).with("Authorization", "Bearer "+h.keys[access.ScopeCampaign]), 200)
		return body
	}
	require.Equal(t, blocksBody{Blocks: []blockBody{}}, ask("kim@firma.example"))
	ok[contactBody](h.call("POST", "/v1/contacts/"+c.ID+"/block"), 200)
	require.Equal(t, blocksBody{Blocked: true, Blocks: []blockBody{{Field: "email", ContactID: c.ID}}}, ask("kim@firma.example"))
	ok[none](h.call("DELETE", "/v1/contacts/"+c.ID), 204)
	kept := ask("+254 722 000111").Blocks
	require.Len(t, kept, 1)
	require.Equal(t, "phone", kept[0].Field)
	require.NotEmpty(t, kept[0].KeptAt)

	again := h.create(object{"email": "kim@FIRMA.example"})
	require.True(t, again.Blocked)
	read, header := ok[contactBody](h.call("GET", "/v1/contacts/"+again.ID), 200)
	require.Equal(t, again, read)
	require.Equal(t, etagOf(again.Version), header.Get("ETag"))
	batch := h.call("POST", "/v1/contacts/batch", object{"contacts": []object{{"phone": "+254722000111"}}}).do()
	require.Equal(t, 200, batch.Code)
	counted, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{
		"filter": object{"combinator": "and", "rules": []object{{"field": "blocked", "operator": "eq", "value": true}}},
	}), 200)
	require.EqualValues(t, 2, counted.Count, "filters know it at once")

	for _, scope := range []access.Scope{access.ScopeMarketer, access.ScopeAI, access.ScopeCampaign} {
		h.call("DELETE", path+"x").with("Authorization", "Bearer "+h.keys[scope]).problem(403, "forbidden")
	}
	lift := func() *call {
		return h.call("DELETE", path+url.QueryEscape("kim@firma.example")).with("Authorization", "Bearer "+h.keys[access.ScopeAgent]).with("Idempotency-Key", "l")
	}
	_, header = ok[none](lift(), 204)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	_, header = ok[none](lift(), 204)
	require.Equal(t, "true", header.Get(replayedHeader))
	h.call("DELETE", path+"other").with("Authorization", "Bearer "+h.keys[access.ScopeAgent]).with("Idempotency-Key", "l").problem(422, "idempotency-key-reused")
	read, _ = ok[contactBody](h.call("GET", "/v1/contacts/"+again.ID), 200)
	require.False(t, read.Blocked)
	require.False(t, ask("kim@firma.example").Blocked)
	h.call("DELETE", path+marker).problem(404, "not-found")
	for _, target := range []string{"/v1/blocks", path, path + "%20", path + "x&more=1"} {
		require.Equal(t, 422, h.call("GET", target).do().Code, target)
		require.Equal(t, 422, h.call("DELETE", target).do().Code, target)
	}
}
