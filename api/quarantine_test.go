package api

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
)

// held lets somebody write, blocks them, and returns the id of their next message, which is kept
// aside.
func (h *harness) held(from string) string {
	h.t.Helper()
	c := h.receive(inbound(from, "Hi"))
	ok[contactBody](h.call("POST", "/v1/contacts/"+c.ContactID+"/block"), 200)
	h.call("POST", "/v1/conversations", inbound(from, "Please")).problem(403, "contact-blocked")
	return h.quarantine(c.ContactID, "").Quarantine[0].ID
}

func (h *harness) quarantine(contact, query string) quarantineBody {
	h.t.Helper()
	page, _ := ok[quarantineBody](h.call("GET", "/v1/contacts/"+contact+"/quarantine"+query), 200)
	return page
}

func TestQuarantine(t *testing.T) {
	h := newHarness(t)
	got := h.receive(inbound("1", "Hi"))
	path := "/v1/contacts/" + got.ContactID
	require.Equal(t, quarantineBody{Quarantine: []heldBody{}}, h.quarantine(got.ContactID, ""))
	blocked, _ := ok[contactBody](h.call("POST", path+"/block"), 200)
	for i := range 3 {
		body := inbound("1", fmt.Sprint("Please ", i))
		body["message"].(object)["at"] = fmt.Sprintf("2026-11-20T10:00:0%d.000Z", i)
		refused := h.call("POST", "/v1/conversations", body)
		w := refused.do()
		require.Equal(t, 403, w.Code)
		require.Equal(t, strconv.FormatUint(h.store.Head(), 10), w.Header().Get("Kundi-Seq"))
	}
	after, _ := ok[contactBody](h.call("GET", path), 200)
	require.Equal(t, blocked.Version, after.Version)
	all := h.quarantine(got.ContactID, "")
	require.Len(t, all.Quarantine, 3)
	require.Empty(t, all.NextCursor)
	newest := all.Quarantine[0]
	require.Equal(t, heldBody{
		ID: newest.ID, Channel: got.Conversation.Channel, Text: "Please 2", At: "2026-11-20T10:00:02.000Z", Sender: newest.Sender, Attachments: []attachmentBody{},
	}, newest)
	require.Equal(t, "1", newest.Sender.SourceID)
	first := h.quarantine(got.ContactID, "?limit=2")
	require.Equal(t, all.Quarantine[:2], first.Quarantine)
	rest := h.quarantine(got.ContactID, "?limit=2&cursor="+first.NextCursor)
	require.Equal(t, quarantineBody{Quarantine: all.Quarantine[2:]}, rest)
	other := h.receive(inbound("2", "Hi"))
	h.call("GET", "/v1/contacts/"+other.ContactID+"/quarantine?cursor="+first.NextCursor).problem(422, "invalid-cursor")
	h.call("GET", "/v1/contacts/"+got.Conversation.ID+"/quarantine").problem(404, "not-found")

	release := "/v1/quarantine/" + newest.ID + "/release"
	for _, scope := range []access.Scope{access.ScopeMarketer, access.ScopeAI, access.ScopeCampaign} {
		h.call("POST", release).with("Authorization", "Bearer "+h.keys[scope]).problem(403, "forbidden")
	}
	out, header := ok[receivedBody](h.call("POST", release).with("Authorization", "Bearer "+h.keys[access.ScopeAgent]), 201)
	require.Equal(t, []string{got.ContactID, newest.ID, "Please 2", newest.At}, []string{out.ContactID, out.Message.ID, out.Message.Text, out.Message.At})
	require.Equal(t, "/v1/conversations/"+out.Conversation.ID, header.Get("Location"))
	h.call("POST", release).problem(404, "not-found")
	h.call("POST", "/v1/quarantine/nonsense/release").problem(404, "not-found")
	require.Len(t, h.quarantine(got.ContactID, "").Quarantine, 2)
}
