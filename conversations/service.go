package conversations

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Store is what the use cases need of the store.
type Store interface {
	ledger.EditorStore
}

// People finds and makes the contacts who write. Its methods that take a transaction are for
// closures.
type People interface {
	// ReadSender reads a sender as it came. Paths of faults begin with "sender".
	ReadSender(channel fields.Channel, raw any) (ledger.Sender, []fault.Fault)
	// Meet returns the contact that a sender is, and makes one where there is none. Keys of
	// different contacts are an error of fault.KindConflict.
	Meet(tx ledger.Tx, sender ledger.Sender, now, at time.Time) (ledger.Met, error)
	// Person returns the contact that an id means, or an error of fault.KindNotFound.
	Person(tx ledger.Tx, id ledger.ID) (ledger.Met, error)
	// PersonAt returns the contact that an ordinal means, or an error of fault.KindNotFound.
	PersonAt(tx ledger.Tx, ordinal uint32) (ledger.Met, error)
}

// Result is what became of one conversation.
type Result = ledger.Result[Conversation]

// Service is the use cases of conversations and their messages. It is safe for several
// goroutines.
type Service struct {
	store  Store
	people People
	editor *ledger.Editor[Conversation]
}

// NewService returns the use cases over a store. A nil clock is time.Now, nil ids are UUIDv7.
func NewService(store Store, people People, clock func() time.Time, ids func() ledger.ID) *Service {
	return &Service{store: store, people: people, editor: ledger.NewEditor(ledger.Editor[Conversation]{Kind: Kind, Store: store, Now: clock, NewID: ids})}
}

// Get returns a conversation, or an error of fault.KindNotFound.
func (s *Service) Get(ctx context.Context, id ledger.ID) (*Conversation, error) {
	return s.editor.Get(ctx, id)
}

// Page is a part of the messages of a conversation.
type Page struct {
	Conversation *Conversation
	Messages     []*Message
	More         bool // there are others behind them
}

const (
	readAtOnce  = 20      // messages
	mostOfAPage = 4 << 20 // bytes of text, from which on a page ends
)

// Messages returns a window of the messages of a conversation, in the order of their moments. It
// may have fewer than its limit and still not be the last: see mostOfAPage.
func (s *Service) Messages(ctx context.Context, id ledger.ID, w ledger.Window) (Page, error) {
	c, err := s.Get(ctx, id)
	if err != nil {
		return Page{}, err
	}
	page, bytes := Page{Conversation: c}, 0
	for limit := w.Limit; ; {
		w := ledger.Window{After: w.After, Reverse: w.Reverse, Limit: min(readAtOnce, limit-len(page.Messages)) + 1}
		if n := len(page.Messages); n > 0 {
			last := MessageKind.StampOf(page.Messages[n-1]).Ref()
			w.After = &last
		}
		list, err := MessageKind.OwnedBy(ctx, s.store, []uint32{c.Ordinal}, w)
		if err != nil {
			return Page{}, err
		}
		page.More = len(list) == w.Limit
		page.Messages = append(page.Messages, list[:min(len(list), w.Limit-1)]...)
		for _, m := range list {
			bytes += len(m.Text)
		}
		if !page.More || len(page.Messages) == limit || bytes >= mostOfAPage {
			return page, nil
		}
	}
}

// put writes a conversation in a closure, a new one when there was none before, and moves the
// alarm that ends its snooze.
func put(tx ledger.Tx, before, after *Conversation) error {
	var until time.Time
	var err error
	if before == nil {
		err = Kind.Create(tx, after)
	} else {
		until, err = before.SnoozedUntil, Kind.Update(tx, before, after)
	}
	if err != nil {
		return err
	}
	return ledger.MoveAlarm(tx, Kind.Entity, Kind.StampOf(after).Ref(), until, after.SnoozedUntil)
}
