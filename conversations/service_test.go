package conversations_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	_ "github.com/ndoto/kundi/repeatable"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

type object = map[string]any

// desk is where people write and are answered.
type desk struct {
	t testing.TB
	*conversations.Service
	people *contacts.Service
	store  *storage.Store
	clock  time.Time
}

var by = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAgent, Name: "Amina"}}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{t: t, clock: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)}
	var err error
	d.store, err = storage.Open(t.Context(), storage.Options{
		Kinds: []ledger.AnyKind{contacts.Kind, companies.Kind, conversations.Kind, conversations.MessageKind, conversations.HeldKind}, Engine: memory.New(),
	})
	require.NoError(t, err)
	t.Cleanup(func() { d.store.Close() })
	now := func() time.Time { return d.clock }
	d.people = contacts.NewService(d.store, companies.Directory{}, now, nil)
	d.Service = conversations.NewService(d.store, d.people, now, nil)
	return d
}

// ago is a moment before now, as it is sent.
func (d *desk) ago(before time.Duration) string {
	return fields.FormatInstant(d.clock.Add(-before).UnixMilli())
}

func (d *desk) receive(from string, message object) conversations.Received {
	d.t.Helper()
	got, err := d.Receive(d.t.Context(), by, fields.Draft{"channel": "sms", "sender": object{"source_id": from}, "message": message})
	require.NoError(d.t, err)
	return got
}

func (d *desk) patch(id ledger.ID, draft fields.Draft) *conversations.Conversation {
	d.t.Helper()
	r, err := d.Patch(d.t.Context(), by, id, draft, 0)
	require.NoError(d.t, err)
	return r.Record
}

const (
	week   = 7 * 24 * time.Hour
	minute = time.Minute
)

// TestWhichConversationAMessageJoins sets up one conversation, and sends a message after it.
func TestWhichConversationAMessageJoins(t *testing.T) {
	type is struct {
		joins  bool
		status conversations.Status
	}
	for _, test := range []struct {
		name   string
		status string
		since  time.Duration // how long it has this status
		at     time.Duration // how long ago the message was written
		from   string
		want   is
	}{
		{"open", "open", minute, 0, "a", is{true, conversations.Open}},
		{"open since long", "open", 52 * week, 0, "a", is{true, conversations.Open}},
		{"pending", "pending", minute, 0, "a", is{true, conversations.Open}},
		{"snoozed", "snoozed", minute, 0, "a", is{true, conversations.Open}},
		{"a message from before what is there", "snoozed", minute, 2 * week, "a", is{true, conversations.Snoozed}},
		{"resolved a moment ago", "resolved", minute, 0, "a", is{true, conversations.Open}},
		{"resolved almost too long ago", "resolved", week - time.Millisecond, 0, "a", is{true, conversations.Open}},
		{"resolved exactly so long ago", "resolved", week, 0, "a", is{false, conversations.Open}},
		{"resolved long ago", "resolved", 2 * week, 0, "a", is{false, conversations.Open}},
		{"a message from before it was resolved", "resolved", time.Hour, 2 * time.Hour, "a", is{true, conversations.Resolved}},
		{"a message from a moment before it was resolved", "resolved", time.Hour, time.Hour + time.Millisecond, "a", is{true, conversations.Resolved}},
		{"a message of the moment at which it was resolved", "resolved", time.Hour, time.Hour, "a", is{true, conversations.Open}},
		{"a message from long before it was resolved", "resolved", minute, 3 * week, "a", is{true, conversations.Resolved}},
		{"somebody else", "open", minute, 0, "b", is{false, conversations.Open}},
		{"somebody else, of almost long ago", "open", minute, week, "b", is{false, conversations.Open}},
		{"somebody else, of long ago", "open", minute, week + time.Millisecond, "b", is{false, conversations.Resolved}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t)
			end := d.clock
			d.clock = end.Add(-test.since - time.Second)
			first := d.receive("a", object{"text": "Hi"}).Conversation
			d.clock = end.Add(-test.since)
			draft := fields.Draft{"status": test.status}
			if test.status == "snoozed" {
				draft["snoozed_until"] = fields.FormatInstant(end.Add(time.Hour).UnixMilli())
			}
			d.patch(first.ID, draft)
			d.clock = end
			got := d.receive(test.from, object{"text": "Ho", "at": d.ago(test.at)})
			require.Equal(t, test.want, is{got.Conversation.ID == first.ID, got.Conversation.Status})
			require.Equal(t, !test.want.joins, got.Created.Conversation)
			require.Equal(t, got.Conversation.Status == conversations.Resolved, !got.Conversation.ResolvedAt.IsZero())
			require.Equal(t, got.Conversation.Status == conversations.Snoozed, !got.Conversation.SnoozedUntil.IsZero())
			if !test.want.joins && test.want.status == conversations.Resolved {
				require.Equal(t, got.Message.At, got.Conversation.ResolvedAt)
			}
			if test.want.joins {
				require.Equal(t, got.Message.At.Before(first.CreatedAt), got.Conversation.CreatedAt.Equal(got.Message.At), "it begins with its earliest message")
			}
		})
	}
}

