package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAUniqueAttribute: contacts and companies, and each way in, say who has a value.
func TestAUniqueAttribute(t *testing.T) {
	h := newHarness(t)
	for _, entity := range []string{"contact", "company"} {
		a, _ := ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "code", "type": "number", "unique": true, "entity": entity}), 201)
		require.True(t, a.Unique)
		ok[attributeBody](h.call("POST", "/v1/attributes", object{"key": "badge", "type": "text", "entity": entity}), 201)
	}
	h.call("POST", "/v1/attributes", object{"key": "bad", "type": "list", "options": []any{"a"}, "unique": true}).problem(422, "invalid-attribute")
	h.call("POST", "/v1/attributes", object{"key": "bad", "type": "text", "default": "x", "unique": true}).problem(422, "invalid-attribute")
	a, _ := ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Ada", "attributes": object{"code": 12.50, "badge": "Ä 1"}}), 201)
	b, _ := ok[contactBody](h.call("POST", "/v1/contacts", object{"name": "Ben", "attributes": object{"badge": "a\u0308  1"}}), 201)
	c, _ := ok[object](h.call("POST", "/v1/companies", object{"name": "Acme", "attributes": object{"code": 12.5, "badge": "x"}}), 201)

	for _, call := range []*call{
		h.call("POST", "/v1/contacts", object{"name": "Cem", "attributes": object{"code": "12.5"}}),
		h.call("PATCH", "/v1/contacts/"+b.ID, object{"attributes": object{"code": 12.5}}),
	} {
		p := call.problem(409, "identity-taken")
		require.Equal(t, "attributes.code", p.Field)
		require.Equal(t, a.ID, p.ContactID)
	}
	p := h.call("POST", "/v1/companies", object{"name": "Other", "attributes": object{"code": 12.5}}).problem(409, "company-taken")
	require.Equal(t, "attributes.code", p.Field)
	require.Equal(t, c["id"], p.CompanyID)

	p = h.call("PATCH", "/v1/attributes/badge?entity=contact", object{"unique": true}).problem(409, "attribute-has-twins")
	require.Equal(t, "attributes.badge", p.Field)
	require.ElementsMatch(t, []string{a.ID, b.ID}, p.ContactIDs)
	h.call("PATCH", "/v1/attributes/badge?entity=contact", object{"unique": true, "label": "Badge"}).problem(422, "invalid-attribute")
	got, _ := ok[attributeBody](h.call("PATCH", "/v1/attributes/badge?entity=company", object{"unique": true}), 200)
	require.True(t, got.Unique)
	got, _ = ok[attributeBody](h.call("GET", "/v1/attributes/badge?entity=company"), 200)
	require.True(t, got.Unique)
	require.Nil(t, got.Claiming)
	h.call("POST", "/v1/companies", object{"name": "Other", "attributes": object{"badge": "X"}}).problem(409, "company-taken")
	got, _ = ok[attributeBody](h.call("PATCH", "/v1/attributes/badge?entity=company", object{"unique": false}), 200)
	require.False(t, got.Unique)
	ok[object](h.call("POST", "/v1/companies", object{"name": "Other", "attributes": object{"badge": "X"}}), 201)
	h.sweep()
	h.verified()
}
