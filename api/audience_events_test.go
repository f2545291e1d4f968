package api

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"
)

// report reports events of an audience.
func (h *harness) report(id string, events ...any) *call {
	return h.call("POST", "/v1/audiences/"+id+"/events", object{"events": events})
}

func results(body reportBody) (list []string) {
	for _, r := range body.Results {
		text := fmt.Sprint(r.Status, " ", r.Result)
		if r.Error != nil {
			for _, e := range r.Error.Errors {
				text += " " + e.Location
			}
		}
		list = append(list, text)
	}
	return list
}

// counted is how many contacts pass a rule on campaign events.
func (h *harness) counted(operator string, where ...object) int {
	h.t.Helper()
	rule := object{"field": "campaign_events", "operator": operator, "where": object{"combinator": "and", "rules": where}}
	found, _ := ok[struct{ Count int }](h.call("POST", "/v1/contacts/count", object{"filter": object{"combinator": "and", "rules": []object{rule}}}), 200)
	return found.Count
}

func TestEventsOfAudiences(t *testing.T) {
	h := newHarness(t)
	people := h.settle("Nairobi", 5)
	a := h.audience(object{"segment_id": h.segment("Nairobi", "nairobi").ID, "campaign": "Spring"})
	event := func(row int, kind, at string) object { return object{"row": row, "kind": kind, "at": at} }
	const at = "2026-11-20T10:00:00+03:00"
	require.Equal(t, 204, h.call("DELETE", "/v1/contacts/"+people[4]).do().Code)
	sent := []any{
		event(1, "delivered", at), event(2, "delivered", at), event(3, "delivered", at), event(1, "replied", "2026-11-20T11:00:00Z"), event(1, "delivered", "2026-11-20T07:00:00Z"),
		event(9, "delivered", at), event(0, "seen", "yesterday"), 7, event(2, "opened", wire.Instant(h.now().Add(time.Hour))), object{"kind": "opened"}, event(5, "opened", at),
		object{"row": 9, "kind": "opened"}, event(9, "seen", at), event(9, "opened", wire.Instant(h.now().Add(time.Hour))), event(1, "seen", wire.Instant(h.now().Add(time.Hour))),
	}
	want := []string{
		"201 created", "201 created", "201 created", "201 created", "200 unchanged", "422 failed row", "422 failed kind row at", "422 failed body", "422 failed at", "422 failed row at", "410 failed",
		"422 failed at row", "422 failed kind row", "422 failed row at", "422 failed kind at",
	}
	body, header := ok[reportBody](h.report(a.ID, sent...).as(access.ScopeCampaign).with("Idempotency-Key", "k"), 200)
	require.Equal(t, want, results(body))
	require.NotEmpty(t, header.Get("Kundi-Seq"))
	again, header := ok[reportBody](h.report(a.ID, sent...).as(access.ScopeCampaign).with("Idempotency-Key", "k"), 200)
	require.Equal(t, body, again)
	require.Equal(t, "true", header.Get("Idempotency-Replayed"))
	head := h.store.Head()
	repeated, _ := ok[reportBody](h.report(a.ID, sent[:5]...), 200)
	require.Equal(t, []string{"200 unchanged", "200 unchanged", "200 unchanged", "200 unchanged", "200 unchanged"}, results(repeated))
	require.Equal(t, head, h.store.Head())

	campaign, delivered, replied := object{"field": "campaign", "operator": "eq", "value": "Spring"}, object{"field": "kind", "operator": "eq", "value": "delivered"}, object{"field": "kind", "operator": "eq", "value": "replied"}
	require.Equal(t, 3, h.counted("any", campaign, delivered))
	require.Equal(t, 1, h.counted("any", campaign, replied))
	require.Equal(t, 0, h.counted("any", object{"field": "campaign", "operator": "eq", "value": "spring"}), "campaigns compare exactly")
	require.Equal(t, 1, h.counted("any", object{"field": "at", "operator": "after", "value": "2026-11-20T10:30:00Z"}))
	silent := object{"combinator": "and", "rules": []object{
		{"field": "campaign_events", "operator": "any", "where": object{"combinator": "and", "rules": []object{campaign, delivered}}},
		{"field": "campaign_events", "operator": "none", "where": object{"combinator": "and", "rules": []object{campaign, replied}}},
	}}
	found, _ := ok[struct{ Count int }](h.call("POST", "/v1/contacts/count", object{"filter": silent}), 200)
	require.Equal(t, 2, found.Count, "was sent Spring and did not reply")

	merged, _ := ok[contactBody](h.call("POST", "/v1/contacts/"+people[3]+"/merge", object{"contact_id": people[0]}), 200)
	require.Equal(t, 1, h.counted("any", replied), "they are the survivor's")
	late, _ := ok[reportBody](h.report(a.ID, event(1, "clicked", at)), 200)
	require.Equal(t, []string{"201 created"}, results(late), "a row whose contact was merged has its events still")
	require.Equal(t, 204, h.call("DELETE", "/v1/audiences/"+a.ID).do().Code)
	require.Equal(t, 1, h.counted("any", replied), "events outlive the audience")
	require.Contains(t, h.call("GET", "/v1/contacts/"+people[3]+"/personal-data").do().Body.String(), `"campaign":"Spring","kind":"replied","at":"2026-11-20T11:00:00.000Z"`)
	ok[contactBody](h.call("POST", "/v1/merges/"+merged.Absorbed[0].MergeID+"/undo"), 200)
	require.Equal(t, 204, h.call("DELETE", "/v1/contacts/"+people[0]).do().Code)
	require.Equal(t, 0, h.counted("any", replied), "they go with their contact")
	require.Equal(t, 2, h.counted("any", delivered))
}

