package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

// searchNotes asks for notes by a query string, which reflects the newest write.
func (h *harness) searchNotes(query string) noteSearchBody {
	h.t.Helper()
	found, _ := ok[noteSearchBody](h.call("GET", fmt.Sprintf("/v1/notes/search?%s&min_seq=%d", query, h.store.Head())), 200)
	return found
}

// texts are those of the notes found.
func (b noteSearchBody) texts() (list []string) {
	for _, hit := range b.Hits {
		list = append(list, hit.Note.Text)
	}
	return list
}

func TestNotesAreFoundByWords(t *testing.T) {
	h := newHarness(t)
	ada, bo := h.create(object{"name": "Ada"}), h.create(object{"email": "bo@example.com"})
	first := h.note(ada.ID, object{"text": "Prefers *morning* calls", "created_at": "2026-01-01T00:00:00Z"})
	h.note(bo.ID, object{"text": "Call in the\n\nmorning, never later", "created_at": "2026-02-01T00:00:00Z"})
	h.note(ada.ID, object{"text": "Evening", "created_at": "2026-03-01T00:00:00Z"})

	found := h.searchNotes("q=morning")
	require.Equal(t, []string{"Call in the\n\nmorning, never later", "Prefers *morning* calls"}, found.texts(), "the newest first")
	require.Equal(t, totalBody{Value: 2, Relation: "eq"}, found.Total)
	require.Equal(t, noteHitBody{
		Note: first, Contact: foundContact{ID: ada.ID, Name: "Ada"}, Snippet: "Prefers *morning* calls", Highlights: [][2]int{{9, 16}},
	}, found.Hits[1])
	require.Equal(t, "Call in the morning, never later", found.Hits[0].Snippet, "on one line")
	require.Equal(t, foundContact{ID: bo.ID}, found.Hits[0].Contact)

	require.Equal(t, []string{"Prefers *morning* calls"}, h.searchNotes("q=moning+prefers").texts(), "with a typo")
	require.Equal(t, []string{"Prefers *morning* calls"}, h.searchNotes("q=morning&contact_id="+ada.ID).texts())
	require.Empty(t, h.searchNotes("q=%20").Hits)

	page := h.searchNotes("q=morning&limit=1")
	require.Equal(t, []string{"Call in the\n\nmorning, never later"}, page.texts())
	require.Equal(t, []string{"Prefers *morning* calls"}, h.searchNotes("q=morning&limit=1&cursor="+page.NextCursor).texts())
	require.Empty(t, h.searchNotes("q=morning&limit=1&cursor="+page.NextCursor).NextCursor)
	h.call("GET", "/v1/notes/search?q=evening&cursor="+page.NextCursor).problem(422, "invalid-cursor")
	h.call("GET", "/v1/notes/search?q=morning&contact_id="+ada.ID+"&cursor="+page.NextCursor).problem(422, "invalid-cursor")
}

func TestNotesFoundFollowTheirContacts(t *testing.T) {
	h := newHarness(t)
	ada, bo := h.create(object{"name": "Ada"}), h.create(object{"name": "Bo"})
	n := h.note(ada.ID, object{"text": "morning calls"})
	h.note(bo.ID, object{"text": "morning walks"})
	require.Len(t, h.searchNotes("q=morning").Hits, 2)

	ok[noteBody](h.call("PATCH", "/v1/notes/"+n.ID, object{"text": "evening calls"}), 200)
	require.Equal(t, []string{"morning walks"}, h.searchNotes("q=morning").texts())
	require.Equal(t, []string{"evening calls"}, h.searchNotes("q=evening").texts())

	// A merge moves nothing: what was found of both is the survivor's.
	ok[contactBody](h.call("POST", "/v1/contacts/"+bo.ID+"/merge", object{"contact_id": ada.ID}), 200)
	for _, id := range []string{ada.ID, bo.ID} {
		found := h.searchNotes("q=calls&contact_id=" + id)
		require.Equal(t, []string{"evening calls"}, found.texts())
		require.Equal(t, foundContact{ID: bo.ID, Name: "Bo"}, found.Hits[0].Contact)
		require.Equal(t, bo.ID, found.Hits[0].Note.ContactID)
	}

	// A deleted contact's notes are gone at once.
	require.Equal(t, 204, h.call("DELETE", "/v1/contacts/"+bo.ID).do().Code)
	found, _ := ok[noteSearchBody](h.call("GET", "/v1/notes/search?q=calls"), 200)
	require.Empty(t, found.Hits)
	require.Zero(t, found.Total.Value)
	h.call("GET", "/v1/notes/search?q=calls&contact_id="+bo.ID).problem(404, "not-found")
}

func TestNoteSearchRefusesWhatItCannotRead(t *testing.T) {
	h := newHarness(t)
	for query, location := range map[string]string{
		"":                                "q",
		"q=" + strings.Repeat("x", 1_001): "q",
		"q=x&limit=101":                   "limit",
		"q=x&contact_id=" + marker:        "contact_id",
		"q=x&min_seq=99":                  "min_seq",
		"q=x&contact_id=" + strings.Repeat("0", 36): "contact_id",
	} {
		w := h.call("GET", "/v1/notes/search?"+query).do()
		require.Equal(t, 422, w.Code, query)
		var p wire.Problem
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
		require.Equal(t, []string{location}, locations(p), query)
	}
}

// An assistant reads the people whose notes it is shown.
func TestNotesFoundCountAsPeopleRead(t *testing.T) {
	h := newHarness(t)
	ada, bo := h.create(object{"name": "Ada"}), h.create(object{"name": "Bo"})
	for _, id := range []string{ada.ID, ada.ID, bo.ID} {
		h.note(id, object{"text": "morning " + strings.Repeat("größe ", 100)})
	}
	h.searchNotes("q=morning")
	h.call("PATCH", "/v1/settings", object{"ai_people_per_hour": 2}).do()
	found, _ := ok[noteSearchBody](h.call("GET", "/v1/notes/search?q=morning").as(access.ScopeAI), 200)
	require.Len(t, found.Hits, 3)
	require.LessOrEqual(t, utf8.RuneCountInString(found.Hits[0].Snippet), 200)
	h.call("GET", "/v1/notes/search?q=morning").as(access.ScopeAI).problem(429, "people-limit")
	ok[noteSearchBody](h.call("GET", "/v1/notes/search?q=morning").as(access.ScopeMarketer), 200)
}
