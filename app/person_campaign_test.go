package app

import (
	"maps"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What campaigns report of the rows of audiences.

// outcome is what a campaign has reported of a row.
type outcome struct {
	campaign, kind string
	of             *human // whom the row is
	at             time.Time
}

// reported names an outcome: with the same members it is the same one.
type reported struct {
	audience string
	row      int
	kind     string
	at       time.Time
}

// outcomesOf are those that count for a human.
func (p *people) outcomesOf(h *human, passes func(outcome) bool) (n int) {
	for _, o := range p.outcomes {
		if o.of.survivor() == h && passes(o) {
			n++
		}
	}
	return n
}

// report reports what became of rows, some of which the audience does not have.
func (h *history) report() {
	s := anyOf(h, "audience", h.sendings)
	if s == nil {
		return
	}
	var events []object
	var want []any
	for range rapid.IntRange(1, 4).Draw(h.t, "events") {
		row := rapid.IntRange(1, len(s.rows)+1).Draw(h.t, "row")
		kind := rapid.SampledFrom([]string{"delivered", "delivered", "opened", "replied"}).Draw(h.t, "kind")
		at := h.clock.Add(-rapid.SampledFrom([]time.Duration{0, time.Hour, 30 * time.Hour}).Draw(h.t, "ago")).Truncate(24 * time.Hour)
		events = append(events, object{"row": row, "kind": kind, "at": at})
		key := reported{s.id, row, kind, at}
		switch _, known := h.outcomes[key]; {
		case row > len(s.rows):
			want = append(want, float64(422))
		case known:
			want = append(want, float64(200))
		case s.rows[row-1].who.survivor().deleted:
			want = append(want, float64(410))
		default:
			want = append(want, float64(201))
			h.outcomes[key] = outcome{s.campaign, kind, s.rows[row-1].who, at}
		}
	}
	var has []any
	for _, r := range objectsIn(h.expect(200, "POST", "/v1/audiences/"+s.id+"/events", object{"events": events}), "results") {
		has = append(has, r["status"])
	}
	require.Equal(h.t, want, has, "%v", events)
}

// forgetOutcomes forgets what was reported of a human who is deleted.
func (p *people) forgetOutcomes(h *human) {
	maps.DeleteFunc(p.outcomes, func(_ reported, o outcome) bool { return o.of.survivor() == h })
}

// campaignFilters are rules on what campaigns have reported.
func (h *history) campaignFilters() []choice {
	delivered := func(o outcome) bool { return o.kind == "delivered" }
	before := h.clock.Add(-25 * time.Hour)
	return []choice{
		{rule("campaign_events", "any", nil, rule("kind", "eq", "delivered"), rule("campaign", "eq", "spring")), func(w *human) bool {
			return h.outcomesOf(w, func(o outcome) bool { return delivered(o) && o.campaign == "spring" }) > 0
		}},
		{rule("campaign_events", "none", nil, rule("kind", "in", []string{"replied", "opened"})), func(w *human) bool {
			return h.outcomesOf(w, func(o outcome) bool { return !delivered(o) }) == 0
		}},
		{rule("campaign_events", "count_gte", 2), func(w *human) bool {
			return h.outcomesOf(w, func(outcome) bool { return true }) >= 2
		}},
		{rule("campaign_events", "any", nil, rule("at", "before", before)), func(w *human) bool {
			return h.outcomesOf(w, func(o outcome) bool { return o.at.Before(before) }) > 0
		}},
	}
}
