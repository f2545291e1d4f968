package api

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
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
	ok[wire.None](h.call("DELETE", "/v1/contacts/"+c.ID), 204)
	kept := ask("+254 722 000111").Blocks
	require.Len(t, kept, 1)
	require.Equal(t, "phone", kept[0].Field)
	require.NotEmpty(t, kept[0].KeptAt)

	again := h.create(object{"email": "kim@FIRMA.example"})
	require.True(t, again.Blocked)
	read, header := ok[contactBody](h.call("GET", "/v1/contacts/"+again.ID), 200)
	require.Equal(t, again, read)
	require.Equal(t, wire.ETag(again.Version), header.Get("ETag"))
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
	_, header = ok[wire.None](lift(), 204)
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	_, header = ok[wire.None](lift(), 204)
	require.Equal(t, "true", header.Get(wire.ReplayedHeader))
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

// TestBlocksOfAPhoneAsItIsDialled: no way to write a number hides that it is blocked.
func TestBlocksOfAPhoneAsItIsDialled(t *testing.T) {
	h := newHarness(t)
	kim := h.create(object{"name": "Kim", "phone": "+254722000111"})
	ask := func(value string) blocksBody {
		body, _ := ok[blocksBody](h.call("GET", "/v1/blocks?value="+value), 200)
		return body
	}
	written := []string{"+254722000111", "%2B254722000111", "%20254722000111", "+254+722+000111", "00254722000111", "011254722000111", "tel:%2B254722000111"}
	for _, value := range written {
		ok[contactBody](h.call("POST", "/v1/contacts/"+kim.ID+"/block"), 200)
		require.Equal(t, []blockBody{{Field: "phone", ContactID: kim.ID}}, ask(value).Blocks, value)
		ok[wire.None](h.call("DELETE", "/v1/blocks?value="+value), 204)
	}
	require.Equal(t, blocksBody{Blocks: []blockBody{}}, ask("+00"), "an identifier")

	const local = "0722000111"
	refused := func() {
		for _, method := range []string{"GET", "DELETE"} {
			p := h.call(method, "/v1/blocks?value="+local).problem(422, "invalid-request")
			require.Equal(t, "value", p.Errors[0].Location)
			require.Contains(t, p.Errors[0].Detail, "with + and country code")
		}
	}
	refused()
	holder := h.create(object{"identifier": local})
	require.False(t, ask(local).Blocked)
	h.call("DELETE", "/v1/blocks?value="+local).problem(404, "not-found")
	ok[contactBody](h.call("POST", "/v1/contacts/"+holder.ID+"/block"), 200)
	ok[wire.None](h.call("DELETE", "/v1/contacts/"+holder.ID), 204)
	require.Equal(t, "identifier", ask(local).Blocks[0].Field)
	ok[wire.None](h.call("DELETE", "/v1/blocks?value="+local), 204)
	refused()

	ok[settingsBody](h.call("PATCH", "/v1/settings", object{"phone_region": "KE"}), 200)
	ok[contactBody](h.call("POST", "/v1/contacts/"+kim.ID+"/block"), 200)
	for _, value := range append(written, local) {
		require.Len(t, ask(value).Blocks, 1, value)
	}
}

// TestContactsByPhoneAsItIsDialled also from abroad, whatever the region is, as in a
// search.
func TestContactsByPhoneAsItIsDialled(t *testing.T) {
	h := newHarness(t)
	kim := h.create(object{"name": "Kim", "phone": "+254722000111"})
	for _, region := range []any{nil, "KE", "US", "GB"} {
		ok[settingsBody](h.call("PATCH", "/v1/settings", object{"phone_region": region}), 200)
		for _, value := range []string{"+254722000111", "00254722000111", "011254722000111", "00%20254%20722-000-111"} {
			c, _ := ok[contactBody](h.call("GET", "/v1/contacts/by/phone/"+value), 200)
			require.Equal(t, kim.ID, c.ID, "%s in %v", value, region)
			found, _ := ok[searchBody](h.call("GET", fmt.Sprintf("/v1/contacts/search?q=%s&min_seq=%d", value, h.store.Head())), 200)
			require.Len(t, found.Hits, 1, "%s in %v", value, region)
		}
		for _, value := range []string{"001", "00999999999999"} {
			h.call("GET", "/v1/contacts/by/phone/"+value).problem(422, "invalid-request")
		}
	}
}
