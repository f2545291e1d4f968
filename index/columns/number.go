package columns

import (
	"math"

	"github.com/ndoto/kundi/fields"
)

// numberColumn is a column of numbers in their order as int64.
type numberColumn struct {
	form   numberForm
	blocks []numberBlock
	// sketches are of the blocks whose numbers take more bytes than a sketch.
	sketches []sketch
	inner    bool // no filter looks for its numbers, so it has no sketches
}

// numberForm is how values are numbers of a column.
type numberForm byte

const (
	minors numberForm = iota // minor units, days and milliseconds, as they are
	floats                   // by inOrder
	counts                   // floats that are whole, as whole numbers
)

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

// of maps a value to its number. It is none when the value is missing, or one that no row has.
func (c *numberColumn) of(v fields.Value) int64 {
	switch {
	case v.IsMissing():
		return none
	case c.form == floats:
		return inOrder(v.Float)
	case c.form == minors:
		return v.Int
	case v.Float != math.Floor(v.Float):
		return none
	}
	return wholeOf(v.Float)
}

// least maps a value to the least number that is not below it.
func (c *numberColumn) least(v fields.Value) int64 {
	if c.form == counts {
		return wholeOf(math.Ceil(v.Float))
	}
	return c.of(v)
}

// wholeOf is a whole float as an integer. One that no count reaches becomes another such.
func wholeOf(f float64) int64 {
	const beyond = 1 << 62
	return int64(min(max(f, -beyond), beyond))
}

// value is the inverse of of.
func (c *numberColumn) value(n int64) fields.Value {
	switch {
	case n == none:
		return fields.Value{}
	case c.form == floats:
		return fields.NumberValue(unorder(n))
	case c.form == counts:
		return fields.NumberValue(float64(n))
	}
	return fields.IntValue(n)
}

// roundest returns the number above low, and at most n, that has the most zeros at its end: decimal ones, or binary ones
// of floats. low is below n, or n is returned.
func (f numberForm) roundest(low, n int64) int64 {
	if f == floats {
		for zeros := 62; zeros > 0; zeros-- {
			if round := n &^ (1<<zeros - 1); round > low {
				return round
			}
		}
		return n
	}
	for unit := int64(1e18); unit > 1; unit /= 10 {
		if round := n - (n%unit+unit)%unit; round > low && round <= n {
			return round
		}
	}
	return n
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
	if c.blocks[block].set(uint16(row), n) && !c.inner {
		c.sketches[block].set(c.form, &c.blocks[block], uint16(row), n)
	}
}

// agrees reports whether a row has a number, and is seen as what it is.
func (c *numberColumn) agrees(row uint32, n int64) bool {
	if c.get(row) != n || !c.sketched(row) {
		return false
	}
	b := c.block(int(row >> blockBits))
	return n == none || b.ends.reaches(int(uint16(row)/partRows), n, n)
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
