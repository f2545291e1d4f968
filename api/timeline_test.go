package api

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
)

// timelineOf are the kinds of the entries of a contact, page by page.
func (h *harness) timelineOf(contact, query string) (kinds []string) {
	h.t.Helper()
	for cursor := ""; ; {
		page, _ := ok[timelineBody](h.call("GET", "/v1/contacts/"+contact+"/timeline?limit=2"+query+"&cursor="+cursor), 200)
		for _, e := range page.Entries {
			kinds = append(kinds, e.Kind)
		}
		if cursor = page.NextCursor; cursor == "" {
			return kinds
		}
	}
}

func TestTimelineOfAContact(t *testing.T) {
	h := newHarness(t)
	path := func(c contactBody) string { return "/v1/contacts/" + c.ID + "/timeline" }
	ada := h.create(object{"name": "Ada", "city": "Nairobi"})
	h.later(time.Second)
	changed, _ := ok[contactBody](h.call("PATCH", "/v1/contacts/"+ada.ID, object{"city": "Kisumu"}).as(access.ScopeAgent), 200)
	h.later(time.Second)
	note := h.note(ada.ID, object{"text": "a"})
	h.later(time.Second)
	ok[contactBody](h.call("POST", "/v1/contacts/"+ada.ID+"/block"), 200)
	h.later(time.Second)
	ok[contactBody](h.call("DELETE", "/v1/contacts/"+ada.ID+"/block"), 200)
	all, _ := ok[timelineBody](h.call("GET", path(ada)), 200)
	require.Empty(t, all.NextCursor)
	require.Empty(t, all.PreviousCursor)
	require.Len(t, all.Entries, 5)
	require.Equal(t, "unblocked", all.Entries[0].Kind)
	require.Equal(t, []fieldChangeBody{{Field: "blocked", Old: true, New: false}}, all.Entries[0].Changes)
	require.Equal(t, "blocked", all.Entries[1].Kind)
	require.Equal(t, timelineEntry{
		Kind: "note", At: note.CreatedAt, Seq: note.Version, Author: entryAuthor{"api", "admin"}, ContactID: ada.ID, Note: &note,
	}, all.Entries[2])
	require.Equal(t, timelineEntry{
		Kind: "changed", At: changed.UpdatedAt, Seq: changed.Version, Author: entryAuthor{"agent", "agent"}, ContactID: ada.ID,
		Changes: []fieldChangeBody{{Field: "city", Old: "Nairobi", New: "Kisumu"}},
	}, all.Entries[3])
	require.Equal(t, timelineEntry{Kind: "created", At: ada.UpdatedAt, Seq: ada.Version, Author: entryAuthor{"api", "admin"}, ContactID: ada.ID}, all.Entries[4])

	require.Equal(t, []string{"unblocked", "blocked", "note", "changed", "created"}, h.timelineOf(ada.ID, ""))
	require.Equal(t, []string{"note", "created"}, h.timelineOf(ada.ID, "&kinds=created,%20note"))
	require.Empty(t, h.timelineOf(ada.ID, "&kinds=consent,segment_entered,segment_left"))

	first, _ := ok[timelineBody](h.call("GET", path(ada)+"?limit=2"), 200)
	second, _ := ok[timelineBody](h.call("GET", path(ada)+"?limit=2&cursor="+first.NextCursor), 200)
	require.Equal(t, all.Entries[2:4], second.Entries)
	back, _ := ok[timelineBody](h.call("GET", path(ada)+"?limit=2&cursor="+second.PreviousCursor), 200)
	require.Equal(t, first.Entries, back.Entries)
	require.Empty(t, back.PreviousCursor)
	h.note(ada.ID, object{"text": "b"})
	again, _ := ok[timelineBody](h.call("GET", path(ada)+"?limit=9&cursor="+second.PreviousCursor), 200)
	require.Len(t, again.Entries, 3, "what came since is newer")
	require.Equal(t, "b", again.Entries[0].Note.Text)

	king := h.create(object{"name": "King"})
	for _, wrong := range []string{"?kinds=", "?kinds=notes", "?kinds=note,", "?limit=0", "?limit=201", "?before=3", "?cursor=x", "?kinds=note&cursor=" + first.NextCursor} {
		require.Equal(t, 422, h.call("GET", path(ada)+wrong).do().Code, wrong)
	}
	h.call("GET", path(king)+"?cursor="+first.NextCursor).problem(422, "invalid-cursor")
	h.call("GET", "/v1/contacts/"+note.ID+"/timeline").problem(404, "not-found")
	h.call("GET", "/v1/contacts/nobody/timeline").problem(404, "not-found")
}

