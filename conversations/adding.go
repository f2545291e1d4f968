package conversations

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Add adds a message, {direction, text, author, at, source_id, attachments}, to a conversation. Of
// an outbound one without author it is by whoever calls. A source id that a message of another
// conversation has is an error of fault.KindConflict; all else is as for Receive.
func (s *Service) Add(ctx context.Context, by ledger.Caller, id ledger.ID, d fields.Draft) (Received, error) {
	m, faults := s.readMessage(by.Author, d)
	if by.Receipt == nil {
		if err := invalidMessage(faults); err != nil {
			return Received{}, err
		}
	}
	messageID := s.editor.NewID()
	return s.once(ctx, by, func(tx ledger.Tx, now time.Time) (Received, error) {
		if err := invalidMessage(faults); err != nil {
			return Received{}, err
		}
		before, err := Kind.ByID(tx, id)
		if err != nil {
			return Received{}, err
		}
		m.Channel = before.Channel
		known, err := knownMessage(tx, m.Channel, m.SourceID)
		switch {
		case err != nil:
			return Received{}, err
		case known != nil && known.conversation.ID != before.ID:
			return Received{}, messageTaken(known.conversation)
		case known != nil:
			return received(known), nil
		}
		if m.Inbound() {
			met, err := s.people.PersonAt(tx, before.Owner)
			if err != nil {
				return Received{}, err
			}
			if met.Blocked {
				return hold(tx, met, heldOf(&incoming{channel: m.Channel, message: m, messageID: messageID}))
			}
			if err := unhold(tx, m.Channel, m.SourceID); err != nil {
				return Received{}, err
			}
		}
		return add(tx, before, before.Clone(), m, messageID, now, func(*Conversation) {})
	})
}

// readMessage reads a message of a conversation that there is.
func (s *Service) readMessage(by ledger.Author, d fields.Draft) (m Message, faults []fault.Fault) {
	r := &reader{schema: s.store.Schema(), object: d, faults: &faults}
	direction := r.direction()
	m = r.messageOf(s.editor.Instant())
	m.Author = r.author(by, direction)
	r.end()
	return m, faults
}

func invalidMessage(faults []fault.Fault) error {
	return fault.Invalid("invalid-message", "The message is not valid.", faults)
}

// messageTaken says which conversation has a message with the source id.
func messageTaken(c *Conversation) error {
	return &fault.Error{
		Kind: fault.KindConflict, Type: "message-taken", Field: "source_id", ConversationID: c.ID,
		Message: "Another conversation of this channel has a message with this source_id.",
	}
}

// detail is what it takes to answer about a message again.
type detail struct {
	Message      ledger.Ref `json:"message"`
	Conversation ledger.Ref `json:"conversation"`
	Created      Created    `json:"created"`
	Known        bool       `json:"known,omitempty"`
}

// once runs a use case that takes a message, at most once per idempotency key.
func (s *Service) once(ctx context.Context, by ledger.Caller, useCase func(tx ledger.Tx, now time.Time) (Received, error)) (Received, error) {
	var out Received
	var before ledger.Outcome
	now := s.editor.Instant()
	seq, err := s.store.Update(ctx, by.Author, func(tx ledger.Tx) error {
		outcome, err := ledger.Once(tx, by.Receipt, now, func() (ledger.Outcome, error) {
			var err error
			if out, err = useCase(tx, now); err != nil {
				return ledger.Outcome{}, err
			}
			if out.refused != nil {
				return ledger.Outcome{Status: statusHeld, IDs: []string{out.refused.ContactIDs[0].String()}}, nil
			}
			return outcomeOf(out)
		})
		before = outcome
		return err
	})
	if err != nil {
		return Received{}, err
	}
	switch {
	case before.Replayed && before.Status == statusHeld:
		refused := keptAside(ledger.Met{ID: uuid.MustParse(before.IDs[0])})
		refused.Seq = before.Seq
		return Received{}, refused
	case before.Replayed:
		return s.recall(ctx, before)
	case out.refused != nil:
		out.refused.Seq = seq
		return Received{}, out.refused
	}
	out.Seq = seq
	return out, nil
}

// statusHeld is the status of an outcome that is a refusal: the message was kept aside.
const statusHeld = "held"

func outcomeOf(r Received) (ledger.Outcome, error) {
	status := ledger.StatusCreated
	if r.Known {
		status = ledger.StatusUnchanged
	}
	text, err := json.Marshal(detail{MessageKind.StampOf(r.Message).Ref(), Kind.StampOf(r.Conversation).Ref(), r.Created, r.Known})
	return ledger.Outcome{Status: string(status), IDs: []string{r.Message.ID.String()}, Detail: text}, err
}

// recall answers again about a message, with the records as they are now: none, when the contact
// was deleted since.
func (s *Service) recall(ctx context.Context, o ledger.Outcome) (Received, error) {
	var d detail
	if err := json.Unmarshal(o.Detail, &d); err != nil {
		return Received{}, err
	}
	out := Received{Created: d.Created, Known: d.Known, Seq: o.Seq, Replayed: true}
	list, err := Kind.Many(ctx, s.store, []ledger.Ref{d.Conversation})
	if err != nil {
		return Received{}, err
	}
	messages, err := MessageKind.Many(ctx, s.store, []ledger.Ref{d.Message})
	if err != nil || list[0] == nil || messages[0] == nil || messages[0].ID != uuid.MustParse(o.IDs[0]) {
		return out, err
	}
	out.Conversation, out.Message = list[0], messages[0]
	return out, nil
}
