package columns

import "math"

// What follows makes the derived columns once all else is restored. They are not written to
// checkpoints: a piece of theirs would be of another moment than the rows that they are made of.

// restoreDerived makes the derived columns of a table, after those that they are made of.
func (t *table) restoreDerived(done map[*table]bool) {
	if done[t] {
		return
	}
	done[t] = true
	for _, r := range t.members {
		r.from.restoreDerived(done)
		r.restoreRollups()
	}
}

// restoreRollups makes the columns of a relation.
func (r *relation) restoreRollups() {
	parallel(len(r.rollups), math.MaxInt64, func(_, i int) { r.restoreRollup(&r.rollups[i]) })
	for survivor := range r.to.absorbs {
		for _, one := range r.to.group(nil, survivor) {
			r.setApart(one, false)
		}
		for i := range r.rollups {
			r.show(i, survivor)
		}
	}
}

// restoreRollup makes a column as if nobody had absorbed anybody.
func (r *relation) restoreRollup(u *rollup) {
	numbers := r.rollUp(u)
	fill := newNumberFill(u.column)
	for other := range each(r.to.live) {
		n := u.zero
		if int(other) < len(numbers) {
			n = numbers[other]
		}
		fill.put(other, u.kept(n))
	}
	fill.done()
	if u.combined == nil {
		return
	}
	shown := u.combined.fill()
	for other := range each(r.to.live) {
		shown.put(other, u.joined(other))
	}
	shown.done()
}

// rollUp returns what the rows that name each other one give, by the other.
func (r *relation) rollUp(u *rollup) []int64 {
	numbers := make([]int64, len(r.members.refs))
	for i := range numbers {
		numbers[i] = u.zero
	}
	given := u.all()
	r.of.rows(func(row, other uint32) uint32 {
		numbers[other] = u.joins(numbers[other], given(row))
		return other
	})
	return numbers
}

// columnFill gives an empty column its numbers. Rows come in rising order.
type columnFill interface {
	put(row uint32, n int64)
	done()
}

// fill returns what fills the column that is shown.
func (c *combined) fill() columnFill {
	if numbers, ok := c.shown.(*numberColumn); ok {
		return newNumberFill(numbers)
	}
	return &setFill{of: c, set: c.shown.(*setColumn), codes: map[int64]uint32{none: 0, 0: 0}}
}

// numberFill fills a column of numbers, a block at a time.
type numberFill struct {
	column  *numberColumn
	block   int     // that the numbers are of
	numbers []int64 // none for rows of which no number came
	some    bool
}

func newNumberFill(c *numberColumn) *numberFill {
	return &numberFill{column: c, numbers: emptyNumbers()}
}

func (f *numberFill) put(row uint32, n int64) {
	if n == none {
		return
	}
	if block := int(row >> blockBits); block != f.block {
		f.close()
		f.block = block
	}
	f.numbers[uint16(row)], f.some = n, true
}

// close makes the block.
func (f *numberFill) close() {
	if !f.some {
		return
	}
	for len(f.column.blocks) <= f.block {
		f.column.blocks = append(f.column.blocks, numberBlock{})
	}
	f.column.blocks[f.block] = numbersOf(f.numbers)
	f.some = false
	for i := range f.numbers {
		f.numbers[i] = none
	}
}

func (f *numberFill) done() {
	f.close()
	f.column.sketch()
}

// setFill fills a column of words. Numbers that are none, or no words, give none.
type setFill struct {
	of    *combined
	set   *setColumn
	codes map[int64]uint32 // of the sets, by number
}

func (f *setFill) put(row uint32, n int64) {
	code, met := f.codes[n]
	if !met {
		code = f.set.intern(f.of.known(n))
		f.codes[n] = code
	}
	f.set.codes.set(row, code)
}

func (f *setFill) done() {
	s := f.set
	s.holders = s.codes.counts(s.sets.size(), s.sets.used)
	for set := range uint32(s.sets.size()) {
		if s.sets.used(set) {
			s.spell(set, s.holders[set])
		}
	}
	s.restoreRows()
}
