package columns

import (
	"iter"
	"math"
	"math/bits"
	"slices"
)

// firstParts finds the first of some rows in the order of their numbers by a look at those parts that may have one.
//
// A look at a part fetches what lies anywhere in memory: the codes of the part, then for some of its
// rows a word of the set, then the numbers of those in it. So each is done for many parts or rows before the next,
// without a branch that would wait for one of them, and the processor fetches many at the same time.
type firstParts struct {
	*firstNumbers
	wanted int
	among  dense // the rows as bits; without words until many parts are looked at

	from, to uint64 // the ranks that are looked for, both included
	chunk    [partsTogether]numbered
	maybe    [rowsTogether + partRows]uint32 // rows that may have such a rank
	filled   int
}

const (
	partsAhead    = 64  // parts that may have what comes first, which are looked at before the others
	partsSample   = 256 // parts that show how far the first rows reach
	partsTogether = 64
	rowsTogether  = 128
	markedParts   = 512 // from which on the rows are made bits

	// What it costs to look at a part, and to see that it need not be looked at.
	partSteps = 8
	passSteps = 2
)

// after is the least that comes behind.
func (a numbered) after() numbered { return numbered{a.rank, a.row + 1} }

// everyPart comes behind all parts.
var everyPart = numbered{lastRank - 1, math.MaxUint32}

// find looks at the parts that come first, and then at further ones, up to where what is wanted probably ends. Numbers
// behind the rank that is probably reached are passed over, so that fewer are fetched. When too few were found, it goes on
// to where, as was seen, there are enough.
func (p *firstParts) find() {
	defer func() { p.among.giveBack() }()
	ahead, sample := p.survey()
	load := 2 * partRows * float64(p.wanted) / float64(p.rows.GetCardinality())
	end := p.reach(sample, load)
	if len(ahead) < partsAhead {
		end = everyPart
	}
	p.to = end.rank
	if p.lookInOrder(ahead) || len(ahead) < partsAhead {
		return
	}
	looked := ahead[partsAhead-1]
	for {
		if looked.compare(end) < 0 {
			p.lookThrough(looked.after(), end)
			looked = end
		}
		if end == everyPart || p.kept.full() && p.kept.last().compare(looked) <= 0 || p.work.err != nil {
			return
		}
		load *= min(max(2, 2*float64(p.wanted)/float64(len(p.kept.heap)+1)), 8)
		further := p.reach(sample, load)
		if further.compare(end) <= 0 {
			further = everyPart
		}
		p.from, p.to = end.rank+1, further.rank
		p.lookThrough(numbered{}, looked)
		p.from, end = 0, further
	}
}

// survey returns the first parts in order, and a sample of all, in order.
func (p *firstParts) survey() (ahead, sample []numbered) {
	total := len(p.column.blocks) * blockParts
	if !p.work.charge(uint64(passSteps * total)) {
		return nil, nil
	}
	first := newTop(partsAhead, numbered.compare)
	first.heap = make([]numbered, 0, partsAhead)
	every, left := max(1, total/partsSample), 0
	sample = make([]numbered, 0, 2*partsSample)
	for part := range p.parts() {
		if !first.full() || part.rank <= first.last().rank {
			first.add(part)
		}
		if left--; left < 0 {
			sample, left = append(sample, part), every-1
		}
	}
	slices.SortFunc(sample, numbered.compare)
	return first.sorted(), sample
}

// reach returns the part up to which parts have a load of so many of everyone's first rows each, when these lie anywhere.
// It makes the rows bits if these are many parts.
func (p *firstParts) reach(sample []numbered, load float64) numbered {
	share := 1 - math.Exp(-load) // of the parts, that have one or more
	if share*float64(len(p.column.blocks)*blockParts) >= markedParts {
		p.mark()
	}
	at := int(share * float64(len(sample)))
	if share > .9 || at >= len(sample) || sample[at].rank <= p.behind.rank { // nothing is known of how far that is
		return everyPart
	}
	return sample[at]
}

// reaches reports whether a part may have what is wanted.
func (p *firstParts) reaches(part numbered) bool {
	return !p.kept.full() || part.compare(p.kept.last()) <= 0
}

// mark makes the rows bits, once.
func (p *firstParts) mark() {
	blocks := max(len(p.column.blocks), blocksTo(p.rows))
	if p.among.words != nil || !p.work.charge(setSteps*uint64(blocks)) {
		return
	}
	p.among = borrowDense(blocks)
	p.rows.WriteDenseTo(p.among.words)
}

