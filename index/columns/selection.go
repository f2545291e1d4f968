package columns

import (
	"iter"

	"github.com/RoaringBitmap/roaring/v2"
)

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
		return s
	case t.owned:
		t.rows.Or(s.rows)
		return t
	}
	return selection{rows: roaring.Or(s.rows, t.rows), owned: true}
}

// empty reports whether no row is selected. An inverted selection is taken as
// not empty.
func (s selection) empty() bool { return !s.inverted && s.rows.IsEmpty() }

// dense collects rows as one bit each, for sets that are built row by row.
type dense struct {
	words []uint64
}

// add puts a row in.
func (d *dense) add(row uint32) {
	word := int(row >> 6)
	if word >= len(d.words) {
		blocks := word>>(blockBits-6) + 1
		d.words = append(d.words, make([]uint64, blocks<<(blockBits-6)-len(d.words))...)
	}
	d.words[word] |= 1 << (row & 63)
}

// block returns the 1,024 words of a block.
func (d *dense) block(block int) []uint64 {
	const words = blockRows / 64
	if need := (block + 1) * words; need > len(d.words) {
		d.words = append(d.words, make([]uint64, need-len(d.words))...)
	}
	return d.words[block*words:][:words:words]
}

// bitmap returns the rows and gives the words away.
func (d *dense) bitmap() *roaring.Bitmap { return roaring.FromDense(d.words, false) }

// fromSorted returns the bitmap of rows in rising order.
func fromSorted(rows []uint32) *roaring.Bitmap {
	b := roaring.New()
	b.AddMany(rows)
	return b
}

// each yields the rows of a bitmap in rising order.
func each(rows *roaring.Bitmap) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		var buffer [1024]uint32
		it := rows.ManyIterator()
		for n := it.NextMany(buffer[:]); n > 0; n = it.NextMany(buffer[:]) {
			for _, row := range buffer[:n] {
				if !yield(row) {
					return
				}
			}
		}
	}
}
