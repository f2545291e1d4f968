package columns

import "github.com/RoaringBitmap/roaring/v2"

// tallied is how many others belong to each row, by row, as far as it matters. It is the own of
// a question, so pauses do it no harm: whoever changes meanwhile is looked at again.
type tallied[C uint8 | uint32] struct {
	of     []C
	enough C // no count goes beyond it
}

// count adds one for each of some rows to the row that it belongs to.
func (c *tallied[C]) count(w *work, codes *codes, rows *roaring.Bitmap) {
	if !w.charge(rows.GetCardinality() / countedRows) {
		return
	}
	for block, batch := range batches(rows) {
		looked := uint64(len(batch))
		if block < len(codes.blocks) {
			switch b := &codes.blocks[block]; {
			case b.narrow != nil:
				addOwners(c, b.narrow, batch)
			case b.middle != nil:
				addOwners(c, b.middle, batch)
			case b.wide != nil:
				addOwners(c, b.wide, batch)
			}
		}
		if !w.done(looked / countedRows) {
			return
		}
	}
}

// addOwners adds one for each row of a block. What has come since is beyond what is counted.
func addOwners[C uint8 | uint32, T uint8 | uint16 | uint32](c *tallied[C], block []T, rows []uint32) {
	block = block[:blockRows]
	for _, row := range rows {
		if owner := int(block[uint16(row)]); owner < len(c.of) && c.of[owner] < c.enough {
			c.of[owner]++
		}
	}
}

// take takes the counts of postings by code, which are the rows.
func (c *tallied[C]) take(w *work, p *postings) {
	w.each(blocksOf(len(c.of)), blockRows/countedRows, func(_, i int) {
		first := i << blockBits
		for at := range c.of[first:min(first+blockRows, len(c.of))] {
			c.of[first+at] = C(min(p.count(uint32(first+at)), uint64(c.enough)))
		}
	})
}

// join gives survivors what belongs to those that they have absorbed.
func (c *tallied[C]) join(w *work, absorbs map[uint32][]uint32) {
	steps := uint64(len(absorbs))
	if !w.charge(steps) {
		return
	}
	for survivor, absorbed := range absorbs {
		for _, one := range absorbed {
			if int(survivor) < len(c.of) && int(one) < len(c.of) {
				c.of[survivor] = C(min(uint64(c.of[survivor])+uint64(c.of[one]), uint64(c.enough)))
			}
		}
	}
	w.done(steps)
}

// within returns the rows whose count is in a span.
func (c *tallied[C]) within(w *work, span counted) *roaring.Bitmap {
	d := newDense(blocksOf(len(c.of)))
	w.each(blocksOf(len(c.of)), blockSteps, func(_, i int) {
		words, first := d.block(i), i<<blockBits
		for at, n := range c.of[first:min(first+blockRows, len(c.of))] {
			words[at>>6] |= bit(span.has(uint32(n))) << (at & 63)
		}
	})
	return d.bitmap()
}

// blocksOf is how many blocks so many rows are.
func blocksOf(rows int) int { return (rows + blockRows - 1) >> blockBits }

// blocksTo is the number of blocks up to the last of some rows, 0 for none.
func blocksTo(rows *roaring.Bitmap) int {
	if rows.IsEmpty() {
		return 0
	}
	return blocksOf(int(rows.Maximum()) + 1)
}
