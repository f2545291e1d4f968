package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFiltersOfContactsAskForConversationsAndNotes: over HTTP, with what belongs to whoever was
// merged, in lists, counts and segments. Facets, sorts and files do not know the fields.
func TestFiltersOfContactsAskForConversationsAndNotes(t *testing.T) {
	h := newHarness(t)
	first, second := h.receive(inbound("254712345678", "Hello")), h.receive(inbound("254712345679", "Refund, please"))
	h.receive(object{"channel": "email", "sender": object{"email": "ada@example.com"}, "message": object{"text": "Hi"}})
	h.setStatus(second.Conversation.ID, object{"status": "resolved"})
	h.note(first.ContactID, object{"text": "Asked for\n\nA REFUND of the größe", "pinned": true})

	count := func(rule object) int {
		counted, _ := ok[countBody](h.call("POST", "/v1/contacts/count", object{"filter": object{"combinator": "and", "rules": []any{rule}}}), 200)
		return int(counted.Count)
	}
	where := func(field string, value any) object {
		return object{"combinator": "and", "rules": []any{object{"field": field, "operator": "eq", "value": value}}}
	}
	require.Equal(t, 2, count(object{"field": "conversations", "operator": "any", "where": where("channel", "whatsapp")}))
	require.Equal(t, 1, count(object{"field": "conversations", "operator": "none", "where": where("channel", "whatsapp")}))
	require.Equal(t, 2, count(object{"field": "conversations", "operator": "count_gte", "value": 1, "where": where("status", "open")}))
	require.Equal(t, 0, count(object{"field": "conversations", "operator": "count_gte", "value": "2"}))
	require.Equal(t, 1, count(object{"field": "notes", "operator": "any", "where": object{"combinator": "and", "rules": []any{
		object{"field": "text", "operator": "contains", "value": "refund of the Grosse"}, object{"field": "pinned", "operator": "eq", "value": true},
	}}}))

	ok[contactBody](h.call("POST", "/v1/contacts/"+first.ContactID+"/merge", object{"contact_id": second.ContactID}), 200)
	require.Equal(t, 1, count(object{"field": "conversations", "operator": "count_eq", "value": 2}))
	require.Equal(t, 1, count(object{"field": "conversations", "operator": "any", "where": where("status", "resolved")}))

	for _, refused := range []struct {
		path     string
		body     any
		location string
	}{
		{"/v1/contacts/count", object{"facets": []any{"conversations"}}, "facets[0]"},
		{"/v1/contacts/count", object{"filter": object{"combinator": "and", "rules": []any{object{"field": "conversations", "operator": "any", "where": where("city", "x")}}}}, "filter.rules[0].where.rules[0].field"},
	} {
		answer := h.call("POST", refused.path, refused.body).do()
		require.Equal(t, 422, answer.Code, answer.Body)
		require.Contains(t, answer.Body.String(), refused.location)
	}
	for _, query := range []string{"sort=notes", "fields=notes"} {
		answer := h.call("GET", "/v1/contacts?"+query).do()
		require.Equal(t, 422, answer.Code, query)
	}
}
