package columns

import (
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Figures are what a record has of the records that refer to it, or belong to it, at one moment.
type Figures struct {
	of      *table
	numbers []int64 // of each fold of each relation, in their order
}

// Value returns what those records make of a field, missing for none of them and for a field that is
// no fold.
func (f Figures) Value(name string) fields.Value {
	for fold, n := range f.all {
		if fold.declared.Field == name {
			return fold.value(n)
		}
	}
	return fields.Value{}
}

// Derived returns what a record of a kind shows in each field that is a fold, by name of the field. See
// ledger.Facts.
func (f Figures) Derived(k ledger.AnyKind, r ledger.Record) map[string]fields.Value {
	values := make(map[string]fields.Value, len(f.numbers))
	for fold, n := range f.all {
		name := fold.declared.Field
		values[name] = fold.declared.Join(k.ValueOf(fields.Field{Name: name}, r), fold.value(n))
	}
	return values
}

func (f Figures) all(yield func(*fold, int64) bool) {
	i := 0
	for _, r := range f.of.members {
		for j := range r.folds {
			if !yield(&r.folds[j], f.numbers[i]) {
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
			for j := range r.folds {
				n := r.folds[j].zero
				if there {
					n = r.folds[j].at(ordinal)
				}
				numbers = append(numbers, n)
			}
		}
		list[i] = Figures{v.of, numbers[begin:len(numbers):len(numbers)]}
	}
	return list
}
