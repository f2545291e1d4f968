package api

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/api/wire"
)

// look has the watched segments evaluated, and returns all events of one.
func (h *harness) look(segment string) (list []segmentEventBody) {
	h.t.Helper()
	require.NoError(h.t, h.watcher.Look(context.Background()))
	page, _ := ok[segmentEventList](h.call("GET", "/v1/segments/"+segment+"/events?limit=1000"), 200)
	return page.Events
}

// told are events without their numbers and moments.
func told(list []segmentEventBody) (lines []string) {
	for _, e := range list {
		lines = append(lines, e.ContactID+" "+e.Event+" "+e.Cause)
	}
	return lines
}

func TestEventsOfAWatchedSegment(t *testing.T) {
	h := newHarness(t)
	a := h.create(object{"name": "A", "city": "Nairobi"})
	rule := func(rules ...any) object { return object{"combinator": "and", "rules": rules} }
	city := object{"field": "city", "operator": "eq", "value": "Nairobi"}
	made, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "n", "watched": true, "filter": rule(city)}), 201)
	require.True(t, made.Watched)
	path := "/v1/segments/" + made.ID
	require.Empty(t, made.WatchedSince)
	require.Empty(t, h.look(made.ID), "it begins with those who are in it")
	watched := func() string {
		read, _ := ok[segmentBody](h.call("GET", path), 200)
		return read.WatchedSince
	}
	since := watched()
	require.NotEmpty(t, since)
	require.LessOrEqual(t, since, wire.Instant(h.now()))
	h.later(time.Second)

	b, c := h.create(object{"name": "B", "city": "Nairobi"}), h.create(object{"name": "C", "city": "Nairobi"})
	h.call("PATCH", "/v1/contacts/"+a.ID, object{"city": "Mombasa"}).do()
	want := []string{a.ID + " left changed", b.ID + " entered created", c.ID + " entered created"}
	all := h.look(made.ID)
	require.Equal(t, want, told(all))

	h.call("POST", "/v1/contacts/"+b.ID+"/merge", object{"contact_id": c.ID}).do()
	want = append(want, c.ID+" left merged")
	require.Equal(t, want, told(h.look(made.ID)))
	h.call("DELETE", "/v1/contacts/"+b.ID).do()
	want = append(want, b.ID+" left deleted")
	require.Equal(t, want, told(h.look(made.ID)))
	h.call("POST", path+"/members", object{"add": []string{a.ID}}).do()
	want = append(want, a.ID+" entered picked")
	require.Equal(t, want, told(h.look(made.ID)))
	h.call("POST", path+"/members", object{"remove": []string{a.ID}}).do()
	want = append(want, a.ID+" left picked")
	require.Equal(t, want, told(h.look(made.ID)))
	h.call("PATCH", path, object{"filter": rule(object{"field": "created_at", "operator": "within_last", "value": "PT1H"})}).do()
	want = append(want, a.ID+" entered definition")
	require.Equal(t, want, told(h.look(made.ID)))
	h.later(61 * time.Minute)
	want = append(want, a.ID+" left date")
	all = h.look(made.ID)
	require.Equal(t, want, told(all))
	require.Empty(t, h.look(made.ID)[len(want):], "nothing is noted twice")

	var paged []segmentEventBody
	for cursor := ""; ; {
		page, _ := ok[segmentEventList](h.call("GET", path+"/events?limit=2&cursor="+cursor), 200)
		paged = append(paged, page.Events...)
		if cursor = page.NextCursor; cursor == "" {
			break
		}
	}
	require.Equal(t, all, paged)
	after, _ := ok[segmentEventList](h.call("GET", fmt.Sprintf("%s/events?after=%d", path, all[2].Seq)), 200)
	require.Equal(t, all[3:], after.Events)
	newest := slices.Clone(all)
	slices.Reverse(newest)
	for _, limit := range []int{1, 2, 3, 1000} {
		var down []segmentEventBody
		for cursor := ""; ; {
			page, _ := ok[segmentEventList](h.call("GET", fmt.Sprintf("%s/events?order=newest&limit=%d%s", path, limit, cursor)), 200)
			require.LessOrEqual(t, len(page.Events), limit)
			down = append(down, page.Events...)
			if page.NextCursor == "" {
				break
			}
			cursor = "&cursor=" + page.NextCursor
		}
		require.Equal(t, newest, down, limit)
	}
	down, _ := ok[segmentEventList](h.call("GET", fmt.Sprintf("%s/events?order=newest&limit=2&after=%d", path, all[2].Seq)), 200)
	require.Equal(t, newest[:2], down.Events)
	rest, _ := ok[segmentEventList](h.call("GET", fmt.Sprintf("%s/events?order=newest&after=%d&cursor=%s", path, all[2].Seq, down.NextCursor)), 200)
	require.Equal(t, newest[2:len(newest)-3], rest.Events)
	h.call("GET", fmt.Sprintf("%s/events?after=%d&cursor=%s", path, all[2].Seq, down.NextCursor)).problem(422, "invalid-cursor")
	h.call("GET", path+"/events?order=desc").problem(422, "invalid-request")
	h.call("GET", path+"/events?after=-1").problem(422, "invalid-request")
	h.call("GET", path+"/events?cursor=x").problem(422, "invalid-cursor")
	h.call("GET", "/v1/segments/"+uuid.NewString()+"/events").problem(404, "not-found")
	h.call("PATCH", path, object{"watched": "yes"}).problem(422, "invalid-segment")

	require.Equal(t, since, watched())
	h.call("PATCH", path, object{"archived": true}).do()
	require.Empty(t, watched())
	h.call("PATCH", path, object{"archived": false, "watched": false}).do()
	require.Empty(t, watched())
	h.create(object{"name": "D"})
	require.Equal(t, all, h.look(made.ID), "they stay when it is not watched any more")
	h.call("PATCH", path, object{"watched": true}).do()
	require.Equal(t, all, h.look(made.ID), "it begins anew with those who are in it")
	require.Greater(t, watched(), since)
}