// parts yields of each part that has numbers behind the page before its first row, with a rank that none of
// these numbers comes before.
func (f *firstNumbers) parts() iter.Seq[numbered] {
	return func(yield func(numbered) bool) {
		for i := range f.column.blocks {
			block := f.column.block(i)
			if block == nil {
				continue
			}
			firsts, lasts := &block.ends.least, &block.ends.most
			if f.desc {
				firsts, lasts = lasts, firsts
			}
			for part, first := range firsts {
				if (first == none || first == math.MaxInt64) && block.ends.least[part] > block.ends.most[part] {
					continue // it has no numbers
				}
				rank := f.rank.of(first)
				if rank < f.behind.rank {
					if f.rank.of(lasts[part]) < f.behind.rank {
						continue
					}
					rank = f.behind.rank
				}
				if !yield(numbered{rank, uint32(i<<blockBits + part*partRows)}) {
					return
				}
			}
		}
	}
}

// lookInOrder looks at parts, in order, until no more can have what is wanted, which it reports.
func (p *firstParts) lookInOrder(parts []numbered) (enough bool) {
	if !p.work.charge(partSteps * uint64(len(parts))) {
		return true
	}
	p.fetch(parts)
	defer p.settle()
	for _, part := range parts {
		if !p.reaches(part) {
			return true
		}
		if p.look(part); p.filled >= rowsTogether {
			p.settle()
		}
	}
	return false
}

// lookThrough looks at all parts from one to another, both included, that may have what is wanted.
func (p *firstParts) lookThrough(first, last numbered) {
	n := 0
	for part := range p.parts() {
		if p.reaches(part) && part.compare(first) >= 0 && part.compare(last) <= 0 {
			p.chunk[n] = part
			if n++; n == len(p.chunk) {
				if p.lookAt(p.chunk[:n]); p.work.err != nil {
					return
				}
				n = 0
			}
		}
	}
	p.lookAt(p.chunk[:n])
}

// lookAt looks at parts in any order.
func (p *firstParts) lookAt(parts []numbered) {
	if !p.work.charge(partSteps * uint64(len(parts))) {
		return
	}
	p.fetch(parts)
	for _, part := range parts {
		if p.reaches(part) {
			if p.look(part); p.filled >= rowsTogether {
				p.settle()
			}
		}
	}
	p.settle()
}

// fetch prefetches the codes of parts.
func (p *firstParts) fetch(parts []numbered) {
	const line = 64 // bytes
	var rows [partRows / line]uint32
	for _, part := range parts {
		if codes := p.column.sketches[part.row>>blockBits].codes; codes != nil {
			for i := range rows {
				rows[i] = part.row + uint32(i*line)
			}
			prefetch(codes, rows[:])
		}
	}
}

// look finds the rows of a part that may have what is wanted.
func (p *firstParts) look(part numbered) {
	var words [partWords]uint64
	lo, hi := p.rank.span(max(p.from, p.behind.rank), min(p.to, p.last()))
	if lo > hi {
		return
	}
	p.column.maybe(int(part.row>>blockBits), int(uint16(part.row)/64), lo, hi, words[:])
	if p.among.words != nil {
		narrow(words[:], p.among.words[part.row/64:][:partWords])
	}
	for w, word := range words {
		for ; word != 0; word &= word - 1 {
			p.maybe[p.filled] = part.row + uint32(w*64+bits.TrailingZeros64(word))
			p.filled++
		}
	}
}

// settle keeps the first of the rows that were found.
func (p *firstParts) settle() {
	rows := p.maybe[:p.filled]
	p.filled = 0
	if p.among.words == nil {
		n := 0
		for _, row := range rows {
			rows[n] = row
			n += int(bit(p.rows.Contains(row)))
		}
		rows = rows[:n]
	}
	var ranks [64]uint64
	for some := range slices.Chunk(rows, len(ranks)) {
		for i, row := range some {
			ranks[i] = p.rank.of(p.column.blocks[row>>blockBits].get(uint16(row)))
		}
		for i, row := range some {
			n := numbered{ranks[i], row}
			if p.from <= n.rank && n.rank <= min(p.to, p.last()) && n.compare(p.behind) > 0 {
				p.kept.add(n)
			}
		}
	}
}

// maybe sets the bits of the rows of a block, from those of the word w on, that may have a number of lo to hi.
func (c *numberColumn) maybe(block, w int, lo, hi int64, words []uint64) {
	s := &c.sketches[block]
	if s.codes == nil {
		c.blocks[block].scanRows(w, lo, hi, words)
		return
	}
	from, to := uint8(1), uint8(maxBuckets-1) // of all numbers
	if lo > s.least {
		from = s.code(lo)
	}
	if hi < s.most {
		to = s.code(hi)
	}
	scanBytes(s.codes[w*64:], from, to-from, words)
}
