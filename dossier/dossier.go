package dossier

import (
	"context"
	"math"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/watch"
)

// Service opens dossiers. It is safe for several goroutines.
type Service struct{ store ledger.Viewer }

// NewService returns it over a store.
func NewService(store ledger.Viewer) *Service { return &Service{store} }

// Dossier is everything that is stored about a contact and those whom it has absorbed, in one state
// of the store. A method that takes a visitor reads part by part, and calls it for one after the
// other; an error of the visitor ends it, and is its own. What a visitor gets is shared.
type Dossier struct {
	Contact *contacts.Contact

	view     ledger.View
	ordinals []uint32 // of the contact and those whom it has absorbed
	ids      []ledger.ID
}

// Open opens the dossier of the contact that an id means, or returns an error of
// fault.KindNotFound. ctx limits all that is read of it. Close it soon: see ledger.View.
func (s *Service) Open(ctx context.Context, id ledger.ID) (*Dossier, error) {
	view, err := s.store.View(ctx)
	if err != nil {
		return nil, err
	}
	c, err := contacts.Kind.ReadByClaim(ctx, view, contacts.Kind.IDClaim(id))
	if err != nil {
		view.Close()
		return nil, err
	}
	d := &Dossier{Contact: c, view: view, ordinals: ledger.Ordinals(contacts.Kind, c), ids: []ledger.ID{c.ID}}
	for i := range c.Absorbed {
		d.ids = append(d.ids, c.Absorbed[i].ID)
	}
	return d, nil
}

// Close ends the reading.
func (d *Dossier) Close() { d.view.Close() }

// Schema is that of the state.
func (d *Dossier) Schema() *fields.Schema { return d.view.Schema() }

// Head is the sequence number of the newest change that the dossier shows.
func (d *Dossier) Head() uint64 { return d.view.Head() }

// Company returns the company of the contact, or of one that it was, nil for none.
func (d *Dossier) Company(ctx context.Context, c *contacts.Contact) (*ledger.Link, error) {
	return companies.Directory{}.Read(ctx, d.view, c.Company)
}

// History shows all changes, contact by contact, the newest first. of is the contact whose change it
// was: of one that was absorbed, its own id. An entry is good until visit returns.
func (d *Dossier) History(ctx context.Context, visit func(of ledger.ID, e *ledger.HistoryEntry) error) error {
	for i, ordinal := range d.ordinals {
		_, err := d.view.WalkHistory(ctx, contacts.Kind.Info(), ordinal, math.MaxUint64, func(e *ledger.HistoryEntry) (more bool, err error) {
			e.TellMerges()
			return true, visit(d.ids[i], e)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Merges shows how each of those whom it has absorbed was.
func (d *Dossier) Merges(ctx context.Context, visit func(a *ledger.Absorbed, m *ledger.Merge[contacts.Contact]) error) error {
	for i := range d.Contact.Absorbed {
		a := &d.Contact.Absorbed[i]
		m, err := contacts.Kind.ReadMerge(ctx, d.view, a.Ordinal)
		if err == nil && m != nil {
			err = visit(a, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// KeptAddresses returns the addresses that stay blocked on account of the contact.
func (d *Dossier) KeptAddresses(ctx context.Context) ([]contacts.KeptAddress, error) {
	return contacts.KeptAddresses(ctx, d.view, d.Contact)
}

// Suppressions returns the suppressions of the addresses of the contact, address by address.
func (d *Dossier) Suppressions(ctx context.Context) ([]contacts.Suppressed, [][]contacts.Suppression, error) {
	return contacts.SuppressionsOf(ctx, d.view, d.Contact)
}

// Conversations shows all conversations, contact by contact, in the order in which they were stored.
func (d *Dossier) Conversations(ctx context.Context, visit func(*conversations.Conversation) error) error {
	return each(ctx, d.view, conversations.Kind, d.ordinals, visit)
}

// Messages shows all messages of a conversation, the oldest first.
func (d *Dossier) Messages(ctx context.Context, c *conversations.Conversation, visit func(*conversations.Message) error) error {
	return each(ctx, d.view, conversations.MessageKind, []uint32{c.Ordinal}, visit)
}

// Notes shows all notes, contact by contact, the oldest first.
func (d *Dossier) Notes(ctx context.Context, visit func(*notes.Note) error) error {
	return each(ctx, d.view, notes.Kind, d.ordinals, visit)
}

// Versions shows all texts that a note has had, the newest first.
func (d *Dossier) Versions(ctx context.Context, n *notes.Note, visit func(*notes.Version) error) error {
	for from := (notes.Place{}); ; {
		list, next, err := notes.VersionsOf(ctx, d.view, n, from, readAtOnce)
		if err != nil {
			return err
		}
		for i := range list {
			if err := visit(&list[i]); err != nil {
				return err
			}
		}
		if from = next; next == (notes.Place{}) {
			return nil
		}
	}
}

// Held shows all messages that are kept aside, contact by contact, the oldest first.
func (d *Dossier) Held(ctx context.Context, visit func(*conversations.Held) error) error {
	return each(ctx, d.view, conversations.HeldKind, d.ordinals, visit)
}

// CampaignEvents shows all that campaigns have reported, contact by contact, the oldest first.
func (d *Dossier) CampaignEvents(ctx context.Context, visit func(*audiences.Event) error) error {
	return each(ctx, d.view, audiences.EventsKind, d.ordinals, visit)
}

// readAtOnce is how many records are in memory at once. A message has up to 400 kB.
const readAtOnce = 20

// each shows all records of a kind that belong to some owners, owner by owner.
func each[T any](ctx context.Context, r ledger.Records, k *ledger.Kind[T], owners []uint32, visit func(*T) error) error {
	for _, owner := range owners {
		w := ledger.Window{Limit: readAtOnce}
		for more := true; more; {
			list, err := k.OwnedBy(ctx, r, []uint32{owner}, w)
			if err != nil {
				return err
			}
			for _, one := range list {
				if err := visit(one); err != nil {
					return err
				}
			}
			if more = len(list) == w.Limit; more {
				last := k.Stamp(list[len(list)-1]).Ref()
				w.After = &last
			}
		}
	}
	return nil
}

// SegmentEvents shows the watched segments that they entered and left, contact by contact, the oldest first.
func (d *Dossier) SegmentEvents(ctx context.Context, visit func(*watch.ContactEvents) error) error {
	return each(ctx, d.view, watch.Kind, d.ordinals, visit)
}
