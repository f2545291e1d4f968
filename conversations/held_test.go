package conversations_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// refused sends a message that is refused since its sender is blocked, and returns the refusal.
func (d *desk) refused(from string, message object) *fault.Error {
	d.t.Helper()
	return d.refusedAs(by, fields.Draft{"channel": "sms", "sender": object{"source_id": from, "name": "Kim"}, "message": message, "subject": "Let me in", "labels": []any{"angry"}})
}

func (d *desk) refusedAs(by ledger.Caller, draft fields.Draft) *fault.Error {
	d.t.Helper()
	got, err := d.Receive(d.t.Context(), by, draft)
	require.Equal(d.t, fault.KindForbidden, fault.KindOf(err), "%v", err)
	require.Zero(d.t, got)
	require.Equal(d.t, "contact-blocked", err.(*fault.Error).Type)
	return err.(*fault.Error)
}

func (d *desk) block(contact ledger.ID, draft fields.Draft) {
	d.t.Helper()
	_, err := d.people.Block(d.t.Context(), by, contact, draft, 0)
	require.NoError(d.t, err)
}

func (d *desk) unblock(contact ledger.ID) {
	d.t.Helper()
	_, err := d.people.Unblock(d.t.Context(), by, contact, 0)
	require.NoError(d.t, err)
}

func (d *desk) person(id ledger.ID) *contacts.Contact {
	d.t.Helper()
	c, _, err := d.people.Get(d.t.Context(), id)
	require.NoError(d.t, err)
	return c
}

// quarantine are the texts that are kept aside of a contact, the newest first.
func (d *desk) quarantine(contact ledger.ID) (texts []string) {
	d.t.Helper()
	for _, h := range d.held(contact) {
		texts = append(texts, h.Text)
	}
	return texts
}

func (d *desk) held(contact ledger.ID) []*conversations.Held {
	d.t.Helper()
	list, more, err := d.Quarantine(d.t.Context(), ledger.Ordinals(contacts.Kind, d.person(contact)), ledger.Window{Reverse: true, Limit: 200})
	require.NoError(d.t, err)
	require.False(d.t, more)
	return list
}

// somebody writes once, and is blocked.
func (d *desk) somebody(from string) (ledger.ID, conversations.Received) {
	d.t.Helper()
	got := d.receive(from, object{"text": "hello"})
	met := d.owner(got)
	d.block(met, nil)
	return met, got
}

// owner is the contact whose message was received.
func (d *desk) owner(got conversations.Received) (id ledger.ID) {
	d.t.Helper()
	_, err := d.store.Update(d.t.Context(), by.Author, func(tx ledger.Tx) error {
		met, err := d.people.PersonAt(tx, got.Conversation.Owner)
		id = met.ID
		return err
	})
	require.NoError(d.t, err)
	return id
}

func (d *desk) changes() uint64 { return d.store.Head() }

// What a blocked contact writes is kept aside, and nothing else is made or changed.
func TestWhatABlockedContactWritesIsKeptAside(t *testing.T) {
	d := newDesk(t)
	id, got := d.somebody("1")
	before, conversation := d.person(id), got.Conversation
	message := object{"text": "let me in", "source_id": "m1", "at": d.ago(time.Hour), "attachments": []any{object{"url": "https://x.example/a.pdf"}}}
	head := d.changes()
	refused := d.refused("1", message)
	require.Equal(t, []ledger.ID{id}, refused.ContactIDs)
	require.Contains(t, refused.Message, "is kept aside")
	require.Equal(t, head+1, refused.Seq, "one change")
	require.Equal(t, head+1, d.changes())
	require.Equal(t, before, d.person(id), "it has not even got the name")
	kept, err := d.Get(t.Context(), conversation.ID)
	require.NoError(t, err)
	require.Equal(t, conversation, kept)

	held := d.held(id)
	require.Len(t, held, 1)
	require.Equal(t, &conversations.Held{
		Ordinal: held[0].Ordinal, Owner: before.Ordinal, ID: held[0].ID, Version: head + 1, At: d.clock.Add(-time.Hour), Channel: fields.ChannelNamed("sms"), SourceID: "m1",
		Text: "let me in", Attachments: []conversations.Attachment{{URL: "https://x.example/a.pdf"}}, Subject: "Let me in", Labels: []string{"angry"}, SenderID: "1", Name: "Kim",
	}, held[0])

	// A repeat is held once, however the sender is called.
	require.Equal(t, head+1, d.refused("1", message).Seq)
	require.Equal(t, head+1, d.changes())
	_, err = d.Add(t.Context(), by, conversation.ID, fields.Draft{"direction": "inbound", "text": "let me in", "source_id": "m1"})
	require.Equal(t, fault.KindForbidden, fault.KindOf(err))
	require.Len(t, d.held(id), 1)

	// Into a conversation, too; and what others answer is not held.
	_, err = d.Add(t.Context(), by, conversation.ID, fields.Draft{"direction": "inbound", "text": "please"})
	require.Equal(t, fault.KindForbidden, fault.KindOf(err))
	require.Equal(t, []string{"please", "let me in"}, d.quarantine(id))
	_, err = d.Add(t.Context(), by, conversation.ID, fields.Draft{"direction": "outbound", "text": "no"})
	require.NoError(t, err)
}

