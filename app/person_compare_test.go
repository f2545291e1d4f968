package app

import (
	"context"
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
	h.compareSuppressions()
	h.compareClubs()
	h.compareSendings()
	h.compareFilters()
	h.compareTalkFilters()
	h.compareWords()
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
	h.compareAddresses(who, got)
	require.Equal(h.t, who.ban != nil, got["blocked"] == true, "contact %d", who.number)
	h.compareShown(who, got)
	h.compareConsents(who, target, got)
	if who.ban != nil && who.ban.reason != "" {
		block := got["block"].(object)
		require.Equal(h.t, []any{who.ban.reason, instant(who.ban.until)}, []any{block["reason"], block["until"]}, "contact %d", who.number)
	}
	h.compareTalksOf(who, target)
	h.compareMemosOf(who, target)
	h.compareTimeline(who, target)
	h.compareHeld(who, target)
}

// compareAddresses compares the addresses of each kind, in their order.
func (h *history) compareAddresses(who *human, got object) {
	want, has := map[string][]string{}, map[string][]string{}
	for _, kind := range []string{anEmail, aPhone, anIdentity} {
		for _, b := range ofKind(who.addresses, kind) {
			want[kind] = append(want[kind], fmt.Sprint(b.address, b.shared))
		}
	}
	for _, kind := range []string{anEmail, aPhone} {
		for i, e := range objectsIn(got, kind+"s") {
			require.Equal(h.t, i == 0, e["primary"])
			has[kind] = append(has[kind], fmt.Sprint(kind, ":", e["value"], e["shared"]))
		}
	}
	for _, i := range objectsIn(got, "identities") {
		has[anIdentity] = append(has[anIdentity], fmt.Sprint(i["channel"], ":", i["source_id"], false))
	}
	require.Equal(h.t, want, has, "contact %d", who.number)
	identifier, _ := got["identifier"].(string)
	require.Equal(h.t, firstOf(who.addresses, anIdentifier).address.value(), identifier, "contact %d", who.number)
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
	for _, a := range pool {
		if a.kind() == anIdentity {
			continue // nothing asks for a contact by an identity: those who write do
		}
		c, _, err := h.Contacts.Find(context.Background(), a.kind(), a.value())
		who := h.holder(a)
		require.Equal(h.t, who == nil, err != nil, a)
		if who != nil {
			require.Equal(h.t, who.id, c.ID.String(), a)
		}
	}
}

// verify has the program compare its own parts.
func (h *history) verify() {
	found, err := h.Verify(context.Background(), nil)
	require.NoError(h.t, err)
	require.Empty(h.t, found)
}
