package columns

import "slices"

// segmentBuilder makes segments. It keeps its memory from one to the next.
type segmentBuilder struct {
	// numbers gives each trigram of the segment a number from 1, by its high
	// and low 12 bits: a look-up for each byte of a dictionary has to be cheap.
	numbers [1 << 12]*[1 << 12]uint32
	grams   []gramPostings // by number less 1
	entries []gramEntry
}

// gramPostings is what is known of a trigram while its postings are made.
type gramPostings struct {
	gram  uint32
	next  uint32 // one more than the last code
	bytes uint32 // of its postings: at first their length, then where the next goes
	dense bool
}

// gramEntry says that a code has a trigram.
type gramEntry struct{ number, code uint32 }

// build indexes the codes of a dictionary from first on.
func (b *segmentBuilder) build(d *dictionary, first uint32, width uint) segment {
	b.grams, b.entries = b.grams[:0], b.entries[:0]
	for code := range uint32(1) << width {
		if d.used(first + code) {
			b.add(d.key(first+code), code)
		}
	}
	s := b.layout(width)
	b.fill(&s)
	return s
}

// add notes each trigram of a key once.
func (b *segmentBuilder) add(key string, code uint32) {
	for i := range len(key) - 2 {
		number := b.number(gramAt(key, i))
		g := &b.grams[number-1]
		if g.next == code+1 {
			continue
		}
		g.bytes += gapBytes(code - g.next)
		g.next = code + 1
		b.entries = append(b.entries, gramEntry{number, code})
	}
}

func (b *segmentBuilder) number(gram uint32) uint32 {
	page := b.numbers[gram>>12]
	if page == nil {
		page = new([1 << 12]uint32)
		b.numbers[gram>>12] = page
	}
	number := &page[gram&(1<<12-1)]
	if *number == 0 {
		b.grams = append(b.grams, gramPostings{gram: gram})
		*number = uint32(len(b.grams))
	}
	return *number
}

// layout gives each trigram its place in the postings, in rising order, and
// forgets the numbers.
func (b *segmentBuilder) layout(width uint) segment {
	order := make([]uint64, len(b.grams)) // trigram, then number
	for i, g := range b.grams {
		order[i] = uint64(g.gram)<<32 | uint64(i)
	}
	slices.Sort(order)
	s := segment{grams: make([]uint32, len(order)), ends: make([]uint32, len(order))}
	end := uint32(0)
	for i, o := range order {
		g := &b.grams[uint32(o)]
		b.numbers[g.gram>>12][g.gram&(1<<12-1)] = 0
		g.dense = g.bytes >= uint32(bitmapBytes(width))
		size := g.bytes
		if g.dense {
			size = uint32(bitmapBytes(width))
		}
		g.bytes, g.next = end, 0
		end += size
		s.grams[i], s.ends[i] = g.gram, end
	}
	s.postings = make([]byte, end)
	return s
}

// fill writes the postings: a bitmap, or the distances between codes less one,
// in a byte or two.
func (b *segmentBuilder) fill(s *segment) {
	for _, e := range b.entries {
		g := &b.grams[e.number-1]
		if g.dense {
			s.postings[g.bytes+e.code>>3] |= 1 << (e.code & 7)
			continue
		}
		gap := e.code - g.next
		g.next = e.code + 1
		if gapBytes(gap) == 2 {
			s.postings[g.bytes], s.postings[g.bytes+1] = byte(gap)|0x80, byte(gap>>7)
			g.bytes += 2
			continue
		}
		s.postings[g.bytes] = byte(gap)
		g.bytes++
	}
}

func gapBytes(gap uint32) uint32 {
	if gap < 0x80 {
		return 1
	}
	return 2
}
