package columns

import (
	"math"
	"math/bits"

	"github.com/ndoto/kundi/filter"
)

// What anniversaries cost: a block, in steps, and a look at a single row beside its share of a scan.
const (
	yearlySteps = 6 * blockSteps
	yearlyCost  = 256
)

// anniversaries returns the rows with a day or moment that is accepted: by looking at the rows that
// matter when they are few, else at every row.
func (c *numberColumn) anniversaries(q query, a *filter.Anniversaries) selection {
	if q.within != nil && c.few(q.within, yearlyCost) {
		rows := q.work.filterRows(q.within, yearlyCost/testCost, func(i int, batch []uint32) []uint32 {
			kept := batch[:0]
			for _, row := range batch {
				if n := c.get(row); n != none && a.Has(n) {
					kept = append(kept, row)
				}
			}
			return kept
		})
		return selection{rows: rows, owned: true, inside: true}
	}
	d := newDense(len(c.blocks))
	q.work.each(len(c.blocks), yearlySteps, func(_, i int) {
		if block := c.block(i); block != nil && matters(q.within, i) {
			block.anniversaries(a, d.block(i))
		}
	})
	return selection{rows: d.bitmap(), owned: true}
}

// fewSpans are so few that each is compared with every number.
const fewSpans = 6

// anniversaries sets the bits of the rows with a number that is accepted.
func (b *numberBlock) anniversaries(a *filter.Anniversaries, words []uint64) {
	least, most := b.ends()
	if least > most {
		return
	}
	var buffer [64]int64
	spans := a.Spans(least, most)
	if len(spans) > fewSpans {
		cells := newCells(least, most, spans)
		for w := range b.runs {
			words[w] = cells.pass(b.run(w, &buffer), a)
		}
		return
	}
	for w := range b.runs {
		numbers := b.run(w, &buffer)
		for _, s := range spans {
			words[w] |= inSpan(numbers, uint64(s.From), uint64(s.To)-uint64(s.From))
		}
	}
}

// ends returns the least and the greatest number, the one above the other when there is none.
func (b *numberBlock) ends() (least, most int64) {
	least, most = math.MaxInt64, none
	var buffer [64]int64
	for w := range b.runs {
		for _, n := range b.run(w, &buffer) {
			if n != none {
				least, most = min(least, n), max(most, n)
			}
		}
	}
	return least, most
}

// cells part the numbers of a block into equal cells, and say of each whether all, some or none of the
// numbers in it are accepted. So one look is enough for most numbers, however many spans there are.
type cells struct {
	least   uint64
	shift   int
	accepts [cellCount + 1]uint8 // the last one is of missing numbers
}

const cellCount = 1 << 16

// What cells accept.
const (
	noneOf uint8 = iota
	allOf
	someOf
)

// newCells returns the cells of numbers of least to most, in which all numbers of some spans, and no
// others, are accepted.
func newCells(least, most int64, spans []filter.Span) *cells {
	c := &cells{least: uint64(least)}
	c.shift = max(0, bits.Len64(uint64(most)-uint64(least))-bits.Len(cellCount-1))
	for _, s := range spans {
		from, to := max(s.From, least), min(s.To, most)
		if from > to {
			continue
		}
		first, last := c.of(from), c.of(to)
		for cell := first; cell <= last; cell++ {
			c.accepts[cell] = allOf
		}
		if c.shift > 0 {
			c.accepts[first], c.accepts[last] = someOf, someOf
		}
	}
	return c
}

// of returns the cell of a number. Missing ones are far above the others, counted from the least.
func (c *cells) of(n int64) uint64 { return min((uint64(n)-c.least)>>(c.shift&63), cellCount) }

// pass returns a bit for each number that is accepted.
func (c *cells) pass(numbers *[64]int64, a *filter.Anniversaries) (word uint64) {
	var looks uint64
	for i, n := range numbers {
		accepts := uint64(c.accepts[c.of(n)])
		word |= (accepts & uint64(allOf)) << i
		looks |= (accepts >> 1) << i
	}
	for ; looks != 0; looks &= looks - 1 {
		i := bits.TrailingZeros64(looks)
		word |= bit(a.Has(numbers[i])) << i
	}
	return word
}
