package columns

import (
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
)

// subset is the rows that a facet counts.
type subset struct {
	rows *roaring.Bitmap
	size uint64
	all  bool // rows are all that are live
	// rest is the live rows that are not counted, when they are fewer: then all
	// are counted, which needs no look at rows, and the rest is taken off.
	rest *roaring.Bitmap
}

func newSubset(rows, live *roaring.Bitmap) subset {
	s := subset{rows: rows, size: rows.GetCardinality()}
	all := live.GetCardinality()
	s.all = s.size == all
	if !s.all && 2*s.size > all {
		s.rest = roaring.AndNot(live, rows)
	}
	return s
}

// looked is the rows that have to be looked at, unless all are counted.
func (s subset) looked() *roaring.Bitmap {
	if s.rest != nil {
		return s.rest
	}
	return s.rows
}

// count returns for each code below size how many rows of the subset have it,
// 0 for code 0.
func (s subset) count(c *codes, size int, p *postings) []uint32 {
	counts := make([]uint32, size)
	if !s.all && !s.intersects(p, size, 0) {
		c.count(s.looked(), counts)
		s.complete(p, counts)
		return counts
	}
	return s.intersect(p, size)
}

// intersect is count by the rows of each code.
func (s subset) intersect(p *postings, size int) []uint32 {
	counts := make([]uint32, size)
	if !s.all {
		for code := 1; code < size; code++ {
			counts[code] = uint32(p.intersection(uint32(code), s.looked()))
		}
	}
	s.complete(p, counts)
	return counts
}

// complete makes of the counts of those who were looked at the counts of all.
func (s subset) complete(p *postings, counts []uint32) {
	if s.all || s.rest != nil {
		p.rest(counts)
	}
	counts[0] = 0
}

// intersects reports whether it is cheaper to intersect the rows with those of each code below size than to look
// up the code of each row, with what has to be done beside.
func (s subset) intersects(p *postings, size int, beside uint64) bool {
	most := s.lookUpSteps() + beside
	return p.intersectionSteps(size, s.looked(), most) < most
}

// lookUpSteps is what it costs to look up the code of each row.
func (s subset) lookUpSteps() uint64 {
	looked := s.looked()
	if isDense(looked) {
		return looked.GetCardinality() / facetRows
	}
	return looked.GetCardinality() / sparseRows
}

// denseRows are so many rows of a block that they are gone through as bits.
const denseRows = blockRows / 64

func isDense(rows *roaring.Bitmap) bool {
	return !rows.IsEmpty() && rows.GetCardinality() >= denseRows*uint64(blocksTo(rows))
}

// count adds for each of the rows one to the count of its code. Rows without a
// code are counted under 0 or not at all.
func (c *codes) count(rows *roaring.Bitmap, counts []uint32) {
	if !isDense(rows) {
		for block, batch := range batches(rows) {
			c.countBatch(block, batch, counts, 1)
		}
		return
	}
	all := borrowDense(blocksTo(rows))
	defer all.giveBack()
	rows.WriteDenseTo(all.words)
	for block := range min(len(c.blocks), len(all.words)/blockWords) {
		switch b, words := &c.blocks[block], all.block(block); {
		case b.narrow != nil:
			countBits(b.narrow, words, counts)
		case b.middle != nil:
			countBits(b.middle, words, counts)
		case b.wide != nil:
			countBits(b.wide, words, counts)
		}
	}
}

func countBits[T uint8 | uint16 | uint32](block []T, words []uint64, counts []uint32) {
	for w, word := range words {
		some := (*[64]T)(block[w*64:])
		for ; word != 0; word &= word - 1 {
			counts[some[bits.TrailingZeros64(word)&63]]++
		}
	}
}

// countBatch adds a number, modulo 2^32, for each of the rows of one block to the count of its code.
func (c *codes) countBatch(block int, rows, counts []uint32, n uint32) {
	if block >= len(c.blocks) {
		return
	}
	switch b := &c.blocks[block]; {
	case b.narrow != nil:
		countIn(b.narrow, rows, counts, n)
	case b.middle != nil:
		countIn(b.middle, rows, counts, n)
	case b.wide != nil:
		countIn(b.wide, rows, counts, n)
	}
}

func countIn[T uint8 | uint16 | uint32](block []T, rows, counts []uint32, n uint32) {
	block = block[:blockRows]
	prefetch(block, rows)
	for _, row := range rows {
		counts[block[uint16(row)]] += n
	}
}