// TestReportsOfManyEvents share commits, and a repeated one is told as the first was.
func TestReportsOfManyEvents(t *testing.T) {
	h := newHarness(t)
	a := h.audience(object{"campaign": "c"})
	var sent []any
	for i := range 2_100 {
		sent = append(sent, object{"row": 1 + i%5, "kind": "opened", "at": wire.Instant(time.UnixMilli(int64(i) * 1_000).UTC())})
	}
	body, first := ok[reportBody](h.report(a.ID, sent...).with("Idempotency-Key", "k"), 200)
	again, second := ok[reportBody](h.report(a.ID, sent...).with("Idempotency-Key", "k"), 200)
	require.Equal(t, body, again)
	require.Equal(t, first.Get("Kundi-Seq"), second.Get("Kundi-Seq"))
	rule := object{"field": "campaign_events", "operator": "count_eq", "value": 420}
	found, _ := ok[struct{ Count int }](h.call("POST", "/v1/contacts/count", object{"filter": object{"combinator": "and", "rules": []object{rule}}}), 200)
	require.Equal(t, 5, found.Count)
	h.report(a.ID).problem(422, "invalid-request")
	h.report(a.ID, make([]any, 10_001)...).problem(422, "invalid-request")
	h.report("01935f6e-0000-7000-8000-000000000000", sent[0]).problem(404, "not-found")
}

// TestTheTimelineHasCampaignEvents: also of a contact that was absorbed, in pages and by kinds.
func TestTheTimelineHasCampaignEvents(t *testing.T) {
	h := newHarness(t)
	people := h.settle("Nairobi", 2)
	a := h.audience(object{"segment_id": h.segment("Nairobi", "nairobi").ID, "campaign": "Spring"})
	h.report(a.ID,
		object{"row": 1, "kind": "delivered", "at": "2026-11-20T10:00:00Z"}, object{"row": 2, "kind": "bounced", "at": "2026-11-20T10:00:01Z"},
		object{"row": 1, "kind": "opened", "at": "2026-11-20T11:00:00Z"}).answered(200)
	h.call("POST", "/v1/contacts/"+people[0]+"/merge", object{"contact_id": people[1]}).answered(200)
	h.call("DELETE", "/v1/audiences/"+a.ID).answered(204)
	page, _ := ok[timelineBody](h.call("GET", "/v1/contacts/"+people[0]+"/timeline?kinds=campaign_event"), 200)
	var list []string
	for _, e := range page.Entries {
		require.Equal(t, entryAuthor{"api", "Spring"}, e.Author)
		require.Equal(t, entryCampaign{"Spring", e.Campaign.Kind, a.ID, e.Campaign.Row}, *e.Campaign)
		list = append(list, fmt.Sprint(e.At, " ", e.Campaign.Kind, " ", e.Campaign.Row, " ", e.ContactID))
	}
	require.Equal(t, []string{
		"2026-11-20T11:00:00.000Z opened 1 " + people[0], "2026-11-20T10:00:01.000Z bounced 2 " + people[1], "2026-11-20T10:00:00.000Z delivered 1 " + people[0],
	}, list)
	require.Len(t, h.timelineOf(people[0], "&kinds=campaign_event"), 3)
	require.NotContains(t, h.timelineOf(people[0], "&kinds=created"), "campaign_event")
}
