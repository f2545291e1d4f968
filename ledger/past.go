package ledger

import (
	"context"
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
// which was merged into another since means itself. Attributes whose definition is gone are
// left out, as everywhere. What a record referred to is as it was then, too. Of a record that
// it had absorbed, and that was taken from it again since, the id is known.
//
// Errors are of fault.KindNotFound (nobody, or nobody yet, and of type "merged-then" when the
// record was a part of another one at that time, and is one of its own now), fault.KindGone
// (the history does not reach back that far) and fault.KindInvalid (a moment to come).
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
	w := p.wayBackFrom(present, at)
	stamp := p.kind.Stamp(present)
	if stamp.UpdatedAt.After(at) { // entries of older programs are a little later
		w.record = p.kind.Clone(present)
		ended, err := p.store.WalkHistory(ctx, &p.kind.Shape, *stamp.Ordinal, *stamp.Version, w.visit)
		w.takeBack()
		if err == nil && ended {
			_, err = p.get(ctx, id) // it may be gone
		}
		if err != nil {
			return nil, nil, err
		}
	}
	links, err := p.links(ctx, w.record, w.links, at)
	if err != nil {
		return nil, nil, err
	}
	return w.record, links, nil
}

// LinkAt returns what others showed at a moment of the record that an ordinal meant then, nil
// for none. Of one that was deleted since, only the id is known. One that was a part of another
// at that time, and is one of its own again, is shown itself.
func (p *Past[T]) LinkAt(ctx context.Context, r Records, ordinal uint32, at time.Time) (*Link, error) {
	newest, err := p.standing(ctx, r, ordinal, at)
	if err != nil {
		return nil, err
	}
	if newest == nil {
		ids, err := p.store.Buried(ctx, &p.kind.Shape, []uint32{ordinal})
		if err != nil || ids[0] == (ID{}) {
			return nil, err
		}
		return &Link{ID: ids[0]}, nil
	}
	w := p.wayBackFrom(p.kind.Clone(newest), at)
	if stamp := p.kind.Stamp(newest); stamp.UpdatedAt.After(at) {
		if _, err := p.store.WalkHistory(ctx, &p.kind.Shape, *stamp.Ordinal, *stamp.Version, w.visitLink); err != nil {
			return nil, err
		}
		w.takeBack()
	}
	return p.kind.LinkOf(w.record), nil
}

// standing returns the record that an ordinal meant at a moment, in the newest state that
// there is of it, nil for one that was deleted since.
func (p *Past[T]) standing(ctx context.Context, r Records, ordinal uint32, at time.Time) (*T, error) {
	for {
		list, err := p.kind.List(ctx, r, []uint32{ordinal})
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
