package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/stretchr/testify/require"
)

// compare compares all that the program answers with the model.
func (h *history) compare() {
	for _, who := range h.humans {
		if who.survivor().deleted {
			h.expect(404, "GET", "/v1/contacts/"+who.id, nil)
			h.expect(404, "GET", "/v1/contacts/"+who.id+"/conversations", nil)
			h.expect(404, "GET", "/v1/contacts/"+who.id+"/notes", nil)
			continue
		}
		h.compareContact(who)
	}
	for _, t := range h.talks {
		h.compareTalk(t)
	}
	h.compareClaims()
	h.compareFilters()
}

// objectsIn is a member of an answer that is a list of objects.
func objectsIn(answer object, member string) (list []object) {
	for _, one := range answer[member].([]any) {
		list = append(list, one.(object))
	}
	return list
}

// instant is a moment as answers have it, nil for none.
func instant(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.UTC().Format("2006-01-02T15:04:05.000Z")
}

// texts are a list that may be empty, as answers have it.
func texts(list []string) []any {
	out := []any{}
	for _, text := range list {
		out = append(out, text)
	}
	return out
}

// compareContact compares a contact, asked for by its id or that of one which it has absorbed.
func (h *history) compareContact(asked *human) {
	who, target := asked.survivor(), "/v1/contacts/"+asked.id
	got := h.expect(200, "GET", target, nil)
	require.Equal(h.t, who.id, got["id"])
	var emails, identities []address
	for _, e := range objectsIn(got, "emails") {
		emails = append(emails, address("email:"+e["value"].(string)))
	}
	for _, i := range objectsIn(got, "identities") {
		identities = append(identities, address(i["channel"].(string)+":"+i["source_id"].(string)))
	}
	var wantEmails, wantIdentities []address
	for _, b := range who.addresses {
		if b.address.isEmail() {
			wantEmails = append(wantEmails, b.address)
		} else {
			wantIdentities = append(wantIdentities, b.address)
		}
	}
	require.Equal(h.t, wantEmails, emails, "contact %d", who.number)
	require.Equal(h.t, wantIdentities, identities, "contact %d", who.number)
	require.Equal(h.t, who.ban != nil, got["blocked"] == true, "contact %d", who.number)
	h.compareShown(who, got)
	if who.ban != nil && who.ban.reason != "" {
		block := got["block"].(object)
		require.Equal(h.t, []any{who.ban.reason, instant(who.ban.until)}, []any{block["reason"], block["until"]}, "contact %d", who.number)
	}
	h.compareTalksOf(who, target)
	h.compareMemosOf(who, target)
	h.compareTimeline(who, target)
	h.compareHeld(who, target)
}

// compareShown compares what a contact shows of its conversations.
func (h *history) compareShown(who *human, got object) {
	f := h.figuresOf(who)
	want := []any{instant(h.seenAt(who)), texts(h.reachedBy(who)), float64(f.talks), float64(f.open), instant(f.latest), instant(f.replied), instant(f.repliedLast)}
	var has []any
	for _, member := range []string{"last_seen_at", "channels", "conversations_count", "open_conversations", "last_message_at", "first_reply_at", "last_reply_at"} {
		has = append(has, got[member])
	}
	require.Equal(h.t, want, has, "contact %d", who.number)
}

func (h *history) compareTalksOf(who *human, target string) {
	want := map[string]int64{}
	for _, t := range h.talksOf(who) {
		want[t.id] = t.latest.UnixMilli()
	}
	got := map[string]int64{}
	list := objectsIn(h.expect(200, "GET", target+"/conversations", nil), "conversations")
	var order []int64
	for _, c := range list {
		at, err := time.Parse(time.RFC3339, c["last_message_at"].(string))
		require.NoError(h.t, err)
		got[c["id"].(string)] = at.UnixMilli()
		order = append(order, -at.UnixMilli())
		require.Equal(h.t, who.id, c["contact_id"])
	}
	require.Equal(h.t, want, got, "conversations of contact %d", who.number)
	require.True(h.t, slices.IsSorted(order), "the newest activity comes first")
}

