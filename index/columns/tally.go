package columns

import "math/bits"

// numberTally counts numbers, or is a set of them: a hash table with open
// addressing, several times faster than a map.
type numberTally struct {
	numbers []int64 // none for an empty slot
	counts  []uint32
	size    int
	shift   int
}

// newNumberTally returns a tally with room for some numbers before it grows.
func newNumberTally(numbers int) *numberTally {
	t := &numberTally{}
	t.resize(max(16, 2*numbers))
	return t
}

// resize makes at least the given number of empty slots.
func (t *numberTally) resize(slots int) {
	width := bits.Len(uint(slots - 1))
	t.numbers, t.counts = make([]int64, 1<<width), make([]uint32, 1<<width)
	for i := range t.numbers {
		t.numbers[i] = none
	}
	t.shift, t.size = 64-width, 0
}

// fibonacci hashes a number (Knuth, The Art of Computer Programming 6.4): the
// high bits of the product depend on all of it.
func fibonacci(n int64) uint64 { return uint64(n) * 0x9E3779B97F4A7C15 }

// slot returns where a number is or belongs.
func (t *numberTally) slot(n int64) int {
	slot := int(fibonacci(n) >> t.shift)
	for t.numbers[slot] != n && t.numbers[slot] != none {
		slot = (slot + 1) & (len(t.numbers) - 1)
	}
	return slot
}

// add counts a number, which is not none.
func (t *numberTally) add(n int64, count uint32) {
	slot := t.slot(n)
	if t.numbers[slot] == none {
		if 2*t.size >= len(t.numbers) {
			t.grow()
			slot = t.slot(n)
		}
		t.numbers[slot] = n
		t.size++
	}
	t.counts[slot] += count
}

func (t *numberTally) grow() {
	numbers, counts := t.numbers, t.counts
	t.resize(4 * len(numbers))
	for i, n := range numbers {
		if n != none {
			t.add(n, counts[i])
		}
	}
}

// has reports whether a number was added, false for none.
func (t *numberTally) has(n int64) bool { return n != none && t.numbers[t.slot(n)] == n }
