package conversations

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Received is what became of a message that came in.
type Received struct {
	Conversation *Conversation
	Message      *Message
	Created      Created
	// Known says that the message was there before, by its source id. Nothing was changed.
	Known bool
	// Seq is the number of the last change, or of the head when there was none.
	Seq     uint64
	refused *fault.Error // why nobody but the quarantine has got the message
	// Replayed says that this repeats the answer to an earlier request with the same idempotency
	// key. Both records are as they are now.
	Replayed bool
}

// Created says what a message has made beside itself.
type Created struct {
	Contact      bool `json:"contact,omitempty"`
	Conversation bool `json:"conversation,omitempty"`
}

// incoming is an inbound message with who wrote it, read and checked.
type incoming struct {
	schema  *fields.Schema
	channel fields.Channel
	sender  ledger.Sender
	message Message
	subject string
	labels  []string
	faults  []fault.Fault

	conversationID, messageID ledger.ID // of those that are made
}

// Receive takes an inbound message, {channel, sender, message, subject, labels}. Who wrote it is
// found, or becomes a contact. The message joins the newest conversation that is not resolved of
// whoever bears the address, on the channel; else it opens one that was resolved a short time ago
// (Settings.ReopenWithin); else it begins one.
//
// A message whose source id the channel has already is Known. Errors are of fault.KindInvalid, of
// fault.KindConflict when the sender is several contacts, and of fault.KindForbidden when he is
// blocked: then nothing was changed but that the message is kept aside (see Held).
func (s *Service) Receive(ctx context.Context, by ledger.Caller, d fields.Draft) (Received, error) {
	in := s.read(s.store.Schema(), d)
	if by.Receipt == nil {
		if err := invalid(in.faults); err != nil {
			return Received{}, err
		}
	}
	in.conversationID, in.messageID = s.editor.NewID(), s.editor.NewID()
	return s.once(ctx, by, func(tx ledger.Tx, now time.Time) (Received, error) {
		fresh := in
		if tx.Schema() != in.schema {
			fresh = s.read(tx.Schema(), d)
			fresh.conversationID, fresh.messageID = in.conversationID, in.messageID
		}
		if err := invalid(fresh.faults); err != nil {
			return Received{}, err
		}
		return s.receive(tx, fresh, now)
	})
}

// read reads an inbound message.
func (s *Service) read(schema *fields.Schema, d fields.Draft) *incoming {
	in := &incoming{schema: schema}
	r := &reader{schema: schema, object: d, faults: &in.faults}
	channel := r.value("channel", Kind.Named("channel").Field)
	if in.channel = fields.ChannelNamed(channel.Text); in.channel == 0 && len(in.faults) == 0 {
		r.refuse("channel", "must be given: "+fields.ExpectedChannel)
	}
	var wrong []fault.Fault
	in.sender, wrong = s.people.ReadSender(in.channel, r.raw("sender"))
	in.faults = append(in.faults, wrong...)
	if m := r.within("message"); m != nil {
		in.message = m.messageOf(s.editor.Instant())
		in.message.Channel, in.message.Author.Kind = in.channel, AuthorContact
		m.end()
	}
	in.subject = r.value("subject", Kind.Named("subject").Field).Text
	labels, _ := schema.Of(fields.EntityConversation).Field("labels")
	in.labels = labels.Present(r.value("labels", labels)).List
	r.end()
	return in
}

// receive is Receive in the closure.
func (s *Service) receive(tx ledger.Tx, in *incoming, now time.Time) (Received, error) {
	known, err := knownMessage(tx, in.channel, in.message.SourceID)
	if err != nil || known != nil {
		return received(known), err
	}
	met, err := s.people.Meet(tx, in.sender, now, in.message.At)
	if err != nil {
		return Received{}, err
	}
	if met.Blocked {
		return hold(tx, met, heldOf(in))
	}
	if err := unhold(tx, in.channel, in.message.SourceID); err != nil {
		return Received{}, err
	}
	return join(tx, in, met, now)
}

// join adds a message to the conversation that it joins, or begins one.
func join(tx ledger.Tx, in *incoming, met ledger.Met, now time.Time) (Received, error) {
	before, err := joined(tx, met.Bearer, in.channel, in.message.At)
	if err != nil {
		return Received{}, err
	}
	after := begun(tx.Schema(), Conversation{ID: in.conversationID, Owner: met.Bearer, Channel: in.channel}, in.message.At, now)
	if before != nil {
		after = before.Clone()
	}
	out, err := add(tx, before, after, in.message, in.messageID, now, func(c *Conversation) {
		c.Subject = cmp.Or(c.Subject, in.subject)
		c.Labels = united(c.Labels, in.labels)
	})
	out.Created = Created{Contact: met.Created, Conversation: before == nil}
	return out, err
}

// received is the answer about a message that was there before, the zero one for none.
func received(k *known) Received {
	if k == nil {
		return Received{}
	}
	return Received{Conversation: k.conversation, Message: k.message, Known: true}
}

