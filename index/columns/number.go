package columns

import (
	"math"

	"github.com/ndoto/kundi/fields"
)

// numberColumn is a column of numbers in their order as int64: minor units,
// days and milliseconds as they are, floats by inOrder.
type numberColumn struct {
	floats bool
	blocks [][]int64 // of 65,536 rows, nil while no row has a value
	// sketches are of the blocks that are not nil.
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
		c.blocks = append(c.blocks, make([][]int64, block+1-len(c.blocks))...)
		c.sketches = append(c.sketches, make([]sketch, len(c.blocks)-len(c.sketches))...)
	}
	if c.blocks[block] == nil {
		if n == none {
			return
		}
		c.blocks[block] = emptyNumbers()
	}
	if number := &c.blocks[block][row&(blockRows-1)]; *number != n {
		*number = n
		c.sketches[block].set(c.blocks[block], uint16(row), n)
	}
}

func emptyNumbers() []int64 {
	block := make([]int64, blockRows)
	for i := range block {
		block[i] = none
	}
	return block
}

// get returns a row's number, none when it has no value.
func (c *numberColumn) get(row uint32) int64 {
	block := int(row >> blockBits)
	if block >= len(c.blocks) || c.blocks[block] == nil {
		return none
	}
	return c.blocks[block][row&(blockRows-1)]
}
