package columns

import (
	"cmp"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
)

// place is a row and what it is sorted by.
type place struct {
	row  uint32
	keys []sortKey
}

// Page returns the ordinals of the first limit of the rows that come after the
// position (nil for the first page) in the order, and the position of the last
// one when there are more. Among equals, and without an order, rows come by
// ordinal. A many-valued field is an error of KindInvalid.
func (v *View) Page(rows *roaring.Bitmap, order []contacts.Sort, after *contacts.Position, limit int) ([]uint32, *contacts.Position, error) {
	if limit <= 0 {
		return nil, nil, nil
	}
	if len(order) == 0 {
		page, next := byOrdinal(rows, after, limit)
		return page, next, nil
	}
	criteria := make([]criterion, len(order))
	for i, s := range order {
		column, ok := v.field(s.Field).(sortable)
		if !ok {
			return nil, nil, &contacts.Error{
				Kind: contacts.KindInvalid, Type: "invalid-sort",
				Message: "A many-valued field gives no order.",
			}
		}
		criteria[i] = newCriterion(column, s)
	}
	page, next := sorted(rows, criteria, after, limit)
	return page, next, nil
}

// byOrdinal takes the rows after the position as they come.
func byOrdinal(rows *roaring.Bitmap, after *contacts.Position, limit int) ([]uint32, *contacts.Position) {
	it := rows.Iterator()
	if after != nil {
		it.AdvanceIfNeeded(after.Ordinal)
		if it.HasNext() && it.PeekNext() == after.Ordinal {
			it.Next()
		}
	}
	var page []uint32
	for it.HasNext() && len(page) < limit {
		page = append(page, it.Next())
	}
	if !it.HasNext() {
		return page, nil
	}
	return page, &contacts.Position{Ordinal: page[len(page)-1]}
}

// sorted keeps the first of the rows in a heap while it goes through them all.
// It keeps one more than the page, to know whether there is a next one.
func sorted(rows *roaring.Bitmap, criteria []criterion, after *contacts.Position, limit int) ([]uint32, *contacts.Position) {
	first := newTop(limit+1, func(a, b place) int { return comparePlaces(criteria, a, b) })
	var start *place
	var within span
	if after != nil {
		p := placeOf(after, len(criteria))
		start, within.from = &p, &p.keys[0]
	}
	for block, batch := range batches(rows) {
		if first.full() {
			within.to = &first.last().keys[0]
		}
		for _, row := range criteria[0].sieve(block, batch, within) {
			offer(first, criteria, start, row)
		}
	}
	places := first.sorted()
	page := make([]uint32, min(limit, len(places)))
	for i := range page {
		page[i] = places[i].row
	}
	if len(places) <= limit {
		return page, nil
	}
	return page, places[limit-1].position()
}

// offer puts a row among the first if it comes after start.
func offer(first *top[place], criteria []criterion, start *place, row uint32) {
	leading := criteria[0].of(row)
	if first.full() {
		// Rows come by ordinal, so among equals the ones that are there win.
		order := criteria[0].compare(leading, first.last().keys[0])
		if order > 0 || order == 0 && len(criteria) == 1 {
			return
		}
	}
	p := place{row: row, keys: make([]sortKey, len(criteria))}
	p.keys[0] = leading
	for i := 1; i < len(criteria); i++ {
		p.keys[i] = criteria[i].of(row)
	}
	if start == nil || comparePlaces(criteria, p, *start) > 0 {
		first.add(p)
	}
}

func comparePlaces(criteria []criterion, a, b place) int {
	for i := range criteria {
		if order := criteria[i].compare(a.keys[i], b.keys[i]); order != 0 {
			return order
		}
	}
	return cmp.Compare(a.row, b.row)
}

func (p place) position() *contacts.Position {
	position := &contacts.Position{Ordinal: p.row}
	for _, key := range p.keys {
		position.Keys = append(position.Keys, key.value())
	}
	return position
}

// placeOf is the place of a position. Keys that it lacks are missing ones.
func placeOf(position *contacts.Position, criteria int) place {
	p := place{row: position.Ordinal, keys: make([]sortKey, criteria)}
	for i := range min(criteria, len(position.Keys)) {
		p.keys[i] = keyOf(position.Keys[i])
	}
	return p
}
