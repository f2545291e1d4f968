package api

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/ledger"
)

// versions are those of a note, page by page.
func (h *harness) versions(note string, limit int) (list []noteVersionBody) {
	h.t.Helper()
	for cursor := ""; ; {
		page, _ := ok[noteVersionList](h.call("GET", fmt.Sprintf("/v1/notes/%s/versions?limit=%d&cursor=%s", note, limit, cursor)), 200)
		require.LessOrEqual(h.t, len(page.Versions), limit)
		if list = append(list, page.Versions...); page.NextCursor == "" {
			return list
		}
		cursor = page.NextCursor
	}
}

// wroteNote is a note with five texts, between which it was pinned, and its versions.
func (h *harness) wroteNote() (noteBody, []noteVersionBody) {
	h.t.Helper()
	n := h.note(h.create(object{"name": "Ada"}).ID, object{"text": "text 1"})
	want := []noteVersionBody{{N: 1, Text: "text 1", At: n.UpdatedAt, Author: &authorBody{Source: "api", Name: "admin"}}}
	for i := 2; i <= 5; i++ {
		h.later(time.Minute)
		ok[noteBody](h.call("PATCH", "/v1/notes/"+n.ID, object{"pinned": i%2 == 0}), 200)
		h.later(time.Minute)
		n, _ = ok[noteBody](h.call("PATCH", "/v1/notes/"+n.ID, object{"text": fmt.Sprint("text ", i)}).as(access.ScopeAI), 200)
		want = append([]noteVersionBody{{N: uint32(i), Text: n.Text, At: n.UpdatedAt, Author: &authorBody{Source: "ai", Name: "ai"}}}, want...)
	}
	return n, want
}

func TestVersionsOfANote(t *testing.T) {
	h := newHarness(t)
	n, want := h.wroteNote()
	for limit := 1; limit <= 6; limit++ {
		require.Equal(t, want, h.versions(n.ID, limit), "%d a page", limit)
	}
	first, _ := ok[noteVersionList](h.call("GET", "/v1/notes/"+n.ID+"/versions?limit=2"), 200)
	ok[noteBody](h.call("PATCH", "/v1/notes/"+n.ID, object{"text": "text 6"}), 200)
	second, _ := ok[noteVersionList](h.call("GET", "/v1/notes/"+n.ID+"/versions?cursor="+first.NextCursor), 200)
	require.Equal(t, want[2:], second.Versions, "neither repeated nor skipped")
	other := h.note(n.ContactID, object{"text": "a"})
	h.call("GET", "/v1/notes/"+other.ID+"/versions?cursor="+first.NextCursor).problem(422, "invalid-cursor")
	h.call("GET", "/v1/notes/"+n.ContactID+"/versions").problem(404, "not-found")
}

// TestVersionsKeepTheirNumbers removes the history of some of them, change by change.
func TestVersionsKeepTheirNumbers(t *testing.T) {
	for cut := range 10 { // minutes
		h := newHarness(t)
		began := h.now()
		n, want := h.wroteNote()
		var heads [3]noteVersionList
		for i := 1; i < len(heads); i++ {
			heads[i], _ = ok[noteVersionList](h.call("GET", fmt.Sprintf("/v1/notes/%s/versions?limit=%d", n.ID, i)), 200)
		}
		before := began.Add(time.Duration(cut)*time.Minute - 30*time.Second)
		_, _, err := h.store.TrimHistory(context.Background(), ledger.Author{Source: ledger.SourceSystem, Name: "test"}, 1, before)
		require.NoError(t, err)
		gone := (cut - 1) / 2 // versions of which the entry, or its values, are gone
		if cut > 1 {
			want = want[:len(want)-gone]
			if oldest := &want[len(want)-1]; oldest.N > 1 {
				oldest.At, oldest.Author = "", nil
			}
		}
		for limit := 1; limit <= 6; limit++ {
			require.Equal(t, want, h.versions(n.ID, limit), "before %d, %d a page", cut, limit)
		}
		for i := 1; i < len(heads); i++ {
			rest, _ := ok[noteVersionList](h.call("GET", "/v1/notes/"+n.ID+"/versions?cursor="+heads[i].NextCursor), 200)
			if cut < 11-2*i {
				require.Equal(t, want[i:], rest.Versions)
			} else {
				require.Empty(t, rest.Versions, "the change that replaced the next text is gone since")
			}
		}
	}
}
