package columns

import (
	"cmp"
	"iter"
	"math"

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
		p := firstParts{firstNumbers: f, wanted: wanted}
		p.find()
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