func (h *history) compareMemosOf(who *human, target string) {
	var want, got [][]any
	for _, m := range h.memosOf(who) {
		want = append(want, []any{m.id, m.text, m.pinned, instant(m.at), who.id})
	}
	for _, n := range objectsIn(h.expect(200, "GET", target+"/notes", nil), "notes") {
		got = append(got, []any{n["id"], n["text"], n["pinned"], n["created_at"], n["contact_id"]})
	}
	require.Equal(h.t, want, got, "notes about contact %d", who.number)
}

// compareTalk compares a conversation and its messages.
func (h *history) compareTalk(t *thread) {
	target := "/v1/conversations/" + t.id
	got := h.expect(200, "GET", target, nil)
	assignee := any(nil)
	if t.assignee != "" {
		assignee = t.assignee
	}
	want := []any{t.of.survivor().id, t.channel, t.status, assignee, float64(len(t.said)), float64(t.inbound), instant(t.created), instant(t.latest), instant(t.replied), instant(t.repliedLast), instant(t.resolved), instant(t.snoozed)}
	var has []any
	for _, member := range []string{"contact_id", "channel", "status", "assignee", "messages_count", "inbound_count", "created_at", "last_message_at", "first_reply_at", "last_reply_at", "resolved_at", "snoozed_until"} {
		has = append(has, got[member])
	}
	require.Equal(h.t, want, has)
	var said, answered [][]any
	for _, u := range t.messages() {
		said = append(said, []any{u.id, u.text, u.direction, instant(u.at)})
	}
	for _, m := range objectsIn(h.expect(200, "GET", target+"/messages?limit=200", nil), "messages") {
		answered = append(answered, []any{m["id"], m["text"], m["direction"], m["at"]})
	}
	require.Equal(h.t, said, answered)
}

// compareClaims compares who is found by each address.
func (h *history) compareClaims() {
	for _, n := range "abcd" {
		e := fmt.Sprintf("%c@x.example", n)
		c, _, err := h.Contacts.Find(context.Background(), "email", e)
		who := h.holder(address("email:" + e))
		require.Equal(h.t, who == nil, err != nil, e)
		if who != nil {
			require.Equal(h.t, who.id, c.ID.String(), e)
		}
	}
}

// verify has the program compare its own parts.
func (h *history) verify() {
	found, err := h.Verify(context.Background(), nil)
	require.NoError(h.t, err)
	require.Empty(h.t, found)
}

// passing are the ids of the contacts that pass a filter.
func (h *history) passing(rule object) (ids []string) {
	filter, err := json.Marshal(object{"combinator": "and", "rules": []object{rule}})
	require.NoError(h.t, err)
	for _, c := range objectsIn(h.expect(200, "GET", query("/v1/contacts", "filter", string(filter), "limit", "1000"), nil), "contacts") {
		ids = append(ids, c["id"].(string))
	}
	slices.Sort(ids)
	return ids
}

// compareFilters compares who passes filters on what follows from conversations and notes, and on
// the conversations and notes themselves.
func (h *history) compareFilters() {
	for _, one := range h.filters() {
		var want []string
		for _, who := range h.living() {
			if one.passes(who) {
				want = append(want, who.id)
			}
		}
		slices.Sort(want)
		require.Equal(h.t, want, h.passing(one.rule), "%v", one.rule)
	}
}

// choice is a rule with what it says.
type choice struct {
	rule   object
	passes func(*human) bool
}

func (h *history) filters() []choice {
	rule := func(field, operator string, value any, more ...object) object {
		out := object{"field": field, "operator": operator}
		if value != nil {
			out["value"] = value
		}
		for _, m := range more {
			out["where"] = object{"combinator": "and", "rules": []object{m}}
		}
		return out
	}
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
		{rule("email", "exists", nil), func(w *human) bool { return len(w.emails()) > 0 }},
		{rule("identities", "any_of", []string{"whatsapp:1", "sms:2"}), func(w *human) bool { return w.at("whatsapp:1") >= 0 || w.at("sms:2") >= 0 }},
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
		{rule("notes", "any", nil, rule("text", "contains", "2")), func(w *human) bool {
			return memos(w, func(m *memo) bool { return slices.Contains([]byte(m.text), '2') }) > 0
		}},
	}
}
