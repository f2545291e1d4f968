package columns

import "slices"

// segmentBuilder makes segments. It keeps its memory from one to the next.
type segmentBuilder struct {
	slots   []uint32 // open addressing, linear probing: number of a trigram from 1, 0 for empty
	grams   []gramCount
	entries []gramEntry
	codes   []uint32
}

// gramCount is what is known of a trigram while its postings are made.
type gramCount struct {
	gram  uint32
	next  uint32 // one more than the last code that has it
	count uint32 // of codes, then where the next one goes
}

// gramEntry says that a code has a trigram.
type gramEntry struct{ number, code uint32 }

// build indexes the codes of a dictionary from first to less than end.
func (b *segmentBuilder) build(d keyed, first, end uint32) segment {
	for code := first; code < end; code++ {
		b.add(d, code)
	}
	return b.segment(first, end)
}

// buildMost is build for the first of the codes, until they have about most trigrams.
func (b *segmentBuilder) buildMost(d keyed, first, end uint32, most int) segment {
	code := first
	for ; code < end && len(b.entries) < most; code++ {
		b.add(d, code)
	}
	return b.segment(first, code)
}

// add notes each trigram of the key of a code, if it has one. Codes come in
// rising order.
func (b *segmentBuilder) add(d keyed, code uint32) {
	if !d.used(code) {
		return
	}
	key := d.key(code)
	for i := range len(key) - 2 {
		number := b.number(gramAt(key, i))
		if g := &b.grams[number-1]; g.next != code+1 {
			g.next = code + 1
			g.count++
			b.entries = append(b.entries, gramEntry{number, code})
		}
	}
}

// number gives each trigram a number from 1.
func (b *segmentBuilder) number(gram uint32) uint32 {
	if 2*len(b.grams) >= len(b.slots) {
		b.slots = make([]uint32, max(1<<10, 2*len(b.slots)))
		for i, g := range b.grams {
			b.slots[b.slot(g.gram)] = uint32(i + 1)
		}
	}
	slot := b.slot(gram)
	if b.slots[slot] == 0 {
		b.grams = append(b.grams, gramCount{gram: gram})
		b.slots[slot] = uint32(len(b.grams))
	}
	return b.slots[slot]
}

// slot returns where a trigram is or belongs.
func (b *segmentBuilder) slot(gram uint32) int {
	mask := len(b.slots) - 1
	slot := int(gram*0x9e3779b1>>8) & mask
	for b.slots[slot] != 0 && b.grams[b.slots[slot]-1].gram != gram {
		slot = (slot + 1) & mask
	}
	return slot
}

// segment lays out what was noted, for the codes from first to less than end,
// and forgets it.
func (b *segmentBuilder) segment(first, end uint32) segment {
	order := make([]uint64, len(b.grams)) // trigram, then number
	start := uint32(0)
	for i := range b.grams {
		g := &b.grams[i]
		order[i] = uint64(g.gram)<<32 | uint64(i)
		start, g.count = start+g.count, start
	}
	slices.Sort(order)
	b.codes = slices.Grow(b.codes[:0], len(b.entries))[:len(b.entries)]
	for _, e := range b.entries {
		g := &b.grams[e.number-1]
		b.codes[g.count] = e.code
		g.count++
	}
	s := segment{
		first: first, end: end, grams: make([]uint32, 0, len(order)), ends: make([]uint32, 0, len(order)),
		postings: make([]byte, 0, len(b.entries)+len(b.entries)/4),
	}
	for _, o := range order {
		i := uint32(o)
		start := uint32(0)
		if i > 0 {
			start = b.grams[i-1].count
		}
		s.add(uint32(o>>32), b.codes[start:b.grams[i].count])
	}
	s.postings = slices.Clone(s.postings)
	b.grams, b.entries = b.grams[:0], b.entries[:0]
	clear(b.slots)
	return s
}