// known is a message that there is, with its conversation.
type known struct {
	message      *Message
	conversation *Conversation
}

// knownMessage returns the message of a channel with a source id, nil for none.
func knownMessage(tx ledger.Tx, channel fields.Channel, sourceID string) (*known, error) {
	if sourceID == "" {
		return nil, nil
	}
	holder, held, err := tx.Holder(sourceClaim(channel, sourceID))
	if err != nil || !held {
		return nil, err
	}
	m, err := MessageKind.At(tx, holder)
	if err != nil {
		return nil, err
	}
	c, err := Kind.Placed(tx, m.Owner)
	return &known{m, c}, err
}

// contactBlocked refuses a message of a contact that is blocked.
func contactBlocked(met ledger.Met) *fault.Error {
	e := &fault.Error{Kind: fault.KindForbidden, Type: "contact-blocked", Message: "The contact is blocked."}
	if met.ID == (ledger.ID{}) {
		e.Message = "The sender has a blocked address. No contact has it, so the message is not kept."
		return e
	}
	e.ContactIDs = []uuid.UUID{met.ID}
	return e
}

const (
	joinPage = 20    // conversations that are looked at at once
	joinMost = 1_000 // and altogether: an archive may lie before the one that is open
)

// joined returns the conversation that an inbound message joins: the newest one of its bearer on
// the channel that is not resolved, else the newest one that it opens again; nil for none.
func joined(tx ledger.Tx, bearer uint32, channel fields.Channel, at time.Time) (*Conversation, error) {
	var resolved *Conversation
	w := ledger.Window{Reverse: true, Limit: joinPage}
	for range joinMost / joinPage {
		page, err := Kind.Children(tx, []uint32{bearer}, w)
		if err != nil {
			return nil, err
		}
		for _, c := range page {
			switch {
			case c.Channel != channel:
			case c.Status != Resolved:
				return c, nil
			case resolved == nil && at.Before(tx.Schema().ReopensUntil(c.ResolvedAt)):
				resolved = c
			}
		}
		if len(page) < w.Limit {
			break
		}
		last := Kind.StampOf(page[len(page)-1]).Ref()
		w.After = &last
	}
	return resolved, nil
}

// begun is the conversation that messages begin, the newest of them with the moment at. When that
// is long ago, it is resolved. c has what is known of it.
func begun(schema *fields.Schema, c Conversation, at, now time.Time) *Conversation {
	c.Status, c.CreatedAt = Open, at
	c.Attributes, _ = schema.Of(fields.EntityConversation).Complete(nil, nil, true, nil)
	if isOld(schema, at, now) {
		c.Status, c.ResolvedAt = Resolved, at
	}
	return &c
}

// isOld reports whether a message of a moment opens nothing and begins what is resolved.
func isOld(schema *fields.Schema, at, now time.Time) bool { return schema.ReopensUntil(at).Before(now) }

// add writes a message, and its conversation as it is then: before is its state until now, nil for
// a new one. more changes what else the message changes.
func add(tx ledger.Tx, before, after *Conversation, m Message, id ledger.ID, now time.Time, more func(*Conversation)) (Received, error) {
	after.advance(&m)
	more(after)
	after.UpdatedAt = now
	if err := put(tx, before, after); err != nil {
		return Received{}, err
	}
	m.ID, m.Owner = id, after.Ordinal
	return Received{Conversation: after, Message: &m}, MessageKind.Create(tx, &m)
}

// advance counts a message, and opens the conversation when it is an inbound one that is not older
// than what is there.
func (c *Conversation) advance(m *Message) {
	if m.Inbound() && c.Messages > 0 && !m.At.Before(c.LastMessageAt) && !m.At.Before(c.ResolvedAt) {
		c.open()
	}
	c.count(m)
}

// count counts a message, and moves the times that follow from messages.
func (c *Conversation) count(m *Message) {
	c.Messages++
	c.CreatedAt = earlier(c.CreatedAt, m.At)
	c.LastMessageAt = later(c.LastMessageAt, m.At)
	switch {
	case m.Inbound():
		c.Inbound++
		c.LastInboundAt = later(c.LastInboundAt, m.At)
	case m.Author.Replies():
		c.FirstReplyAt = earlier(c.FirstReplyAt, m.At)
		c.LastReplyAt = later(c.LastReplyAt, m.At)
	}
}

// earlier and later are the earlier and the later of two moments, of which the first may be none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) || a.IsZero() {
		return b
	}
	return a
}

// united are labels with those of others that they have not, as far as there is room for them. A
// message or a line comes all the same.
func united(labels, more []string) []string {
	list := slices.Clip(labels)
	for _, label := range more {
		if len(list) >= fields.MaxLabels {
			break
		}
		fold := words.Canonical(label)
		if !slices.ContainsFunc(list, func(has string) bool { return words.Canonical(has) == fold }) {
			list = append(list, label)
		}
	}
	return list
}
