package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

// TestANumberIsTextWhereTextIsAsked: of messages and notes as of every text field.
func TestANumberIsTextWhereTextIsAsked(t *testing.T) {
	h := newHarness(t)
	got := h.receive(object{"channel": "email", "sender": object{"email": "ada@example.org"}, "message": object{"text": 5}})
	require.Equal(t, "5", got.Message.Text)
	require.Equal(t, "5", h.note(got.ContactID, object{"text": 5}).Text)
	named, _ := ok[contactBody](h.call("PATCH", "/v1/contacts/"+got.ContactID, object{"name": 5}), 200)
	require.Equal(t, "5", named.Name)
}

// TestADeletionTakesNoBody: one that is sent is not looked at, by any of them.
func TestADeletionTakesNoBody(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Ada"})
	note := h.note(ada.ID, object{"text": "a"})
	ok[contactBody](h.call("POST", "/v1/contacts/"+ada.ID+"/block"), 200)
	ok[contactBody](h.call("DELETE", "/v1/contacts/"+ada.ID+"/block", object{"reason": "x"}), 200)
	ok[wire.None](h.call("DELETE", "/v1/notes/"+note.ID, object{"reason": "x"}), 204)
	ok[wire.None](h.call("DELETE", "/v1/contacts/"+ada.ID, object{"reason": "x"}), 204)
}
