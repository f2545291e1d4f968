package columns

import (
	"iter"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// gathering is the page of a patient question under way: the first of the rows
// that it has seen so far, in the order, and some more; see top.firstOf.
type gathering struct {
	criteria []criterion
	start    *place
	limit    int // rows of the page and one more
	kept     *top[place]
	within   span
	heads    [headRows]int64
}

func newGathering(criteria []criterion, after *fields.Position, limit, spare int) *gathering {
	g := &gathering{criteria: criteria, start: placeOf(after, criteria), limit: limit + 1}
	g.kept = newTop(g.limit+spare, func(a, b place) int { return comparePlaces(criteria, a, b) })
	if g.start != nil {
		g.within.from = &g.start.keys[0]
	}
	return g
}

// add offers the next rows. It may change the slice.
func (g *gathering) add(rows []uint32) {
	for rows := range slices.Chunk(rows, headRows) {
		if g.kept.full() {
			g.within.to = &g.kept.last().keys[0]
		}
		for _, row := range g.criteria[0].narrow(rows, &g.heads, g.within) {
			offer(g.kept, g.criteria, g.start, row)
		}
	}
}

// page returns the page once rows have changed, of which some still pass; false
// when too many were in it.
func (g *gathering) page(changed, pass *roaring.Bitmap) (list []uint32, next *fields.Position, ok bool) {
	places, ok := g.kept.firstOf(g.limit, func(p place) bool { return changed.Contains(p.row) }, g.late(pass))
	if !ok {
		return nil, nil, false
	}
	p := pager{criteria: g.criteria, limit: g.limit, rows: rowsOf(places, func(p place) uint32 { return p.row })}
	list, next = p.page()
	return list, next, true
}

// late yields the places of rows that come after start.
func (g *gathering) late(rows *roaring.Bitmap) iter.Seq[place] {
	return func(yield func(place) bool) {
		places := pager{criteria: g.criteria}
		for row := range each(rows) {
			p := places.place(row)
			if (g.start == nil || comparePlaces(g.criteria, p, *g.start) > 0) && !yield(p) {
				return
			}
		}
	}
}
