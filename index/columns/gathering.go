package columns

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
)

// gathering is the page of a patient question under way: the first of the rows
// that it has seen so far, in the order. A row that changes may be in it wrongly,
// or have pushed another out, which came after all that are left. So without the
// rows that changed, the others are the first of all others, as many as they are.
type gathering struct {
	criteria []criterion
	start    *place
	limit    int // rows of the page and one more
	kept     *top[place]
	sieve    sieve
	within   span
}

func newGathering(criteria []criterion, rows *roaring.Bitmap, after *contacts.Position, limit, spare int) *gathering {
	g := &gathering{criteria: criteria, start: placeOf(after, len(criteria)), limit: limit + 1, sieve: criteria[0].sieve(rows)}
	g.kept = newTop(g.limit+spare, func(a, b place) int { return comparePlaces(criteria, a, b) })
	if g.start != nil {
		g.within.from = &g.start.keys[0]
	}
	return g
}

// add offers the next rows, of one block. It may change the slice.
func (g *gathering) add(block int, rows []uint32) {
	if g.kept.full() {
		g.within.to = &g.kept.last().keys[0]
	}
	for _, row := range g.sieve(block, rows, g.within) {
		offer(g.kept, g.criteria, g.start, row)
	}
}

// page returns the page once rows have changed, of which some still pass; false
// when too many were in it.
func (g *gathering) page(changed, pass *roaring.Bitmap) (list []uint32, next *contacts.Position, ok bool) {
	full, places := g.kept.full(), g.kept.sorted()
	places = slices.DeleteFunc(places, func(p place) bool { return changed.Contains(p.row) })
	if full && len(places) < g.limit {
		return nil, nil, false
	}
	first := newTop(g.limit, g.kept.compare)
	for _, p := range places {
		first.add(p)
	}
	for row := range each(pass) {
		g.offerLate(first, row)
	}
	p := pager{criteria: g.criteria, limit: g.limit}
	p.rows = rowsOf(first.sorted(), func(p place) uint32 { return p.row })
	list, next = p.page()
	return list, next, true
}

// offerLate offers a row that does not come by ordinal.
func (g *gathering) offerLate(first *top[place], row uint32) {
	p := (&pager{criteria: g.criteria}).place(row)
	if g.start == nil || comparePlaces(g.criteria, p, *g.start) > 0 {
		first.add(p)
	}
}
