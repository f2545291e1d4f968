package ledger

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

// MaxHistoryRead is how many changes one page of a history reads at most. So a page may
// have fewer entries than it could, none even, and still not be the last.
const MaxHistoryRead = 1_000

// maxHistoryBytes ends a page before that: a change may have half a megabyte.
const maxHistoryBytes = 4 << 20

// History returns up to limit changes of a record with a number below before (0 for the
// newest), the newest first; next is where the page after it begins, 0 at the end. With the
// name of a field it returns the changes of that field only. The id of a record that was
// merged into another means that other one.
//
// The survivor of a merge has an entry of OpMerge, and one of OpRestore when that is undone,
// which say what it got and gave back. The error is of fault.KindNotFound for nobody, and of
// fault.KindInvalid for a field that has no history.
func (p *Past[T]) History(ctx context.Context, id ID, field string, before uint64, limit int) (list []HistoryEntry, next uint64, err error) {
	r, err := p.get(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	var of fields.Field
	if field != "" {
		if of, err = p.kind.historyField(p.store.Schema(), field); err != nil {
			return nil, 0, err
		}
	}
	read, size := 0, 0
	ended, err := p.store.WalkHistory(ctx, &p.kind.Shape, *p.kind.Stamp(r).Ordinal, upTo(before), func(e *HistoryEntry) (more bool, err error) {
		if read == MaxHistoryRead || size >= maxHistoryBytes || len(list) == limit {
			return false, nil // there is another page
		}
		read, size, before = read+1, size+e.size(), e.Seq
		kept := *e
		if field != "" {
			kept.keep(of)
			if len(kept.Changes) == 0 {
				return true, nil
			}
		}
		kept.Changes = slices.Clone(kept.Changes)
		kept.TellMerges()
		list = append(list, kept)
		return true, nil
	})
	switch {
	case err != nil:
		return nil, 0, err
	case ended: // maybe because the record was deleted meanwhile, and the rest with it
		_, err = p.get(ctx, id)
		return list, 0, err
	}
	return list, before, nil
}

// upTo is the highest number below another one, of which 0 means that there is none.
func upTo(before uint64) uint64 {
	if before == 0 {
		return math.MaxUint64
	}
	return before - 1
}

// size is how many bytes of values an entry has.
func (e *HistoryEntry) size() (n int) {
	for i := range e.Changes {
		for _, v := range []*fields.Value{&e.Changes[i].Old, &e.Changes[i].New} {
			n += len(v.Text) + sizeOf(v.List)
		}
	}
	return n
}

// historyField returns the field with a name, or says that it has no history. An attribute
// that is not defined may have been: then the history knows it.
func (k *Kind[T]) historyField(s *fields.Schema, name string) (fields.Field, error) {
	if name == FieldAbsorbed {
		return fields.Field{Name: FieldAbsorbed, Type: fields.FieldMany}, nil
	}
	if d := k.Named(name); d != nil && d.Standard.Unfiltered && k.hasHistory(d.Field) {
		return d.Field, nil
	}
	f, known := s.Of(k.Entity).Field(name)
	if known && (f.Attribute != nil || k.hasHistory(f)) {
		return f, nil
	}
	if key, is := strings.CutPrefix(name, fields.AttributePrefix); is && !known && key != "" {
		return fields.Field{Name: name}, nil // of attributes that had the key
	}
	return fields.Field{}, fault.Invalid("invalid-request", "The field has no history.", []fault.Fault{{Path: "field", Detail: "must be the name of a field with a history"}})
}

// hasHistory reports whether changes of a standard field are kept.
func (k *Kind[T]) hasHistory(f fields.Field) bool {
	d := k.Named(f.Name)
	return !f.Standard.Quiet && d != nil && (d.Set != nil || d.To != "")
}

// HistoryFields are the names of the fields whose changes are kept.
func (k *Kind[T]) HistoryFields(s *fields.Schema) []string {
	names := []string{}
	for i := range k.Fields {
		if f := k.Fields[i].Field; k.hasHistory(f) {
			names = append(names, f.Name)
		}
	}
	names = append(names, FieldAbsorbed)
	for _, a := range s.Of(k.Entity).Attributes() {
		names = append(names, fields.AttributePrefix+a.Key)
	}
	return names
}

// keep leaves an entry the changes of one field.
func (e *HistoryEntry) keep(f fields.Field) {
	for i := range e.Changes {
		if e.Changes[i].isOf(f, e.At) {
			e.Changes = e.Changes[i : i+1]
			return
		}
	}
	e.Changes = nil
}

// HasChangeOf reports whether an entry has a change of a field.
func (e *HistoryEntry) HasChangeOf(f fields.Field) bool {
	for i := range e.Changes {
		if e.Changes[i].isOf(f, e.At) {
			return true
		}
	}
	return false
}

// isOf reports whether a change of that time is one of a field, and not of a former
// attribute with the same key.
func (c *FieldChange) isOf(f fields.Field, at time.Time) bool {
	switch {
	case c.Field != f.Name:
		return false
	case f.Attribute == nil:
		return true
	case c.Number != 0:
		return c.Number == f.Attribute.Number
	}
	// An entry of an older program, which knew keys only.
	return !f.Attribute.CreatedAt.After(at)
}

// FieldThen returns the field that a change of that time is of. It is former when that is an
// attribute whose definition is gone, even if another one has its key now, and nil when
// nothing says of which type it was.
func (k *Kind[T]) FieldThen(s *fields.Schema, c *FieldChange, at time.Time) (f *fields.Field, former bool) {
	if c.Field == FieldAbsorbed {
		return &fields.Field{Name: FieldAbsorbed, Type: fields.FieldMany}, false
	}
	if present, known := s.Of(k.Entity).Field(c.Field); known && c.isOf(present, at) {
		return &present, false
	}
	if d := k.Named(c.Field); d != nil && d.Standard.Unfiltered {
		return &d.Field, false
	}
	if c.Number != 0 {
		return &fields.Field{Name: c.Field, Type: c.Type, Attribute: &fields.AttributeDefinition{Number: c.Number, Currency: c.Currency}}, true
	}
	return nil, strings.HasPrefix(c.Field, fields.AttributePrefix)
}

// TellMerges calls the entry of a survivor what it is. The store calls it an update.
func (e *HistoryEntry) TellMerges() {
	switch e.absorbs() {
	case 1:
		e.Op = OpMerge
	case -1:
		e.Op = OpRestore
	}
}

// absorbs is 1 for the entry of a survivor of a merge, -1 for that of one from which a
// record was taken again, and 0 for any other.
func (e *HistoryEntry) absorbs() int {
	for i := range e.Changes {
		if c := &e.Changes[i]; c.Field == FieldAbsorbed {
			if len(c.New.List) > len(c.Old.List) {
				return 1
			}
			return -1
		}
	}
	return 0
}
