package columns

import (
	"cmp"
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
	return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.row, b.row))
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

// of needs no branch: none, the least number, is 0 before it is turned round or
// becomes less than 0.
func (r numberRank) of(n int64) uint64 { return (uint64(n) ^ 1<<63) ^ r.flip - r.less }

// upTo leaves those of a block's rows whose rank is no higher.
func (r numberRank) upTo(rank uint64, numbers *numberBlock, rows []uint32) []uint32 {
	kept := 0
	for _, row := range rows {
		rows[kept] = row
		kept += int(bit(r.of(numbers.get(uint16(row))) <= rank))
	}
	return rows[:kept]
}

// isNumber reports whether an order is by the numbers of one column alone.
func isNumber(criteria []criterion) bool {
	_, ok := criteria[0].column.(*numberColumn)
	return ok && len(criteria) == 1
}

// takeNumbers is pager.take for an order by numbers alone.
func (p *pager) takeNumbers(rows *roaring.Bitmap, c criterion, start *place) {
	f := firstNumbers{work: p.work, column: c.column.(*numberColumn), rows: rows, rank: newNumberRank(c.desc), desc: c.desc}
	if start != nil {
		f.behind = numbered{lastRank, start.row}
		if start.keys[0].kind != fields.Missing {
			f.behind.rank = f.rank.of(start.keys[0].number)
		}
	}
	wanted := p.limit - len(p.rows)
	f.kept = newTop(wanted, numbered.compare)
	if f.behind.rank < lastRank {
		f.find()
	}
	found := f.kept.sorted()
	p.rows = append(p.rows, rowsOf(found, func(n numbered) uint32 { return n.row })...)
	p.rows = append(p.rows, f.missing(wanted-len(found))...)
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

// sparse is the share of the rows of a column from which on it is quicker to go through the parts than
// through the rows: both take the same time when about every sixteenth row is asked for.
const sparse = 16

// find keeps the first of those that have a number.
func (f *firstNumbers) find() {
	if f.rows.GetCardinality() < uint64(len(f.column.blocks))<<blockBits/sparse {
		f.findByRow()
		return
	}
	f.findByPart()
}

// findByRow looks at each of the rows.
func (f *firstNumbers) findByRow() {
	if !f.work.charge(f.rows.GetCardinality() / 4) {
		return
	}
	last := uint64(lastRank - 1) // what comes later is not one of the first
	for block, batch := range batches(f.rows) {
		numbers := f.column.block(block)
		if numbers == nil {
			continue
		}
		for _, row := range f.rank.upTo(last, numbers, batch) {
			if n := (numbered{f.rank.of(numbers.get(uint16(row))), row}); n.compare(f.behind) > 0 {
				f.kept.add(n)
			}
		}
		if f.kept.full() {
			last = f.kept.last().rank
		}
	}
}

// partSteps is what a look at a part costs.
const partSteps = partRows / 4

// findByPart looks at parts of the column, the one first that may have what comes first, until none that is
// left can have anything.
func (f *firstNumbers) findByPart() {
	for parts := newQueue(f.parts(), numbered.compare); parts.some(); parts.pop() {
		part := parts.first()
		if f.kept.full() && part.compare(f.kept.last()) > 0 || !f.work.charge(partSteps) {
			return
		}
		f.look(part.row)
	}
}

// parts returns of each part that has numbers behind the page before its first row, with a rank that none of
// these numbers comes before.
func (f *firstNumbers) parts() []numbered {
	parts := make([]numbered, 0, len(f.column.blocks)*blockParts)
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
			if f.rank.of(last) >= f.behind.rank {
				parts = append(parts, numbered{max(f.rank.of(first), f.behind.rank), uint32(i<<blockBits + part*partRows)})
			}
		}
	}
	return parts
}

// look keeps the first rows of a part, which begins at a row.
func (f *firstNumbers) look(from uint32) {
	block, last := f.column.block(int(from>>blockBits)), uint64(lastRank-1)
	if f.kept.full() {
		last = f.kept.last().rank
	}
	var buffer [64]int64
	for ; ; from += 64 {
		for i, number := range block.run(int(uint16(from)/64), &buffer) {
			n := numbered{f.rank.of(number), from + uint32(i)}
			if n.rank <= last && n.compare(f.behind) > 0 && f.rows.Contains(n.row) {
				if f.kept.add(n); f.kept.full() {
					last = f.kept.last().rank
				}
			}
		}
		if (from+64)%partRows == 0 {
			return
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
