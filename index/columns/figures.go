package columns

import (
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Figures are what a record has of the records that refer to it, or belong to it, at one moment.
type Figures struct {
	of      *table
	numbers []int64 // of each rollup of each relation, in their order
}

// Value returns what those records make of a field, missing for none of them and for a field that is
// no rollup.
func (f Figures) Value(name string) fields.Value {
	for rollup, n := range f.all {
		if rollup.declared.Field == name {
			return rollup.value(n)
		}
	}
	return fields.Value{}
}

// Derived returns what a record of a kind shows in each field that is a rollup and wanted, by name of the
// field. All are when wanted is nil. See ledger.Facts.
func (f Figures) Derived(k ledger.AnyKind, r ledger.Record, wanted func(name string) bool) map[string]fields.Value {
	values := make(map[string]fields.Value, len(f.numbers))
	for rollup, n := range f.all {
		name := rollup.declared.Field
		if wanted != nil && !wanted(name) {
			continue
		}
		values[name] = rollup.declared.Join(k.ValueOf(fields.Field{Name: name}, r), rollup.value(n))
	}
	return values
}

func (f Figures) all(yield func(*rollup, int64) bool) {
	i := 0
	for _, r := range f.of.members {
		for j := range r.rollups {
			if !yield(&r.rollups[j], f.numbers[i]) {
				return
			}
			i++
		}
	}
}

// Figures returns those of records, in the order of their ordinals: those of no other records for
// one that is not there, and nil when records of this entity show nothing of others.
func (v *View) Figures(ordinals []uint32) []Figures {
	if len(v.of.members) == 0 || len(ordinals) == 0 {
		return nil
	}
	list := make([]Figures, len(ordinals))
	var numbers []int64
	for i, ordinal := range ordinals {
		begin, there := len(numbers), v.Has(ordinal)
		for _, r := range v.of.members {
			for j := range r.rollups {
				n := r.rollups[j].zero
				if there {
					n = r.rollups[j].at(ordinal)
				}
				numbers = append(numbers, n)
			}
		}
		list[i] = Figures{v.of, numbers[begin:len(numbers):len(numbers)]}
	}
	return list
}
