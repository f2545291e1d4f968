package columns

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// firstRows finds the first of some rows in the order of one criterion, and looks at each row. Keys are compared only
// of rows whose heads show that they may be among the first.
type firstRows struct {
	*criterion
	within span // from the key of the last row of the page before to the last of the first keys so far
	heads  [headRows]int64

	keys  *top[sortKey] // the first keys behind that, one for each row
	rows  []uint32      // in rising order, all that may be among the first
	again []uint32      // those with the key of the last row of the page before
}

// look looks at further rows, in rising order. It may change the slice.
func (f *firstRows) look(rows []uint32) {
	for rows := range slices.Chunk(rows, headRows) {
		if f.keys.full() {
			last := f.keys.last()
			f.within.to = &last
		}
		for _, row := range f.narrow(rows, &f.heads, f.within) {
			f.offer(row)
		}
	}
}

// offer keeps a row, if it may be among the first.
func (f *firstRows) offer(row uint32) {
	key := f.of(row)
	if f.within.from != nil {
		order := f.compare(key, *f.within.from)
		if order == 0 {
			f.again = append(f.again, row)
		}
		if order <= 0 {
			return
		}
	}
	order := -1
	if f.keys.full() {
		order = f.compare(key, f.keys.last())
	}
	if order < 0 {
		f.keys.add(key)
	}
	if order <= 0 {
		f.rows = append(f.rows, row)
	}
}

// split returns the rows whose keys come before the last of the first keys, which are fewer than wanted, and those that have
// that key.
func (f *firstRows) split() (before, last []uint32) {
	if !f.keys.full() {
		return f.rows, nil
	}
	for _, row := range f.rows {
		switch order := f.compare(f.of(row), f.keys.last()); {
		case order < 0:
			before = append(before, row)
		case order == 0:
			last = append(last, row)
		}
	}
	return before, last
}

// handful is how many rows are put in order as they are.
const handful = 8

// takeFirst is take for a page whose rows are found by a look at each of the rows.
func (p *pager) takeFirst(rows *roaring.Bitmap, criteria []criterion, start *place) {
	if start == nil && rows.GetCardinality() <= handful {
		p.takeInOrder(criteria, rows.ToArray())
		return
	}
	f := firstRows{criterion: &criteria[0], keys: newTop(p.limit-len(p.rows), criteria[0].compare)}
	if start != nil {
		f.within.from = &start.keys[0]
	}
	for _, batch := range batches(rows) {
		f.look(batch)
	}
	if len(f.again) > 0 {
		p.take(fromSorted(f.again), criteria[1:], &place{start.row, start.keys[1:]})
	}
	before, last := f.split()
	if p.takeInOrder(criteria, before); !p.full() {
		p.take(fromSorted(last), criteria[1:], nil)
	}
}

// takeInOrder appends the first of a few rows in the order of some criteria.
func (p *pager) takeInOrder(criteria []criterion, rows []uint32) {
	places := make([]place, len(rows))
	for i, row := range rows {
		places[i] = pager{criteria: criteria}.place(row)
	}
	slices.SortFunc(places, func(a, b place) int { return comparePlaces(criteria, a, b) })
	places = places[:min(len(places), p.limit-len(p.rows))]
	p.rows = append(p.rows, rowsOf(places, func(p place) uint32 { return p.row })...)
}
