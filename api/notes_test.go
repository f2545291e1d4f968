package api

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

func (h *harness) note(contact string, draft object) noteBody {
	h.t.Helper()
	made, _ := ok[noteBody](h.call("POST", "/v1/contacts/"+contact+"/notes", draft), 201)
	return made
}

// notesOf are the texts of the notes of a contact, page by page.
func (h *harness) notesOf(contact, query string) (texts []string) {
	h.t.Helper()
	for cursor := ""; ; {
		page, _ := ok[noteList](h.call("GET", "/v1/contacts/"+contact+"/notes?limit=2"+query+"&cursor="+cursor), 200)
		for _, n := range page.Notes {
			texts = append(texts, n.Text)
		}
		if cursor = page.NextCursor; cursor == "" {
			return texts
		}
	}
}

func TestNoteLives(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Ada"})
	draft := object{"text": " # Calls\r\n\t*mornings* \n", "pinned": true}
	n, header := ok[noteBody](h.call("POST", "/v1/contacts/"+ada.ID+"/notes", draft).with("Idempotency-Key", "k").as(access.ScopeAgent), 201)
	require.Equal(t, "/v1/notes/"+n.ID, header.Get("Location"))
	require.Equal(t, wire.ETag(n.Version), header.Get("ETag"))
	require.Equal(t, fmt.Sprint(n.Version), header.Get("Kundi-Seq"))
	require.Equal(t, noteBody{
		ID: n.ID, ContactID: ada.ID, Text: "# Calls\r\n\t*mornings*", Pinned: true, Author: authorBody{Source: "agent", Name: "agent"},
		CreatedAt: n.CreatedAt, UpdatedAt: n.CreatedAt, Version: n.Version,
	}, n)
	again, header := ok[noteBody](h.call("POST", "/v1/contacts/"+ada.ID+"/notes", draft).with("Idempotency-Key", "k").as(access.ScopeAgent), 201)
	require.Equal(t, n, again)
	require.Equal(t, "true", header.Get("Idempotency-Replayed"))
	require.Len(t, h.notesOf(ada.ID, ""), 1, "one key makes one note")

	path := "/v1/notes/" + n.ID
	h.call("PATCH", path, object{"text": "b"}).with("If-Match", `"1"`).problem(412, "version-mismatch")
	changed, _ := ok[noteBody](h.call("PATCH", path, object{"text": "b"}).with("If-Match", wire.ETag(n.Version)), 200)
	require.Equal(t, "b", changed.Text)
	require.Equal(t, n.Author, changed.Author, "who made it")
	require.Equal(t, n.CreatedAt, changed.CreatedAt)
	same, _ := ok[noteBody](h.call("PATCH", path, object{"text": " b ", "created_at": n.CreatedAt}), 200)
	require.Equal(t, changed, same, "a patch that changes nothing writes nothing")
	read, _ := ok[noteBody](h.call("GET", path), 200)
	require.Equal(t, changed, read)

	h.call("DELETE", path).with("If-Match", `"1"`).problem(412, "version-mismatch")
	require.Equal(t, 204, h.call("DELETE", path).do().Code)
	for _, gone := range []*call{h.call("GET", path), h.call("GET", path+"/versions"), h.call("PATCH", path, object{"text": "c"}), h.call("DELETE", path)} {
		gone.problem(404, "not-found")
	}
	h.call("POST", "/v1/contacts/"+ada.ID+"/notes", draft).with("Idempotency-Key", "k").as(access.ScopeAgent).problem(410, "deleted-since")
	require.Empty(t, h.notesOf(ada.ID, ""))
}

func TestNotesAreRefused(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Ada"})
	path, soon := "/v1/contacts/"+ada.ID+"/notes", time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	long := strings.Repeat("é", 20_000)
	for _, wrong := range []struct {
		location string
		draft    object
	}{
		{"text", object{"pinned": true}},
		{"text", object{"text": nil}},
		{"text", object{"text": " \n\u200b"}},
		{"text", object{"text": "a\u0007"}},
		{"text", object{"text": long + "é"}},
		{"text", object{"text": []any{"a"}}},
		{"pinned", object{"text": "a", "pinned": "sometimes"}},
		{"author", object{"text": "a", "author": object{"source": "agent", "name": marker}}},
		{"created_at", object{"text": "a", "created_at": soon}},
		{"created_at", object{"text": "a", "created_at": "9999-01-01T00:00:00Z"}},
		{"created_at", object{"text": "a", "created_at": "yesterday"}},
		{"contact_id", object{"text": "a", "contact_id": ada.ID}},
		{"updated_at", object{"text": "a", "updated_at": soon}},
		{"version", object{"text": "a", "version": 3}},
		{"id", object{"text": "a", "id": ada.ID}},
		{"body", object{"text": "a", marker: 1}},
	} {
		require.Equal(t, []string{wrong.location}, locations(h.call("POST", path, wrong.draft).problem(422, "invalid-note")), "%v", wrong)
	}
	require.Empty(t, h.notesOf(ada.ID, ""), "nothing was written")
	n := h.note(ada.ID, object{"text": long})
	require.Equal(t, long, n.Text)
	require.Equal(t, []string{"text"}, locations(h.call("PATCH", "/v1/notes/"+n.ID, object{"text": nil}).problem(422, "invalid-note")))
	require.Equal(t, []string{"created_at"}, locations(h.call("PATCH", "/v1/notes/"+n.ID, object{"created_at": "2020-01-01T00:00:00Z"}).problem(422, "invalid-note")))
	h.call("POST", "/v1/contacts/"+n.ID+"/notes", object{"text": "a"}).problem(404, "not-found")
	h.call("POST", "/v1/contacts/nobody/notes", object{"text": "a"}).problem(404, "not-found")
	h.call("GET", "/v1/contacts/"+n.ID+"/notes").problem(404, "not-found")
	h.call("GET", "/v1/notes/none").problem(404, "not-found")
	for _, query := range []string{"?cursor=abc", "?pinned=perhaps", "?limit=0", "?limit=1001", "?sort=text"} {
		require.Equal(t, 422, h.call("GET", path+query).do().Code, query)
	}
}

