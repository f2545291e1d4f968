package columns

import "github.com/RoaringBitmap/roaring/v2"

// selection is a set of rows: those of a bitmap or, when inverted, every live
// row beside them. Inversion costs nothing until the set is needed itself, so
// "not a and not b" is one union.
//
// The bitmap holds live rows only. It may be changed only when owned;
// otherwise it is a column's own.
type selection struct {
	rows     *roaring.Bitmap
	owned    bool
	inverted bool
	inside   bool // the bitmap lies in the rows that the query said matter
}

// nobody is the empty selection; its inverse is everyone.
func nobody() selection { return selection{rows: roaring.New(), owned: true} }

// invert returns the complement.
func (s selection) invert() selection {
	s.inverted = !s.inverted
	return s
}

// and returns the rows in both.
func (s selection) and(t selection) selection {
	switch {
	case t.everyone():
		return s
	case s.inverted && t.inverted:
		return s.invert().or(t.invert()).invert()
	case s.inverted:
		return t.and(s)
	case t.inverted:
		if s.owned {
			s.rows.AndNot(t.rows)
			return s
		}
		return selection{rows: roaring.AndNot(s.rows, t.rows), owned: true}
	case s.owned:
		s.rows.And(t.rows)
		return s
	case t.owned:
		t.rows.And(s.rows)
		return t
	}
	return selection{rows: roaring.And(s.rows, t.rows), owned: true}
}

// or returns the rows in either.
func (s selection) or(t selection) selection {
	switch {
	case s.inverted || t.inverted:
		return s.invert().and(t.invert()).invert()
	case s.owned:
		s.rows.Or(t.rows)
		s.inside = s.inside && t.inside
		return s
	case t.owned:
		return t.or(s)
	}
	return selection{rows: roaring.Or(s.rows, t.rows), owned: true}
}

// everyone reports whether all rows are selected, when that is known.
func (s selection) everyone() bool { return s.inverted && s.rows.IsEmpty() }

// empty reports whether no row is selected. An inverted selection is taken as
// not empty.
func (s selection) empty() bool { return !s.inverted && s.rows.IsEmpty() }
