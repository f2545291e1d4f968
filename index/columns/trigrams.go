package columns

import "math/bits"

// trigrams finds the texts of a dictionary that contain a part: for each three
// bytes that follow each other, the codes whose key has them. What it returns
// are candidates, which are then held against the key itself.
//
// Codes are indexed a segment at a time. A code that is new, or given again to
// another key, is noted as changed until its segment is made anew. So a change
// costs next to nothing, and what is not indexed is little: a share of the
// codes of each segment, a larger one of the last.
type trigrams struct {
	width    uint // a segment is 1<<width codes
	filling  int  // the last segment is made anew when one in so many of its codes came since
	segments []segment
}

// segmentWidth gives segments of 16,384 codes, which are made in some
// milliseconds under the write lock. It is also the widest that the distances
// of postings allow for.
const segmentWidth = 14

// changedShare is the part of a segment's codes that may change before it is
// made anew.
const changedShare = 16

// added takes note of a new key under a code of the dictionary.
func (t *trigrams) added(code uint32, d *dictionary) {
	if t == nil {
		return
	}
	i := int(code >> t.width)
	if i == len(t.segments) {
		t.segments = append(t.segments, segment{})
	}
	most := (1 << t.width) / changedShare
	switch whole := (i + 1) << t.width; {
	case d.size() < whole:
		most = (1 << t.width) / t.filling
	case int(code) == whole-1 && d.size() == whole: // it has all its codes now
		most = 0
	}
	if s := &t.segments[i]; s.change(code&(1<<t.width-1), t.width) > most {
		*s = new(segmentBuilder).build(d, uint32(i)<<t.width, t.width)
	}
}

// restore indexes every key of a dictionary.
func (t *trigrams) restore(d *dictionary) {
	var builder segmentBuilder
	for i := len(t.segments); i<<t.width < d.size(); i++ {
		t.segments = append(t.segments, builder.build(d, uint32(i)<<t.width, t.width))
	}
}

// looks is about how many of so many texts a search for a part looks at.
func (t *trigrams) looks(p textPart, texts int) int {
	if t == nil || len(p.grams) == 0 {
		return texts
	}
	looks := max(0, texts-len(t.segments)<<t.width)
	for i := range t.segments {
		looks += t.segments[i].looks(p.grams, t.width)
	}
	return looks
}

// search goes through the segments from one code to another, which begins a
// segment or ends the dictionary: every code whose indexed key has the trigrams
// is handed to found, every changed one to changed. It returns the first code
// that lies in no segment.
func (t *trigrams) search(from, to uint32, grams []uint32, found, changed func(code uint32)) uint32 {
	rows, scratch := make([]uint64, bitWords(t.width)), make([]uint64, bitWords(t.width))
	for from < to && int(from>>t.width) < len(t.segments) {
		s := &t.segments[from>>t.width]
		s.candidates(grams, t.width, rows, scratch)
		eachBit(rows, func(i uint32) { found(from + i) })
		eachBit(s.changed, func(i uint32) { changed(from + i) })
		from += 1 << t.width
	}
	return from
}

// segment is the index of a run of codes, named by their distance from its
// first. It has no pointers inside, whatever it holds.
type segment struct {
	grams    []uint32 // in rising order
	ends     []uint32 // by gram: where its postings end
	postings []byte
	changed  []uint64 // one bit for each code that has another key now, nil for none
	changes  int
}

// gramAt is the trigram of the three bytes at i.
func gramAt(s string, i int) uint32 { return uint32(s[i])<<16 | uint32(s[i+1])<<8 | uint32(s[i+2]) }

// change notes that a code has another key and returns how many have.
func (s *segment) change(code uint32, width uint) int {
	if s.changed == nil {
		s.changed = make([]uint64, bitWords(width))
	}
	if word := &s.changed[code>>6]; *word>>(code&63)&1 == 0 {
		*word |= 1 << (code & 63)
		s.changes++
	}
	return s.changes
}

// bitWords is how many words have a bit for each code of a segment.
func bitWords(width uint) int { return (1<<width + 63) / 64 }

// bitmapBytes is the size of postings as a bitmap: what would not be shorter as
// a list is one.
func bitmapBytes(width uint) int { return 1 << width / 8 }

// find returns the postings of a trigram, empty when no key has it.
func (s *segment) find(gram uint32) []byte {
	low, high := 0, len(s.grams)
	for low < high {
		if mid := int(uint(low+high) >> 1); s.grams[mid] < gram {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == len(s.grams) || s.grams[low] != gram {
		return nil
	}
	var start uint32
	if low > 0 {
		start = s.ends[low-1]
	}
	return s.postings[start:s.ends[low]]
}

// rarest returns the shortest postings of the trigrams, the shortest first.
func (s *segment) rarest(grams []uint32) (lists [3][]byte, n int) {
	for _, gram := range grams {
		list := s.find(gram)
		at := n
		for at > 0 && len(list) < len(lists[at-1]) {
			at--
		}
		if at == len(lists) {
			continue
		}
		n = min(n+1, len(lists))
		copy(lists[at+1:n], lists[at:])
		lists[at] = list
		if len(list) == 0 {
			break // no key has them all
		}
	}
	return lists, n
}

func (s *segment) looks(grams []uint32, width uint) int {
	lists, _ := s.rarest(grams)
	if len(lists[0]) == bitmapBytes(width) {
		return 1 << width
	}
	return len(lists[0]) + s.changes
}

// candidates sets a bit in rows for every code whose key has all the trigrams,
// and for some others. Changed codes are left out. The words of rows and
// scratch have a bit for each code.
func (s *segment) candidates(grams []uint32, width uint, rows, scratch []uint64) {
	lists, n := s.rarest(grams)
	unpack(lists[0], width, rows)
	if len(lists[0]) == 0 {
		return
	}
	for _, list := range lists[1:n] {
		unpack(list, width, scratch)
		for i := range rows {
			rows[i] &= scratch[i]
		}
	}
	for i, word := range s.changed {
		rows[i] &^= word
	}
}

// unpack sets the bits of postings and clears all others.
func unpack(list []byte, width uint, rows []uint64) {
	clear(rows)
	if len(list) == bitmapBytes(width) {
		for i, b := range list {
			rows[i>>3] |= uint64(b) << (i & 7 * 8)
		}
		return
	}
	next := uint32(0)
	for i := 0; i < len(list); i++ {
		gap := uint32(list[i])
		if gap >= 0x80 {
			i++
			gap = gap&0x7F | uint32(list[i])<<7
		}
		next += gap
		rows[next>>6] |= 1 << (next & 63)
		next++
	}
}

// eachBit calls f with the place of every bit that is set.
func eachBit(rows []uint64, f func(i uint32)) {
	for i, word := range rows {
		for ; word != 0; word &= word - 1 {
			f(uint32(i<<6 + bits.TrailingZeros64(word)))
		}
	}
}
