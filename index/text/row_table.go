package text

import (
	"encoding/binary"
	"iter"
	"math/bits"
	"slices"
)

// rowTable tells which row each document of a segment stands for. It never changes. The rows lie in
// blocks. In a block each one is its distance from the least, in as few bytes as the greatest
// distance takes: messages that were indexed together are of conversations near each other.
type rowTable struct {
	blocks []rowBlock
	bytes  []byte // the distances, with room for a read of four bytes at the end
	count  int
}

// rowBlock is up to tableBlock documents.
type rowBlock struct {
	least uint32
	from  uint32 // in bytes
	width uint32 // bytes of a distance, 0 to 4
}

const (
	tableBits  = 8
	tableBlock = 1 << tableBits // documents of a block
)

// newRowTable packs the rows of documents.
func newRowTable(rows []uint32) rowTable {
	t := rowTable{count: len(rows), blocks: make([]rowBlock, 0, (len(rows)+tableBlock-1)/tableBlock)}
	for block := range slices.Chunk(rows, tableBlock) {
		least := slices.Min(block)
		width := (bits.Len32(slices.Max(block)-least) + 7) / 8
		t.blocks = append(t.blocks, rowBlock{least: least, from: uint32(len(t.bytes)), width: uint32(width)})
		for _, row := range block {
			var distance [4]byte
			binary.LittleEndian.PutUint32(distance[:], row-least)
			t.bytes = append(t.bytes, distance[:width]...)
		}
	}
	t.bytes = slices.Clip(append(t.bytes, 0, 0, 0, 0))
	return t
}

// at is the row of a document.
func (t *rowTable) at(doc uint32) uint32 {
	b := &t.blocks[doc>>tableBits]
	from := b.from + doc%tableBlock*b.width
	return b.least + binary.LittleEndian.Uint32(t.bytes[from:from+4])&(1<<(8*b.width)-1)
}

// all yields each document and its row.
func (t *rowTable) all() iter.Seq2[uint32, uint32] {
	return func(yield func(doc, row uint32) bool) {
		for doc := range uint32(t.count) {
			if !yield(doc, t.at(doc)) {
				return
			}
		}
	}
}
