package columns

import (
	"iter"
	"math/bits"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/workers"
)

// batchRows is how many rows are looked at at once.
const batchRows = 4096

// batches yields the rows of a bitmap in rising order, up to batchRows of one
// block at a time. The slice is good until the next one and may be changed.
func batches(rows *roaring.Bitmap) iter.Seq2[int, []uint32] {
	return func(yield func(int, []uint32) bool) {
		buffer := make([]uint32, min(batchRows, rows.GetCardinality()))
		it := rows.ManyIterator()
		for n := it.NextMany(buffer); n > 0; n = it.NextMany(buffer) {
			for batch := buffer[:n]; len(batch) > 0; {
				block, size := batch[0]>>blockBits, len(batch)
				if batch[size-1]>>blockBits != block {
					size, _ = slices.BinarySearch(batch, (block+1)<<blockBits)
				}
				if !yield(int(block), batch[:size]) {
					return
				}
				batch = batch[size:]
			}
		}
	}
}

// parallel calls f for the numbers below n, on all processors if that is worth it. steps is
// the cost of all calls together. worker is the number of the processor. f may write only
// what belongs to its number or to its worker.
func parallel(n int, steps uint64, f func(worker, i int)) {
	processors := min(runtime.GOMAXPROCS(0), n, int(steps/shareSteps))
	if processors < 2 { // another goroutine may take longer to wake than to look
		for i := range n {
			f(0, i)
		}
		return
	}
	var next atomic.Int64
	workers.Together(processors, func(worker int) {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			f(worker, i)
		}
	})
}

// each yields the rows of a bitmap in rising order.
func each(rows *roaring.Bitmap) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for _, batch := range batches(rows) {
			for _, row := range batch {
				if !yield(row) {
					return
				}
			}
		}
	}
}

// fromSorted returns the bitmap of rows in rising order.
func fromSorted(rows []uint32) *roaring.Bitmap {
	b := roaring.New()
	b.AddMany(rows)
	return b
}

// fromRows returns the bitmap of rows in any order, which it may change.
func fromRows(rows []uint32) *roaring.Bitmap {
	if len(rows) < batchRows {
		slices.Sort(rows)
		return fromSorted(rows)
	}
	var d dense
	for _, row := range rows {
		d.add(row)
	}
	return d.bitmap()
}

// dense collects rows as one bit each, for sets that are built row by row.
type dense struct {
	words []uint64
}

// newDense returns an empty dense with room for the given number of blocks.
func newDense(blocks int) dense { return dense{make([]uint64, blocks*blockWords)} }

// lent has room for further dense ones.
var lent sync.Pool

// borrowDense is newDense for one that is given back.
func borrowDense(blocks int) dense {
	if d, ok := lent.Get().(*dense); ok && cap(d.words) >= blocks*blockWords {
		d.words = d.words[:blocks*blockWords]
		clear(d.words)
		return *d
	}
	return newDense(blocks)
}

// giveBack ends the use of a dense that was borrowed.
func (d dense) giveBack() {
	if d.words != nil {
		lent.Put(&d)
	}
}

// lentWords has room for the words of a block.
var lentWords = sync.Pool{New: func() any { return new([blockWords]uint64) }}

// borrowWords returns words that are zero, to be put back into lentWords.
func borrowWords() *[blockWords]uint64 {
	words := lentWords.Get().(*[blockWords]uint64)
	clear(words[:])
	return words
}

// blockWords is the number of words of a block in a dense.
const blockWords = blockRows / 64

// add puts a row in.
func (d *dense) add(row uint32) {
	d.block(int(row >> blockBits))[row&(blockRows-1)>>6] |= 1 << (row & 63)
}

// has reports whether a row is in.
func (d *dense) has(row uint32) bool {
	word := int(row >> 6)
	return word < len(d.words) && d.words[word]>>(row&63)&1 == 1
}

// remove takes out a row that is in.
func (d *dense) remove(row uint32) { d.words[row>>6] &^= 1 << (row & 63) }

// block returns the words of a block.
func (d *dense) block(block int) []uint64 {
	if need := (block + 1) * blockWords; need > len(d.words) {
		d.words = append(d.words, make([]uint64, need-len(d.words))...)
	}
	return d.words[block*blockWords:][:blockWords:blockWords]
}

// bitmap returns the rows and gives the words away.
func (d *dense) bitmap() *roaring.Bitmap { return roaring.FromDense(d.words, false) }

// filterRows returns those of the rows that keep leaves. It is given up to
// batchRows of one block at a time, in rising order, and may change the slice.
// steps is the cost of one row. There are pauses in between.
func (w *work) filterRows(rows *roaring.Bitmap, steps uint64, keep func(block int, rows []uint32) []uint32) *roaring.Bitmap {
	size := rows.GetCardinality()
	if !w.charge(size * steps) {
		return roaring.New()
	}
	if size < batchRows {
		kept := roaring.New()
		for block, batch := range batches(rows) {
			kept.AddMany(keep(block, batch))
		}
		w.done(size * steps)
		return kept
	}
	kept := newDense(blocksTo(rows)) // setting bits is several times faster than adding to a container
	for block, batch := range batches(rows) {
		words, looked := kept.block(block), uint64(len(batch))
		for _, row := range keep(block, batch) {
			words[uint16(row)>>6] |= 1 << (row & 63)
		}
		if !w.done(looked * steps) {
			break
		}
	}
	return kept.bitmap()
}

// countRows is the number of rows of filterRows.
func (w *work) countRows(rows *roaring.Bitmap, steps uint64, keep func(block int, rows []uint32) []uint32) (n uint64) {
	size := rows.GetCardinality()
	if !w.charge(size * steps) {
		return 0
	}
	for block, batch := range batches(rows) {
		looked := uint64(len(batch))
		n += uint64(len(keep(block, batch)))
		if !w.done(looked * steps) {
			break
		}
	}
	return n
}

// countOnes is the number of bits that are set.
func countOnes(words []uint64) (n int) {
	for _, word := range words {
		n += bits.OnesCount64(word)
	}
	return n
}

// bit is 1 for true. The compiler makes it without a branch.
func bit(b bool) uint64 {
	var n uint64
	if b {
		n = 1
	}
	return n
}
