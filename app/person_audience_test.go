package app

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/fields"
)

// Audiences of people: whom they freeze, why others are held back, and who is listed later.

// terms are what an audience is made by.
type terms struct {
	from              *photo
	campaign, channel string
	limit             int
	split             []share
	clubs             []*club    // who is in them is excluded
	sendings          []*sending // likewise
	within            time.Duration
	campaigns         []string // that count within that time, none for all
}

// share is a group and its part of all, in hundredths of a percent.
type share struct {
	name string
	part int
}

// sending is an audience.
type sending struct {
	terms
	id           string
	at           time.Time
	rows         []place
	held         map[string]any      // why others have no row
	heldBy       map[string][]*human // who they are, by the reason
	acknowledged int
}

// place is a row.
type place struct {
	who   *human // who it was when the audience was frozen
	group string
}

// heldOut is the group of those whom a split leaves over.
const heldOut = "hold_out"

// splits are those that are tried.
var splits = [][]share{nil, nil, {{"A", 5_000}}, {{"A", 5_000}, {"B", 5_000}}, {{"A", 3_333}, {"rare", 1}, {"B", 4_000}}, {{"all", 10_000}}}

// someTerms draws what an audience is made by.
func (h *history) someTerms(from *photo) terms {
	some := func(what string) bool { return rapid.IntRange(0, 3).Draw(h.t, what) == 0 }
	t := terms{
		from:     from,
		campaign: rapid.SampledFrom([]string{"spring", "autumn"}).Draw(h.t, "campaign"),
		channel:  rapid.SampledFrom([]string{"", "", "email", "email", "whatsapp", "sms"}).Draw(h.t, "channel"),
		limit:    rapid.SampledFrom([]int{0, 0, 0, 1, 2, 4, 100}).Draw(h.t, "limit"),
		split:    rapid.SampledFrom(splits).Draw(h.t, "split"),
	}
	others := slices.DeleteFunc(slices.Clone(h.clubs), func(c *club) bool { return c == from.of })
	if other := anyOf(h, "excluded segment", others); other != nil && some("exclude a segment") {
		t.clubs = []*club{other}
	}
	if other := anyOf(h, "excluded audience", h.sendings); other != nil && some("exclude an audience") {
		t.sendings = []*sending{other}
	}
	if some("guard") {
		t.within = rapid.SampledFrom([]time.Duration{time.Hour, 24 * time.Hour, 7 * 24 * time.Hour}).Draw(h.t, "within")
		t.campaigns = rapid.SampledFrom([][]string{nil, nil, {"spring"}, {"summer", "autumn"}}).Draw(h.t, "of campaigns")
	}
	return t
}

// draft says it as a request does. A snapshot that is the newest of its segment, and has all who are in
// it now, need not be named.
func (h *history) draft(t terms) object {
	draft := object{"segment_id": t.from.of.id, "campaign": t.campaign}
	if last := t.from.of.photos; last[len(last)-1] != t.from || !slices.Equal(t.from.members, h.passersOf(t.from.of)) || rapid.Bool().Draw(h.t, "named") {
		draft["snapshot"] = t.from.n
	}
	if t.channel != "" {
		draft["channel"] = t.channel
	}
	if t.limit > 0 {
		draft["limit"] = t.limit
	}
	if len(t.split) > 0 {
		var split []object
		for _, s := range t.split {
			split = append(split, object{"name": s.name, "percent": float64(s.part) / 100})
		}
		draft["split"] = split
	}
	exclude := object{}
	for _, c := range t.clubs {
		exclude["segments"] = []string{c.id}
	}
	for _, s := range t.sendings {
		exclude["audiences"] = []string{s.id}
	}
	if t.within > 0 {
		period := fmt.Sprintf("PT%dH", t.within/time.Hour)
		exclude["campaigns_within"] = period
		if len(t.campaigns) > 0 {
			exclude["campaigns_within"] = object{"campaigns": t.campaigns, "within": period}
		}
	}
	if len(exclude) > 0 {
		draft["exclude"] = exclude
	}
	return draft
}

// send makes an audience of a snapshot.
func (h *history) send() {
	from := anyOf(h, "snapshot", h.photos())
	if from == nil || len(h.sendings) == 6 {
		return
	}
	s := &sending{terms: h.someTerms(from), at: h.clock}
	s.rows, s.held, s.heldBy = h.freeze(s.terms)
	draft := h.draft(s.terms)
	made := h.expect(201, "POST", "/v1/audiences", draft)
	h.compareFrozen(s, made)
	s.id = made["id"].(string)
	h.sendings = append(h.sendings, s)
}

