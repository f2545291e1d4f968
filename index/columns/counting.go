package columns

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// counting counts the values of a field row by row, where a facet counts them at
// once.
type counting interface {
	// count adds the rows of one block or, with less, takes them off. They have
	// the same values then as when they were added.
	count(block int, rows []uint32, less bool)
	// facet makes the facet of all rows that are counted; see View.Facets.
	facet(q fields.FacetQuery, s subset) (finish func() fields.Facet)
}

// newCounting returns a counting of a column.
func newCounting(column field) counting {
	switch c := column.(type) {
	case *textColumn:
		return &textCounting{codeCounting: codeCounting{codes: &c.codes, size: c.folds.size, facetOf: c.facetOf}, column: c}
	case joinedColumn:
		return &codeCounting{codes: &c.of, size: func() int { return len(c.members.refs) }, facetOf: c.facetOf}
	case *setColumn:
		return &codeCounting{codes: &c.codes, size: c.sets.size, facetOf: c.facetOf}
	case *numberColumn:
		return &numberCounting{column: c}
	}
	return atOnce{column}
}

// codeCounting counts rows by code.
type codeCounting struct {
	codes   *codes
	size    func() int // one more than the largest code of now
	counts  []uint32
	facetOf func(counts []uint32, q fields.FacetQuery, s subset) fields.Facet
}

func (c *codeCounting) count(block int, rows []uint32, less bool) {
	one := uint32(1)
	if less {
		one = ^uint32(0)
	}
	at(&c.counts, uint32(max(1, c.size())-1)) // which may have come since
	c.codes.countBatch(block, rows, c.counts, one)
}

func (c *codeCounting) facet(q fields.FacetQuery, s subset) func() fields.Facet {
	*at(&c.counts, 0) = 0
	return done(c.facetOf(c.counts, q, s))
}

// numberCounting takes out the numbers of rows, which are counted after the view:
// to count a million may mean to make a large table anew.
type numberCounting struct {
	column      *numberColumn
	more, fewer [][]int64
}

func (c *numberCounting) count(_ int, rows []uint32, less bool) {
	numbers := make([]int64, 0, len(rows))
	for _, row := range rows {
		if n := c.column.get(row); n != none {
			numbers = append(numbers, n)
		}
	}
	if less {
		c.fewer = append(c.fewer, numbers)
	} else {
		c.more = append(c.more, numbers)
	}
}

func (c *numberCounting) facet(q fields.FacetQuery, s subset) func() fields.Facet {
	return func() fields.Facet {
		if q.Bounds != nil {
			return c.column.ranges(q, s.size, c.more, c.fewer)
		}
		tally := newNumberTally(int(s.size) / 4)
		for _, n := range slices.Concat(c.more...) {
			tally.add(n, 1)
		}
		for _, n := range slices.Concat(c.fewer...) {
			tally.add(n, ^uint32(0)) // one less
		}
		return c.column.rank(tally, q.After, s.size)
	}
}

// atOnce is of a field that is counted quickly in the end.
type atOnce struct{ field }

func (atOnce) count(int, []uint32, bool) {}

// unknown is of a field that had no column when the question began. Whoever has a
// value of it now got it since.
type unknown struct {
	view  *View
	asked fields.Field
}

func (unknown) count(int, []uint32, bool) {}

func (u unknown) facet(q fields.FacetQuery, s subset) func() fields.Facet {
	return u.view.field(u.asked).facet(q, s)
}

// tallies are the countings of a patient question, of rows in rising order. What
// is counted of a row is taken off before the row changes, and added again in
// the end.
type tallies struct {
	rows    *roaring.Bitmap // to be counted
	queries []fields.FacetQuery
	parts   []counting
	upTo    uint32          // rows below it were counted,
	gone    *roaring.Bitmap // but for these, which changed
}

func (v *View) newTallies(rows *roaring.Bitmap, queries []fields.FacetQuery) *tallies {
	t := &tallies{rows: rows, queries: queries, gone: roaring.New()}
	for _, q := range queries {
		if v.known(q.Field) {
			t.parts = append(t.parts, newCounting(v.field(q.Field)))
		} else {
			t.parts = append(t.parts, unknown{v, q.Field})
		}
	}
	return t
}

// add counts the next rows, of one block. It may change the slice.
func (t *tallies) add(block int, rows []uint32) {
	t.upTo = rows[len(rows)-1] + 1
	if !t.gone.IsEmpty() {
		rows = slices.DeleteFunc(rows, t.gone.Contains)
	}
	t.count(block, rows, false)
}

func (t *tallies) count(block int, rows []uint32, less bool) {
	for _, part := range t.parts {
		part.count(block, rows, less)
	}
}

// changes takes a row off that is about to change, under the write lock, or that
// is to be added again.
func (t *tallies) changes(row uint32) {
	if !t.rows.Contains(row) || !t.gone.CheckedAdd(row) {
		return
	}
	if row < t.upTo {
		t.count(int(row>>blockBits), []uint32{row}, true)
	}
}

// replace puts the rows that pass in the place of those that changed.
func (t *tallies) replace(changed, pass *roaring.Bitmap) {
	for row := range each(changed) {
		t.changes(row)
	}
	t.rows.AndNot(changed)
	t.rows.Or(pass)
	t.gone.AndNot(pass)
	for block, rows := range batches(pass) {
		t.count(block, rows, false)
	}
}

// rank ranks what is counted, as far as that takes long.
func (t *tallies) rank(w *work) {
	for i, part := range t.parts {
		if c, ok := part.(*textCounting); ok {
			c.rank(w, t.queries[i].After)
		}
	}
}

// facets makes the facets.
func (t *tallies) facets(live *roaring.Bitmap) (finish func() []fields.Facet) {
	if len(t.parts) == 0 {
		return noFacets
	}
	s := newSubset(t.rows, live)
	parts := make([]func() fields.Facet, len(t.parts))
	for i, part := range t.parts {
		parts[i] = part.facet(t.queries[i], s)
	}
	return finishAll(t.queries, parts)
}
