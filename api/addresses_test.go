package api

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAddressesAndIdentities(t *testing.T) {
	h := newHarness(t)
	made, _ := ok[contactBody](h.call("POST", "/v1/contacts", object{
		"emails":     []any{object{"value": "office@x.example", "shared": true}, object{"value": "a@x.example", "primary": true}},
		"phones":     []any{object{"value": "+254712345678"}},
		"identities": []any{object{"channel": "whatsapp", "source_id": "a:B"}},
	}), 201)
	require.Equal(t, "a@x.example", made.Email)
	require.Equal(t, []addressBody{{Value: "a@x.example", Primary: true}, {Value: "office@x.example", Shared: true}}, made.Emails)
	require.Equal(t, []addressBody{{Value: "+254712345678", Primary: true}}, made.Phones)
	require.Equal(t, []identityBody{{Channel: "whatsapp", SourceID: "a:B"}}, made.Identities)

	path := "/v1/contacts/" + made.ID
	swapped, _ := ok[contactBody](h.call("PATCH", path, object{"email": "office@x.example"}), 200)
	require.Equal(t, []addressBody{{Value: "office@x.example", Primary: true, Shared: true}, {Value: "a@x.example"}}, swapped.Emails)
	history, _ := ok[historyBody](h.call("GET", path+"/history?field=emails"), 200)
	require.Len(t, history.Entries, 1)
	require.Equal(t, object{"value": "a@x.example", "primary": true, "shared": false}, history.Entries[0].Changes[0].Old.([]any)[0])
	require.Equal(t, object{"value": "office@x.example", "primary": true, "shared": true}, history.Entries[0].Changes[0].New.([]any)[0])

	for filter, want := range map[string]int{
		`{"field":"email","operator":"eq","value":"A@x.example"}`:             1,
		`{"field":"email","operator":"ne","value":"a@x.example"}`:             0,
		`{"field":"identities","operator":"any_of","value":["whatsapp:a:B"]}`: 1,
		`{"field":"identities","operator":"any_of","value":["whatsapp:a:b"]}`: 0,
	} {
		list, _ := ok[struct{ Contacts []map[string]any }](h.call("GET", "/v1/contacts?filter="+url.QueryEscape(`{"combinator":"and","rules":[`+filter+`]}`)), 200)
		require.Len(t, list.Contacts, want, filter)
	}
	by, _ := ok[contactBody](h.call("GET", "/v1/contacts/by/email/a@x.example"), 200)
	require.Equal(t, made.ID, by.ID)
	h.call("GET", "/v1/contacts/by/email/office@x.example").problem(404, "not-found")

	taken := h.call("POST", "/v1/contacts", object{"identities": []any{object{"channel": "whatsapp", "source_id": "a:B"}}}).problem(409, "identity-taken")
	require.Equal(t, "identities", taken.Field)
	require.Equal(t, made.ID, taken.ContactID)
	wrong := h.call("PATCH", path, object{"emails": []any{object{"value": "a@x.example", "primary": true}, object{"value": "b@x.example", "primary": true}}}).problem(422, "invalid-contact")
	require.Equal(t, "emails[1].primary", wrong.Errors[0].Location)
	other := h.create(object{"emails": []any{object{"value": "office@x.example", "shared": true}}})
	both := h.call("PATCH", "/v1/contacts/"+other.ID, object{"emails": []any{object{"value": "office@x.example"}}}).problem(409, "identity-taken")
	require.ElementsMatch(t, []string{made.ID, other.ID}, both.ContactIDs)
	visitor := h.create(object{"identities": []any{object{"channel": "live_chat", "source_id": "1"}}})
	require.Equal(t, "visitor", visitor.Type)
}
