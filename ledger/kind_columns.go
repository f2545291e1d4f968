package ledger

import (
	"slices"

	"github.com/ndoto/kundi/fields"
)

// Column is a field of records that lies in a column of its own, so that filters,
// facets and sorts know it, or that a rollup is made of it.
type Column struct {
	fields.Field
	// Words says that people look for the words in it, rather than for any part.
	Words bool
	// Of returns the value of a record, missing for none.
	Of func(r Record) fields.Value
	// Told says that Change.Fields names the field when an update has changed it.
	Told bool
	// OfAbsorbed returns the value that a record has of one that it has absorbed, "" for
	// none. It is nil for a field in which those do not count.
	OfAbsorbed func(*Absorbed) string
	// More returns the other values that a record has in the field. A filter looks at each of
	// them; facets and sorts know the first only. It is nil for a field with one value.
	More func(r Record) []string
}

// rollsUp reports whether the owner of records shows a rollup of a field.
func (k *Kind[T]) rollsUp(name string) bool {
	return slices.ContainsFunc(k.Rollups, func(r Rollup) bool { return r.Of == name })
}

// Columns implements AnyKind. Type says how each column lies: whole texts, sets, numbers.
func (k *Kind[T]) Columns() []Column {
	var list []Column
	for i := range k.Fields {
		f := &k.Fields[i]
		get := f.Get
		if f.Drawn != nil {
			get = f.Drawn
		}
		if get == nil || f.Standard.Unfiltered && !k.rollsUp(f.Name) {
			continue
		}
		c := Column{Field: f.Field, Words: f.Words, Told: f.Same != nil && !f.Standard.Quiet, OfAbsorbed: f.OfAbsorbed, Of: func(r Record) fields.Value { return get(r.(*T)) }}
		if f.More != nil {
			c.More = func(r Record) []string { return f.More(r.(*T)) }
		}
		list = append(list, c)
	}
	return list
}
