package columns

import (
	"iter"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// postings holds for each code of a dictionary the rows that have it. A code
// of one row costs 4 bytes, so that columns in which every value is distinct
// stay small; a code of few rows has a list, one of many a bitmap.
type postings struct {
	refs   []uint32 // by code: 0 for none, a row, or grouped|index of a group
	groups []group
	free   []uint32 // indexes into groups
}

// grouped marks a reference as the index of a group. It is also the bound of
// rows: ordinals stay below 2^31.
const grouped = 1 << 31

// group is the rows of one code: a list in rising order or, once they were
// many, a bitmap.
type group struct {
	few  []uint32
	many *roaring.Bitmap
	size uint32 // rows in many, which would have to look at all of its blocks to count them
}

// newGroup returns the group of rows in rising order, which are more than maxFew.
func newGroup(rows []uint32) group { return group{many: fromSorted(rows), size: uint32(len(rows))} }

// maxFew is the longest list. A bitmap of as many rows that lie far apart takes some times as much memory: of ten million
// contacts, nearly each lies in a block of its own. With 32, their columns took 166 MB more and a second longer to load.
const maxFew = 128

// add puts a row under a code.
func (p *postings) add(code, row uint32) {
	if n := int(code) + 1 - len(p.refs); n > 0 {
		p.refs = append(p.refs, make([]uint32, n)...)
	}
	ref := p.refs[code]
	switch {
	case ref == 0:
		p.refs[code] = row
	case ref&grouped != 0:
		p.groups[ref&^grouped].add(row)
	case ref != row:
		p.refs[code] = grouped | p.keep(group{few: []uint32{min(ref, row), max(ref, row)}})
	}
}

func (g *group) add(row uint32) {
	if g.many != nil {
		g.size += uint32(bit(g.many.CheckedAdd(row)))
		return
	}
	at, found := slices.BinarySearch(g.few, row)
	switch {
	case found:
	case len(g.few) < maxFew:
		g.few = slices.Insert(g.few, at, row)
	default:
		*g = newGroup(slices.Insert(g.few, at, row))
	}
}

// keep stores a group and returns its index.
func (p *postings) keep(g group) uint32 {
	if n := len(p.free); n > 0 {
		i := p.free[n-1]
		p.free = p.free[:n-1]
		p.groups[i] = g
		return i
	}
	p.groups = append(p.groups, g)
	return uint32(len(p.groups) - 1)
}

// remove takes a row from a code and reports whether it was the last.
func (p *postings) remove(code, row uint32) (last bool) {
	ref := p.ref(code)
	switch {
	case ref&grouped != 0:
		if !p.groups[ref&^grouped].remove(row) {
			return false
		}
		p.groups[ref&^grouped] = group{}
		p.free = append(p.free, ref&^grouped)
	case ref == 0 || ref != row:
		return false
	}
	p.refs[code] = 0
	return true
}

func (g *group) remove(row uint32) (last bool) {
	if g.many != nil {
		g.size -= uint32(bit(g.many.CheckedRemove(row)))
		return g.size == 0
	}
	if at, found := slices.BinarySearch(g.few, row); found {
		g.few = slices.Delete(g.few, at, at+1)
	}
	return len(g.few) == 0
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
	case ref&grouped == 0:
		return 1
	}
	g := &p.groups[ref&^grouped]
	if g.many != nil {
		return uint64(g.size)
	}
	return uint64(len(g.few))
}

func (p *postings) rest(counts []uint32) {
	for code, ref := range p.refs[:min(len(p.refs), len(counts))] {
		switch {
		case ref&grouped != 0:
			counts[code] = uint32(p.count(uint32(code))) - counts[code]
		case ref != 0:
			counts[code] = 1 - counts[code]
		}
	}
}

// bitmap returns the rows of a code, to be read only and under the view only
// unless owned is true.
func (p *postings) bitmap(code uint32) (rows *roaring.Bitmap, owned bool) {
	if many := p.many(code); many != nil {
		return many, false
	}
	return fromSorted(p.few(code, nil)), true
}

// many returns the bitmap of a code, nil when it has few rows.
func (p *postings) many(code uint32) *roaring.Bitmap {
	if ref := p.ref(code); ref&grouped != 0 {
		return p.groups[ref&^grouped].many
	}
	return nil
}

