package columns

import (
	"math"
	"math/bits"
	"slices"
)

// sketch is a block of numbers seen coarsely: a code of one byte a row, in the order of the
// numbers. A range is then a scan of a fifth of the memory or less, many rows at a time, and a look at
// the few numbers that share a code with one of its ends (Hentschel, Kester and Idreos, Column
// Sketches, SIGMOD 2018).
//
// A code is a bucket of about as many rows as any other. Buckets are made once some rows have numbers,
// and made anew once half of those changed. Until then a sketch stays right: only how even its buckets
// are may change.
type sketch struct {
	changes int // since it was made
	numbers int // how many there were then

	codes       []uint8           // nil until made; code 0 is of missing numbers
	bounds      [maxBuckets]int64 // the least number of each bucket but the first
	least, most int64             // no number was less or more since it was made
}

const (
	maxBuckets    = 256
	sketchChanges = 1 << 13 // the fewest after which one is made
	sketchSample  = 1 << 12 // numbers that bounds are taken from
)

// code returns the code of a number: less for no number that is greater.
func (s *sketch) code(n int64) uint8 {
	b := 0
	for step := maxBuckets / 2; step > 0; step /= 2 {
		b += step & -int(bit(s.bounds[b+step] <= n))
	}
	return uint8(b)
}

// set follows a change of a row's number.
func (s *sketch) set(form numberForm, block *numberBlock, row uint16, n int64) {
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
		s.make(form, block)
	}
}

func (s *sketch) put(row uint16, n int64) { s.codes[row] = s.code(n) }

// make takes the bounds of the buckets from a sample.
func (s *sketch) make(form numberForm, block *numberBlock) {
	s.changes, s.numbers = 0, block.count()
	s.least, s.most = block.extremes()
	s.bound(form, sampled(block, s.numbers))
	if s.codes == nil {
		s.codes = make([]uint8, blockRows)
	}
	var buffer [64]int64
	for w := range block.runs {
		codes := (*[64]uint8)(s.codes[w*64:])
		for i, n := range block.run(w, &buffer) {
			codes[i] = s.code(n) // of a missing number it is 0
		}
	}
}

// count is how many rows have a number.
func (b *numberBlock) count() (n int) {
	var buffer [64]int64
	for w := range b.runs {
		for _, number := range b.run(w, &buffer) {
			n += int(bit(number != none))
		}
	}
	return n
}

// sampled returns a sample of the numbers in a block, sorted. numbers is how many it has.
func sampled(block *numberBlock, numbers int) []int64 {
	every := max(1, numbers/sketchSample)
	sample := make([]int64, 0, numbers/every+1)
	left := 0 // until the next
	block.each(func(_ uint16, n int64) {
		if left == 0 {
			sample = append(sample, n)
			left = every
		}
		left--
	})
	slices.Sort(sample)
	return sample
}

// bound puts bounds so that the sample falls about evenly into buckets. A number that
// fills one has it for itself. The first two buckets are of missing numbers and
// of those below the sample; bounds that are left over are above all numbers.
//
// A bound is the roundest number that it can be. People ask for round numbers, and a range that ends at a bound needs no
// look at any number. A bucket has at most the rows of two.
func (s *sketch) bound(form numberForm, sample []int64) {
	bounds := append(s.bounds[:0], none, none+1)
	for i := 0; i < maxBuckets-2 && len(sample) > 0 && len(bounds) < maxBuckets; i++ {
		n, last := sample[i*len(sample)/(maxBuckets-2)], bounds[len(bounds)-1]
		switch {
		case n > last:
			bounds = append(bounds, form.roundest(last, n))
		case n == last && n < math.MaxInt64:
			bounds = append(bounds, n+1)
		}
	}
	for len(bounds) < maxBuckets {
		bounds = append(bounds, math.MaxInt64)
	}
}

// codeSpan is the codes that numbers of lo to hi have. Numbers beyond lo have the first one, too, if it is split;
// for hi and the last one alike.
type codeSpan struct {
	from, to             uint8
	splitsFrom, splitsTo bool
}

// span returns the codes of numbers of lo to hi, which lie above none; false if there are none of them.
func (s *sketch) span(lo, hi int64) (codeSpan, bool) {
	if hi < s.least || lo > s.most {
		return codeSpan{}, false
	}
	if lo <= s.least {
		lo = none + 1
	}
	if hi >= s.most {
		hi = math.MaxInt64
	}
	c := codeSpan{from: s.code(lo), to: s.code(hi)}
	c.splitsFrom = lo > none+1 && s.code(lo-1) == c.from
	c.splitsTo = hi < math.MaxInt64 && s.code(hi+1) == c.to
	return c, true
}