// compareFrozen compares what an audience says of itself.
func (h *history) compareFrozen(s *sending, got object) {
	groups := map[string]any{}
	for _, g := range s.groups() {
		groups[g] = 0.0
	}
	for _, row := range s.rows {
		if len(s.split) > 0 {
			groups[row.group] = groups[row.group].(float64) + 1
		}
	}
	require.Equal(h.t, []any{float64(len(s.rows)), s.held, groups, float64(s.from.n), float64(s.acknowledged)},
		[]any{got["count"], map[string]any(got["held_back"].(object)), map[string]any(got["groups"].(object)), got["snapshot"], got["acknowledged"]}, "%v", got)
}

// groups are those of the split, and of whom it leaves over.
func (t terms) groups() (list []string) {
	for _, s := range t.split {
		list = append(list, s.name)
	}
	if len(list) > 0 {
		list = append(list, heldOut)
	}
	return list
}

// sentTo reports whether a row that something is sent to is that of a human now.
func (s *sending) sentTo(who *human) bool {
	return slices.ContainsFunc(s.rows, func(row place) bool { return row.group != heldOut && row.who.survivor() == who })
}

// hold counts a reason why somebody is not written to.
func hold(held map[string]any, reason string) {
	n, _ := held[reason].(float64)
	held[reason] = n + 1
}

// freeze says who gets which row, and counts the others by reason.
func (h *history) freeze(t terms) (rows []place, held map[string]any, by map[string][]*human) {
	held, by = map[string]any{}, map[string][]*human{}
	var taken []string
	var list []*human
	for _, who := range present(t.from.members, held) {
		used, why := "", ""
		if t.channel != "" {
			used, why = h.unreached(who, t.channel)
		} else if who.ban != nil {
			why = "blocked"
		}
		switch {
		case why != "":
		case h.excluded(t, who):
			why = "excluded"
		case h.hadRecently(t, who):
			why = "recent_campaign"
		case used != "" && slices.Contains(taken, used):
			why = "double_address"
		}
		if why != "" {
			hold(held, why)
			by[why] = append(by[why], who)
			continue
		}
		taken, list = append(taken, used), append(list, who)
	}
	return t.arrange(list), held, by
}

func (h *history) excluded(t terms, who *human) bool {
	return slices.ContainsFunc(t.clubs, func(c *club) bool { return c.passes(who) }) ||
		slices.ContainsFunc(t.sendings, func(s *sending) bool { return s.sentTo(who) })
}

// hadRecently reports whether the frequency guard holds somebody back: another audience has it, or
// something was delivered to it.
func (h *history) hadRecently(t terms, who *human) bool {
	if t.within == 0 {
		return false
	}
	since := h.clock.Add(-t.within)
	counts := func(campaign string, at time.Time) bool {
		return !at.Before(since) && (len(t.campaigns) == 0 || slices.Contains(t.campaigns, campaign))
	}
	return slices.ContainsFunc(h.sendings, func(s *sending) bool { return counts(s.campaign, s.at) && s.sentTo(who) }) ||
		h.outcomesOf(who, func(o outcome) bool { return o.kind == "delivered" && counts(o.campaign, o.at) }) > 0
}

// arrange puts those who are left into rows: with a limit in the order of a draw, which is cut off, and
// those whom the split leaves over last.
func (t terms) arrange(list []*human) (rows []place) {
	if t.limit > 0 {
		draw := fields.SaltOf(t.campaign)
		slices.SortStableFunc(list, func(a, b *human) int {
			return cmp.Compare(draw.Mix(fields.SeedOf(uuid.MustParse(a.id))), draw.Mix(fields.SeedOf(uuid.MustParse(b.id))))
		})
		list = list[:min(t.limit, len(list))]
	}
	var last []place
	for _, who := range list {
		if group := t.groupOf(who); group == heldOut {
			last = append(last, place{who, group})
		} else {
			rows = append(rows, place{who, group})
		}
	}
	return append(rows, last...)
}

// groupOf is the group of a human, "" without a split.
func (t terms) groupOf(who *human) string {
	if len(t.split) == 0 {
		return ""
	}
	bucket := fields.Bucket(uuid.MustParse(who.id), t.campaign)
	for _, s := range t.split {
		if bucket -= s.part; bucket < 0 {
			return s.name
		}
	}
	return heldOut
}

// leftOut is why a row is not listed now, "" for one that is.
func (h *history) leftOut(s *sending, who *human) (why string) {
	switch {
	case who.survivor().deleted:
		return "deleted"
	case who.into != nil:
		return "merged"
	case who.ban != nil:
		return "blocked"
	case s.channel == "":
		return ""
	}
	if _, why = h.unreached(who, s.channel); why == "unreachable" {
		return "" // nobody said that it does not want to be written to
	}
	return why
}

