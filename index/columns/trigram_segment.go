package columns

import (
	"math/bits"
	"slices"
)

// segment is the index of a run of codes. It has no pointers inside, whatever
// it holds.
//
// The postings of a trigram are the codes whose key has it, in rising order,
// each as its distance from the code after the one before; or a bitmap when that
// is no longer.
type segment struct {
	first, end uint32   // the codes are those from first to less than end
	grams      []uint32 // in rising order
	ends       []uint32 // by gram: where its postings end
	postings   []byte
	changed    []uint64 // one bit for each code that has another key now, nil for none
	changes    int
}

// gramAt is the trigram of the three bytes at i.
func gramAt(s string, i int) uint32 { return uint32(s[i])<<16 | uint32(s[i+1])<<8 | uint32(s[i+2]) }

// find returns the postings of a trigram, empty when no key has it.
func (s *segment) find(gram uint32) []byte {
	i, found := slices.BinarySearch(s.grams, gram)
	if !found {
		return nil
	}
	return s.list(i)
}

// list returns the postings of the trigram at a place.
func (s *segment) list(i int) []byte {
	start := uint32(0)
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.postings[start:s.ends[i]]
}

// bitmapBytes is the size of postings as a bitmap.
func (s *segment) bitmapBytes() int { return int(s.end-s.first+7) / 8 }

// dense reports whether postings are a bitmap.
func (s *segment) dense(list []byte) bool { return len(list) == s.bitmapBytes() }

// add appends a trigram, larger than those before, and its codes.
func (s *segment) add(gram uint32, codes []uint32) {
	start, size := len(s.postings), s.bitmapBytes()
	if len(codes) < size {
		s.addGaps(codes)
	}
	if len(codes) >= size || len(s.postings)-start >= size {
		s.postings = append(s.postings[:start], make([]byte, size)...)
		for _, code := range codes {
			code -= s.first
			s.postings[start+int(code>>3)] |= 1 << (code & 7)
		}
	}
	s.grams, s.ends = append(s.grams, gram), append(s.ends, uint32(len(s.postings)))
}

func (s *segment) addGaps(codes []uint32) {
	next, list := s.first, s.postings
	for _, code := range codes {
		gap := code - next
		for ; gap >= 0x80; gap >>= 7 {
			list = append(list, byte(gap)|0x80)
		}
		list = append(list, byte(gap))
		next = code + 1
	}
	s.postings = list
}

// gaps reads postings that are no bitmap.
type gaps struct {
	list []byte
	next uint32 // one more than the last code
}

// code returns the next code. There must be one.
func (g *gaps) code() uint32 {
	gap := uint32(g.list[0])
	if gap < 0x80 {
		g.list = g.list[1:]
	} else {
		n := 1
		for shift := 7; g.list[n-1] >= 0x80; shift += 7 {
			gap += (uint32(g.list[n]) - 1) << shift // less the bit that says there is more
			n++
		}
		g.list = g.list[n:]
	}
	g.next += gap + 1
	return g.next - 1
}

// unpack appends the codes of postings.
func (s *segment) unpack(list []byte, codes []uint32) []uint32 {
	if s.dense(list) {
		for i, b := range list {
			for ; b != 0; b &= b - 1 {
				codes = append(codes, s.first+uint32(i<<3+bits.TrailingZeros8(b)))
			}
		}
		return codes
	}
	for g := (gaps{list, s.first}); len(g.list) > 0; {
		codes = append(codes, g.code())
	}
	return codes
}

// keep keeps those of the codes, in rising order, that are in postings too.
func (s *segment) keep(codes []uint32, list []byte) []uint32 {
	kept := 0
	if s.dense(list) {
		for _, code := range codes {
			codes[kept] = code
			kept += int(list[(code-s.first)>>3] >> ((code - s.first) & 7) & 1)
		}
		return codes[:kept]
	}
	g := gaps{list, s.first}
	for _, code := range codes {
		for g.next <= code && len(g.list) > 0 {
			g.code()
		}
		if g.next == code+1 {
			codes[kept] = code
			kept++
		}
	}
	return codes[:kept]
}

// change notes that a code has another key.
func (s *segment) change(code uint32) {
	if s.changed == nil {
		s.changed = make([]uint64, (s.end-s.first+63)/64)
	}
	code -= s.first
	if word := &s.changed[code>>6]; *word>>(code&63)&1 == 0 {
		*word |= 1 << (code & 63)
		s.changes++
	}
}

// worn reports whether so many codes have changed that it is to be renewed.
func (s *segment) worn() bool { return s.changes > int(s.end-s.first)/changedShare }

// unchanged keeps those of the codes that have not changed.
func (s *segment) unchanged(codes []uint32) []uint32 {
	if s.changes == 0 {
		return codes
	}
	kept := 0
	for _, code := range codes {
		codes[kept] = code
		code -= s.first
		kept += int(^s.changed[code>>6] >> (code & 63) & 1)
	}
	return codes[:kept]
}

// changedCodes returns the codes that have changed.
func (s *segment) changedCodes() []uint32 {
	codes := make([]uint32, 0, s.changes)
	for i, word := range s.changed {
		for ; word != 0; word &= word - 1 {
			codes = append(codes, s.first+uint32(i<<6+bits.TrailingZeros64(word)))
		}
	}
	return codes
}

// renew indexes the codes that have changed by their new keys.
func (s *segment) renew(d keyed) {
	if s.changes == 0 {
		return
	}
	var b segmentBuilder
	for _, code := range s.changedCodes() {
		b.add(d, code)
	}
	fresh := b.segment(s.first, s.end)
	*s = merged(s, &fresh)
}

// merged returns one segment for the codes of two: the codes of a that have not
// changed, and those of b, which lies in a or follows it.
func merged(a, b *segment) segment {
	s := segment{
		first: a.first, end: b.end,
		grams: make([]uint32, 0, len(a.grams)+len(b.grams)), ends: make([]uint32, 0, len(a.grams)+len(b.grams)),
		postings: make([]byte, 0, len(a.postings)+len(b.postings)),
	}
	var codes, more []uint32
	for i, j := 0, 0; i < len(a.grams) || j < len(b.grams); {
		gram, before := uint32(0), j
		codes, more = codes[:0], more[:0]
		if j == len(b.grams) || i < len(a.grams) && a.grams[i] <= b.grams[j] {
			gram, codes = a.grams[i], a.unchanged(a.unpack(a.list(i), codes))
			i++
		} else {
			gram = b.grams[j]
		}
		if before == j && j < len(b.grams) && b.grams[j] == gram {
			more = b.unpack(b.list(j), more)
			j++
		}
		if codes = mergeCodes(codes, more); len(codes) > 0 {
			s.add(gram, codes)
		}
	}
	s.grams, s.ends, s.postings = slices.Clone(s.grams), slices.Clone(s.ends), slices.Clone(s.postings)
	return s
}

// mergeCodes merges more codes into codes.
func mergeCodes(codes, more []uint32) []uint32 {
	i, j := len(codes)-1, len(more)-1
	codes = append(codes, more...)
	for at := len(codes) - 1; i >= 0 && j >= 0; at-- {
		if codes[i] > more[j] {
			codes[at] = codes[i]
			i--
		} else {
			codes[at] = more[j]
			j--
		}
	}
	if j >= 0 {
		copy(codes, more[:j+1])
	}
	return codes
}