// TestTheTimelineHasWatchedSegments: also of a contact that was absorbed, and each kind by itself.
func TestTheTimelineHasWatchedSegments(t *testing.T) {
	h := newHarness(t)
	made, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{
		"name": "n", "watched": true, "filter": object{"combinator": "and", "rules": []any{object{"field": "city", "operator": "eq", "value": "Nairobi"}}},
	}), 201)
	h.look(made.ID)
	a, b := h.create(object{"name": "A", "city": "Nairobi"}), h.create(object{"name": "B", "city": "Nairobi"})
	h.look(made.ID)
	h.call("PATCH", "/v1/contacts/"+a.ID, object{"city": "Mombasa"}).do()
	h.look(made.ID)
	h.call("POST", "/v1/contacts/"+a.ID+"/merge", object{"contact_id": b.ID}).do()
	name := "n"
	entries := func(kinds string) (list []string) {
		page, _ := ok[timelineBody](h.call("GET", "/v1/contacts/"+a.ID+"/timeline?kinds="+kinds), 200)
		for _, e := range page.Entries {
			require.Equal(t, entryAuthor{"system", "watched segments"}, e.Author)
			require.Equal(t, made.ID, e.Segment.SegmentID)
			require.Equal(t, name, e.Segment.Name)
			list = append(list, e.Kind+" "+e.ContactID+" "+e.Segment.Cause)
		}
		return list
	}
	require.Equal(t, []string{
		"segment_left " + a.ID + " changed", "segment_entered " + b.ID + " created", "segment_entered " + a.ID + " created",
	}, entries("segment_entered,segment_left"))
	require.Equal(t, []string{"segment_left " + a.ID + " changed"}, entries("segment_left"))
	name = "renamed"
	h.call("PATCH", "/v1/segments/"+made.ID, object{"name": name}).answered(200)
	require.Len(t, entries("segment_entered"), 2)
	name = ""
	h.call("DELETE", "/v1/segments/"+made.ID).answered(204)
	require.Len(t, entries("segment_entered"), 2)
}
