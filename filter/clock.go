package filter

import (
	"math"
	"time"
)

// clock shows the local time of a zone. It remembers the offset that it looked up last, and for how long
// that holds: a lookup is slow where the table of the zone has ended and its rule goes on. It is not safe
// for concurrent use.
type clock struct {
	zone        *time.Location
	from, until int64 // milliseconds, the end not included
	offset      int64 // milliseconds that the zone is ahead of UTC meanwhile
}

// offsetAt gives how far the clocks are ahead of UTC, in milliseconds.
func (c *clock) offsetAt(ms int64) int64 {
	if c.from <= ms && ms < c.until {
		return c.offset
	}
	t := time.UnixMilli(ms).In(c.zone)
	_, seconds := t.Zone()
	c.offset = int64(seconds) * 1000
	c.from, c.until = math.MinInt64, math.MaxInt64
	start, end := t.ZoneBounds()
	if !start.IsZero() {
		c.from = start.UnixMilli()
	}
	if !end.IsZero() {
		c.until = end.UnixMilli()
	}
	return c.offset
}

// startOfDay gives the moment, in milliseconds, at which a local day begins:
// the first 00:00 where there is one or two, else the end of the gap that
// swallows it.
func (c *clock) startOfDay(day int64) int64 {
	wall := day * msPerDay
	t := c.instantOf(wall)
	if t+c.offsetAt(t) == wall {
		return t
	}
	// In a gap instantOf overshoots it. Its end is the first moment with the
	// offset of t.
	after := c.offsetAt(t)
	low, high := t-msPerDay, t
	for high-low > 1 {
		middle := low + (high-low)/2
		if c.offsetAt(middle) == after {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}

// instantOf gives the moment at which the clocks show wall, the
// first one when it comes twice. A wall clock in a gap is read with the offset
// before the gap.
func (c *clock) instantOf(wall int64) int64 {
	before, after := c.offsetAt(wall-msPerDay), c.offsetAt(wall+msPerDay)
	for _, offset := range []int64{max(before, after), min(before, after)} {
		if t := wall - offset; c.offsetAt(t) == offset {
			return t
		}
	}
	return wall - before
}

// dayOfInstant returns the local day that an instant is on. Where clocks go back over midnight, the
// day begins the first time.
func (c *clock) dayOfInstant(ms int64) int64 {
	day, _ := floorDiv(ms+c.offsetAt(ms), msPerDay)
	if ms >= c.startOfDay(day+1) {
		day++
	}
	return day
}
