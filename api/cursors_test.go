package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"
)

// freeParameters may change from page to page: they do not say what is listed, or in which order.
var freeParameters = []string{"limit", "cursor", "fields", "facets", "min_seq", "count"}

// TestACursorGoesWithItsParameters walks every list that takes other parameters, and asks for its second page with another
// value of each.
func TestACursorGoesWithItsParameters(t *testing.T) {
	h := newHarness(t)
	town := h.settle("Nairobi", 4)
	firm := h.company(object{"name": "Acme", "city": "Embu"}).ID
	h.company(object{"name": "Bcme", "city": "Embu"})
	ada := town[0]
	for i, id := range town {
		ok[contactBody](h.call("PATCH", "/v1/contacts/"+id, object{"company_id": firm, "labels": []string{fmt.Sprint("l", i)}}), 200)
	}
	for i := range 3 {
		h.note(ada, object{"text": fmt.Sprint("a refund ", i)})
		ok[contactBody](h.call("PATCH", "/v1/contacts/"+ada, object{"first_name": fmt.Sprint("Ada", i)}), 200)
		ok[object](h.call("PATCH", "/v1/companies/"+firm, object{"country": []string{"KE", "TZ", "UG"}[i]}), 200)
		h.receive(object{"channel": "sms", "sender": object{"source_id": "1", "name": "Bo"}, "message": object{"text": "a refund"}})
	}
	talk := h.receive(object{"channel": "sms", "sender": object{"source_id": "1"}, "message": object{"text": "again"}})
	h.receive(object{"channel": "line", "sender": object{"source_id": "2", "name": "Cy"}, "message": object{"text": "a refund"}})
	ok[contactBody](h.call("POST", "/v1/contacts/"+talk.ContactID+"/merge", object{"contact_id": h.receive(object{"channel": "email", "sender": object{"email": "d@example.com"}, "message": object{"text": "a refund"}}).ContactID}), 200)
	segment := h.segment("Nairobi", "nairobi").ID
	h.segment("Nairobi 2", "nairobi")
	watched, _ := ok[segmentBody](h.call("PATCH", "/v1/segments/"+segment, object{"watched": true}), 200)
	require.NoError(t, h.watcher.Look(t.Context()))
	h.refresh(segment, 201)
	for range 2 {
		h.settle("Nairobi", 2)
		h.refresh(segment, 201)
	}
	require.NoError(t, h.watcher.Look(t.Context()))
	audience := h.audience(object{"segment_id": watched.ID, "campaign": "x"}).ID
	h.audience(object{"segment_id": watched.ID, "campaign": "x"})
	without := h.audience(object{"segment_id": watched.ID, "campaign": "y", "exclude": object{"audiences": []string{audience}}}).ID

	all := url.QueryEscape(`{"combinator":"and","rules":[{"field":"created_at","operator":"exists"}]}`)
	ids := strings.NewReplacer(
		"/contacts/{id}/conversations", "/contacts/"+talk.ContactID+"/conversations", "/contacts/{id}", "/contacts/"+ada, "/companies/{id}", "/companies/"+firm,
		"/conversations/{id}", "/conversations/"+talk.Conversation.ID, "/segments/{id}", "/segments/"+segment, "/snapshots/{n}", "/snapshots/3", "/audiences/{id}/held-back", "/audiences/"+without+"/held-back", "/audiences/{id}", "/audiences/"+audience,
	)
	first := map[string]string{ // what the first page needs
		"find-contacts": "q=nairobi", "search-notes": "q=refund", "find-conversations": "q=refund", "list-segment-changes": "from=1&to=3", "list-audience-held-back": "reason=excluded",
	}
	others := map[string]string{ // another value of each parameter
		"filter": all, "sort": "-created_at", "group": "hold_out", "from_row": "2", "archived": "include", "status": "open", "channel": "sms,line", "q": "refund+a",
		"contact_id": talk.ContactID, "blocked": "include", "order": "newest", "pinned": "true", "field": "labels", "before": "100000", "from": "2", "to": "2",
		"after": "1", "kinds": "changed,note,conversation,message", "label": "x", "owner": "x", "segment_id": segment, "campaign": "x", "reason": "blocked", "when": "now",
	}
	walked := 0
	for path, item := range h.server.OpenAPI().Paths {
		if item.Get == nil || !slices.ContainsFunc(item.Get.Parameters, func(p *huma.Param) bool { return p.Name == "cursor" }) {
			continue
		}
		for _, p := range item.Get.Parameters {
			if p.In != "query" || slices.Contains(freeParameters, p.Name) {
				continue
			}
			id := item.Get.OperationID
			asked, err := url.ParseQuery(first[id] + "&limit=1")
			require.NoError(t, err)
			if strings.Contains(first[id], "q=") {
				asked.Set("min_seq", fmt.Sprint(h.store.Head()))
			}
			page, _ := ok[object](h.call(http.MethodGet, ids.Replace(path)+"?"+asked.Encode()), 200)
			cursor, has := page["next_cursor"].(string)
			require.True(t, has, "%s has one page only: %v", id, page)
			asked.Set("cursor", cursor)
			ok[object](h.call(http.MethodGet, ids.Replace(path)+"?"+asked.Encode()), 200)
			require.Contains(t, others, p.Name, "of %s", id)
			value, err := url.QueryUnescape(others[p.Name])
			require.NoError(t, err)
			asked.Set(p.Name, value)
			w := h.call(http.MethodGet, ids.Replace(path)+"?"+asked.Encode()).do()
			if w.Code != 422 || !strings.Contains(w.Body.String(), "invalid-cursor") && p.Name != "group" {
				t.Errorf("%s with another %s: %d %s", id, p.Name, w.Code, w.Body)
			}
			walked++
		}
	}
	require.Greater(t, walked, 25)
}
