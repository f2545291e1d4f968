package columns

import (
	"math"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/filter"
)

// between returns the rows with a number of lo to hi, both included: by
// looking at the rows that matter when they are few, else at every row.
func (c *numberColumn) between(q query, lo, hi int64) selection {
	lo = max(lo, none+1)
	if lo > hi {
		return nobody()
	}
	if q.within != nil && c.few(q.within, testCost()) {
		return selection{rows: c.test(q, lo, hi), owned: true, inside: true}
	}
	return selection{rows: c.scan(q, lo, hi), owned: true, inside: q.within != nil}
}

// What a look at a single row costs, beside its share of a scan: most of it is
// waiting for memory. A scan that looks numbers up is dearer itself.
const lookUpCost = 3

// testCost is that beside a scan by ranges, in which vectors compare many rows at a time.
func testCost() uint64 {
	if hasVectors {
		return 80
	}
	return 25
}

// rangeSteps is what comparing the numbers of a block with a range costs.
func rangeSteps() uint64 {
	if hasVectors {
		return blockSteps / 4
	}
	return blockSteps
}

// few reports whether looking at these rows is cheaper than a scan.
func (c *numberColumn) few(rows *roaring.Bitmap, cost uint64) bool {
	return cost*rows.GetCardinality() < uint64(len(c.blocks))<<blockBits
}

// test looks at the rows only.
func (c *numberColumn) test(q query, lo, hi int64) *roaring.Bitmap {
	return q.work.filterRows(q.within, 1, func(i int, batch []uint32) []uint32 { return c.testRows(i, lo, hi, batch) })
}

// testRows leaves those of a block's rows with a number of lo to hi. Like scan it has no branch that depends on a
// number.
func (c *numberColumn) testRows(block int, lo, hi int64, rows []uint32) []uint32 {
	numbers := c.block(block)
	if numbers == nil || lo > hi {
		return nil
	}
	if s := &c.sketches[block]; s.codes != nil && len(rows) > fewLooks {
		return s.test(numbers, lo, hi, rows)
	}
	numbers.prefetch(rows)
	kept, span := 0, uint64(hi)-uint64(lo)
	for _, row := range rows {
		rows[kept] = row
		kept += int(bit(uint64(numbers.get(uint16(row)))-uint64(lo) <= span))
	}
	return rows[:kept]
}

// scan looks at every row of the blocks in which rows matter.
func (c *numberColumn) scan(q query, lo, hi int64) *roaring.Bitmap {
	return q.byBlock(len(c.blocks), rangeSteps(), func(i int, words, among []uint64) { c.fill(i, lo, hi, words, among) })
}

// matters reports whether rows of a block do: nil means all.
func matters(within *roaring.Bitmap, block int) bool {
	return within == nil || within.IntersectsWithInterval(uint64(block)<<blockBits, uint64(block+1)<<blockBits)
}

// fill sets the bits of the rows of a block with a number of lo to hi, looking
// at every row or at its sketch. Of rows that are not among some, nil for all, it may set others. Numbers are
// compared as unsigned distances from lo, so that one comparison does for both ends.
func (c *numberColumn) fill(block int, lo, hi int64, words, among []uint64) {
	numbers := c.block(block)
	if numbers == nil || lo > hi {
		return
	}
	if s := &c.sketches[block]; s.codes != nil {
		s.scan(numbers, lo, hi, words, among)
		return
	}
	numbers.scan(lo, hi, words)
}

// scan sets the bits of the rows with a number of lo to hi, which lie above none.
// No bit is set before.
func (b *numberBlock) scan(lo, hi int64, words []uint64) { b.scanRows(0, lo, hi, words[:b.runs]) }

// scanRows is scan for the rows of some words, of which first is the first.
func (b *numberBlock) scanRows(first int, lo, hi int64, words []uint64) {
	if b.narrow == nil && b.middle == nil {
		var buffer [64]int64
		span := uint64(hi) - uint64(lo)
		for w := range words {
			if b.ends.reaches((first+w)/partWords, lo, hi) {
				words[w] = inSpan(b.run(first+w, &buffer), uint64(lo), span)
			}
		}
		return
	}
	least, most := b.base, b.base+int64(b.reach()-1)
	if hi < least || lo > most {
		return
	}
	from := uint64(max(lo, least)) - uint64(least) + 1
	span := uint64(min(hi, most)) - uint64(max(lo, least))
	if b.narrow != nil {
		scanBytes(b.narrow[first*64:], uint8(from), uint8(span), words)
	} else {
		scanShorts(b.middle[first*64:], uint16(from), uint16(span), words)
	}
}

