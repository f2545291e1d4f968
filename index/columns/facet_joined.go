package columns

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// facet counts rows by the one that they belong to, then those by their values.
func (j joinedColumn) facet(q fields.FacetQuery, s subset) func() fields.Facet {
	return done(j.facetOf(s.count(&j.of, max(1, len(j.members.refs)), &j.members), q, s))
}

// weighing is a column that can count each row as many.
type weighing interface {
	// facetWeighed makes a facet of rows rows in all. counts says for each row of the
	// column how many rows it stands for. Rows that are not in live have no value.
	facetWeighed(counts []uint32, rows uint64, live *roaring.Bitmap, q fields.FacetQuery) fields.Facet
}

// facetOf makes a facet of counts by row of the other table.
func (j joinedColumn) facetOf(counts []uint32, q fields.FacetQuery, s subset) fields.Facet {
	column, ok := j.column.(weighing)
	if !ok {
		return fields.Facet{Missing: s.size}
	}
	return column.facetWeighed(j.countsOf(counts), s.size, j.to.live, q)
}

func (j joinedColumn) values() int { return len(j.members.refs) + j.column.values() }

func (t *textColumn) facetWeighed(counts []uint32, rows uint64, _ *roaring.Bitmap, q fields.FacetQuery) fields.Facet {
	ranked := t.ranking(q.After).rank(t.codes.weigh(counts, t.folds.size()))
	return ranked.facet(rows-ranked.sum, func(code uint32) string { return t.commonestWeighed(code, counts) })
}

// weigh returns by code, below size, the sum of the counts of its rows; 0 for code 0.
func (c *codes) weigh(counts []uint32, size int) []uint32 {
	sums := make([]uint32, size)
	for row, n := range counts {
		sums[c.get(uint32(row))] += n
	}
	sums[0] = 0
	return sums
}

// commonestWeighed is commonest where each row counts as many.
func (t *textColumn) commonestWeighed(code uint32, counts []uint32) string {
	v := t.variants[code]
	if v == nil {
		return t.spelling(code, 0)
	}
	spelled := make([]uint32, len(v.texts))
	rows, _ := t.rows.bitmap(code)
	for row := range each(rows) {
		if int(row) < len(counts) {
			spelled[t.spelled.get(row)] += counts[row]
		}
	}
	return v.texts[mostly(spelled, v.texts)]
}

func (s *setColumn) facetWeighed(counts []uint32, rows uint64, _ *roaring.Bitmap, q fields.FacetQuery) fields.Facet {
	return s.facetOf(s.codes.weigh(counts, s.sets.size()), q, subset{size: rows})
}

func (c *numberColumn) facetWeighed(counts []uint32, rows uint64, _ *roaring.Bitmap, q fields.FacetQuery) fields.Facet {
	if q.Bounds != nil {
		ranges := c.newRanges(q, rows)
		c.eachWeighed(counts, func(number int64, n uint32) { ranges.add(number, uint64(n)) })
		return ranges.facet
	}
	tally := newNumberTally(len(counts) / 4)
	c.eachWeighed(counts, tally.add)
	return c.rank(tally, q.After, rows)
}

// eachWeighed calls f with the numbers of the rows that count.
func (c *numberColumn) eachWeighed(counts []uint32, f func(number int64, n uint32)) {
	for row, n := range counts {
		if number := c.get(uint32(row)); n > 0 && number != none {
			f(number, n)
		}
	}
}

func (c *checkboxColumn) facetWeighed(counts []uint32, rows uint64, live *roaring.Bitmap, q fields.FacetQuery) fields.Facet {
	yes, no := weigh(counts, c.yes), weigh(counts, c.no)
	if !threeState(q.Field) {
		no = weigh(counts, live) - yes
	}
	return flagFacet(yes, no, rows-yes-no)
}

// weigh returns the sum of the counts of some rows.
func weigh(counts []uint32, rows *roaring.Bitmap) (sum uint64) {
	for row := range each(rows) {
		if int(row) >= len(counts) {
			break
		}
		sum += uint64(counts[row])
	}
	return sum
}
