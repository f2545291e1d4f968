package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

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
	w := &wayBack[T]{kind: p.kind, schema: p.store.Schema(), at: at, record: present, links: Links{}, sure: map[fields.Entity]uint64{}}
	stamp := p.kind.Stamp(present)
	if stamp.UpdatedAt.After(at) { // entries of older programs are a little later
		w.record = p.kind.Clone(present)
		ended, err := p.walk(ctx, *stamp.Ordinal, *stamp.Version, w.visit)
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
	w := &wayBack[T]{kind: p.kind, schema: p.store.Schema(), at: at, record: p.kind.Clone(newest), links: Links{}}
	if stamp := p.kind.Stamp(newest); stamp.UpdatedAt.After(at) {
		if _, err := p.walk(ctx, *stamp.Ordinal, *stamp.Version, w.visitLink); err != nil {
			return nil, err
		}
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

// wayBack is a record on its way back in time.
type wayBack[T any] struct {
	kind   *Kind[T]
	schema *fields.Schema
	at     time.Time
	record *T    // its own
	links  Links // to those that its history names, where a relation has changed since
	parted bool  // it was taken from another record at the time of the entry before
	there  bool  // at the moment
	// sure are the entries of before the moment that the links are of.
	sure map[fields.Entity]uint64
}

// visit takes an entry back when it is of a later time, and ends at the first that is not. It
// goes on from there if a relation has changed since.
func (w *wayBack[T]) visit(e *HistoryEntry) (more bool, err error) {
	if w.there {
		return !w.linked(e), nil
	}
	if !e.At.After(w.at) {
		if e.Op == OpMerge && w.parted {
			return false, &fault.Error{
				Kind: fault.KindNotFound, Type: "merged-then",
				Message: fmt.Sprintf("At that time the %s was merged into another one, which its id meant.", w.kind.Entity),
			}
		}
		stamp := w.kind.Stamp(w.record)
		*stamp.UpdatedAt, *stamp.Version = e.At, e.Seq
		w.there = true
		return !w.linked(e), nil
	}
	if e.Op == OpCreate {
		return false, &fault.Error{Kind: fault.KindNotFound, Type: "not-found", Message: fmt.Sprintf("At that time there was no such %s yet.", w.kind.Entity)}
	}
	for i := range e.Changes {
		w.takeBack(&e.Changes[i], e.At)
	}
	w.parted = e.Op == OpRestore
	return true, nil
}

// visitLink is visit for a record that others refer to: it was there, whatever clocks say.
func (w *wayBack[T]) visitLink(e *HistoryEntry) (more bool, err error) {
	if !e.At.After(w.at) || e.Op == OpCreate {
		*w.kind.Stamp(w.record).Version = e.Seq
		return false, nil
	}
	for i := range e.Changes {
		w.takeBack(&e.Changes[i], e.At)
	}
	return true, nil
}

// linked takes from an entry of before the moment to whom it linked the record: what a later
// entry names may be a record into which that one was merged only then. It reports whether
// there is nothing more to look for.
func (w *wayBack[T]) linked(e *HistoryEntry) bool {
	for i := range e.Changes {
		c := &e.Changes[i]
		d := w.kind.Named(c.Field)
		if d == nil || d.To == "" || w.links[d.To] == nil || w.sure[d.To] != 0 && w.sure[d.To] != e.Seq {
			continue
		}
		if d.Ref == nil {
			w.links[d.To].Name = c.New.Text
		} else if id, err := uuid.Parse(c.New.Text); err == nil {
			w.links[d.To], w.sure[d.To] = &Link{ID: id}, e.Seq
		}
	}
	for entity, link := range w.links {
		if link != nil && w.sure[entity] == 0 {
			return false
		}
	}
	return true
}

// takeBack gives a field the value that it had before a change.
func (w *wayBack[T]) takeBack(c *FieldChange, at time.Time) {
	switch f, former := w.kind.FieldThen(w.schema, c, at); {
	case former || f == nil:
	case f.Attribute != nil:
		attributes := w.kind.Attributes(w.record)
		*attributes = attributes.With(f.Attribute.Number, c.Old)
	case c.Field == FieldAbsorbed:
		w.kind.SetAbsorbed(w.record, absorbedOnce(c.Old.List, w.kind.Absorbed(w.record)))
	default:
		w.takeBackStandard(c)
	}
}

// takeBackStandard does so with a standard field. What shows another record comes behind the
// field that refers to it.
func (w *wayBack[T]) takeBackStandard(c *FieldChange) {
	switch d := w.kind.Named(c.Field); {
	case d == nil:
	case d.Ref != nil:
		*d.Ref(w.record), w.links[d.To] = 0, nil
		if id, err := uuid.Parse(c.Old.Text); err == nil {
			w.links[d.To] = &Link{ID: id}
		}
	case d.To != "" && w.links[d.To] != nil:
		w.links[d.To].Name = c.Old.Text
	case d.Set != nil:
		d.Set(w.record, c.Old)
	}
}

// absorbedOnce are those that a record had absorbed, by their ids, with what is known of
// them now.
func absorbedOnce(ids []string, known []Absorbed) []Absorbed {
	var list []Absorbed
	for _, text := range ids {
		id, err := uuid.Parse(text)
		if err != nil {
			continue
		}
		a := Absorbed{ID: id}
		if i := slices.IndexFunc(known, func(k Absorbed) bool { return k.ID == id }); i >= 0 {
			a = known[i]
		}
		list = append(list, a)
	}
	return list
}
