package columns

import (
	"math"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/segments/filter"
)

// between returns the rows with a number of lo to hi, both included: by
// looking at the rows that matter when they are few, else at every row.
func (c *numberColumn) between(within *roaring.Bitmap, lo, hi int64) selection {
	lo = max(lo, none+1)
	if lo > hi {
		return nobody()
	}
	if within != nil && c.few(within) {
		return selection{rows: c.test(within, lo, hi), owned: true}
	}
	return selection{rows: c.scan(lo, hi), owned: true}
}

// few reports whether a test of the rows is cheaper than a scan: a test costs
// about six times as much a row.
func (c *numberColumn) few(rows *roaring.Bitmap) bool {
	return 6*rows.GetCardinality() < uint64(len(c.blocks))<<blockBits
}

func (c *numberColumn) test(rows *roaring.Bitmap, lo, hi int64) *roaring.Bitmap {
	var passed []uint32
	for row := range each(rows) {
		if n := c.get(row); lo <= n && n <= hi {
			passed = append(passed, row)
		}
	}
	return fromSorted(passed)
}

// scan compares every number without a branch: as unsigned distances from lo,
// of which the subtraction from hi - lo borrows exactly when n is outside.
func (c *numberColumn) scan(lo, hi int64) *roaring.Bitmap {
	var d dense
	span := uint64(hi) - uint64(lo)
	for i, block := range c.blocks {
		if block == nil {
			continue
		}
		words := d.block(i)
		for w := range words {
			var outside uint64
			for _, n := range block[w*64 : w*64+64] {
				_, borrow := bits.Sub64(span, uint64(n)-uint64(lo), 0)
				outside = bits.RotateLeft64(outside|borrow, -1)
			}
			words[w] = ^outside
		}
	}
	return d.bitmap()
}

func (c *numberColumn) match(q query, r *filter.Rule) selection {
	if r.Operator == filter.In {
		return c.anyOf(q.within, r)
	}
	lo, hi, ok := c.bounds(r, q.env)
	if !ok {
		return nobody()
	}
	return c.between(q.within, lo, hi)
}

// bounds gives a rule as an interval of numbers, both ends included; ok is
// false when it is none.
func (c *numberColumn) bounds(r *filter.Rule, env filter.Env) (lo, hi int64, ok bool) {
	lo, hi = math.MinInt64, math.MaxInt64
	if r.Operator == filter.Exists {
		return lo, hi, true
	}
	if !c.floats {
		return r.Bounds(env)
	}
	// Between any two floats that follow each other there is no sortable
	// number, so an open end is the closed one beside it.
	n := inOrder(r.Values[0].Float)
	switch r.Operator {
	case filter.Eq:
		return n, n, true
	case filter.Gt:
		return n + 1, hi, true
	case filter.Gte:
		return n, hi, true
	case filter.Lt:
		return lo, n - 1, true
	case filter.Lte:
		return lo, n, true
	case filter.Between:
		return n, inOrder(r.Values[1].Float), true
	}
	return 0, 0, false
}

// anyOf returns the rows with one of the values of a rule.
func (c *numberColumn) anyOf(within *roaring.Bitmap, r *filter.Rule) selection {
	wanted := make(map[int64]bool, len(r.Values))
	for _, v := range r.Values {
		wanted[c.of(v)] = true
	}
	if len(wanted) <= 8 { // as many scans are cheaper than a look-up for each row
		result := nobody()
		for n := range wanted {
			result = result.or(c.between(within, n, n))
		}
		return result
	}
	if within == nil {
		within = c.present()
	}
	var passed []uint32
	for row := range each(within) {
		if wanted[c.get(row)] {
			passed = append(passed, row)
		}
	}
	return selection{rows: fromSorted(passed), owned: true}
}

// present returns the rows with a number.
func (c *numberColumn) present() *roaring.Bitmap { return c.scan(none+1, math.MaxInt64) }

func (c *numberColumn) estimate(*filter.Rule) cost {
	return cost{scan: true, rows: uint64(len(c.blocks)) << blockBits}
}
