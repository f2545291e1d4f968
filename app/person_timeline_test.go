package app

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"
)

// event is an entry of the timeline, with what it is ordered by.
type event struct {
	kind, id string
	order    []int64
}

// events are what a timeline tells of a human, the newest first: conversations, what was said in
// them, and notes, in this order where they are of one moment.
func (p *people) events(h *human) (list []event) {
	for i, t := range p.talks {
		if t.of.survivor() != h {
			continue
		}
		list = append(list, event{"conversation", t.id, []int64{t.created.UnixMilli(), 1, int64(i)}})
		for _, u := range t.said {
			list = append(list, event{"message", u.id, []int64{u.at.UnixMilli(), 2, int64(u.order)}})
		}
	}
	for i, m := range p.memos {
		if m.of.survivor() == h {
			list = append(list, event{"note", m.id, []int64{m.at.UnixMilli(), 3, int64(i)}})
		}
	}
	slices.SortFunc(list, func(a, b event) int { return slices.Compare(b.order, a.order) })
	return list
}

// compareTimeline compares a timeline, in pages of any size.
func (h *history) compareTimeline(who *human, target string) {
	var want, got []string
	for _, e := range h.events(who) {
		want = append(want, e.kind+" "+e.id)
	}
	limit := fmt.Sprint(cmp.Or(len(want)%7, 50))
	for cursor := ""; ; {
		page := h.expect(200, "GET", query(target+"/timeline", "kinds", "note,conversation,message", "limit", limit, "cursor", cursor), nil)
		for _, e := range objectsIn(page, "entries") {
			kind := e["kind"].(string)
			got = append(got, kind+" "+e[kind].(object)["id"].(string))
		}
		next, more := page["next_cursor"].(string)
		if !more {
			break
		}
		cursor = next
	}
	require.Equal(h.t, want, got, "timeline of contact %d", who.number)
}

// compareHeld compares what is kept aside of a contact.
func (h *history) compareHeld(who *human, target string) {
	var theirs []*aside
	for _, a := range slices.Backward(h.held) {
		if a.of.survivor() == who {
			theirs = append(theirs, a)
		}
	}
	slices.SortStableFunc(theirs, func(a, b *aside) int { return b.at.Compare(a.at) })
	var want, got []string
	for _, a := range theirs {
		want = append(want, a.channel+" "+a.text)
	}
	for _, m := range objectsIn(h.expect(200, "GET", target+"/quarantine?limit=200", nil), "quarantine") {
		got = append(got, m["channel"].(string)+" "+m["text"].(string))
	}
	require.Equal(h.t, want, got, "kept aside of contact %d", who.number)
}