// TestAnyOrderOfArrival: what a conversation says of its messages does not depend on the order in
// which they came.
func TestAnyOrderOfArrival(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t)
		type sent struct {
			at   time.Time
			kind string
		}
		draw := rapid.Custom(func(t *rapid.T) sent {
			minutes := rapid.IntRange(0, 60*24*40).Draw(t, "minutes ago")
			return sent{d.clock.Add(-time.Duration(minutes) * time.Minute), rapid.SampledFrom([]string{"contact", "agent", "ai", "rule", "system"}).Draw(t, "author")}
		})
		all := rapid.SliceOfN(draw, 0, 20).Draw(rt, "messages")
		first := d.receive("a", object{"text": "first"})
		all = append(all, sent{first.Message.At, "contact"})
		for i, m := range all[:len(all)-1] {
			direction := "outbound"
			if m.kind == "contact" {
				direction = "inbound"
			}
			_, err := d.Add(t.Context(), by, first.Conversation.ID, fields.Draft{
				"direction": direction, "author": object{"kind": m.kind}, "text": fmt.Sprint(i), "at": fields.FormatInstant(m.at.UnixMilli()),
			})
			require.NoError(t, err)
		}
		page, err := d.Messages(t.Context(), first.Conversation.ID, ledger.Window{Limit: 100})
		require.NoError(t, err)
		require.Len(t, page.Messages, len(all))
		require.False(t, page.More)
		require.True(t, slices.IsSortedFunc(page.Messages, func(a, b *conversations.Message) int { return a.At.Compare(b.At) }))

		var times, inbound, replies []time.Time
		for _, m := range all {
			times = append(times, m.at)
			switch m.kind {
			case "contact":
				inbound = append(inbound, m.at)
			case "agent", "ai":
				replies = append(replies, m.at)
			}
		}
		least := func(list []time.Time) time.Time {
			if len(list) == 0 {
				return time.Time{}
			}
			return slices.MinFunc(list, time.Time.Compare)
		}
		most := func(list []time.Time) time.Time {
			if len(list) == 0 {
				return time.Time{}
			}
			return slices.MaxFunc(list, time.Time.Compare)
		}
		c := page.Conversation
		require.Equal(t, []uint32{uint32(len(all)), uint32(len(inbound))}, []uint32{c.Messages, c.Inbound})
		require.Equal(t,
			[]time.Time{least(times), most(times), most(inbound), least(replies), most(replies)},
			[]time.Time{c.CreatedAt, c.LastMessageAt, c.LastInboundAt, c.FirstReplyAt, c.LastReplyAt})
	})
}

// TestChannelsHaveConversationsOfTheirOwn: one contact writes on two of them.
func TestChannelsHaveConversationsOfTheirOwn(t *testing.T) {
	d := newDesk(t)
	on := func(channel string) conversations.Received {
		got, err := d.Receive(t.Context(), by, fields.Draft{"channel": channel, "sender": object{"identifier": "CU-1"}, "message": object{"text": "Hi"}})
		require.NoError(t, err)
		return got
	}
	sms, line := on("sms"), on("line")
	require.Equal(t, sms.Conversation.Owner, line.Conversation.Owner)
	require.Equal(t, conversations.Created{Conversation: true}, line.Created)
	require.Equal(t, sms.Conversation.ID, on("sms").Conversation.ID)
	require.Equal(t, line.Conversation.ID, on("line").Conversation.ID)
}

