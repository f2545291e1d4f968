package app

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Segments of people, and snapshots of these.

// club is a segment.
type club struct {
	id     string
	passes func(*human) bool
	photos []*photo
}

// photo is a snapshot of a segment.
type photo struct {
	of      *club
	n       int
	members []*human // in the order in which they were made
}

// passersOf are the present members of a segment.
func (p *people) passersOf(c *club) []*human {
	return slices.DeleteFunc(p.living(), func(h *human) bool { return !c.passes(h) })
}

// without are those of a list who are not in another one.
func without(list, others []*human) []*human {
	return slices.DeleteFunc(slices.Clone(list), func(h *human) bool { return slices.Contains(others, h) })
}

// photos are all snapshots. The newest ones come first, as what comes first is drawn most.
func (p *people) photos() (list []*photo) {
	for _, c := range p.clubs {
		list = append(list, c.photos...)
	}
	slices.Reverse(list)
	return list
}

// photograph takes a snapshot of a segment, of which an audience may be made later.
func (h *history) photograph() {
	if len(h.living()) == 0 {
		return // it says little
	}
	c := anyOf(h, "segment", h.clubs)
	if c == nil || len(h.clubs) < 4 && rapid.Bool().Draw(h.t, "new") {
		c = h.establish()
	}
	h.refresh(c)
}

// establish makes a segment.
func (h *history) establish() *club {
	h.texts++
	draft := object{"name": fmt.Sprint("Segment ", h.texts)}
	c := &club{passes: func(*human) bool { return true }}
	if all := slices.Concat(h.consentFilters(), h.campaignFilters()); rapid.Bool().Draw(h.t, "some") {
		one := anyOf(h, "filter", all)
		draft["filter"] = object{"combinator": "and", "rules": []object{one.rule}}
		c.passes = one.passes
	}
	c.id = h.expect(201, "POST", "/v1/segments", draft)["id"].(string)
	h.clubs = append(h.clubs, c)
	return c
}

// refresh has a snapshot taken, unless nobody came or left since the last one.
func (h *history) refresh(c *club) {
	var before []*human
	if len(c.photos) > 0 {
		before = c.photos[len(c.photos)-1].members
	}
	now := h.passersOf(c)
	entered, left := without(now, before), without(before, now)
	status, target := 201, "/v1/segments/"+c.id+"/refresh"
	if len(c.photos) > 0 && len(entered)+len(left) == 0 {
		status = 200
	} else {
		c.photos = append(c.photos, &photo{of: c, n: len(c.photos) + 1, members: now})
	}
	taken := h.expect(status, "POST", target, nil)
	require.EqualValues(h.t, len(c.photos), taken["n"])
	require.EqualValues(h.t, len(now), taken["count"])
	require.Equal(h.t, status == 200, taken["unchanged"] == true)
	if status == 201 {
		require.Equal(h.t, []any{float64(len(entered)), float64(len(left))}, []any{taken["entered"], taken["left"]})
	}
}

// disband deletes a segment with its snapshots. Audiences of them go on.
func (h *history) disband() {
	c := anyOf(h, "segment", h.clubs)
	if c == nil || rapid.IntRange(0, 2).Draw(h.t, "disband") > 0 {
		return
	}
	h.expect(204, "DELETE", "/v1/segments/"+c.id, nil)
	h.expect(404, "GET", "/v1/segments/"+c.id+"/snapshots", nil)
	h.clubs = slices.DeleteFunc(h.clubs, func(other *club) bool { return other == c })
}

// present replaces those of some members who were merged by their survivors, each once, and counts those
// who are nobody now. They are in the order in which they were made.
func present(members []*human, held map[string]any) (list []*human) {
	for _, m := range members {
		if m.live() {
			list = append(list, m)
		}
	}
	for _, m := range members {
		switch survivor := m.survivor(); {
		case survivor.deleted:
			hold(held, "deleted")
		case slices.Contains(list, survivor) && survivor != m:
			hold(held, "merged")
		case survivor != m:
			list = append(list, survivor)
		}
	}
	slices.SortFunc(list, func(a, b *human) int { return cmp.Compare(a.number, b.number) })
	return list
}

// compareClubs compares what each snapshot has, and what lies between it and the one before.
func (h *history) compareClubs() {
	for _, c := range h.clubs {
		for i, p := range c.photos {
			h.comparePhoto(p)
			if i > 0 {
				h.compareBetween(c.photos[i-1], p)
				h.compareBetween(p, c.photos[0])
			}
		}
	}
}

// comparePhoto compares who of a snapshot is listed now.
func (h *history) comparePhoto(p *photo) {
	held := map[string]any{}
	var want, has []string
	for _, who := range present(p.members, held) {
		if who.ban != nil {
			hold(held, "blocked")
			continue
		}
		want = append(want, who.id)
	}
	answer := h.expect(200, "GET", fmt.Sprint("/v1/segments/", p.of.id, "/snapshots/", p.n, "/members?limit=1000"), nil)
	for _, m := range objectsIn(answer, "contacts") {
		has = append(has, m["id"].(string))
	}
	require.Equal(h.t, want, has)
	left, _ := answer["held_back"].(object)
	require.Equal(h.t, held, withCounts(left))
	require.EqualValues(h.t, len(p.members), answer["count"])
}

// withCounts are counts by reason, none where an answer has none.
func withCounts(by object) map[string]any {
	if by == nil {
		return map[string]any{}
	}
	return by
}

// compareBetween compares who came and who left from one snapshot to another.
func (h *history) compareBetween(from, to *photo) {
	line := func(who *human, event string) string {
		cause := ""
		switch {
		case event == "entered":
		case who.survivor().deleted:
			cause = "deleted"
		case who.into != nil:
			cause = "merged"
		}
		return fmt.Sprint(event, " ", who.id, " ", cause, " ", who.survivor().ban != nil && !who.survivor().deleted)
	}
	var want, has []string
	for _, who := range without(to.members, from.members) {
		want = append(want, line(who, "entered"))
	}
	for _, who := range without(from.members, to.members) {
		want = append(want, line(who, "left"))
	}
	answer := h.expect(200, "GET", fmt.Sprint("/v1/segments/", from.of.id, "/changes?limit=1000&from=", from.n, "&to=", to.n), nil)
	for _, event := range []string{"entered", "left"} {
		for _, one := range objectsIn(answer, event) {
			cause, _ := one["cause"].(string)
			has = append(has, fmt.Sprint(event, " ", one["id"], " ", cause, " ", one["blocked"] == true))
		}
	}
	require.Equal(h.t, want, has)
}
