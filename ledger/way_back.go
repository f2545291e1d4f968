package ledger

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// wayBack is a record on its way back in time.
type wayBack[T any] struct {
	kind   *Kind[T]
	schema *fields.Schema
	at     time.Time
	record *T    // its own
	links  Links // to those that its history names, where a relation has changed since
	parted bool  // it was taken from another record at the time of the entry before
	there  bool  // at the moment
	// merge is the number of the entry that says that the record was a part of another one at
	// the moment, 0 where it was one of its own, and into the ordinal of that other one, 0 where
	// an older program wrote the entry.
	merge uint64
	into  uint32
	// undone are the changes to take back, for each field only the oldest so far: what it had
	// before that is what it had at the moment. So values are set once, and not once a change.
	undone []undone
	// sure are the entries of before the moment that the links are of.
	sure map[fields.Entity]uint64
}

// undone is a change to take back.
type undone struct {
	field  string
	number uint32 // of an attribute, as in FieldChange
	was    uint32 // of a relation, as in FieldChange
	old    fields.Value
}

// wayBackFrom returns the way of a record to a moment.
func (p *Past[T]) wayBackFrom(r *T, at time.Time) *wayBack[T] {
	return &wayBack[T]{kind: p.kind, schema: p.store.Schema(), at: at, record: r, links: Links{}, sure: map[fields.Entity]uint64{}}
}

// visit takes an entry back when it is of a later time, and ends at the first that is not. It
// goes on from there if a relation has changed since.
func (w *wayBack[T]) visit(e *HistoryEntry) (more bool, err error) {
	if w.there {
		return !w.linked(e), nil
	}
	if !e.At.After(w.at) {
		if w.merged(e) {
			return false, nil
		}
		w.takeBack()
		stamp := w.kind.Stamp(w.record)
		*stamp.UpdatedAt, *stamp.Version = e.At, e.Seq
		w.there = true
		return !w.linked(e), nil
	}
	if e.Op == OpCreate {
		return false, &fault.Error{Kind: fault.KindNotFound, Type: "not-found", Message: fmt.Sprintf("At that time there was no such %s yet.", w.kind.Entity)}
	}
	w.undo(e)
	return true, nil
}

// visitLink is visit for a record that others refer to: it was there, whatever clocks say.
func (w *wayBack[T]) visitLink(e *HistoryEntry) (more bool, err error) {
	if !e.At.After(w.at) || e.Op == OpCreate {
		w.merged(e)
		*w.kind.Stamp(w.record).Version = e.Seq
		return false, nil
	}
	w.undo(e)
	return true, nil
}

// merged reports whether the newest entry of before the moment says that the record was a part of
// another one then.
func (w *wayBack[T]) merged(e *HistoryEntry) bool {
	if e.Op != OpMerge || !w.parted {
		return false
	}
	w.merge, w.into = e.Seq, e.Into
	return true
}

// linked takes from an entry of before the moment to whom it linked the record, where no later
// entry has the ordinal: what such an entry of an older program names may be a record into which
// that one was merged only then. It reports whether there is nothing more to look for.
func (w *wayBack[T]) linked(e *HistoryEntry) bool {
	for i := range e.Changes {
		c := &e.Changes[i]
		d := w.kind.Named(c.Field)
		if d == nil || d.To == "" || !w.unsure(d.To) && w.sure[d.To] != e.Seq {
			continue
		}
		if d.Ref == nil {
			w.links[d.To].Name = c.New.Text
		} else if id, err := uuid.Parse(c.New.Text); err == nil {
			w.links[d.To], w.sure[d.To] = &Link{ID: id}, e.Seq
		}
	}
	for entity := range w.links {
		if w.unsure(entity) {
			return false
		}
	}
	return true
}

// unsure reports whether all that is known of a link is what a later entry names, without ordinal.
func (w *wayBack[T]) unsure(entity fields.Entity) bool {
	link := w.links[entity]
	return link != nil && link.Ordinal == 0 && w.sure[entity] == 0
}

// undo notes the changes of an entry, to be taken back.
func (w *wayBack[T]) undo(e *HistoryEntry) {
	w.parted = e.Op == OpRestore
	for i := range e.Changes {
		c := &e.Changes[i]
		if c.Field == FieldAbsorbed { // what is known of each comes from the state behind it
			w.kind.SetAbsorbed(w.record, absorbedOnce(c.Old.List, w.kind.Absorbed(w.record)))
			continue
		}
		if c.Number == 0 && strings.HasPrefix(c.Field, fields.AttributePrefix) { // the time of an entry of an older program counts
			if f, former := w.kind.FieldThen(w.schema, c, e.At); f == nil || former {
				continue
			}
		}
		u := w.undoneOf(c)
		u.old, u.was = c.Old, c.Was
	}
}

// undoneOf is the place of the field of a change in undone.
func (w *wayBack[T]) undoneOf(c *FieldChange) *undone {
	for i := range w.undone {
		if u := &w.undone[i]; u.number == c.Number && u.field == c.Field {
			return u
		}
	}
	w.undone = append(w.undone, undone{field: c.Field, number: c.Number})
	return &w.undone[len(w.undone)-1]
}

// takeBack gives each field the value that it had before its changes.
func (w *wayBack[T]) takeBack() {
	for i := range w.undone {
		u := &w.undone[i]
		if !strings.HasPrefix(u.field, fields.AttributePrefix) {
			w.takeBackStandard(u)
			continue
		}
		f, known := w.schema.Of(w.kind.Entity).Field(u.field)
		if known && f.Attribute != nil && (u.number == 0 || u.number == f.Attribute.Number) {
			attributes := w.kind.Attributes(w.record)
			*attributes = attributes.With(f.Attribute.Number, u.old)
		}
	}
	w.undone = nil
}

// takeBackStandard does so with a standard field. What shows another record comes behind the
// field that refers to it.
func (w *wayBack[T]) takeBackStandard(u *undone) {
	switch d := w.kind.Named(u.field); {
	case d == nil:
	case d.Ref != nil:
		*d.Ref(w.record), w.links[d.To] = u.was, nil
		if id, err := uuid.Parse(u.old.Text); err == nil {
			w.links[d.To] = &Link{Ordinal: u.was, ID: id}
		}
	case d.To != "" && w.links[d.To] != nil:
		w.links[d.To].Name = u.old.Text
	case d.Set != nil:
		d.Set(w.record, u.old)
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
