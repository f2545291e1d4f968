package columns

import (
	"cmp"
	"iter"
	"math"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// numbered is a row and where its number stands in an order.
type numbered struct {
	rank uint64
	row  uint32
}

func (a numbered) compare(b numbered) int {
	if a.rank != b.rank {
		return cmp.Compare(a.rank, b.rank)
	}
	return cmp.Compare(a.row, b.row)
}

// lastRank is that of missing numbers.
const lastRank = math.MaxUint64

// numberRank gives numbers their ranks: less comes first, missing ones come last.
type numberRank struct{ flip, less uint64 }

func newNumberRank(desc bool) numberRank {
	if desc {
		return numberRank{flip: math.MaxUint64}
	}
	return numberRank{less: 1}
}

// number is the inverse of of, for ranks that numbers have.
func (r numberRank) number(rank uint64) int64 { return int64(((rank + r.less) ^ r.flip) ^ 1<<63) }

// of needs no branch: none, the least number, is 0 before it is turned round or
// becomes less than 0.
func (r numberRank) of(n int64) uint64 { return (uint64(n) ^ 1<<63) ^ r.flip - r.less }

// span returns the numbers whose ranks lie between two, both included.
func (r numberRank) span(from, to uint64) (lo, hi int64) {
	lo, hi = r.number(from), r.number(to)
	if r.flip != 0 {
		lo, hi = hi, lo
	}
	return max(lo, none+1), hi
}

// isNumber reports whether an order is by the numbers of one column alone.
func isNumber(criteria []criterion) bool {
	_, ok := criteria[0].column.(*numberColumn)
	return ok && len(criteria) == 1
}

// takeNumbers is pager.take for an order by numbers alone.
func (p *pager) takeNumbers(rows *roaring.Bitmap, c criterion, start *place) {
	f := newFirstNumbers(p.work, c.column.(*numberColumn), rows, c.desc)
	if start != nil {
		f.behind = numbered{lastRank, start.row}
		if start.keys[0].kind != fields.Missing {
			f.behind.rank = f.rank.of(start.keys[0].number)
		}
	}
	wanted := p.limit - len(p.rows)
	found := f.first(wanted)
	p.rows = append(p.rows, rowsOf(found, func(n numbered) uint32 { return n.row })...)
	p.rows = append(p.rows, f.missing(wanted-len(found))...)
}

// groupsAhead is how many rows are looked for at once to be put into groups.
const groupsAhead = 64

// groups goes through the numbers in order.
func (c *numberColumn) groups(_ fields.Field, rows *roaring.Bitmap, desc bool, from *sortKey, _ uint64) iter.Seq[*roaring.Bitmap] {
	return func(yield func(*roaring.Bitmap) bool) {
		if from == nil || from.kind != fields.Missing {
			for group := range c.valued(rows, desc, from) {
				if !yield(group) {
					return
				}
			}
		}
		yield(roaring.AndNot(rows, c.within(rows, none+1, math.MaxInt64)))
	}
}

// valued yields, number by number from a key on (nil for the first), those of the rows that have it: of the
// key itself maybe none.
func (c *numberColumn) valued(rows *roaring.Bitmap, desc bool, from *sortKey) iter.Seq[*roaring.Bitmap] {
	return func(yield func(*roaring.Bitmap) bool) {
		f := newFirstNumbers(newWork(nil), c, rows, desc)
		all := func(n int64) bool { // have the number
			f.behind = numbered{f.rank.of(n), math.MaxUint32}
			return yield(c.within(rows, n, n))
		}
		if from != nil && !all(from.number) {
			return
		}
		for size := groupsAhead; ; size *= 4 {
			found := f.first(size)
			full := len(found) == size
			for len(found) > 0 {
				n := 1
				for n < len(found) && found[n].rank == found[0].rank {
					n++
				}
				if full && n == len(found) { // there may be more of them
					if !all(f.rank.number(found[0].rank)) {
						return
					}
				} else if !yield(fromSorted(rowsOf(found[:n], func(n numbered) uint32 { return n.row }))) {
					return
				}
				found = found[n:]
			}
			if !full {
				return
			}
		}
	}
}

// within returns those of the rows with a number of lo to hi, both included.
func (c *numberColumn) within(rows *roaring.Bitmap, lo, hi int64) *roaring.Bitmap {
	return c.between(query{work: newWork(nil), within: rows}, lo, hi).rows
}

// firstNumbers finds the first of some rows in the order of their numbers.
type firstNumbers struct {
	work   *work
	column *numberColumn
	rows   *roaring.Bitmap
	rank   numberRank
	desc   bool
	behind numbered // the end of the page before; the zero value, of row 0, comes before everybody
	kept   *top[numbered]
	among  dense // the rows as bits; without words until many parts are looked at
}

func newFirstNumbers(w *work, c *numberColumn, rows *roaring.Bitmap, desc bool) *firstNumbers {
	return &firstNumbers{work: w, column: c, rows: rows, rank: newNumberRank(desc), desc: desc}
}

// sparse is the share of the rows of a column from which on it is quicker to go through the parts than
// through the rows: both take the same time when about every sixty-fourth row is asked for.
const sparse = 64

// first returns the first of those that have a number.
func (f *firstNumbers) first(wanted int) []numbered {
	f.kept = newTop(wanted, numbered.compare)
	switch {
	case f.behind.rank == lastRank:
	case f.rows.GetCardinality() < uint64(len(f.column.blocks))<<blockBits/sparse:
		f.findByRow()
	default:
		f.findByPart()
	}
	return f.kept.sorted()
}

// last is the rank of the last one that is kept: what has a higher one is not one of the first.
func (f *firstNumbers) last() uint64 {
	if f.kept.full() {
		return f.kept.last().rank
	}
	return lastRank - 1
}

// offer keeps a row, if it is behind the page before.
func (f *firstNumbers) offer(numbers *numberBlock, row uint32) {
	if n := (numbered{f.rank.of(numbers.get(uint16(row))), row}); n.rank < lastRank && n.compare(f.behind) > 0 {
		f.kept.add(n)
	}
}

// findByRow looks at each of the rows.
func (f *firstNumbers) findByRow() {
	if !f.work.charge(f.rows.GetCardinality() / 4) {
		return
	}
	for block, batch := range batches(f.rows) {
		numbers := f.column.block(block)
		if numbers == nil {
			continue
		}
		if s := &f.column.sketches[block]; s.codes != nil {
			lo, hi := f.rank.span(f.behind.rank, f.last())
			batch = s.test(numbers, lo, hi, batch)
		}
		for _, row := range batch {
			f.offer(numbers, row)
		}
	}
}

// What it costs to look at a part, and to see that it need not be looked at.
const (
	partSteps = 8
	passSteps = 2
)

// The parts that may have what comes first are looked at before the others, in two rounds of so many. What is found in
// them shows of most others that they need no look.
var partsAhead = [...]int{64, 256}

// findByPart looks at the parts of the column, until none that is left can have anything.
func (f *firstNumbers) findByPart() {
	var looked numbered // the last part of the rounds, the zero value comes before all
	for _, size := range partsAhead {
		ahead := f.partsBehind(looked, size)
		for _, part := range ahead {
			if !f.look(part) {
				return
			}
		}
		if len(ahead) < size {
			return
		}
		looked = ahead[size-1]
	}
	blocks := max(len(f.column.blocks), blocksTo(f.rows))
	if !f.work.charge(setSteps * uint64(blocks)) {
		return
	}
	f.among = borrowDense(blocks)
	f.rows.WriteDenseTo(f.among.words)
	defer func() { f.among.giveBack(); f.among = dense{} }()
	for part := range f.parts() {
		if part.rank <= f.last() && part.compare(looked) > 0 {
			f.look(part)
		}
	}
}

// partsBehind returns the first parts that come behind one.
func (f *firstNumbers) partsBehind(looked numbered, size int) []numbered {
	first := newTop(size, numbered.compare)
	if !f.work.charge(uint64(passSteps * len(f.column.blocks) * blockParts)) {
		return nil
	}
	for part := range f.parts() {
		if (!first.full() || part.rank <= first.last().rank) && part.compare(looked) > 0 {
			first.add(part)
		}
	}
	return first.sorted()
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
			for part := range blockParts {
				first, last := block.ends.least[part], block.ends.most[part]
				if first > last {
					continue
				}
				if f.desc {
					first, last = last, first
				}
				if f.rank.of(last) < f.behind.rank {
					continue
				}
				if !yield(numbered{max(f.rank.of(first), f.behind.rank), uint32(i<<blockBits + part*partRows)}) {
					return
				}
			}
		}
	}
}