// TestTheOneThatIsOpenLiesBehindAnArchive of conversations that are resolved.
func TestTheOneThatIsOpenLiesBehindAnArchive(t *testing.T) {
	d := newDesk(t)
	open := d.receive("a", object{"text": "Hi"})
	_, err := d.store.Update(t.Context(), by.Author, func(tx ledger.Tx) error {
		for range 70 {
			old := &conversations.Conversation{ID: ledger.NewID(), Owner: open.Conversation.Owner, Channel: open.Conversation.Channel, Status: conversations.Resolved}
			if err := conversations.Kind.Create(tx, old); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, open.Conversation.ID, d.receive("a", object{"text": "Ho"}).Conversation.ID)
}

// TestSnoozesEnd rings the alarm of a conversation at every moment around its end.
func TestSnoozesEnd(t *testing.T) {
	d := newDesk(t)
	c := d.receive("a", object{"text": "Hi"}).Conversation
	until := d.clock.Add(time.Hour)
	snooze := fields.Draft{"status": "snoozed", "snoozed_until": fields.FormatInstant(until.UnixMilli())}
	ref := conversations.Kind.StampOf(c).Ref()
	alarm := ledger.Alarm{At: until, Entity: fields.EntityConversation, Ref: ref}
	set := func() (is bool) {
		_, err := d.store.Update(t.Context(), by.Author, func(tx ledger.Tx) (err error) { is, err = alarm.IsSet(tx); return err })
		require.NoError(t, err)
		return is
	}
	wake := func(now time.Time) *conversations.Conversation {
		_, err := d.store.Update(t.Context(), by.Author, func(tx ledger.Tx) error { return conversations.Wake(tx, ref, now) })
		require.NoError(t, err)
		after, err := d.Get(t.Context(), c.ID)
		require.NoError(t, err)
		return after
	}
	require.False(t, set())
	d.patch(c.ID, snooze)
	require.True(t, set())
	require.Equal(t, conversations.Snoozed, wake(until.Add(-time.Millisecond)).Status)
	d.clock = until.Add(minute)
	d.patch(c.ID, fields.Draft{"priority": "low"}) // which does not look at when its snooze ends
	woken := wake(until)
	require.Equal(t, []any{conversations.Open, time.Time{}, until}, []any{woken.Status, woken.SnoozedUntil, woken.UpdatedAt})
	require.False(t, set())
	require.Equal(t, woken.Version, wake(until.Add(time.Hour)).Version, "it is over")

	d.clock = until.Add(-2 * minute)
	d.patch(c.ID, snooze)
	require.True(t, set())
	d.receive("a", object{"text": "Ho"})
	require.False(t, set(), "who writes ends it")
}

func TestErasedContactsHaveNoConversations(t *testing.T) {
	d := newDesk(t)
	got := d.receive("a", object{"text": "Hi", "source_id": "m"})
	list, err := contacts.Kind.List(t.Context(), d.store, []uint32{got.Conversation.Owner})
	require.NoError(t, err)
	_, err = d.people.Delete(t.Context(), by, list[0].ID, 0)
	require.NoError(t, err)
	for name, err := range map[string]error{
		"get": func() error { _, err := d.Get(t.Context(), got.Conversation.ID); return err }(),
		"messages": func() error {
			_, err := d.Messages(t.Context(), got.Conversation.ID, ledger.Window{Limit: 1})
			return err
		}(),
		"patch": func() error {
			_, err := d.Patch(t.Context(), by, got.Conversation.ID, fields.Draft{"status": "open"}, 0)
			return err
		}(),
		"add": func() error {
			_, err := d.Add(t.Context(), by, got.Conversation.ID, fields.Draft{"direction": "inbound", "text": "x"})
			return err
		}(),
	} {
		require.Equal(t, fault.KindNotFound, fault.KindOf(err), name)
	}
	again := d.receive("a", object{"text": "Hi", "source_id": "m"})
	require.Equal(t, conversations.Created{Contact: true, Conversation: true}, again.Created, "the source id is free again")
}

// TestMembersOfAMessageAreRefusedByName: those that the server gives, and a moment to come.
func TestMembersOfAMessageAreRefusedByName(t *testing.T) {
	d := newDesk(t)
	at := d.ago(-6 * time.Minute)
	_, err := d.Receive(t.Context(), by, fields.Draft{"channel": "sms", "id": "x", "sender": object{"source_id": "1"}, "message": object{"text": "Hi", "seq": 1, "channel": "sms", "at": at}})
	var refused *fault.Error
	require.ErrorAs(t, err, &refused)
	require.ElementsMatch(t, []fault.Fault{
		{Path: "message.at", Detail: "must be at most 5 minutes in the future"},
		{Path: "message.channel", Detail: ledger.RefusedByServer}, {Path: "message.seq", Detail: ledger.RefusedByServer}, {Path: "id", Detail: ledger.RefusedByServer},
	}, refused.Faults)
}

// TestLabelsOfMessages adds labels as long as there is room for them. Then messages and lines come
// all the same, and the conversation can be changed.
func TestLabelsOfMessages(t *testing.T) {
	d := newDesk(t)
	labels := func(name string) (list []any) {
		for i := range fields.MaxLabels - 50 {
			list = append(list, fmt.Sprint(name, i))
		}
		return list
	}
	var got conversations.Received
	for _, name := range []string{"a", "b", "c"} {
		var err error
		got, err = d.Receive(t.Context(), by, fields.Draft{"channel": "sms", "sender": object{"source_id": "1"}, "message": object{"text": "hi", "source_id": name}, "labels": labels(name)})
		require.NoError(t, err)
	}
	want := append(labels("a"), labels("b")[:50]...)
	require.Equal(t, want, asAny(got.Conversation.Labels))
	c, _ := d.one(with(d.lineOf("1", "line", 1, 0), fields.Draft{"labels": labels("d")}))
	require.Equal(t, got.Conversation.ID, c.ID)
	require.Equal(t, want, asAny(c.Labels))
	_, err := d.Patch(t.Context(), by, c.ID, fields.Draft{"labels": asAny(c.Labels[1:])}, 0)
	require.NoError(t, err)
}

func asAny(texts []string) (list []any) {
	for _, text := range texts {
		list = append(list, text)
	}
	return list
}