// TestTimelineOfAMerge: the parts are one timeline, and two again after the undo.
func TestTimelineOfAMerge(t *testing.T) {
	h := newHarness(t)
	ada, king := h.create(object{"name": "Ada"}), h.create(object{"name": "King"})
	h.note(king.ID, object{"text": "k"})
	h.later(time.Second)
	merged, _ := ok[contactBody](h.call("POST", "/v1/contacts/"+ada.ID+"/merge", object{"contact_id": king.ID}), 200)
	for _, id := range []string{ada.ID, king.ID} {
		page, _ := ok[timelineBody](h.call("GET", "/v1/contacts/"+id+"/timeline"), 200)
		require.Len(t, page.Entries, 4)
		require.Equal(t, "merged", page.Entries[0].Kind)
		require.Equal(t, &entryMerge{ContactID: king.ID}, page.Entries[0].Merge)
		require.Equal(t, king.ID, page.Entries[1].ContactID, "whose part it was")
		require.Equal(t, ada.ID, page.Entries[1].Note.ContactID, "of now")
	}
	h.later(time.Second)
	ok[contactBody](h.call("POST", "/v1/merges/"+merged.Absorbed[0].MergeID+"/undo"), 200)
	require.Equal(t, []string{"unmerged", "merged", "created"}, h.timelineOf(ada.ID, ""))
	require.Equal(t, []string{"unmerged", "merged", "note", "created"}, h.timelineOf(king.ID, ""))
	own, _ := ok[timelineBody](h.call("GET", "/v1/contacts/"+king.ID+"/timeline?kinds=merged,unmerged"), 200)
	for _, e := range own.Entries {
		require.Equal(t, &entryMerge{ContactID: ada.ID}, e.Merge, e.Kind)
	}
}

// TestAssistantsReadTimelinesWithinTheirLimit: a page counts as reading the person.
func TestAssistantsReadTimelinesWithinTheirLimit(t *testing.T) {
	h := newHarness(t)
	ada := h.create(object{"name": "Ada"})
	h.call("PATCH", "/v1/settings", object{"ai_people_per_hour": 1}).do()
	for i, want := range []int{200, 429} {
		require.Equal(t, want, h.call("GET", fmt.Sprintf("/v1/contacts/%s/timeline?limit=%d", ada.ID, 1+i)).as(access.ScopeAI).do().Code)
	}
}

// TestTimelineOfATalk has what was said, with the conversation where it began.
func TestTimelineOfATalk(t *testing.T) {
	h := newHarness(t)
	said := func(text string, at int) object {
		return object{"text": text, "at": h.now().Add(time.Duration(at) * time.Minute).UTC().Format(time.RFC3339)}
	}
	body := object{"channel": "sms", "sender": object{"phone": "+254722000111", "name": "Ada"}, "message": said("Where is my order?", -3)}
	first, _ := ok[receivedBody](h.call("POST", "/v1/conversations", body), 201)
	body["message"] = said("It is late.", -2)
	second, _ := ok[receivedBody](h.call("POST", "/v1/conversations", body), 201)
	talk := "/v1/conversations/" + first.Conversation.ID
	reply := said("It is on its way.", -1)
	reply["direction"] = "outbound"
	answered, _ := ok[messageBody](h.call("POST", talk+"/messages", reply).as(access.ScopeAgent), 201)
	page, _ := ok[timelineBody](h.call("GET", "/v1/contacts/"+first.ContactID+"/timeline?kinds=conversation,message"), 200)
	require.Len(t, page.Entries, 4)
	for i, want := range []messageBody{answered, second.Message, first.Message} {
		e := page.Entries[i]
		require.Equal(t, []any{"message", want.At, want.Seq, first.ContactID}, []any{e.Kind, e.At, e.Seq, e.ContactID})
		require.Equal(t, &want, e.Message)
		require.Equal(t, entryAuthor{want.Author.Kind, want.Author.Name}, e.Author)
		require.Nil(t, e.Conversation)
	}
	begun := page.Entries[3]
	require.Equal(t, []any{"conversation", first.Message.At, "contact"}, []any{begun.Kind, begun.At, begun.Author.Source})
	now, _ := ok[conversationBody](h.call("GET", talk), 200)
	require.Equal(t, &now, begun.Conversation)
	require.Equal(t, []string{"created", "message", "message", "message", "conversation"}, h.timelineOf(first.ContactID, ""))
}
