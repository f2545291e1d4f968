package columns

import "unsafe"

// prefetch asks the processor for what a block has of some of its rows, so that a loop over them finds it near. Such
// rows lie in a line of memory each. A loop that does anything with them waits for a few lines at a time, where the
// processor can fetch dozens; decision 0001 has the figures. The rows are as many as the nearest caches hold: up to
// batchRows.
func prefetch[T uint8 | uint16 | uint32 | int64](block []T, rows []uint32) {
	if len(rows) == 0 {
		return
	}
	block = block[:blockRows]
	var one T
	prefetchRows(unsafe.Pointer(&block[0]), &rows[0], len(rows), int(unsafe.Sizeof(one)))
}

// prefetch is prefetch for the codes of a block.
func (c *codes) prefetch(block int, rows []uint32) {
	if block >= len(c.blocks) {
		return
	}
	switch b := &c.blocks[block]; {
	case b.narrow != nil:
		prefetch(b.narrow, rows)
	case b.middle != nil:
		prefetch(b.middle, rows)
	case b.wide != nil:
		prefetch(b.wide, rows)
	}
}

// prefetch is prefetch for the numbers of a block.
func (b *numberBlock) prefetch(rows []uint32) {
	switch {
	case b.low != nil:
		prefetch(b.low, rows)
		prefetch(b.high, rows)
	case b.wide != nil:
		prefetch(b.wide, rows)
	case b.narrow != nil:
		prefetch(b.narrow, rows)
	case b.middle != nil:
		prefetch(b.middle, rows)
	}
}