// test leaves those of a block's rows with a number of lo to hi. It first goes by the codes of all rows, without a
// branch that would wait for a code, so that the processor fetches many codes at once.
func (s *sketch) test(block *numberBlock, lo, hi int64, rows []uint32) []uint32 {
	c, some := s.span(lo, hi)
	if !some {
		return nil
	}
	codes, length := (*[blockRows]uint8)(s.codes), c.to-c.from
	splitsFrom, splitsTo := bit(c.splitsFrom), bit(c.splitsTo)
	var looks [batchRows]uint16 // places in rows
	kept, n := 0, 0
	prefetch(s.codes, rows)
	for _, row := range rows {
		code := codes[uint16(row)]
		rows[kept], looks[n%batchRows] = row, uint16(kept)
		n += int(bit(code == c.from)&splitsFrom | bit(code == c.to)&splitsTo)
		kept += int(bit(code-c.from <= length))
	}
	return lookUpRows(block, lo, hi, rows[:kept], looks[:n])
}

// lookUpRows leaves those of the rows whose numbers are of lo to hi, of which it looks only at some places.
func lookUpRows(block *numberBlock, lo, hi int64, rows []uint32, looks []uint16) []uint32 {
	kept, from := 0, 0
	for _, at := range looks {
		kept += copy(rows[kept:], rows[from:at])
		from = int(at) + 1
		if n := block.get(uint16(rows[at])); lo <= n && n <= hi {
			rows[kept] = rows[at]
			kept++
		}
	}
	return rows[:kept+copy(rows[kept:], rows[from:])]
}

// scan sets the bits of the rows with a number of lo to hi, which lie above
// none. It goes through the stretches of parts that have such numbers. Of rows that are not among some, nil for
// all, it may set others.
func (s *sketch) scan(block *numberBlock, lo, hi int64, words, among []uint64) {
	c, some := s.span(lo, hi)
	if !some {
		return
	}
	for w := 0; w < block.runs; {
		end := w
		for end < block.runs && block.ends.reaches(end/partWords, lo, hi) {
			end += partWords
		}
		if end > w {
			s.scanRows(block, w, c, lo, hi, words[w:end], behind(among, w))
		}
		w = end + partWords
	}
}

// fewLooks are so few rows that looking at the number of each, which may lie anywhere, is quicker than finding
// those that need a look.
const fewLooks = 64

// scanRows is scan for the rows of some words, of which w is the first.
func (s *sketch) scanRows(block *numberBlock, w int, c codeSpan, lo, hi int64, words, among []uint64) {
	scanBytes(s.codes[w*64:], c.from, c.to-c.from, words)
	switch {
	case !c.splitsFrom && !c.splitsTo:
	case among != nil && narrow(words, among) <= fewLooks:
		keep(block, w, lo, hi, words, words)
	default:
		if c.splitsFrom {
			s.lookUp(block, w, c.from, lo, hi, words, among)
		}
		if c.splitsTo && !(c.splitsFrom && c.from == c.to) {
			s.lookUp(block, w, c.to, lo, hi, words, among)
		}
	}
}

// narrow leaves the rows that are among some, and returns how many they are.
func narrow(words, among []uint64) (n int) {
	among = among[:len(words)]
	for i := range words {
		words[i] &= among[i]
		n += bits.OnesCount64(words[i])
	}
	return n
}

// lookUp is keep for the rows with a code.
func (s *sketch) lookUp(block *numberBlock, w int, code uint8, lo, hi int64, words, among []uint64) {
	var buffer [blockWords]uint64
	looks := buffer[:len(words)]
	scanBytes(s.codes[w*64:], code, 0, looks)
	if among != nil {
		narrow(looks, among)
	}
	keep(block, w, lo, hi, words, looks)
}

// keep clears the bits of those of the looked at rows whose numbers are not of lo to hi. No branch waits for a number, so
// that the processor fetches many at once: they may lie anywhere.
func keep(block *numberBlock, w int, lo, hi int64, words, looks []uint64) {
	span := uint64(hi) - uint64(lo)
	for i, rest := range looks {
		out := uint64(0)
		for ; rest != 0; rest &= rest - 1 {
			place := bits.TrailingZeros64(rest)
			n := block.get(uint16((w+i)*64 + place))
			out |= bit(uint64(n)-uint64(lo) > span) << (place & 63)
		}
		words[i] &^= out
	}
}

// behind is a list without its first n words, nil for nil.
func behind(words []uint64, n int) []uint64 {
	if words == nil {
		return nil
	}
	return words[n:]
}
