package conversations

import (
	"context"
	"slices"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// MaxHeld is how many messages of a blocked contact are kept aside.
const MaxHeld = 50

// Held is an inbound message of a contact that is blocked. It is kept aside until somebody
// releases it, and is in no conversation. It never changes. Empty members mean "has none", and one
// that came out of the store is shared.
type Held struct {
	Ordinal uint32
	Owner   uint32 // the ordinal of the contact, or of one that it has absorbed: whose address wrote
	ID      ledger.ID
	At      time.Time // when it was written, in whole milliseconds and in UTC

	Channel     fields.Channel
	SourceID    string // as of a Message
	Text        string
	Attachments []Attachment
	Subject     string
	Labels      []string

	// What was said of the sender; nothing, when the message was sent into a conversation.
	SenderID, Identifier, Email, Phone, Name string

	// Version is the sequence number of the change that made it.
	Version uint64
}

// Clone returns a deep copy.
func (h *Held) Clone() *Held {
	d := *h
	d.Attachments = append([]Attachment(nil), h.Attachments...)
	d.Labels = append([]string(nil), h.Labels...)
	return &d
}

// heldClaim is what a held message of a channel claims by its source id.
func heldClaim(c fields.Channel, sourceID string) ledger.Claim {
	return ledger.Claim{Kind: ClaimHeldSource, Value: sourceClaim(c, sourceID).Value}
}

// HeldKind declares messages that are kept aside. Like messages they have no fields.
var HeldKind = ledger.Declare(ledger.Kind[Held]{
	Shape: ledger.Shape{
		Entity: fields.EntityQuarantined, Plural: "quarantined", Number: 5, Prefix: 'x', Version: heldRecord, Owner: fields.EntityContact, Dated: true,
		Unique: []ledger.Unique{
			{Claim: ClaimHeld, Field: "id", Noun: "id"}, {Claim: ClaimHeldSource, Field: "source_id", Noun: "source id of a message that is kept aside"},
		},
	},
	Stamp: func(h *Held) ledger.Stamp {
		return ledger.Stamp{Ordinal: &h.Ordinal, Owner: &h.Owner, At: &h.At, ID: &h.ID, Version: &h.Version}
	},
	Encode: encodeHeld,
	Decode: decodeHeld,
	Clone:  (*Held).Clone,
	Claims: func(h *Held) []ledger.Claim {
		claims := []ledger.Claim{{Kind: ClaimHeld, Value: h.ID.String()}}
		if h.SourceID != "" {
			claims = append(claims, heldClaim(h.Channel, h.SourceID))
		}
		return claims
	},
})

// heldOf is the message of a sender, as it is kept aside.
func heldOf(in *incoming) *Held {
	m, s := &in.message, in.sender
	return &Held{
		ID: in.messageID, At: m.At, Channel: in.channel, SourceID: m.SourceID, Text: m.Text, Attachments: m.Attachments, Subject: in.subject, Labels: in.labels,
		SenderID: s.SourceID, Identifier: s.Identifier, Email: s.Email, Phone: s.Phone, Name: s.Name,
	}
}

// incoming is the message as it came in.
func (h *Held) incoming(schema *fields.Schema, conversation ledger.ID) *incoming {
	return &incoming{
		schema: schema, channel: h.Channel, subject: h.Subject, labels: h.Labels, conversationID: conversation, messageID: h.ID,
		message: Message{At: h.At, Channel: h.Channel, Author: Author{Kind: AuthorContact}, SourceID: h.SourceID, Text: h.Text, Attachments: h.Attachments},
	}
}

// keptAside refuses a message of a blocked contact, and says that it is kept.
func keptAside(met ledger.Met) *fault.Error {
	e := contactBlocked(met)
	e.Message = "The contact is blocked. The message is kept aside, in the quarantine of the contact, until somebody releases it."
	return e
}

// hold keeps a message of a blocked contact aside, unless it is already, and returns the refusal
// for the answer. The oldest ones go, so that no more are kept than MaxHeld.
func hold(tx ledger.Tx, met ledger.Met, h *Held) (Received, error) {
	if met.Ordinal == 0 {
		return Received{}, contactBlocked(met) // nobody is there to keep it for
	}
	refused := keptAside(met)
	before, err := heldBefore(tx, h.Channel, h.SourceID)
	if err != nil || before != nil {
		return Received{refused: refused}, err
	}
	if err := makeRoom(tx, met); err != nil {
		return Received{}, err
	}
	h.Owner = met.Bearer
	return Received{refused: refused}, HeldKind.Create(tx, h)
}

// makeRoom lets the oldest messages go that are kept aside of a contact, so that there is room for
// one. It reads no others.
func makeRoom(tx ledger.Tx, met ledger.Met) error {
	refs, err := tx.OwnedRefs(HeldKind, met.Ordinals, ledger.Window{Limit: 1_000})
	if err != nil {
		return err
	}
	for _, ref := range refs[:max(0, len(refs)-MaxHeld+1)] {
		old, err := HeldKind.At(tx, ref)
		if err != nil {
			return err
		}
		if err := HeldKind.Delete(tx, old); err != nil {
			return err
		}
	}
	return nil
}

// heldBefore returns the message of a channel with a source id that is kept aside, nil for none.
func heldBefore(tx ledger.Tx, channel fields.Channel, sourceID string) (*Held, error) {
	if sourceID == "" {
		return nil, nil
	}
	h, err := HeldKind.ByClaim(tx, heldClaim(channel, sourceID))
	if fault.KindOf(err) == fault.KindNotFound {
		return nil, nil
	}
	return h, err
}

// unhold forgets the message of a channel with a source id that was kept aside, if there is one: it
// has come again, from somebody who is not blocked any more.
func unhold(tx ledger.Tx, channel fields.Channel, sourceID string) error {
	h, err := heldBefore(tx, channel, sourceID)
	if err != nil || h == nil {
		return err
	}
	return HeldKind.Delete(tx, h)
}

// Release takes a message that was kept aside as if it came in now, whether the contact is blocked
// or not: that is the choice of whoever releases it. It keeps its moment and its id.
//
// A message with its source id that has come another way is Known. The error is of
// fault.KindNotFound when nothing of the id is kept aside.
func (s *Service) Release(ctx context.Context, by ledger.Caller, id ledger.ID) (Received, error) {
	conversation := s.editor.NewID()
	return s.once(ctx, by, func(tx ledger.Tx, now time.Time) (Received, error) {
		h, err := HeldKind.ByID(tx, id)
		if fault.KindOf(err) == fault.KindNotFound {
			err = fault.NotFound("message in a quarantine")
		}
		if err != nil {
			return Received{}, err
		}
		met, err := s.people.PersonAt(tx, h.Owner)
		if err != nil {
			return Received{}, err
		}
		if err := HeldKind.Delete(tx, h); err != nil {
			return Received{}, err
		}
		known, err := knownMessage(tx, h.Channel, h.SourceID)
		if err != nil || known != nil {
			return received(known), err
		}
		return join(tx, h.incoming(tx.Schema(), conversation), met, now)
	})
}

// Quarantine returns a window of the messages that are kept aside of contacts, by the ordinals of
// those contacts (see ledger.Ordinals), and whether there are others behind it. It may have fewer
// than its limit and still not be the last: see mostOfAPage.
func (s *Service) Quarantine(ctx context.Context, owners []uint32, w ledger.Window) (list []*Held, more bool, err error) {
	bytes := 0
	for {
		part := ledger.Window{After: w.After, Reverse: w.Reverse, Limit: min(readAtOnce, w.Limit-len(list)) + 1}
		if n := len(list); n > 0 {
			last := HeldKind.StampOf(list[n-1]).Ref()
			part.After = &last
		}
		page, err := HeldKind.OwnedBy(ctx, s.store, owners, part)
		if err != nil {
			return nil, false, err
		}
		more = len(page) == part.Limit
		page = page[:min(len(page), part.Limit-1)]
		list = slices.Concat(list, page)
		for _, h := range page {
			bytes += len(h.Text)
		}
		if !more || len(list) == w.Limit || bytes >= mostOfAPage {
			return list, more, nil
		}
	}
}