func TestNotesComeNewestFirst(t *testing.T) {
	h := newHarness(t)
	ada, king := h.create(object{"name": "Ada"}), h.create(object{"name": "King"})
	for i := range 7 {
		h.note(ada.ID, object{"text": fmt.Sprint("n", i), "pinned": i%3 == 0})
		h.note(king.ID, object{"text": "other"})
	}
	h.note(ada.ID, object{"text": "old", "created_at": "2019-05-01T00:00:00Z"})
	h.note(ada.ID, object{"text": "older", "created_at": "1969-05-01T00:00:00Z", "pinned": true})
	require.Equal(t, []string{"n6", "n5", "n4", "n3", "n2", "n1", "n0", "old", "older"}, h.notesOf(ada.ID, ""))
	require.Equal(t, []string{"n6", "n3", "n0", "older"}, h.notesOf(ada.ID, "&pinned=true"))

	first, _ := ok[noteList](h.call("GET", "/v1/contacts/"+ada.ID+"/notes?limit=3"), 200)
	h.note(ada.ID, object{"text": "late"})
	h.note(ada.ID, object{"text": "late and old", "created_at": "2018-05-01T00:00:00Z"})
	require.Equal(t, 204, h.call("DELETE", "/v1/notes/"+first.Notes[2].ID).do().Code)
	second, _ := ok[noteList](h.call("GET", "/v1/contacts/"+ada.ID+"/notes?cursor="+first.NextCursor), 200)
	texts := []string{}
	for _, n := range second.Notes {
		texts = append(texts, n.Text)
	}
	require.Equal(t, []string{"n3", "n2", "n1", "n0", "old", "late and old", "older"}, texts, "neither repeated nor skipped")
	h.call("GET", "/v1/contacts/"+king.ID+"/notes?cursor="+first.NextCursor).problem(422, "invalid-cursor")
	h.call("GET", "/v1/contacts/"+ada.ID+"/notes?pinned=true&cursor="+first.NextCursor).problem(422, "invalid-cursor")
}

// TestNotesFollowTheirContact: a merge and its undo move none, a deletion takes all.
func TestNotesFollowTheirContact(t *testing.T) {
	h := newHarness(t)
	ada, king := h.create(object{"name": "Ada"}), h.create(object{"name": "King"})
	h.note(ada.ID, object{"text": "a"})
	second := h.note(king.ID, object{"text": "k"})
	merged, _ := ok[contactBody](h.call("POST", "/v1/contacts/"+ada.ID+"/merge", object{"contact_id": king.ID}), 200)
	h.note(ada.ID, object{"text": "to the survivor"})
	late := h.note(king.ID, object{"text": "to the absorbed"})
	require.Equal(t, ada.ID, late.ContactID)
	for _, id := range []string{ada.ID, king.ID} {
		require.Equal(t, []string{"to the absorbed", "to the survivor", "k", "a"}, h.notesOf(id, ""))
	}
	read, _ := ok[noteBody](h.call("GET", "/v1/notes/"+second.ID), 200)
	require.Equal(t, ada.ID, read.ContactID)
	patched, _ := ok[noteBody](h.call("PATCH", "/v1/notes/"+second.ID, object{"pinned": true}), 200)
	require.Equal(t, ada.ID, patched.ContactID)

	ok[contactBody](h.call("POST", "/v1/merges/"+merged.Absorbed[0].MergeID+"/undo"), 200)
	require.Equal(t, []string{"to the survivor", "a"}, h.notesOf(ada.ID, ""))
	require.Equal(t, []string{"to the absorbed", "k"}, h.notesOf(king.ID, ""))

	require.Equal(t, 204, h.call("DELETE", "/v1/contacts/"+king.ID).do().Code)
	for _, path := range []string{"/v1/notes/" + second.ID, "/v1/notes/" + late.ID + "/versions", "/v1/contacts/" + king.ID + "/notes"} {
		h.call("GET", path).problem(404, "not-found")
	}
	require.Equal(t, []string{"to the survivor", "a"}, h.notesOf(ada.ID, ""))
}