// inSpan returns a bit for each number that is at most span above lo.
func inSpan(numbers *[64]int64, lo, span uint64) (word uint64) {
	for i := 0; i < 64; i += 4 {
		n := (*[4]int64)(numbers[i : i+4])
		word |= (bit(uint64(n[0])-lo <= span) | bit(uint64(n[1])-lo <= span)<<1 |
			bit(uint64(n[2])-lo <= span)<<2 | bit(uint64(n[3])-lo <= span)<<3) << i
	}
	return word
}

func (c *numberColumn) match(q query, r *filter.Rule) selection {
	switch r.Operator {
	case filter.In:
		return c.anyOf(q, r)
	case filter.AnniversaryWithin:
		return c.anniversaries(q, r.Anniversaries(q.env))
	}
	lo, hi, ok := c.bounds(r, q.env)
	if !ok {
		return nobody()
	}
	return c.between(q, lo, hi)
}

// bounds gives a rule as an interval of numbers, both ends included; ok is
// false when it is none.
func (c *numberColumn) bounds(r *filter.Rule, env filter.Env) (lo, hi int64, ok bool) {
	lo, hi = math.MinInt64, math.MaxInt64
	if r.Operator == filter.Exists {
		return lo, hi, true
	}
	switch c.form {
	case minors:
		return r.Bounds(env)
	case counts:
		return countBounds(r)
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

// countBounds is bounds for whole numbers, which no fraction is one of.
func countBounds(r *filter.Rule) (lo, hi int64, ok bool) {
	lo, hi = math.MinInt64, math.MaxInt64
	from := r.Values[0].Float
	least, most := wholeOf(math.Ceil(from)), wholeOf(math.Floor(from))
	switch r.Operator {
	case filter.Eq:
		return least, most, true
	case filter.Gt:
		return most + 1, hi, true
	case filter.Gte:
		return least, hi, true
	case filter.Lt:
		return lo, least - 1, true
	case filter.Lte:
		return lo, most, true
	case filter.Between:
		return least, wholeOf(math.Floor(r.Values[1].Float)), true
	}
	return 0, 0, false
}

// anyOf returns the rows with one of the values of a rule.
func (c *numberColumn) anyOf(q query, r *filter.Rule) selection {
	if len(r.Values) <= 4 { // as many scans are cheaper than a look-up for each row
		result := nobody()
		for _, v := range r.Values {
			n := c.of(v)
			result = result.or(c.between(q, n, n))
		}
		return result
	}
	wanted := newNumberTally(len(r.Values))
	for _, v := range r.Values {
		if n := c.of(v); n != none {
			wanted.add(n, 1)
		}
	}
	if q.within == nil || !c.few(q.within, lookUpCost) {
		return selection{rows: c.scanAny(q, wanted), owned: true}
	}
	rows := q.work.filterRows(q.within, 1, func(i int, batch []uint32) []uint32 {
		block := c.block(i)
		if block == nil {
			return nil
		}
		block.prefetch(batch)
		kept := 0
		for _, row := range batch {
			batch[kept] = row
			kept += int(bit(wanted.has(block.get(uint16(row)))))
		}
		return batch[:kept]
	})
	return selection{rows: rows, owned: true, inside: true}
}

// scanAny is scan for the numbers of a tally. A hash tells most others apart
// without a branch; those that are left are looked up.
func (c *numberColumn) scanAny(q query, wanted *numberTally) *roaring.Bitmap {
	shift := 64 - bits.Len(uint(max(1<<12, 8*wanted.size)))
	maybe := make([]bool, 1<<(64-shift))
	for _, n := range wanted.numbers {
		if n != none {
			maybe[fibonacci(n)>>shift] = true
		}
	}
	d := newDense(len(c.blocks))
	q.work.each(len(c.blocks), lookUpCost*blockSteps, func(_, i int) {
		block := c.block(i)
		if block == nil || !matters(q.within, i) {
			return
		}
		words := d.block(i)
		var buffer [64]int64
		for w := range block.runs {
			numbers := block.run(w, &buffer)
			var word uint64
			for j, n := range numbers {
				word |= bit(maybe[fibonacci(n)>>shift]) << j
			}
			for rest := word; rest != 0; rest &= rest - 1 {
				if j := bits.TrailingZeros64(rest); !wanted.has(numbers[j]) {
					word &^= 1 << j
				}
			}
			words[w] = word
		}
	})
	return d.bitmap()
}

func (c *numberColumn) estimate(*filter.Rule) cost {
	return cost{scan: true, rows: uint64(len(c.blocks)) << blockBits}
}
