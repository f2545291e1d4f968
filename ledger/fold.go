package ledger

import (
	"cmp"
	"slices"

	"github.com/ndoto/kundi/fields"
)

// Fold says what a record shows of all the records that refer to it, or belong to it: one value
// made of what each of them has.
type Fold struct {
	// Field is the field that shows the value. Where the record itself holds that field, it shows
	// both joined, see Join.
	Field string
	By    Folding
	Of    string // the field of the others whose values are folded; "" for a count of them all
	Only  string // of a count: the word that Of has in those that count
	// Words are those of a union, in the order in which Field shows them. Of has one of them.
	Words []string
}

// Folding is a way to make one value of many.
type Folding byte

// The ways. The greatest and the least are of numbers or moments, a union is of words.
const (
	CountOf Folding = iota + 1
	GreatestOf
	LeastOf
	UnionOf
)

// Join returns what the field shows: the value of the fold, joined with the one that the record
// itself holds, missing where it holds none. A count shows that of the fold.
func (f *Fold) Join(own, folded fields.Value) fields.Value {
	switch {
	case f.By == UnionOf:
		return fields.ListValue(f.union(own.List, folded.List))
	case f.By == CountOf || own.IsMissing():
		return folded
	case folded.IsMissing() || (compareNumbers(own, folded) > 0) == (f.By == GreatestOf):
		return own
	}
	return folded
}

func compareNumbers(a, b fields.Value) int {
	return cmp.Or(cmp.Compare(a.Int, b.Int), cmp.Compare(a.Float, b.Float))
}

// union are the words that one of two lists has, in their order.
func (f *Fold) union(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(f.Words), func(word string) bool {
		return !slices.Contains(a, word) && !slices.Contains(b, word)
	})
}
