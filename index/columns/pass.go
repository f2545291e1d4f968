package columns

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/filter"
)

// pass is a part of a filter that one walk over the blocks answers: a range of
// a column of numbers, or an "and" or an "or" of passes. Between its parts are
// only the words of the block at hand, which stay near the processor, where
// part by part each would make a bitmap of everyone.
type pass struct {
	column *numberColumn // of a range, nil for a group
	lo, hi int64         // both included; none is below lo

	parts []pass // of a group
	or    bool

	not bool
}

// maxRanges is how many ranges one pass has at most: it does not pause within a
// block.
const maxRanges = 16

// onePass returns the first nodes as one pass, and how many they are, when that
// pays: all are made of ranges of numbers, which are more than one, and too many
// rows matter to look at each.
func (q query) onePass(nodes []filter.Node, or bool) (p pass, n int, ok bool) {
	if q.within != nil && testCost()*q.within.GetCardinality() < q.view.Size() {
		return pass{}, 0, false
	}
	p.or = or
	ranges := 0
	for _, node := range nodes {
		part, ok := q.pass(node)
		if !ok {
			return pass{}, 0, false
		}
		if ranges += part.ranges(); ranges > maxRanges {
			break
		}
		p.parts = append(p.parts, part)
	}
	return p, len(p.parts), p.ranges() > 1
}

// pass returns a node as a pass, if it is made of ranges of numbers only.
func (q query) pass(n filter.Node) (pass, bool) {
	switch n := n.(type) {
	case *filter.Group:
		p := pass{or: n.Or, not: n.Not}
		for _, rule := range n.Rules {
			part, ok := q.pass(rule)
			if !ok {
				return pass{}, false
			}
			p.parts = append(p.parts, part)
		}
		return p, len(p.parts) > 0
	case *filter.Rule:
		if c, ok := q.view.field(n.Field).(*numberColumn); ok && n.Operator != filter.In {
			p := pass{column: c, not: n.Not}
			p.lo, p.hi, ok = c.bounds(n, q.env)
			p.lo = max(p.lo, none+1)
			return p, ok
		}
	}
	return pass{}, false
}

// ranges is the number of ranges that the pass looks at.
func (p pass) ranges() int {
	if p.column != nil {
		return 1
	}
	n := 0
	for _, part := range p.parts {
		n += part.ranges()
	}
	return n
}

// rows returns the rows of the pass in the blocks in which rows matter.
func (p pass) rows(q query) selection {
	live := q.view.of.live
	if live.IsEmpty() {
		return nobody()
	}
	q.work.rules += p.ranges()
	rows := q.byBlock(int(live.Maximum()>>blockBits)+1, rangeSteps()*uint64(p.ranges()), p.fill)
	if p.strays() {
		rows.And(live)
	}
	return selection{rows: rows, owned: true, inside: q.within != nil}
}

// byBlock returns the rows that matter of those that fill sets in the words of each block, which are zero before.
// It gives fill the words of the rows that matter, nil for all: what it sets of others is left out.
func (q query) byBlock(blocks int, steps uint64, fill func(block int, words, among []uint64)) *roaring.Bitmap {
	if q.within == nil {
		d := newDense(blocks)
		q.work.each(blocks, steps, func(_, i int) { fill(i, d.block(i), nil) })
		return d.bitmap()
	}
	if q.within.IsEmpty() {
		return roaring.New()
	}
	d := newDense(max(blocks, int(q.within.Maximum()>>blockBits)+1))
	q.within.WriteDenseTo(d.words)
	q.work.each(len(d.words)/blockWords, steps, func(_, i int) {
		if !matters(q.within, i) {
			return
		}
		var words [blockWords]uint64
		among := d.block(i)
		fill(i, words[:], among)
		narrow(among, words[:])
	})
	return d.bitmap()
}

// fill sets the words of a block, which are zero, to the rows of the pass. It is exact for the rows among some, nil
// for all.
func (p pass) fill(block int, words, among []uint64) {
	if p.column != nil {
		p.column.fill(block, p.lo, p.hi, words, among)
	} else {
		p.join(block, words, among)
	}
	if p.not {
		for w := range words {
			words[w] = ^words[w]
		}
	}
}

// join is fill for the parts of a group.
func (p pass) join(block int, words, among []uint64) {
	p.parts[0].fill(block, words, among)
	for _, part := range p.parts[1:] {
		var more [blockWords]uint64
		if !p.or {
			among = words // the rows that are not in it are left out anyway
		}
		part.fill(block, more[:], among)
		words := words[:len(more)]
		if p.or {
			for w := range words {
				words[w] |= more[w]
			}
		} else {
			for w := range words {
				words[w] &= more[w]
			}
		}
	}
}

// strays reports whether the pass may accept rows that nobody has, as a "not"
// of a range does.
func (p pass) strays() bool {
	if p.not || p.column != nil {
		return p.not
	}
	all, some := true, false
	for _, part := range p.parts {
		strays := part.strays()
		all, some = all && strays, some || strays
	}
	return all || p.or && some
}