// The same request says the same again.
func TestARefusalIsRepeated(t *testing.T) {
	d := newDesk(t)
	id, _ := d.somebody("1")
	once := by.WithReceipt(ledger.ReceiptKey{Key: "k", Body: [32]byte{1}})
	draft := fields.Draft{"channel": "sms", "sender": object{"source_id": "1"}, "message": object{"text": "let me in"}}
	first := d.refusedAs(once, draft)
	d.unblock(id)
	again := d.refusedAs(once, draft)
	require.Equal(t, first, again)
	require.Len(t, d.held(id), 1)
}

func TestTheLastMessagesAreKeptAside(t *testing.T) {
	d := newDesk(t)
	id, _ := d.somebody("1")
	other, _ := d.somebody("2")
	for i := range conversations.MaxHeld + 3 {
		d.clock = d.clock.Add(time.Second)
		d.refused("1", object{"text": fmt.Sprint(i)})
	}
	d.refused("2", object{"text": "me, too"})
	texts := d.quarantine(id)
	require.Len(t, texts, conversations.MaxHeld)
	require.Equal(t, []string{"52", "3"}, []string{texts[0], texts[conversations.MaxHeld-1]})
	require.Equal(t, []string{"me, too"}, d.quarantine(other))

	// An older one is kept all the same.
	d.refused("1", object{"text": "old", "at": d.ago(time.Hour)})
	texts = d.quarantine(id)
	require.Equal(t, []string{"4", "old"}, texts[conversations.MaxHeld-2:])

	// Those of merged contacts are together, and part again.
	r, err := d.people.Merge(t.Context(), by, id, other, 0)
	require.NoError(t, err)
	require.Len(t, d.quarantine(id), conversations.MaxHeld+1)
	_, err = d.people.UndoMerge(t.Context(), by, r.Contact.Absorbed[0].Merge)
	require.NoError(t, err)
	require.Len(t, d.quarantine(id), conversations.MaxHeld)
	require.Equal(t, []string{"me, too"}, d.quarantine(other))
	r, err = d.people.Merge(t.Context(), by, id, other, 0)
	require.NoError(t, err)
	d.clock = d.clock.Add(time.Second)
	d.refused("2", object{"text": "once more"})
	require.Len(t, d.quarantine(id), conversations.MaxHeld)
	_, err = d.people.UndoMerge(t.Context(), by, r.Contact.Absorbed[0].Merge)
	require.NoError(t, err)
	require.Contains(t, d.quarantine(other), "once more", "it goes back with the address that it came from")
}

// A message is released while the contact is blocked, and after.
func TestRelease(t *testing.T) {
	for _, blocked := range []bool{true, false} {
		t.Run(fmt.Sprint("blocked ", blocked), func(t *testing.T) {
			d := newDesk(t)
			id, got := d.somebody("1")
			d.refused("1", object{"text": "let me in", "source_id": "m1", "at": d.ago(minute)})
			d.clock = d.clock.Add(time.Hour)
			if !blocked {
				d.unblock(id)
			}
			before, held := d.person(id), d.held(id)[0]
			once := by.WithReceipt(ledger.ReceiptKey{Key: "k", Body: [32]byte{1}})
			out, err := d.Release(t.Context(), once, held.ID)
			require.NoError(t, err)
			require.Equal(t, got.Conversation.ID, out.Conversation.ID)
			require.EqualValues(t, 2, out.Conversation.Messages)
			require.Equal(t, "Let me in", out.Conversation.Subject)
			require.Equal(t, []string{"angry"}, out.Conversation.Labels)
			require.Equal(t, held.At, out.Message.At)
			require.Equal(t, held.ID, out.Message.ID)
			require.True(t, out.Message.Inbound())
			require.Equal(t, d.changes(), out.Seq)
			require.False(t, out.Known)
			require.Equal(t, before, d.person(id), "it is as blocked as before")
			require.Empty(t, d.held(id))

			again, err := d.Release(t.Context(), once, held.ID)
			require.NoError(t, err)
			require.True(t, again.Replayed)
			require.Equal(t, out.Message, again.Message)
			_, err = d.Release(t.Context(), by, held.ID)
			require.Equal(t, fault.KindNotFound, fault.KindOf(err), "released before")
			known, err := d.Receive(t.Context(), by, fields.Draft{"channel": "sms", "sender": object{"source_id": "1"}, "message": object{"text": "let me in", "source_id": "m1"}})
			require.NoError(t, err)
			require.True(t, known.Known)
		})
	}
}

