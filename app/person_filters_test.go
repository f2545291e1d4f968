package app

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
)

// passing are the ids of the records of a kind that pass a filter, which must be as many as are
// counted.
func (h *history) passing(plural string, rule object) (ids []string) {
	filter := object{"combinator": "and", "rules": []object{rule}}
	text, err := json.Marshal(filter)
	require.NoError(h.t, err)
	for _, c := range objectsIn(h.expect(200, "GET", query("/v1/"+plural, "filter", string(text), "limit", "1000"), nil), plural) {
		ids = append(ids, c["id"].(string))
	}
	slices.Sort(ids)
	counted := h.expect(200, "POST", "/v1/"+plural+"/count", object{"filter": filter})
	require.EqualValues(h.t, len(ids), counted["count"], "%v", rule)
	return ids
}

// compareFilters compares who passes filters on what follows from conversations and notes, and on
// the conversations and notes themselves.
func (h *history) compareFilters() {
	for _, one := range slices.Concat(h.filters(), h.consentFilters(), h.campaignFilters()) {
		var want []string
		for _, who := range h.living() {
			if one.passes(who) {
				want = append(want, who.id)
			}
		}
		slices.Sort(want)
		require.Equal(h.t, want, h.passing("contacts", one.rule), "%v", one.rule)
	}
}

// choice is a rule with what it says.
type choice struct {
	rule   object
	passes func(*human) bool
}

// rule is a rule of a filter, with the rules on what is related.
func rule(field, operator string, value any, where ...object) object {
	out := object{"field": field, "operator": operator}
	if value != nil {
		out["value"] = value
	}
	if len(where) > 0 {
		out["where"] = object{"combinator": "and", "rules": where}
	}
	return out
}

func (h *history) filters() []choice {
	talks := func(who *human, passes func(*thread) bool) int {
		return len(slices.DeleteFunc(h.talksOf(who), func(t *thread) bool { return !passes(t) }))
	}
	before := h.clock.Add(-24 * time.Hour)
	since := func(at time.Time) bool { return !at.IsZero() && at.After(before) }
	memos := func(who *human, passes func(*memo) bool) int {
		return len(slices.DeleteFunc(h.memosOf(who), func(m *memo) bool { return !passes(m) }))
	}
	return []choice{
		{rule("conversations_count", "gte", 2), func(w *human) bool { return h.figuresOf(w).talks >= 2 }},
		{rule("open_conversations", "eq", 1), func(w *human) bool { return h.figuresOf(w).open == 1 }},
		{rule("last_message_at", "after", before), func(w *human) bool { return since(h.figuresOf(w).latest) }},
		{rule("first_reply_at", "after", before), func(w *human) bool { return since(h.figuresOf(w).replied) }},
		{rule("last_reply_at", "after", before), func(w *human) bool { return since(h.figuresOf(w).repliedLast) }},
		{rule("last_seen_at", "after", before), func(w *human) bool { return since(h.seenAt(w)) }},
		{rule("channels", "any_of", []string{"sms", "voice"}), func(w *human) bool {
			return slices.ContainsFunc(h.reachedBy(w), func(c string) bool { return c == "sms" || c == "voice" })
		}},
		{rule("channels", "none_of", []string{"whatsapp"}), func(w *human) bool { return !slices.Contains(h.reachedBy(w), "whatsapp") }},
		{rule("email", "eq", "a@x.example"), func(w *human) bool { return w.has("email:a@x.example") }},
		{rule("email", "exists", nil), func(w *human) bool { return len(ofKind(w.addresses, anEmail)) > 0 }},
		{rule("phone", "ne", "+254712345671"), func(w *human) bool { return !w.has("phone:+254712345671") }},
		{rule("identifier", "in", []string{"k1", "k9"}), func(w *human) bool { return w.has("identifier:k1") }},
		{rule("identities", "any_of", []string{"whatsapp:1", "sms:2"}), func(w *human) bool { return w.has("whatsapp:1") || w.has("sms:2") }},
		{rule("blocked", "eq", true), func(w *human) bool { return w.ban != nil }},
		{rule("conversations", "any", nil, rule("channel", "eq", "whatsapp")), func(w *human) bool {
			return talks(w, func(t *thread) bool { return t.channel == "whatsapp" }) > 0
		}},
		{rule("conversations", "none", nil, rule("status", "eq", "resolved")), func(w *human) bool {
			return talks(w, func(t *thread) bool { return t.status == "resolved" }) == 0
		}},
		{rule("conversations", "count_gte", 2, rule("last_message_at", "after", before)), func(w *human) bool {
			return talks(w, func(t *thread) bool { return since(t.latest) }) >= 2
		}},
		{rule("conversations", "count_lte", 1, rule("messages_count", "gte", 2)), func(w *human) bool {
			return talks(w, func(t *thread) bool { return len(t.said) >= 2 }) <= 1
		}},
		{rule("conversations", "count_eq", 1, rule("first_reply_at", "exists", nil)), func(w *human) bool {
			return talks(w, func(t *thread) bool { return !t.replied.IsZero() }) == 1
		}},
		{rule("notes", "any", nil, rule("pinned", "eq", true)), func(w *human) bool { return memos(w, func(m *memo) bool { return m.pinned }) > 0 }},
		{rule("notes", "count_gte", 2, rule("created_at", "after", before)), func(w *human) bool {
			return memos(w, func(m *memo) bool { return since(m.at) }) >= 2
		}},
		{rule("conversations", "any", nil, rule("assignee", "eq", "amina"), rule("status", "in", []string{"open", "snoozed"})), func(w *human) bool {
			return talks(w, func(t *thread) bool { return t.assignee == "amina" && (t.status == "open" || t.status == "snoozed") }) > 0
		}},
		{rule("notes", "any", nil, rule("text", "contains", "2")), func(w *human) bool {
			return memos(w, func(m *memo) bool { return slices.Contains([]byte(m.text), '2') }) > 0
		}},
	}
}

// compareTalkFilters compares which conversations pass filters on them, and so that no other ones
// are counted.
func (h *history) compareTalkFilters() {
	before := h.clock.Add(-24 * time.Hour)
	for _, one := range []struct {
		rule   object
		passes func(*thread) bool
	}{
		{rule("messages_count", "gte", 1), func(*thread) bool { return true }},
		{rule("messages_count", "eq", 2), func(t *thread) bool { return len(t.said) == 2 }},
		{rule("inbound_count", "gte", 2), func(t *thread) bool { return t.inbound >= 2 }},
		{rule("status", "eq", "open"), func(t *thread) bool { return t.status == "open" }},
		{rule("status", "in", []string{"snoozed", "resolved"}), func(t *thread) bool { return t.status == "snoozed" || t.status == "resolved" }},
		{rule("channel", "eq", "whatsapp"), func(t *thread) bool { return t.channel == "whatsapp" }},
		{rule("assignee", "exists", nil), func(t *thread) bool { return t.assignee != "" }},
		{rule("last_message_at", "after", before), func(t *thread) bool { return t.latest.After(before) }},
		{rule("created_at", "before", before), func(t *thread) bool { return t.created.Before(before) }},
		{rule("first_reply_at", "exists", nil), func(t *thread) bool { return !t.replied.IsZero() }},
		{rule("resolved_at", "after", before), func(t *thread) bool { return t.resolved.After(before) }},
	} {
		var want []string
		for _, t := range h.talks {
			if one.passes(t) {
				want = append(want, t.id)
			}
		}
		slices.Sort(want)
		require.Equal(h.t, want, h.passing("conversations", one.rule), "%v", one.rule)
	}
}
