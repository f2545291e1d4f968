package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// maxSkew is how far the clock of who asks may be ahead.
const maxSkew = 5 * time.Minute

// PastStore is what Past needs of the store.
type PastStore interface {
	Schema() *fields.Schema
	Records
	Histories
	// Document returns a document, nil when there is none.
	Document(ctx context.Context, c Collection, key string) ([]byte, error)
}

// Links are the records that one refers to, by their kinds; a kind is missing, or nil, for none.
type Links map[fields.Entity]*Link

// Past is the use cases of the past of one kind of records: what they were, who changed
// them, and where their values come from. It is safe for several goroutines.
type Past[T any] struct {
	kind  *Kind[T]
	store PastStore
	now   func() time.Time
	get   func(ctx context.Context, id ID) (*T, error)
	links LinksThen[T]
}

// LinksThen returns what a record, which is as it was at a moment, referred to then: their
// ids and names of then, with the ordinals and versions where those are known. known is what
// the history of the record says where the record has no ordinal.
type LinksThen[T any] func(ctx context.Context, r *T, known Links, at time.Time) (Links, error)

// NewPast returns the use cases over a store. get returns the present record that an id
// means, or an error of fault.KindNotFound. links may be nil for a kind that refers to none.
func NewPast[T any](k *Kind[T], store PastStore, now func() time.Time, get func(context.Context, ID) (*T, error), links LinksThen[T]) *Past[T] {
	if links == nil {
		links = func(context.Context, *T, Links, time.Time) (Links, error) { return nil, nil }
	}
	return &Past[T]{kind: k, store: store, now: now, get: get, links: links}
}

// At returns a record, and what it referred to, as they were at a moment: as after the last
// change, by number, whose time is not later. Ids mean what they meant then: that of a record
// which was merged into another since means itself, and that of one which was a part of another
// one then means that one. Attributes whose definition is gone are left out, as everywhere. What
// a record referred to is as it was then, too. Of a record that it had absorbed, and that was
// taken from it again since, the id is known.
//
// Errors are of fault.KindNotFound (nobody, or nobody yet, and of type "merged-then" when an older
// program had merged the record into another one at that time, and it is one of its own now),
// fault.KindGone (the history does not reach back that far) and fault.KindInvalid (a moment to
// come).
func (p *Past[T]) At(ctx context.Context, id ID, at time.Time) (*T, Links, error) {
	if at.After(p.now().Add(maxSkew)) {
		return nil, nil, fault.Invalid("invalid-request", "The moment is not valid.", []fault.Fault{{Path: "at", Detail: "must not be in the future"}})
	}
	present, err := p.meant(ctx, id, at)
	if err != nil {
		return nil, nil, err
	}
	state, err := ReadRetained(ctx, p.store)
	if err != nil {
		return nil, nil, err
	}
	if at.Before(state.Since) {
		return nil, nil, errHistoryGone(state.Since)
	}
	w, err := p.wayBackTo(ctx, present, at)
	if err != nil {
		return nil, nil, err
	}
	links, err := p.links(ctx, w.record, w.links, at)
	if err != nil {
		return nil, nil, err
	}
	for entity, link := range links {
		if known := w.links[entity]; link != nil && link.Deleted && known != nil {
			if err := p.nameDeleted(ctx, w.record, entity, link, known); err != nil {
				return nil, nil, err
			}
		}
	}
	return w.record, links, nil
}

// nameDeleted gives the link to a deleted record the name that the history of r, which is as it was
// at a moment, has of it. known is what the entry that left the record says of it.
func (p *Past[T]) nameDeleted(ctx context.Context, r *T, entity fields.Entity, link, known *Link) error {
	if known.ID == link.ID {
		link.Name = known.Name
		return nil
	}
	stamp := p.kind.Stamp(r)
	_, err := p.store.WalkHistory(ctx, &p.kind.Shape, *stamp.Ordinal, *stamp.Version, func(e *HistoryEntry) (more bool, err error) {
		more, named := true, false
		for i := range e.Changes {
			c := &e.Changes[i]
			switch d := p.kind.Named(c.Field); {
			case d == nil || d.To != entity:
			case d.Ref != nil:
				more, named = false, c.New.Text == link.ID.String()
			case named:
				link.Name = c.New.Text
			}
		}
		return more, nil
	})
	return err
}

// wayBackTo returns the way of a record to a moment, or of the one into which it was merged then.
func (p *Past[T]) wayBackTo(ctx context.Context, r *T, at time.Time) (*wayBack[T], error) {
	for merge := uint64(0); ; {
		w := p.wayBackFrom(r, at)
		gone, err := p.walkBack(ctx, w, w.visit)
		switch {
		case err != nil:
			return nil, err
		case gone:
			return nil, p.notFound()
		case w.merge == 0:
			return w, nil
		}
		if w.into == 0 || w.merge <= merge { // the second where clocks do not tell the order of merges
			return nil, errMergedThen(p.kind.Entity)
		}
		merge = w.merge
		if r, err = p.standing(ctx, w.into, at); err != nil {
			return nil, err
		}
		if r == nil {
			return nil, p.notFound() // it was deleted since
		}
	}
}

