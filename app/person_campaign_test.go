package app

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Audiences of people, and what campaigns report of them.

// sending is an audience.
type sending struct {
	id, campaign, channel string
	rows                  []*human // whom each was when it was frozen
}

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

// photo is a snapshot of a segment.
type photo struct {
	segment string
	n       any
	members []*human
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

// photograph takes a snapshot of a new segment, of which an audience may be made later.
func (h *history) photograph() {
	if len(h.photos) == 4 {
		return // enough for one history
	}
	segment := object{"name": fmt.Sprint("Segment ", len(h.photos))}
	passes := func(*human) bool { return true }
	if all := slices.Concat(h.consentFilters(), h.campaignFilters()); rapid.Bool().Draw(h.t, "some") {
		one := anyOf(h, "filter", all)
		segment["filter"] = object{"combinator": "and", "rules": []object{one.rule}}
		passes = one.passes
	}
	taken := &photo{segment: h.expect(201, "POST", "/v1/segments", segment)["id"].(string)}
	taken.members = slices.DeleteFunc(h.living(), func(h *human) bool { return !passes(h) })
	snapshot := h.expect(201, "POST", "/v1/segments/"+taken.segment+"/refresh", nil)
	require.EqualValues(h.t, len(taken.members), snapshot["count"], "%v", segment)
	taken.n = snapshot["n"]
	h.photos = append(h.photos, taken)
}

// send makes an audience of a snapshot.
func (h *history) send() {
	from := anyOf(h, "snapshot", h.photos)
	if from == nil || len(h.sendings) == 4 {
		return
	}
	s := &sending{campaign: rapid.SampledFrom([]string{"spring", "autumn"}).Draw(h.t, "campaign"), channel: rapid.SampledFrom([]string{"", "email", "email", "whatsapp", "sms"}).Draw(h.t, "channel")}
	draft := object{"segment_id": from.segment, "snapshot": from.n, "campaign": s.campaign}
	if s.channel != "" {
		draft["channel"] = s.channel
	}
	held := map[string]any{}
	s.rows = h.chosen(from.members, s.channel, held)
	made := h.expect(201, "POST", "/v1/audiences", draft)
	require.Equal(h.t, []any{float64(len(s.rows)), held}, []any{made["count"], map[string]any(made["held_back"].(object))}, "%v", draft)
	s.id = made["id"].(string)
	h.sendings = append(h.sendings, s)
}

// hold counts a reason why somebody is not written to.
func hold(held map[string]any, reason string) {
	n, _ := held[reason].(float64)
	held[reason] = n + 1
}

// chosen are those of a snapshot who get a row, in the order in which they were made.
func (h *history) chosen(members []*human, channel string, held map[string]any) (rows []*human) {
	var present []*human
	for _, m := range members {
		if m.survivor() == m && !m.deleted {
			present = append(present, m)
		}
	}
	for _, m := range members {
		switch survivor := m.survivor(); {
		case survivor.deleted:
			hold(held, "deleted")
		case slices.Contains(present, survivor) && survivor != m:
			hold(held, "merged")
		case survivor != m:
			present = append(present, survivor)
		}
	}
	slices.SortFunc(present, func(a, b *human) int { return cmp.Compare(a.number, b.number) })
	var taken []string
	for _, who := range present {
		used, why := "", ""
		if channel != "" {
			used, why = h.unreached(who, channel)
		} else if who.ban != nil {
			why = "blocked"
		}
		if used != "" && slices.Contains(taken, used) {
			why = "double_address"
		}
		if why != "" {
			hold(held, why)
			continue
		}
		taken, rows = append(taken, used), append(rows, who)
	}
	return rows
}

// compareSendings compares who has which row, and who is left out by now.
func (h *history) compareSendings() {
	for _, s := range h.sendings {
		held, want, has := map[string]any{}, []string{}, []string{}
		for i, who := range s.rows {
			why := ""
			switch {
			case who.survivor().deleted:
				why = "deleted"
			case who.into != nil:
				why = "merged"
			case who.ban != nil:
				why = "blocked"
			case s.channel != "":
				if _, why = h.unreached(who, s.channel); why == "unreachable" {
					why = "" // nobody said that it does not want to be written to
				}
			}
			if why != "" {
				hold(held, why)
				continue
			}
			want = append(want, fmt.Sprint(i+1, " ", who.id))
		}
		page := h.expect(200, "GET", "/v1/audiences/"+s.id+"/members?limit=1000", nil)
		for _, m := range objectsIn(page, "members") {
			has = append(has, fmt.Sprint(m["row"], " ", m["id"]))
		}
		require.Equal(h.t, want, has)
		require.Equal(h.t, held, map[string]any(page["held_back"].(object)))
	}
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
		case s.rows[row-1].survivor().deleted:
			want = append(want, float64(410))
		default:
			want = append(want, float64(201))
			h.outcomes[key] = outcome{s.campaign, kind, s.rows[row-1], at}
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
