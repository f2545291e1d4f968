package ledger

import (
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// MergeAttributes returns a with the changes applied, both in order of Number; a
// missing value removes.
func MergeAttributes(a fields.Attributes, changes fields.Attributes) fields.Attributes {
	if len(changes) == 0 {
		return a
	}
	out := make(fields.Attributes, 0, len(a)+len(changes))
	for _, change := range changes {
		for len(a) > 0 && a[0].Number < change.Number {
			out, a = append(out, a[0]), a[1:]
		}
		if len(a) > 0 && a[0].Number == change.Number {
			a = a[1:]
		}
		if !change.Value.IsMissing() {
			out = append(out, change)
		}
	}
	return append(out, a...)
}

// undoAttributes gives the attributes that a merge changed, and nobody since, their
// former values.
func undoAttributes(a fields.Attributes, was, had fields.Attributes) fields.Attributes {
	for _, given := range was {
		former := had.Get(given.Number)
		if !former.Equal(given.Value) && a.Get(given.Number).Equal(given.Value) {
			a = a.With(given.Number, former)
		}
	}
	return a
}

// unlessChanged is what a value becomes that a merge set: what it was before,
// unless it was changed since.
func unlessChanged[T comparable](now, was, had T) T {
	if now == was {
		return had
	}
	return now
}

// firstOf is the first value, the second where it is missing.
func firstOf[T comparable](a, b T) T {
	var missing T
	if a == missing {
		return b
	}
	return a
}

// unite appends to a list the members of another that it does not have, by
// Canonical.
func unite(list, more []string) []string { return append(list, without(more, list)...) }

// without returns the members of a list that are not in another, by Canonical;
// nil for none.
func without(list, others []string) []string {
	var left []string
	for _, member := range list {
		fold := words.Canonical(member)
		if !slices.ContainsFunc(others, func(other string) bool { return words.Canonical(other) == fold }) {
			left = append(left, member)
		}
	}
	return left
}

// instantOf is the moment in a value, the zero time for none.
func instantOf(v fields.Value) time.Time {
	if v.IsMissing() {
		return time.Time{}
	}
	return time.UnixMilli(v.Int).UTC()
}

// sizeOf is how many bytes of text a list has.
func sizeOf(list []string) int {
	n := 0
	for _, s := range list {
		n += len(s)
	}
	return n
}

func sameAttribute(a, b fields.Attribute) bool {
	return a.Number == b.Number && a.Value.Equal(b.Value)
}