// few appends the rows of a code that has no bitmap.
func (p *postings) few(code uint32, rows []uint32) []uint32 {
	ref := p.ref(code)
	switch {
	case ref == 0:
		return rows
	case ref&grouped == 0:
		return append(rows, ref)
	}
	return append(rows, p.groups[ref&^grouped].few...)
}

// each yields the rows of a code, in rising order.
func (p *postings) each(code uint32) iter.Seq[uint32] {
	if many := p.many(code); many != nil {
		return each(many)
	}
	return func(yield func(uint32) bool) {
		var buffer [maxFew]uint32
		for _, row := range p.few(code, buffer[:0]) {
			if !yield(row) {
				return
			}
		}
	}
}

// list returns the rows of a code, in rising order.
func (p *postings) list(code uint32) []uint32 {
	if many := p.many(code); many != nil {
		return many.ToArray()
	}
	return p.few(code, nil)
}

// union returns the rows of any of the codes. It pauses between many.
func (p *postings) union(w *work, codes []uint32) selection {
	if len(codes) == 1 {
		rows, owned := p.bitmap(codes[0])
		return selection{rows: rows, owned: owned}
	}
	var few []uint32
	var bitmaps []*roaring.Bitmap
	all := roaring.New()
	steps := uint64(0)
	for _, code := range codes {
		if many := p.many(code); many != nil {
			bitmaps = append(bitmaps, many)
			steps += manySteps(many)
		} else {
			few = p.few(code, few)
			steps++
		}
		if w.due(steps) {
			all, bitmaps = joinAll(all, bitmaps), bitmaps[:0]
			if !w.charge(steps) || !w.done(steps) {
				return nobody()
			}
			steps = 0
		}
	}
	w.charge(steps)
	all = joinAll(all, bitmaps)
	if len(few) > 0 {
		all.Or(fromRows(few))
	}
	w.done(steps)
	return selection{rows: all, owned: true}
}

// joinAll adds sets to one of the caller's own.
func joinAll(all *roaring.Bitmap, sets []*roaring.Bitmap) *roaring.Bitmap {
	switch {
	case len(sets) == 0:
		return all
	case all.IsEmpty():
		return roaring.FastOr(sets...)
	}
	all.Or(roaring.FastOr(sets...))
	return all
}

// manySteps is what adding rows to a set costs.
func manySteps(rows *roaring.Bitmap) uint64 {
	return min(rows.GetCardinality(), mostSteps*uint64(blocksTo(rows)))
}

// intersection is the number of the rows that have a code.
func (p *postings) intersection(code uint32, rows *roaring.Bitmap) uint64 {
	if many := p.many(code); many != nil {
		return many.AndCardinality(rows)
	}
	var buffer [maxFew]uint32
	var n uint64
	for _, row := range p.few(code, buffer[:0]) {
		if rows.Contains(row) {
			n++
		}
	}
	return n
}

// What it costs to intersect two sets, a block, if both are bitmaps of bits there; and if one is a list: a block,
// and of rows that share a step.
const (
	bitsSteps = 60
	listSteps = 3
	listRows  = 14
)

// maxList is the most rows of a block that roaring keeps as a list.
const maxList = 4096

// intersectionSteps is what the intersections of some rows with those of each code below size cost, or most if that is less.
func (p *postings) intersectionSteps(size int, rows *roaring.Bitmap, most uint64) (steps uint64) {
	if rows.IsEmpty() {
		return 0
	}
	blocks, some := uint64(blocksTo(rows)), rows.GetCardinality()
	for _, ref := range p.refs[:min(size, len(p.refs))] {
		switch {
		case ref == 0:
		case ref&grouped == 0:
			steps += lookSteps
		case p.groups[ref&^grouped].many == nil:
			steps += lookSteps * uint64(len(p.groups[ref&^grouped].few))
		default:
			if fewer := min(some, uint64(p.groups[ref&^grouped].size)); fewer > maxList*blocks {
				steps += bitsSteps * blocks
			} else {
				steps += listSteps*blocks + fewer/listRows
			}
		}
		if steps >= most {
			return most
		}
	}
	return steps
}
