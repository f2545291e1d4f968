package columns

import (
	"cmp"
	"slices"

	"github.com/ndoto/kundi/fields"
)

// facet takes the numbers out under the view and counts them after it.
func (c *numberColumn) facet(q fields.FacetQuery, s subset) func() fields.Facet {
	numbers := make([]int64, 0, s.size)
	for i, batch := range batches(s.rows) {
		block := c.block(i)
		if block == nil {
			continue
		}
		block.prefetch(batch)
		for _, row := range batch {
			if n := block.get(uint16(row)); n != none {
				numbers = append(numbers, n)
			}
		}
	}
	return func() fields.Facet {
		if q.Bounds != nil {
			return c.ranges(q, s.size, [][]int64{numbers}, nil)
		}
		tally := newNumberTally(len(numbers) / 4)
		for _, n := range numbers {
			tally.add(n, 1)
		}
		return c.rank(tally, q.After, s.size)
	}
}

// rank makes a facet of the commonest numbers behind a place.
func (c *numberColumn) rank(tally *numberTally, after *fields.FacetPlace, rows uint64) fields.Facet {
	type line struct {
		number int64
		count  uint64
	}
	compare := func(a, b line) int {
		if a.count != b.count {
			return cmp.Compare(b.count, a.count)
		}
		return cmp.Compare(a.number, b.number)
	}
	var last *line
	if after != nil {
		last = &line{c.of(after.Value), after.Count}
	}
	behind := uint64(0)
	first := newTop(fields.MaxFacetValues, compare)
	facet := fields.Facet{Missing: rows}
	for i, n := range tally.numbers {
		if n != none && tally.counts[i] > 0 {
			facet.Missing -= uint64(tally.counts[i])
			facet.Other += uint64(tally.counts[i])
			if l := (line{n, uint64(tally.counts[i])}); last == nil || compare(l, *last) > 0 {
				behind++
				first.add(l)
			}
		}
	}
	for _, l := range first.sorted() {
		facet.Values = append(facet.Values, fields.FacetValue{Value: c.value(l.number), Count: l.count})
		facet.Other -= l.count
	}
	if end := len(facet.Values) - 1; behind > uint64(len(facet.Values)) {
		facet.Next = &fields.FacetPlace{Value: facet.Values[end].Value, Count: facet.Values[end].Count}
	}
	return facet
}

// ranges makes a facet of the ranges in which the numbers of the rows lie. It counts the
// numbers in more, and subtracts those in fewer.
func (c *numberColumn) ranges(q fields.FacetQuery, rows uint64, more, fewer [][]int64) fields.Facet {
	made := c.newRanges(q, rows)
	count := func(batches [][]int64, one uint64) {
		for _, numbers := range batches {
			for _, n := range numbers {
				made.add(n, one)
			}
		}
	}
	count(more, 1)
	count(fewer, ^uint64(0)) // one less
	return made.facet
}

// numberRanges is a facet of ranges under way.
type numberRanges struct {
	bounds []int64
	facet  fields.Facet
}

// newRanges returns the ranges for the given number of rows. At first no row has a number.
func (c *numberColumn) newRanges(q fields.FacetQuery, rows uint64) *numberRanges {
	made := &numberRanges{bounds: make([]int64, len(q.Bounds))}
	made.facet = fields.Facet{Missing: rows, Ranges: make([]fields.FacetRange, len(q.Bounds)+1)}
	for i, bound := range q.Bounds {
		made.bounds[i] = c.least(bound)
		made.facet.Ranges[i].To, made.facet.Ranges[i+1].From = bound, bound
	}
	return made
}

// add counts a number that the given number of rows have.
func (r *numberRanges) add(number int64, rows uint64) {
	in, _ := slices.BinarySearch(r.bounds, number+1) // a bound is in the range that it begins
	r.facet.Ranges[in].Count += rows
	r.facet.Missing -= rows
}

func (c *numberColumn) values() int { return 0 }
