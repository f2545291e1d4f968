package columns

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// postings holds for each code of a dictionary the rows that have it. A code
// of one row costs 4 bytes, so that columns in which every value is distinct
// stay small; from the second row on it has a bitmap.
type postings struct {
	refs    []uint32 // by code: 0 for none, a row, or many|index of a bitmap
	bitmaps []*roaring.Bitmap
	free    []uint32 // indexes into bitmaps
}

// many marks a reference as the index of a bitmap. It is also the bound of
// rows: ordinals stay below 2^31.
const many = 1 << 31

// add puts a row under a code.
func (p *postings) add(code, row uint32) {
	if n := int(code) + 1 - len(p.refs); n > 0 {
		p.refs = append(p.refs, make([]uint32, n)...)
	}
	ref := p.refs[code]
	switch {
	case ref == 0:
		p.refs[code] = row
	case ref&many != 0:
		p.bitmaps[ref&^many].Add(row)
	case ref != row:
		p.refs[code] = many | p.keep(roaring.BitmapOf(ref, row))
	}
}

// keep stores a bitmap and returns its index.
func (p *postings) keep(b *roaring.Bitmap) uint32 {
	if n := len(p.free); n > 0 {
		i := p.free[n-1]
		p.free = p.free[:n-1]
		p.bitmaps[i] = b
		return i
	}
	p.bitmaps = append(p.bitmaps, b)
	return uint32(len(p.bitmaps) - 1)
}

// remove takes a row from a code and reports whether it was the last.
func (p *postings) remove(code, row uint32) (last bool) {
	ref := p.ref(code)
	switch {
	case ref == 0:
		return false
	case ref&many == 0:
		if ref == row {
			p.refs[code] = 0
			return true
		}
		return false
	}
	b := p.bitmaps[ref&^many]
	b.Remove(row)
	if !b.IsEmpty() {
		return false
	}
	p.refs[code] = 0
	p.bitmaps[ref&^many] = nil
	p.free = append(p.free, ref&^many)
	return true
}

func (p *postings) ref(code uint32) uint32 {
	if int(code) >= len(p.refs) {
		return 0
	}
	return p.refs[code]
}

// count is the number of rows of a code.
func (p *postings) count(code uint32) uint64 {
	ref := p.ref(code)
	switch {
	case ref == 0:
		return 0
	case ref&many == 0:
		return 1
	}
	return p.bitmaps[ref&^many].GetCardinality()
}

// bitmap returns the rows of a code, to be read only and under the view only
// unless owned is true.
func (p *postings) bitmap(code uint32) (rows *roaring.Bitmap, owned bool) {
	ref := p.ref(code)
	switch {
	case ref == 0:
		return roaring.New(), true
	case ref&many == 0:
		return roaring.BitmapOf(ref), true
	}
	return p.bitmaps[ref&^many], false
}

// union returns the rows of any of the codes.
func (p *postings) union(codes []uint32) selection {
	if len(codes) == 1 {
		rows, owned := p.bitmap(codes[0])
		return selection{rows: rows, owned: owned}
	}
	var singles []uint32
	var bitmaps []*roaring.Bitmap
	for _, code := range codes {
		switch ref := p.ref(code); {
		case ref == 0:
		case ref&many == 0:
			singles = append(singles, ref)
		default:
			bitmaps = append(bitmaps, p.bitmaps[ref&^many])
		}
	}
	rows := roaring.FastOr(bitmaps...)
	if len(singles) > 0 {
		rows.Or(fromRows(singles))
	}
	return selection{rows: rows, owned: true}
}

// fromRows returns the bitmap of rows in any order, which it may change.
func fromRows(rows []uint32) *roaring.Bitmap {
	if len(rows) < 1<<12 {
		slices.Sort(rows)
		b := roaring.New()
		b.AddMany(rows)
		return b
	}
	var d dense
	for _, row := range rows {
		d.add(row)
	}
	return d.bitmap()
}
