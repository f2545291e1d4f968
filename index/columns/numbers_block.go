package columns

import "math"

// numberBlock holds the numbers of 65,536 rows in as many bytes a row as their range needs:
// one, two or five above a base, or eight. It never becomes narrower. Moments of one
// generation take five, counts one.
type numberBlock struct {
	base int64       // of what has the code 1; code 0 is of a missing number
	runs int         // of 64 rows each, from the first row: no row behind them has had a number
	ends *numberEnds // nil while no row has had a number

	// The codes, in the one form that is not nil; wide has the numbers themselves, and of
	// five bytes four are in low and the highest in high.
	narrow []uint8
	middle []uint16
	low    []uint32
	high   []uint8
	wide   []int64
}

// What the forms reach: their greatest code.
const (
	narrowReach = math.MaxUint8
	middleReach = math.MaxUint16
	fiveReach   = 1<<40 - 1
)

// empty reports whether no row has had a number.
func (b *numberBlock) empty() bool {
	return b.narrow == nil && b.middle == nil && b.low == nil && b.wide == nil
}

// reach is the greatest code of the form, 0 for one that has no codes.
func (b *numberBlock) reach() uint64 {
	switch {
	case b.narrow != nil:
		return narrowReach
	case b.middle != nil:
		return middleReach
	case b.low != nil:
		return fiveReach
	}
	return 0
}

// sketched reports whether the form is one that a sketch is smaller than.
func (b *numberBlock) sketched() bool { return b.low != nil || b.wide != nil }

// get returns the number of a row, none when it has none.
func (b *numberBlock) get(i uint16) int64 {
	var code uint64
	switch {
	case b.low != nil:
		code = uint64(b.high[i])<<32 | uint64(b.low[i])
	case b.wide != nil:
		return b.wide[i]
	case b.narrow != nil:
		code = uint64(b.narrow[i])
	case b.middle != nil:
		code = uint64(b.middle[i])
	}
	return b.number(code)
}

// number is what a code stands for.
func (b *numberBlock) number(code uint64) int64 {
	n := b.base + int64(code) - 1
	if code == 0 {
		n = none
	}
	return n
}

// set gives a row a number and reports whether it had another one.
func (b *numberBlock) set(i uint16, n int64) bool {
	was := b.get(i)
	if was == n {
		return false
	}
	if n == none {
		b.put(i, 0, none)
		b.ends.follow(b, i, was, n)
		return true
	}
	if b.wide == nil && (b.empty() || n < b.base || uint64(n)-uint64(b.base) >= b.reach()) {
		b.refit(n)
	}
	b.put(i, uint64(n)-uint64(b.base)+1, n)
	b.runs = max(b.runs, (int(i)/partRows+1)*partWords)
	b.ends.follow(b, i, was, n)
	return true
}

// put writes a code, or in the wide form the number.
func (b *numberBlock) put(i uint16, code uint64, n int64) {
	switch {
	case b.low != nil:
		b.low[i], b.high[i] = uint32(code), uint8(code>>32)
	case b.wide != nil:
		b.wide[i] = n
	case b.narrow != nil:
		b.narrow[i] = uint8(code)
	case b.middle != nil:
		b.middle[i] = uint16(code)
	}
}

// refit finds the form and base for the numbers that there are and another one.
func (b *numberBlock) refit(n int64) {
	least, most := n, n
	b.each(func(_ uint16, n int64) { least, most = min(least, n), max(most, n) })
	fresh := newNumberBlock(least, most, b.reach())
	fresh.runs, fresh.ends = b.runs, b.ends
	if fresh.ends == nil {
		fresh.ends = newNumberEnds()
	}
	b.each(func(i uint16, n int64) { fresh.put(i, uint64(n)-uint64(fresh.base)+1, n) })
	*b = fresh
}

// newNumberBlock returns an empty block for numbers of least to most, whose form reaches at
// least as far as another. A quarter of the room that is left is below them: most new
// numbers are greater.
func newNumberBlock(least, most int64, atLeast uint64) numberBlock {
	span := uint64(most) - uint64(least) // at most the reach less 1
	b := numberBlock{}
	switch {
	case span < narrowReach && atLeast <= narrowReach:
		b.narrow = make([]uint8, blockRows)
	case span < middleReach && atLeast <= middleReach:
		b.middle = make([]uint16, blockRows)
	case span < fiveReach:
		b.low, b.high = make([]uint32, blockRows), make([]uint8, blockRows)
	default:
		b.wide = emptyNumbers()
		return b
	}
	room := int64((b.reach() - 1 - span) / 4)
	b.base = none + 1
	if least-b.base > room || least-b.base < 0 { // the difference may be beyond what it is counted in
		b.base = least - room
	}
	if last := b.reach() - 1; uint64(math.MaxInt64)-uint64(b.base) < last {
		b.base = math.MaxInt64 - int64(last)
	}
	return b
}

// numbersOf makes a block of numbers, of which one is there at least.
func numbersOf(numbers []int64) numberBlock {
	least, most := int64(math.MaxInt64), int64(none)
	for _, n := range numbers {
		most = max(most, n)
		if n != none {
			least = min(least, n)
		}
	}
	b := newNumberBlock(least, most, 0)
	for i, n := range numbers {
		if n != none {
			b.put(uint16(i), uint64(n)-uint64(b.base)+1, n)
		}
	}
	b.findEnds()
	return b
}

// each calls f for the rows that have a number.
func (b *numberBlock) each(f func(i uint16, n int64)) {
	var buffer [64]int64
	for w := range b.runs {
		for i, n := range b.run(w, &buffer) {
			if n != none {
				f(uint16(w*64+i), n)
			}
		}
	}
}

// run returns the numbers of 64 rows, maybe in the buffer.
func (b *numberBlock) run(w int, buffer *[64]int64) *[64]int64 {
	from := w * 64
	switch {
	case b.wide != nil:
		return (*[64]int64)(b.wide[from:])
	case b.low != nil:
		low, high := (*[64]uint32)(b.low[from:]), (*[64]uint8)(b.high[from:])
		for i := range buffer {
			buffer[i] = b.number(uint64(high[i])<<32 | uint64(low[i]))
		}
	case b.narrow != nil:
		for i, code := range (*[64]uint8)(b.narrow[from:]) {
			buffer[i] = b.number(uint64(code))
		}
	case b.middle != nil:
		for i, code := range (*[64]uint16)(b.middle[from:]) {
			buffer[i] = b.number(uint64(code))
		}
	}
	return buffer
}

// emptyNumbers are the numbers of a wide block without any.
func emptyNumbers() []int64 {
	block := make([]int64, blockRows)
	for i := range block {
		block[i] = none
	}
	return block
}
