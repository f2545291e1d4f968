package columns

import (
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// pass is a part of a filter that one walk over the blocks answers: a range of
// a column of numbers, the rows of some values, or an "and" or an "or" of passes. Between its parts are
// only the words of the block at hand, which stay near the processor, where
// part by part each would make a bitmap of everyone.
type pass struct {
	column *numberColumn // of a range
	lo, hi int64         // both included; none is below lo

	values *valueRows // nil for what is none

	parts []pass // of a group
	or    bool
	few   bool // a group of ranges that all must hold, for few rows

	not bool
}

// maxPass is how many ranges and values one pass has at most: it does not pause within a
// block.
const maxPass = 16

// onePass returns the first nodes as one pass, and how many they are.
func (q query) onePass(nodes []filter.Node, or bool) (p pass, n int) {
	if q.fewMatter() {
		return q.fewPass(nodes, or)
	}
	p.or = or
	left := maxPass
	for _, node := range nodes {
		part, ok := q.pass(node, &left)
		if !ok || !or && n == 0 && part.values != nil && !part.not {
			break
		}
		p.parts = append(p.parts, part)
		n++
	}
	if !q.pays(p) {
		return pass{}, 0
	}
	return p, n
}

// pays reports whether a pass is quicker than the sets of an index: it has ranges, or joins values of many rows.
func (q query) pays(p pass) bool { return p.ranges() > 0 || p.or && !q.few(p.listed()) }

// fewPass is onePass where few rows matter: a pass of ranges that all must hold, of which each is looked at for the
// rows that are left.
func (q query) fewPass(nodes []filter.Node, or bool) (p pass, n int) {
	if or || q.within.GetCardinality() <= unsortedRows {
		return pass{}, 0
	}
	p.few = true
	for _, node := range nodes {
		part, ok := q.rangeOf(node)
		if !ok {
			break
		}
		p.parts = append(p.parts, part)
		n++
	}
	return p, n
}

// fewMatter reports whether so few rows matter that looking at each of them is cheaper than a scan.
func (q query) fewMatter() bool { return q.within != nil && q.few(q.within.GetCardinality()) }

// few reports whether looking at each of some rows is cheaper than a scan.
func (q query) few(rows uint64) bool { return testCost()*rows < q.view.Size() }

// pass returns a node as a pass, if it is made of ranges of numbers and of values that many rows have. It takes what
// the pass has of them from what is left of maxPass.
func (q query) pass(n filter.Node, left *int) (pass, bool) {
	switch n := n.(type) {
	case *filter.Group:
		return q.passGroup(n, left)
	case *filter.Rule:
		if *left--; *left < 0 || n.Related != nil || n.Field.Type == fields.FieldSegment {
			return pass{}, false
		}
		switch c := q.view.rules(n.Field).(type) {
		case *numberColumn:
			return c.pass(n, q.env)
		case valued:
			values, ok := c.valueRows(n)
			return pass{values: values, not: n.Not}, ok
		}
	}
	return pass{}, false
}

// pass returns a rule as a range.
func (c *numberColumn) pass(r *filter.Rule, env filter.Env) (p pass, ok bool) {
	if r.Operator == filter.In {
		return pass{}, false
	}
	p = pass{column: c, not: r.Not}
	p.lo, p.hi, ok = c.bounds(r, env)
	p.lo = max(p.lo, none+1)
	return p, ok
}

// passGroup is pass for a group. It is none if one of its values must hold that few rows have: an index is quicker.
func (q query) passGroup(g *filter.Group, left *int) (pass, bool) {
	if _, repeated := q.work.sets.numbers[g]; repeated {
		return pass{}, false // it is evaluated once
	}
	p := pass{or: g.Or, not: g.Not}
	for _, rule := range g.Rules {
		part, ok := q.pass(rule, left)
		if !ok || !g.Or && !part.not && part.values != nil && q.few(part.values.rows) {
			return pass{}, false
		}
		p.parts = append(p.parts, part)
	}
	return p, len(p.parts) > 0
}

// ranges is the number of ranges that the pass looks at.
func (p pass) ranges() int { return p.leaves(func(p pass) bool { return p.column != nil }) }

// rules is the number of rules that the pass answers.
func (p pass) rules() int { return p.leaves(func(pass) bool { return true }) }

// leaves counts the ranges and values that are wanted.
func (p pass) leaves(wanted func(pass) bool) int {
	if len(p.parts) == 0 {
		return int(bit(wanted(p)))
	}
	n := 0
	for _, part := range p.parts {
		n += part.leaves(wanted)
	}
	return n
}

// listed is about how many rows have the values of the pass, counted for each value.
func (p pass) listed() uint64 {
	if p.values != nil {
		return p.values.rows
	}
	rows := uint64(0)
	for _, part := range p.parts {
		rows += part.listed()
	}
	return rows
}

// steps is what a block costs.
func (p pass) steps() uint64 {
	ranges := p.ranges()
	return rangeSteps()*uint64(ranges) + setSteps*uint64(p.rules()-ranges)
}

// rows returns the rows of the pass, of those that matter.
func (p pass) rows(q query) selection {
	q.work.rules += p.rules()
	if p.few {
		return selection{rows: q.work.filterRows(q.within, uint64(len(p.parts)), p.test), owned: true, inside: true}
	}
	defer p.find(q)()
	rows := q.byBlock(q.view.blocks(), p.steps(), p.fill)
	if p.strays() {
		rows.And(q.view.of.live)
	}
	return selection{rows: rows, owned: true, inside: q.within != nil}
}

// count is the number of the rows of the pass, of those that matter.
func (p pass) count(q query) uint64 {
	q.work.rules += p.rules()
	if p.few {
		return q.work.countRows(q.within, uint64(len(p.parts)), p.test)
	}
	if p.strays() && q.within == nil {
		q.within = q.view.of.live
	}
	defer p.find(q)()
	return q.countByBlock(q.view.blocks(), p.steps(), p.fill)
}

// blocks is the number of blocks up to the last row. The last one may go in a pause.
func (v *View) blocks() int { return blocksTo(v.of.live) }

// find finds the rows of the values, until they are given back.
func (p pass) find(q query) (giveBack func()) {
	list := p.appendValues(nil)
	q.work.each(len(list), setSteps*uint64(q.view.blocks()), func(_, i int) { list[i].find(q.view.blocks()) })
	return func() {
		for _, v := range list {
			v.giveBack()
		}
	}
}

func (p pass) appendValues(list []*valueRows) []*valueRows {
	if p.values != nil {
		return append(list, p.values)
	}
	for _, part := range p.parts {
		list = part.appendValues(list)
	}
	return list
}

// test leaves those of a block's rows that are in all ranges.
func (p pass) test(block int, rows []uint32) []uint32 {
	for _, part := range p.parts {
		if len(rows) == 0 {
			break
		}
		rows = part.column.testRows(block, part.lo, part.hi, rows)
	}
	return rows
}

// filler sets the words of a block, which are zero, to the rows that it finds. It is exact for the rows among some,
// nil for all: what it sets of others is left out.
type filler func(block int, words, among []uint64)

// byBlock returns the rows that matter of those that fill finds.
func (q query) byBlock(blocks int, steps uint64, fill filler) *roaring.Bitmap {
	if q.within == nil {
		d := newDense(blocks)
		q.work.each(blocks, steps, func(_, i int) { fill(i, d.block(i), nil) })
		return d.bitmap()
	}
	if q.within.IsEmpty() {
		return roaring.New()
	}
	d := newDense(max(blocks, blocksTo(q.within)))
	q.within.WriteDenseTo(d.words)
	q.work.each(len(d.words)/blockWords, steps, func(_, i int) {
		if !matters(q.within, i) {
			return
		}
		words := borrowWords()
		defer lentWords.Put(words)
		among := d.block(i)
		fill(i, words[:], among)
		narrow(among, words[:])
	})
	return d.bitmap()
}

// countByBlock is the number of rows of byBlock.
func (q query) countByBlock(blocks int, steps uint64, fill filler) uint64 {
	var among dense
	if q.within != nil {
		if q.within.IsEmpty() {
			return 0
		}
		among = borrowDense(max(blocks, blocksTo(q.within)))
		defer among.giveBack()
		q.within.WriteDenseTo(among.words)
	}
	var sum atomic.Int64
	q.work.each(blocks, steps, func(_, i int) {
		words := borrowWords()
		defer lentWords.Put(words)
		if q.within == nil {
			fill(i, words[:], nil)
			sum.Add(int64(countOnes(words[:])))
		} else if matters(q.within, i) {
			fill(i, words[:], among.block(i))
			sum.Add(int64(narrow(words[:], among.block(i))))
		}
	})
	return uint64(sum.Load())
}

// fill is the filler of the pass.
func (p pass) fill(block int, words, among []uint64) {
	if found := p.at(block, words, among); &found[0] != &words[0] {
		copy(words, found)
	}
}

// at returns the rows of the pass in a block, maybe in room, which is zero. It is exact for the rows among some, nil
// for all. The words are only to be read.
func (p pass) at(block int, room, among []uint64) []uint64 {
	found := room
	switch {
	case p.column != nil:
		p.column.fill(block, p.lo, p.hi, room, among)
	case p.values != nil:
		found = p.values.at(block, room)
	default:
		found = p.join(block, room, among)
	}
	if !p.not {
		return found
	}
	for w := range room {
		room[w] = ^found[w]
	}
	return room
}

// join is at for the parts of a group.
func (p pass) join(block int, room, among []uint64) []uint64 {
	found := p.parts[0].at(block, room, among)
	for _, part := range p.parts[1:] {
		more := borrowWords()
		if !p.or {
			among = found // the rows that are not in it are left out anyway
		}
		joinWords(room, found, part.at(block, more[:], among), p.or)
		lentWords.Put(more)
		found = room
	}
	return found
}

// joinWords sets words to those that are in either of two lists or in both.
func joinWords(words, a, b []uint64, or bool) {
	a, b = a[:len(words)], b[:len(words)]
	if or {
		for w := range words {
			words[w] = a[w] | b[w]
		}
	} else {
		for w := range words {
			words[w] = a[w] & b[w]
		}
	}
}

// strays reports whether the pass may accept rows that nobody has, as a "not"
// of a range does.
func (p pass) strays() bool {
	if p.not || len(p.parts) == 0 {
		return p.not
	}
	all, some := true, false
	for _, part := range p.parts {
		strays := part.strays()
		all, some = all && strays, some || strays
	}
	return all || p.or && some
}