// TestScopesOfNotes: everyone reads, and who talks to people writes.
func TestScopesOfNotes(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Ada"})
	for _, scope := range access.Scopes {
		as := func(method, path string, body ...any) *call { return h.call(method, path, body...).as(scope) }
		n := h.note(ada.ID, object{"text": "a"})
		for _, path := range []string{"/v1/contacts/" + ada.ID + "/notes", "/v1/notes/" + n.ID, "/v1/notes/" + n.ID + "/versions"} {
			require.Equal(t, 200, as("GET", path).do().Code, "%s %s", scope, path)
		}
		if scope == access.ScopeMarketer || scope == access.ScopeCampaign {
			as("POST", "/v1/contacts/"+ada.ID+"/notes", object{"text": "b"}).problem(403, "forbidden")
			as("PATCH", "/v1/notes/"+n.ID, object{"text": "b"}).problem(403, "forbidden")
			as("DELETE", "/v1/notes/"+n.ID).problem(403, "forbidden")
			continue
		}
		made, _ := ok[noteBody](as("POST", "/v1/contacts/"+ada.ID+"/notes", object{"text": "b"}), 201)
		require.Equal(t, string(scope), made.Author.Name)
		require.Equal(t, 200, as("PATCH", "/v1/notes/"+n.ID, object{"text": "b"}).do().Code)
		require.Equal(t, 204, as("DELETE", "/v1/notes/"+n.ID).do().Code)
	}
}

// TestAssistantsReadNotesWithinTheirLimit: a note counts as reading the person, and what is
// refused was not written.
func TestAssistantsReadNotesWithinTheirLimit(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Ada"})
	n := h.note(ada.ID, object{"text": "a"})
	note, list := "/v1/notes/"+n.ID, "/v1/contacts/"+ada.ID+"/notes"
	h.call("PATCH", "/v1/settings", object{"ai_people_per_hour": 4}).do()
	ai := func(method, path string, body ...any) *call { return h.call(method, path, body...).as(access.ScopeAI) }
	require.Equal(t, 201, ai("POST", list, object{"text": "its own"}).with("Idempotency-Key", "k").do().Code, "what it wrote tells it nothing")
	require.Equal(t, 200, ai("GET", note).do().Code)
	require.Equal(t, 200, ai("GET", list).do().Code)
	require.Equal(t, 200, ai("GET", note+"/versions").do().Code)
	require.Equal(t, 404, ai("PATCH", "/v1/notes/"+ada.ID, object{"text": "b"}).do().Code, "what was not answered is given back")
	require.Equal(t, 200, ai("PATCH", note, object{"pinned": true}).do().Code)
	for _, refused := range []*call{ai("GET", note), ai("GET", list), ai("GET", note+"/versions"), ai("PATCH", note, object{"text": "b"})} {
		refused.problem(429, "people-limit")
	}
	read, _ := ok[noteBody](h.call("GET", note), 200)
	require.Equal(t, "a", read.Text, "nothing was written")
	own, _ := ok[noteList](h.call("GET", list+"?limit=1"), 200)
	require.Equal(t, 201, ai("POST", list, object{"text": "its own"}).with("Idempotency-Key", "k").do().Code, "the same answer")
	h.call("PATCH", "/v1/notes/"+own.Notes[0].ID, object{"text": "by others"}).do()
	ai("POST", list, object{"text": "its own"}).with("Idempotency-Key", "k").problem(429, "people-limit")
	require.Equal(t, 204, ai("DELETE", note).do().Code)
}

// TestNotesAreInNoList of contacts.
func TestNotesAreInNoList(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Ada"})
	h.note(ada.ID, object{"text": "Quillon"})
	for _, accept := range []string{"application/json", "application/x-ndjson", "text/csv"} {
		for _, path := range []string{"/v1/contacts", "/v1/contacts/" + ada.ID} {
			require.NotContains(t, h.call("GET", path).with("Accept", accept+", application/json;q=0.1").do().Body.String(), "Quillon", "%s %s", path, accept)
		}
	}
	require.Equal(t, 404, h.call("GET", "/v1/notes").do().Code)
}

var noteSamples = samples{
	heavy: []string{"search-notes"},
	writes: func(h *harness) []write {
		contact := h.create(object{"name": "Ada"}).ID
		note := func() string { return "/v1/notes/" + h.note(contact, object{"text": "a"}).ID }
		return []write{
			{"create-note", "POST", "/v1/contacts/" + contact + "/notes", object{"text": "a"}, 201},
			{"update-note", "PATCH", note(), object{"text": "b"}, 200},
			{"delete-note", "DELETE", note(), nil, 204},
		}
	},
	one: func(h *harness) (path, route string) {
		return "/notes/" + h.note(h.create(object{"name": "Ada"}).ID, object{"text": "a"}).ID, "/notes/:id"
	},
}