// walkBack shows the history of the record of w to visit, and takes back what that notes. gone says
// that the record was deleted meanwhile, and a part of its history with it.
func (p *Past[T]) walkBack(ctx context.Context, w *wayBack[T], visit func(*HistoryEntry) (more bool, err error)) (gone bool, err error) {
	stamp := p.kind.Stamp(w.record)
	if !stamp.UpdatedAt.After(w.at) { // entries of older programs are a little later
		return false, nil
	}
	ordinal, version, newest := *stamp.Ordinal, *stamp.Version, uint64(0)
	w.record = p.kind.Clone(w.record)
	ended, err := p.store.WalkHistory(ctx, &p.kind.Shape, ordinal, version, func(e *HistoryEntry) (bool, error) {
		newest = max(newest, e.Seq)
		return visit(e)
	})
	w.takeBack()
	if err != nil || !ended && newest == version {
		return false, err
	}
	r, err := p.standing(ctx, ordinal, w.at)
	return r == nil, err
}

// errMergedThen says that a record was a part of another one, of which nothing is known.
func errMergedThen(e fields.Entity) error {
	return &fault.Error{
		Kind: fault.KindNotFound, Type: "merged-then",
		Message: fmt.Sprintf("At that time the %s was merged into another one, which its id meant.", e),
	}
}

// LinkAt returns what others showed at a moment of the record that an ordinal meant then, nil
// for none, and for one that was deleted by then. Of one that was deleted since, only the id is
// known. One that is one of its own
// again, and was merged into another at that time by an older program, is shown itself.
func (p *Past[T]) LinkAt(ctx context.Context, ordinal uint32, at time.Time) (*Link, error) {
	for merge := uint64(0); ; {
		newest, err := p.standing(ctx, ordinal, at)
		if err != nil {
			return nil, err
		}
		if newest == nil {
			return p.buried(ctx, ordinal, at)
		}
		w := p.wayBackFrom(newest, at)
		gone, err := p.walkBack(ctx, w, w.visitLink)
		switch {
		case err != nil:
			return nil, err
		case gone:
			return p.buried(ctx, ordinal, at)
		}
		if w.into == 0 || w.merge <= merge {
			return p.kind.LinkOf(w.record), nil
		}
		ordinal, merge = w.into, w.merge
	}
}

// buried is what others showed at a moment of a record that was deleted, by now or by then: nil
// from the deletion on, and for one that never was. When older programs deleted is not known:
// then it is shown at any time.
func (p *Past[T]) buried(ctx context.Context, ordinal uint32, at time.Time) (*Link, error) {
	graves, err := p.store.Buried(ctx, &p.kind.Shape, []uint32{ordinal})
	if err != nil || graves[0] == (Grave{}) {
		return nil, err
	}
	if g := graves[0]; g.At.IsZero() || at.Before(g.At) {
		return &Link{ID: g.ID, Deleted: true}, nil
	}
	return nil, nil
}

// standing returns the record that an ordinal meant at a moment, in the newest state that
// there is of it, nil for one that was deleted since.
func (p *Past[T]) standing(ctx context.Context, ordinal uint32, at time.Time) (*T, error) {
	for {
		list, err := p.kind.List(ctx, p.store, []uint32{ordinal})
		if err != nil || list[0] != nil {
			return list[0], err
		}
		m, err := p.kind.ReadMerge(ctx, p.store, ordinal)
		switch {
		case err != nil || m == nil:
			return nil, err
		case at.Before(*p.kind.Stamp(m.After).UpdatedAt):
			return m.Absorbed, nil
		}
		ordinal = *p.kind.Stamp(m.After).Ordinal
	}
}

// meant returns the record that an id meant at a moment, in the newest state that there is
// of it: of one that was merged since, the one in which it was merged.
func (p *Past[T]) meant(ctx context.Context, id ID, at time.Time) (*T, error) {
	r, err := p.get(ctx, id)
	for err == nil && *p.kind.Stamp(r).ID != id {
		absorbed := p.kind.AbsorbedOf(r)
		i := slices.IndexFunc(absorbed, func(a Absorbed) bool { return a.ID == id })
		if i < 0 {
			return nil, p.notFound() // it was parted and deleted meanwhile
		}
		m, err := p.kind.ReadMerge(ctx, p.store, absorbed[i].Ordinal)
		if err != nil {
			return nil, err
		}
		if m == nil {
			return nil, p.notFound()
		}
		if at.Before(absorbed[i].MergedAt) {
			return m.Absorbed, nil
		}
		id = *p.kind.Stamp(m.After).ID
	}
	return r, err
}

func (p *Past[T]) notFound() error { return fault.NotFound(string(p.kind.Entity)) }
