package columns

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/ndoto/kundi/filter"
)

// spans are intervals of numbers, both ends included, in rising order. None meets another.
type spans []filter.Span

// joinSpans returns intervals in any order as spans.
func joinSpans(list []filter.Span) (s spans) {
	slices.SortFunc(list, func(a, b filter.Span) int { return cmp.Compare(a.From, b.From) })
	for _, next := range list {
		switch last := len(s) - 1; {
		case next.From > next.To:
		case last >= 0 && next.From <= s[last].To:
			s[last].To = max(s[last].To, next.To)
		default:
			s = append(s, next)
		}
	}
	return s
}

// has reports whether a number lies in any of them.
func (s spans) has(n int64) bool {
	i, _ := slices.BinarySearchFunc(s, n, func(one filter.Span, n int64) int { return cmp.Compare(one.To, n) })
	return i < len(s) && s[i].From <= n
}

// among returns those of them that have numbers of least to most.
func (s spans) among(least, most int64) []filter.Span {
	from, _ := slices.BinarySearchFunc(s, least, func(one filter.Span, n int64) int { return cmp.Compare(one.To, n) })
	to, _ := slices.BinarySearchFunc(s[from:], most, func(one filter.Span, n int64) int {
		if one.From <= n {
			return -1
		}
		return 1
	})
	return s[from : from+to]
}

// What spans cost: a block, in steps, and a look at a single row beside its share of a scan, and in steps.
const (
	spansSteps = 6 * blockSteps
	spansCost  = 64
	spanSteps  = 2
)

// manyRanges are so many that one walk over the numbers is cheaper than a scan for each.
const manyRanges = maxPass

// anyRange finds who passes any of the nodes that are ranges of a column which many of them are about, and
// returns the other nodes.
func (q query) anyRange(nodes []filter.Node) (result selection, rest []filter.Node) {
	result = nobody()
	if len(nodes) <= manyRanges {
		return result, nodes
	}
	ranges := make(map[*numberColumn][]filter.Span)
	for _, n := range nodes {
		if p, ok := q.rangeOf(n); ok {
			ranges[p.column] = append(ranges[p.column], filter.Span{From: p.lo, To: p.hi})
		}
	}
	for _, n := range nodes {
		if p, ok := q.rangeOf(n); !ok || len(ranges[p.column]) <= manyRanges {
			rest = append(rest, n)
		}
	}
	for column, list := range ranges {
		if len(list) > manyRanges && q.work.charge(ruleSteps*uint64(len(list))) {
			q.work.rules += len(list)
			result = result.or(column.anyOfSpans(q, joinSpans(list)))
		}
	}
	return result, rest
}

// rangeOf returns a node as a range, if it is one that is not negated.
func (q query) rangeOf(n filter.Node) (pass, bool) {
	r, ok := n.(*filter.Rule)
	if !ok || r.Not {
		return pass{}, false
	}
	c, ok := q.view.field(r.Field).(*numberColumn)
	if !ok {
		return pass{}, false
	}
	return c.pass(r, q.env)
}

// anyOfSpans returns the rows with a number in any of some spans: by looking at the rows that matter when
// they are few, else at every row.
func (c *numberColumn) anyOfSpans(q query, s spans) selection {
	if q.within == nil || !c.few(q.within, spansCost) {
		return c.inSpans(q, s.among)
	}
	rows := q.work.filterRows(q.within, spanSteps, func(_ int, batch []uint32) []uint32 {
		return slices.DeleteFunc(batch, func(row uint32) bool { return !s.has(c.get(row)) })
	})
	return selection{rows: rows, owned: true}
}

// inSpans looks at every row of the blocks in which rows matter. among returns the spans that have numbers
// of least to most, in rising order; the first and the last may reach beyond.
func (c *numberColumn) inSpans(q query, among func(least, most int64) []filter.Span) selection {
	d := newDense(len(c.blocks))
	q.work.each(len(c.blocks), spansSteps, func(_, i int) {
		block := c.block(i)
		if block == nil || !matters(q.within, i) {
			return
		}
		if least, most := block.extremes(); least <= most {
			block.inSpans(least, most, among(least, most), d.block(i))
		}
	})
	return selection{rows: d.bitmap(), owned: true}
}

// fewSpans are so few that each is compared with every number.
const fewSpans = 6

// inSpans sets the bits of the rows with a number in any of some spans. All numbers are of least to most.
func (b *numberBlock) inSpans(least, most int64, list spans, words []uint64) {
	if len(list) == 0 {
		return
	}
	var buffer [64]int64
	if len(list) > fewSpans {
		cells := newCells(least, most, list)
		for w := range b.runs {
			words[w] = cells.pass(b.run(w, &buffer))
		}
		return
	}
	for w := range b.runs {
		numbers := b.run(w, &buffer)
		for _, s := range list {
			words[w] |= inSpan(numbers, uint64(s.From), uint64(s.To)-uint64(s.From))
		}
	}
}

// cells part the numbers of a block into equal cells, and say of each whether all, some or none of the
// numbers in it are accepted. So one look is enough for most numbers, however many spans there are.
type cells struct {
	spans   spans
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
func newCells(least, most int64, list spans) *cells {
	c := &cells{spans: list, least: uint64(least)}
	c.shift = max(0, bits.Len64(uint64(most)-uint64(least))-bits.Len(cellCount-1))
	for _, s := range list {
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
func (c *cells) pass(numbers *[64]int64) (word uint64) {
	var looks uint64
	for i, n := range numbers {
		accepts := uint64(c.accepts[c.of(n)])
		word |= (accepts & uint64(allOf)) << i
		looks |= (accepts >> 1) << i
	}
	for ; looks != 0; looks &= looks - 1 {
		i := bits.TrailingZeros64(looks)
		word |= bit(c.spans.has(numbers[i])) << i
	}
	return word
}
