package ledger

import (
	"cmp"
	"slices"

	"github.com/ndoto/kundi/fields"
)

// Rollup says what a record shows of all the records that refer to it, or belong to it: one value
// made of what each of them has.
type Rollup struct {
	// Field is the field that shows the value. Where the record itself holds that field, it shows
	// both joined, see Join.
	Field string
	By    Aggregation
	Of    string // the field of the others whose values it is made of; "" for a count of them all
	Only  string // of a count: the word that Of has in those that count
	// Words are those of a union, in the order in which Field shows them. Of has one of them.
	Words []string
}

// Aggregation is a way to make one value of many.
type Aggregation byte

// The ways. The greatest and the least are of numbers or moments, a union is of words.
const (
	CountOf Aggregation = iota + 1
	GreatestOf
	LeastOf
	UnionOf
)

// Join returns what the field shows: the value that is rolled up, joined with the one that the record
// itself holds, missing where it holds none. A count shows what is rolled up.
func (r *Rollup) Join(own, rolled fields.Value) fields.Value {
	switch {
	case r.By == UnionOf:
		return fields.ListValue(r.union(own.List, rolled.List))
	case r.By == CountOf || own.IsMissing():
		return rolled
	case rolled.IsMissing() || (compareNumbers(own, rolled) > 0) == (r.By == GreatestOf):
		return own
	}
	return rolled
}

func compareNumbers(a, b fields.Value) int {
	return cmp.Or(cmp.Compare(a.Int, b.Int), cmp.Compare(a.Float, b.Float))
}

// union are the words that one of two lists has, in their order.
func (r *Rollup) union(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(r.Words), func(word string) bool {
		return !slices.Contains(a, word) && !slices.Contains(b, word)
	})
}
