package api

import (
	"context"
	"time"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// History is the use cases of the past of contacts.
type History interface {
	GetAt(ctx context.Context, id ledger.ID, at time.Time) (*contacts.Contact, *ledger.Link, error)
	History(ctx context.Context, id ledger.ID, field string, before uint64, limit int) (list []ledger.HistoryEntry, next uint64, err error)
	Provenance(ctx context.Context, c *contacts.Contact, company *ledger.Link) (map[string]ledger.Origin, error)
}

// linkedContact is a contact as it is or was, with its company, nil for none.
type linkedContact struct {
	contact *contacts.Contact
	company *ledger.Link
}

func newLinkedContact(c *contacts.Contact, company *ledger.Link, err error) (*linkedContact, error) {
	return &linkedContact{c, company}, err
}

// contactPast is the Past of contacts, each with its company.
type contactPast struct{ Contacts }

func (p contactPast) Get(ctx context.Context, id ledger.ID) (*linkedContact, error) {
	return newLinkedContact(p.Contacts.Get(ctx, id))
}

func (p contactPast) GetAt(ctx context.Context, id ledger.ID, at time.Time) (*linkedContact, error) {
	return newLinkedContact(p.Contacts.GetAt(ctx, id, at))
}

func (p contactPast) Provenance(ctx context.Context, r *linkedContact) (map[string]ledger.Origin, error) {
	return p.Contacts.Provenance(ctx, r.contact, r.company)
}

func (s *server) registerContactHistory(n wire.Noun) {
	registerPast(past[linkedContact, contactBody]{
		server: s, noun: n, kind: contacts.Kind, records: contactPast{s.contacts},
		id: func(r *linkedContact) ledger.ID { return r.contact.ID },
		present: func(ctx context.Context, r *linkedContact) (wire.Answer[contactBody], error) {
			return s.answerContact(ctx, r.contact, r.company)
		},
		former: func(ctx context.Context, r *linkedContact) (wire.Answer[contactBody], error) {
			return s.answerFormer(ctx, r.contact, r.company)
		},
		provenance: func(body *contactBody) *map[string]originBody { return &body.Provenance },
		before:     func(ctx context.Context) error { return s.countPeople(ctx, 1) },
	})
}