// look keeps the first rows of a part. It reports false when neither it nor any part that comes after it can have
// one.
func (f *firstNumbers) look(part numbered) bool {
	if f.kept.full() && part.compare(f.kept.last()) > 0 || !f.work.charge(partSteps) {
		return false
	}
	block := int(part.row >> blockBits)
	numbers := &f.column.blocks[block]
	var words [partWords]uint64
	lo, hi := f.rank.span(f.behind.rank, f.last())
	f.column.maybe(block, int(uint16(part.row)/64), lo, hi, words[:])
	marked := f.among.words != nil
	for w, word := range words {
		if marked {
			word &= f.among.words[int(part.row)/64+w]
		}
		for ; word != 0; word &= word - 1 {
			if row := part.row + uint32(w*64+bits.TrailingZeros64(word)); marked || f.rows.Contains(row) {
				f.offer(numbers, row)
			}
		}
	}
	return true
}

// maybe sets the bits of the rows of a block, from those of the word w on, that may have a number of lo to hi.
func (c *numberColumn) maybe(block, w int, lo, hi int64, words []uint64) {
	if s := &c.sketches[block]; s.codes != nil {
		from, to := uint8(1), uint8(maxBuckets-1) // of all numbers
		if lo > s.least {
			from = s.code(lo)
		}
		if hi < s.most {
			to = s.code(hi)
		}
		scanBytes(s.codes[w*64:], from, to-from, words)
		return
	}
	var buffer [64]int64
	for i := range words {
		words[i] = inSpan(c.blocks[block].run(w+i, &buffer), uint64(lo), uint64(hi)-uint64(lo))
	}
}

// missing returns the first of those that have no number.
func (f *firstNumbers) missing(wanted int) (list []uint32) {
	if wanted == 0 || !f.work.charge(f.rows.GetCardinality()/4) {
		return nil
	}
	from := uint32(0)
	if f.behind.rank == lastRank {
		from = f.behind.row
	}
	it := f.rows.Iterator()
	for it.AdvanceIfNeeded(from + 1); it.HasNext() && len(list) < wanted; {
		if row := it.Next(); f.column.get(row) == none {
			list = append(list, row)
		}
	}
	return list
}
