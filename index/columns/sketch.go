package columns

import (
	"math"
	"math/bits"
	"slices"
)

// sketch is a block of numbers seen coarsely: a 15-bit code a row, in the order
// of the numbers. A range is then a scan of a quarter of the memory, four rows at
// a time, and a look at the few numbers that share a code with one of its ends
// (Hentschel, Kester and Idreos, Column Sketches, SIGMOD 2018).
//
// The high bits of a code are a bucket of about as many rows as any other, the
// low ones how far into the bucket the number lies. Buckets are made once some
// rows have numbers, and made anew once half of those changed. Until then a
// sketch stays right: only how even its buckets are may change.
type sketch struct {
	changes int // since it was made
	numbers int // how many there were then

	codes       []uint64          // of four rows each, nil until made; code 0 is of missing numbers
	bounds      [maxBuckets]int64 // the least number of each bucket but the first
	shifts      [maxBuckets]uint8 // by bucket: what a step into it leaves out
	least, most int64             // no number was less or more since it was made
}

const (
	maxBuckets    = 128
	bucketSteps   = 256
	sketchChanges = 1 << 13 // the fewest after which one is made
	sketchSample  = 1 << 11 // numbers that bounds are taken from
)

// code returns the code of a number: less for no number that is greater.
func (s *sketch) code(n int64) uint64 {
	b := 0
	for step := maxBuckets / 2; step > 0; step /= 2 {
		b += step & -int(bit(s.bounds[b+step] <= n))
	}
	steps := (uint64(n) - uint64(s.bounds[b])) >> (s.shifts[b] & 63)
	return uint64(b)*bucketSteps + min(steps, bucketSteps-1)
}

// set follows a change of a row's number.
func (s *sketch) set(block *numberBlock, row uint16, n int64) {
	if !block.sketched() {
		s.changes++ // so that one is soon made if the numbers take more bytes
		return
	}
	if s.codes != nil {
		s.put(row, n)
		if n != none {
			s.least, s.most = min(s.least, n), max(s.most, n)
		}
	}
	if s.changes++; s.changes >= max(sketchChanges, s.numbers/2) {
		s.make(block)
	}
}

func (s *sketch) put(row uint16, n int64) {
	lanes, shift := &s.codes[row/64*16+row%16], row/16%4*16
	*lanes = *lanes&^(math.MaxUint16<<shift) | s.code(n)<<shift
}

// of returns the code of a row.
func (s *sketch) of(row uint16) uint64 {
	return s.codes[row/64*16+row%16] >> (row / 16 % 4 * 16) & math.MaxUint16
}

// make takes the bounds of the buckets from a sample.
func (s *sketch) make(block *numberBlock) {
	s.changes, s.numbers = 0, 0
	s.least, s.most = math.MaxInt64, none
	block.each(func(_ uint16, n int64) {
		s.numbers++
		s.least, s.most = min(s.least, n), max(s.most, n)
	})
	s.bound(sampled(block, s.numbers))
	if s.codes == nil {
		s.codes = make([]uint64, blockRows/4)
	}
	clear(s.codes) // missing numbers have the code 0
	block.each(s.put)
}

// sampled returns a sample of the numbers in a block, sorted. numbers is how many it has.
func sampled(block *numberBlock, numbers int) []int64 {
	every := max(1, numbers/sketchSample)
	sample := make([]int64, 0, numbers/every+1)
	seen := 0
	block.each(func(_ uint16, n int64) {
		if seen%every == 0 {
			sample = append(sample, n)
		}
		seen++
	})
	slices.Sort(sample)
	return sample
}

// bound puts bounds so that the sample falls evenly into buckets. A number that
// fills one has it for itself. The first two buckets are of missing numbers and
// of those below the sample; bounds that are left over are above all numbers.
func (s *sketch) bound(sample []int64) {
	bounds := append(s.bounds[:0], none, none+1)
	for i := 0; i < maxBuckets-2 && len(sample) > 0; i++ {
		n, last := sample[i*len(sample)/(maxBuckets-2)], bounds[len(bounds)-1]
		switch {
		case n > last:
			bounds = append(bounds, n)
		case n == last && n < math.MaxInt64:
			bounds = append(bounds, n+1)
		}
	}
	for b, bound := range bounds {
		end := uint64(max(s.most, bound)) // of the last bucket; others end before the next
		if b+1 < len(bounds) {
			end = uint64(bounds[b+1]) - 1
		}
		s.shifts[b] = uint8(max(0, bits.Len64(end-uint64(bound))-bits.Len(bucketSteps-1)))
	}
	for len(bounds) < cap(bounds) {
		bounds = append(bounds, math.MaxInt64)
	}
}

// scan sets the bits of the rows with a number of lo to hi, which lie above
// none.
func (s *sketch) scan(block *numberBlock, lo, hi int64, words []uint64) {
	if hi < s.least || lo > s.most {
		return
	}
	if lo <= s.least {
		lo = none + 1
	}
	if hi >= s.most {
		hi = math.MaxInt64
	}
	some := newCodeSpan(s.code(lo), s.code(hi))
	all, distance := some, uint64(hi)-uint64(lo)
	if lo > none+1 && s.code(lo-1) == s.code(lo) {
		all.from += eachLane
	}
	if hi < math.MaxInt64 && s.code(hi+1) == s.code(hi) {
		all.behind -= eachLane
	}
	open := hi == math.MaxInt64
	var buffer [64]int64
	for w := range words[:block.runs] {
		if !block.ends.reaches(w*64/partRows, lo, hi) {
			continue
		}
		codes := (*[16]uint64)(s.codes[w*16:])
		var word uint64
		var ends bool
		if open {
			word, ends = scanFrom(codes, some.from, all.from)
		} else {
			word, ends = scanSpan(codes, some, all)
		}
		if ends {
			word = inSpan(block.run(w, &buffer), uint64(lo), distance)
		}
		words[w] = word
	}
}

// codeSpan is a span of codes, repeated in each lane of a word.
type codeSpan struct{ from, behind uint64 }

const (
	eachLane = 0x0001000100010001
	highBits = 0x8000 * eachLane
)

func newCodeSpan(from, to uint64) codeSpan { return codeSpan{from * eachLane, (to + 1) * eachLane} }

// scanSpan returns a bit for each of 64 rows whose code is in some, and whether
// one of them is not in all, a part of some. The high bit of a lane, which no
// code has, is left by a subtraction when the code is no less.
func scanSpan(codes *[16]uint64, some, all codeSpan) (word uint64, ends bool) {
	var differ uint64
	for _, lanes := range codes {
		lanes |= highBits
		in := (lanes - some.from) &^ (lanes - some.behind)
		differ |= in &^ ((lanes - all.from) &^ (lanes - all.behind))
		word = word>>1 | in&highBits
	}
	return word, differ&highBits != 0
}

// scanFrom is scanSpan for spans without an end.
func scanFrom(codes *[16]uint64, some, all uint64) (word uint64, ends bool) {
	var differ uint64
	for _, lanes := range codes {
		lanes |= highBits
		in := lanes - some
		differ |= in &^ (lanes - all)
		word = word>>1 | in&highBits
	}
	return word, differ&highBits != 0
}