// compareSendings compares who has which row, and who is left out by now.
func (h *history) compareSendings() {
	for _, s := range h.sendings {
		h.compareFrozen(s, h.expect(200, "GET", "/v1/audiences/"+s.id, nil))
		for _, group := range append(s.groups(), "") {
			h.comparePull(s, group)
		}
		h.compareHeldBack(s)
	}
}

// comparePull compares the rows of a group, in one piece, in pages, and from the middle on.
func (h *history) comparePull(s *sending, group string) {
	held := map[string]any{}
	var want []string
	middle := -1 // of want
	for i, row := range s.rows {
		if group != row.group && (group != "" || row.group == heldOut) {
			continue
		}
		if middle < 0 && i >= len(s.rows)/2 {
			middle = len(want)
		}
		if why := h.leftOut(s, row.who); why != "" {
			hold(held, why)
			continue
		}
		want = append(want, fmt.Sprint(i+1, " ", row.who.id, " ", row.group))
	}
	target := "/v1/audiences/" + s.id + "/members?limit="
	if group != "" {
		target = query("/v1/audiences/"+s.id+"/members", "group", group) + "&limit="
	}
	require.Equal(h.t, want, h.pull(target+"1000", held))
	require.Equal(h.t, want, h.pull(target+"2", held))
	if middle < 0 {
		middle = len(want)
	}
	require.Equal(h.t, append([]string(nil), want[middle:]...), h.pull(fmt.Sprint(target, "3&from_row=", len(s.rows)/2+1), held))
}

// compareHeldBack compares whom an audience held back when it was made, and whom it leaves out now.
func (h *history) compareHeldBack(s *sending) {
	now := map[string][]*human{}
	for _, row := range s.rows {
		if why := h.leftOut(s, row.who); row.group != heldOut {
			now[why] = append(now[why], row.who)
		}
	}
	for _, why := range audiences.Listed {
		for when, by := range map[string]map[string][]*human{"made": s.heldBy, "now": now} {
			want := map[string]bool{}
			for _, who := range by[string(why)] {
				if survivor := who.survivor(); !survivor.deleted {
					want[survivor.id] = true
				}
			}
			page := h.expect(200, "GET", fmt.Sprintf("/v1/audiences/%s/held-back?limit=1000&reason=%s&when=%s", s.id, why, when), nil)
			require.EqualValues(h.t, len(by[string(why)]), page["count"], "%s %s", why, when)
			got := map[string]bool{}
			for _, c := range objectsIn(page, "contacts") {
				got[c["id"].(string)] = true
			}
			require.Equal(h.t, want, got, "%s %s", why, when)
		}
	}
}

// pull reads all rows, page by page. Each page says how many are left out.
func (h *history) pull(target string, held map[string]any) (rows []string) {
	for cursor, pages := "", 0; ; pages++ {
		page := h.expect(200, "GET", target+cursor, nil)
		require.Equal(h.t, held, map[string]any(page["held_back"].(object)))
		for _, m := range objectsIn(page, "members") {
			group, _ := m["group"].(string)
			rows = append(rows, fmt.Sprint(m["row"], " ", m["id"], " ", group))
		}
		next, more := page["next_cursor"].(string)
		if !more {
			return rows
		}
		require.Less(h.t, pages, 100, "a pull does not end")
		cursor = "&cursor=" + next
	}
}

// acknowledge says how far a campaign has come, or tries to say that it is not so far.
func (h *history) acknowledge() {
	s := anyOf(h, "audience", h.sendings)
	if s == nil {
		return
	}
	row := rapid.IntRange(1, len(s.rows)+1).Draw(h.t, "row")
	status := 200
	switch {
	case row > len(s.rows):
		status = 422
	case row < s.acknowledged:
		status = 409
	default:
		s.acknowledged = row
	}
	h.expect(status, "POST", "/v1/audiences/"+s.id+"/ack", object{"row": row})
}

// withdraw deletes an audience. What was reported of it stays with the contacts.
func (h *history) withdraw() {
	s := anyOf(h, "audience", h.sendings)
	if s == nil || rapid.IntRange(0, 2).Draw(h.t, "withdraw") > 0 {
		return
	}
	h.expect(204, "DELETE", "/v1/audiences/"+s.id, nil)
	h.expect(404, "GET", "/v1/audiences/"+s.id+"/members", nil)
	h.sendings = slices.DeleteFunc(h.sendings, func(other *sending) bool { return other == s })
}