// A message that comes again when its sender is unblocked is not released a second time.
func TestAHeldMessageThatComesAgain(t *testing.T) {
	d := newDesk(t)
	id, got := d.somebody("1")
	message := object{"text": "let me in", "source_id": "m1"}
	d.refused("1", message)
	_, err := d.Add(t.Context(), by, got.Conversation.ID, fields.Draft{"direction": "inbound", "text": "please", "source_id": "m2"})
	require.Error(t, err)
	require.Len(t, d.held(id), 2)
	d.unblock(id)
	require.Len(t, d.held(id), 2, "what was kept aside stays there")
	require.EqualValues(t, 2, d.receive("1", message).Conversation.Messages)
	_, err = d.Add(t.Context(), by, got.Conversation.ID, fields.Draft{"direction": "inbound", "text": "please", "source_id": "m2"})
	require.NoError(t, err)
	require.Empty(t, d.held(id))
}

// Who is blocked by an address is, also where nobody has it: then nothing is kept.
func TestBlockedAddressesAreRefused(t *testing.T) {
	d := newDesk(t)
	id, _ := d.somebody("1")
	_, err := d.people.Delete(t.Context(), by, id, 0)
	require.NoError(t, err)
	head := d.changes()
	refused := d.refused("1", object{"text": "let me in"})
	require.Empty(t, refused.ContactIDs)
	require.Contains(t, refused.Message, "is not kept")
	require.Equal(t, head, d.changes())

	// Somebody else who takes the address is blocked, and has a quarantine of his own.
	draft := fields.Draft{"channel": "email", "sender": object{"email": "ben@x.example"}, "message": object{"text": "hi"}}
	ben, err := d.Receive(t.Context(), by, draft)
	require.NoError(t, err)
	draft = fields.Draft{"channel": "sms", "sender": object{"email": "ben@x.example", "source_id": "1"}, "message": object{"text": "hi again"}}
	require.Equal(t, []ledger.ID{d.owner(ben)}, d.refusedAs(by, draft).ContactIDs)
	require.Empty(t, d.person(d.owner(ben)).Identities)
	require.Len(t, d.held(d.owner(ben)), 1)

	// Nobody is blocked by an address that others share.
	shared := []any{object{"value": "office@x.example", "shared": true}}
	boss, err := d.people.Create(t.Context(), by, fields.Draft{"name": "Boss", "emails": shared})
	require.NoError(t, err)
	d.block(boss.ID, nil)
	draft = fields.Draft{"channel": "email", "sender": object{"email": "office@x.example"}, "message": object{"text": "hi"}}
	_, err = d.Receive(t.Context(), by, draft)
	require.NoError(t, err)
}

// A block that is over stops nobody, though its alarm has not rung; and what was kept aside goes
// with the contact.
func TestTheEndOfABlockAndOfAContact(t *testing.T) {
	d := newDesk(t)
	id, got := d.somebody("1")
	d.block(id, fields.Draft{"until": d.clock.Add(time.Hour).Format(time.RFC3339)})
	d.refused("1", object{"text": "let me in", "source_id": "m1"})
	d.clock = d.clock.Add(time.Hour - time.Millisecond)
	d.refused("1", object{"text": "now"})
	d.clock = d.clock.Add(time.Millisecond)
	_, err := d.Add(t.Context(), by, got.Conversation.ID, fields.Draft{"direction": "inbound", "text": "and now"})
	require.NoError(t, err)
	d.receive("1", object{"text": "now"})
	require.False(t, d.person(id).Blocked)
	held := d.held(id)
	require.Len(t, held, 2)
	_, err = d.people.Delete(t.Context(), by, id, 0)
	require.NoError(t, err)
	_, err = d.Release(t.Context(), by, held[0].ID)
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
	d.receive("2", object{"text": "other", "source_id": "m1"}) // the source id is free again
	found, err := d.store.Verify(context.Background(), nil)
	require.NoError(t, err)
	require.Empty(t, found)
}
