package columns

import (
	"math"

	"github.com/ndoto/kundi/fields"
)

// numberColumn is a column of numbers in their order as int64: minor units,
// days and milliseconds as they are, floats by inOrder.
type numberColumn struct {
	floats bool
	blocks []numberBlock
	// sketches are of the blocks whose numbers take more bytes than a sketch.
	sketches []sketch
}

// none stands for a missing value. It is below every value, so a range never
// reaches it and needs no second test.
const none = math.MinInt64

// inOrder maps floats (that are no NaN) to integers in the same order.
func inOrder(f float64) int64 {
	n := int64(math.Float64bits(f + 0)) // + 0: -0 is 0
	return n ^ int64(uint64(n>>63)>>1)
}

// unorder is the inverse of inOrder.
func unorder(n int64) float64 {
	return math.Float64frombits(uint64(n ^ int64(uint64(n>>63)>>1)))
}

// of maps a value to its number, none when it is missing.
func (c *numberColumn) of(v fields.Value) int64 {
	switch {
	case v.IsMissing():
		return none
	case c.floats:
		return inOrder(v.Float)
	}
	return v.Int
}

// value is the inverse of of.
func (c *numberColumn) value(n int64) fields.Value {
	switch {
	case n == none:
		return fields.Value{}
	case c.floats:
		return fields.NumberValue(unorder(n))
	}
	return fields.IntValue(n)
}

// set gives a row its number; a missing value takes it away.
func (c *numberColumn) set(row uint32, v fields.Value) {
	c.put(row, c.of(v))
}

// put is set for a number as the column keeps it, none to take it away.
func (c *numberColumn) put(row uint32, n int64) {
	block := int(row >> blockBits)
	if block >= len(c.blocks) {
		if n == none {
			return
		}
		c.blocks = append(c.blocks, make([]numberBlock, block+1-len(c.blocks))...)
		c.sketches = append(c.sketches, make([]sketch, len(c.blocks)-len(c.sketches))...)
	}
	if b := &c.blocks[block]; b.set(uint16(row), n) {
		c.sketches[block].set(b, uint16(row), n)
	}
}

// get returns a row's number, none when it has no value.
func (c *numberColumn) get(row uint32) int64 {
	if b := c.block(int(row >> blockBits)); b != nil {
		return b.get(uint16(row))
	}
	return none
}

// block returns a block, nil for one in which no row has a number.
func (c *numberColumn) block(i int) *numberBlock {
	if i >= len(c.blocks) || c.blocks[i].empty() {
		return nil
	}
	return &c.blocks[i]
}
