package columns

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// present returns the rows that have a code.
func (c *codes) present() *roaring.Bitmap {
	d := newDense(len(c.blocks))
	for i := range c.blocks {
		words := d.block(i)
		switch block := &c.blocks[i]; {
		case block.narrow != nil:
			markCodes(block.narrow, words)
		case block.middle != nil:
			markCodes(block.middle, words)
		case block.wide != nil:
			markCodes(block.wide, words)
		}
	}
	return d.bitmap()
}

// markCodes sets the bits of the rows that have a code. It has no branch that depends on a code.
func markCodes[T uint8 | uint16 | uint32](codes []T, words []uint64) {
	for w := range words {
		var word uint64
		for i, code := range (*[64]T)(codes[w*64:]) {
			word |= bit(code != 0) << i
		}
		words[w] = word
	}
}

// size is one more than the largest code.
func (c *codes) size() int {
	most := uint32(0)
	for i := range c.blocks {
		switch block := &c.blocks[i]; {
		case block.narrow != nil:
			most = max(most, uint32(slices.Max(block.narrow)))
		case block.middle != nil:
			most = max(most, uint32(slices.Max(block.middle)))
		case block.wide != nil:
			most = max(most, slices.Max(block.wide))
		}
	}
	return int(most) + 1
}

// newPostings returns the rows of each code below size. Rows with another code, or with one that is not
// sound, lose it.
func newPostings(c *codes, size int, sound func(code uint32) bool) postings {
	counts := c.counts(size, sound)
	for len(counts) > 0 && counts[len(counts)-1] == 0 {
		counts = counts[:len(counts)-1]
	}
	b := newPostingsBuilder(counts)
	c.rows(func(row, code uint32) uint32 {
		b.add(code, row)
		return code
	})
	return b.postings()
}

// counts returns how many rows have each code below size. Rows with another code, or with one that is
// not sound, lose it.
func (c *codes) counts(size int, sound func(code uint32) bool) []uint32 {
	counts, lost := make([]uint32, max(size, 1)), false
	for i := range c.blocks {
		switch block := &c.blocks[i]; {
		case block.narrow != nil:
			lost = countCodes(block.narrow, counts) || lost
		case block.middle != nil:
			lost = countCodes(block.middle, counts) || lost
		case block.wide != nil:
			lost = countCodes(block.wide, counts) || lost
		}
	}
	counts[0] = 0
	for code, n := range counts {
		if n > 0 && !sound(uint32(code)) {
			counts[code], lost = 0, true
		}
	}
	if lost {
		c.rows(func(_, code uint32) uint32 {
			if int(code) >= len(counts) || counts[code] == 0 {
				return 0
			}
			return code
		})
	}
	return counts
}

// countCodes adds how many rows have each code, and reports whether some have a code that is not counted.
func countCodes[T uint8 | uint16 | uint32](codes []T, counts []uint32) (beyond bool) {
	for _, code := range codes {
		if int(code) < len(counts) {
			counts[code]++
		} else {
			beyond = true
		}
	}
	return beyond
}

// codeLists are a list of numbers for each code, in order of the codes.
type codeLists struct {
	ends    []uint32 // by code: where its list ends in numbers
	numbers []uint32
}

// of returns the list of a code.
func (l *codeLists) of(code uint32) []uint32 {
	from := uint32(0)
	if code > 0 {
		from = l.ends[code-1]
	}
	return l.numbers[from:l.ends[code]]
}

// add adds a number to the list of the next code, unless it has it. close ends that list.
func (l *codeLists) add(number uint32) {
	from := uint32(0)
	if n := len(l.ends); n > 0 {
		from = l.ends[n-1]
	}
	if !slices.Contains(l.numbers[from:], number) {
		l.numbers = append(l.numbers, number)
	}
}

func (l *codeLists) close() { l.ends = append(l.ends, uint32(len(l.numbers))) }

// postings returns the rows of each number below size: those whose code has it in its list. counts says how many
// rows have each code.
func (l *codeLists) postings(c *codes, counts []uint32, size int) postings {
	sums := make([]uint32, size)
	for code, n := range counts {
		if n > 0 {
			for _, number := range l.of(uint32(code)) {
				sums[number] += n
			}
		}
	}
	b := newPostingsBuilder(sums)
	c.rows(func(row, code uint32) uint32 {
		for _, number := range l.of(code) {
			b.add(number, row)
		}
		return code
	})
	return b.postings()
}

// postingsBuilder makes the postings of codes of which it is known how many rows each will have.
// So each list is made once, and as long as it is in the end. A restart with five million
// conversations took 6.9 s when lists grew row by row, and 6.1 s since.
type postingsBuilder struct {
	counts    []uint32 // by code
	next      []uint32 // where the next row of a code goes; of a single one, the row
	few, many []uint32 // the rows of codes that have several
	groups    int
}

func newPostingsBuilder(counts []uint32) *postingsBuilder {
	b := &postingsBuilder{counts: counts, next: make([]uint32, len(counts))}
	var few, many uint32
	for code, n := range counts {
		switch {
		case n > maxFew:
			b.next[code] = many
			many += n
			b.groups++
		case n > 1:
			b.next[code] = few
			few += n
			b.groups++
		}
	}
	b.few, b.many = make([]uint32, few), make([]uint32, many)
	return b
}

// add puts a row under a code. The rows of a code come in rising order, each once.
func (b *postingsBuilder) add(code, row uint32) {
	switch n := b.counts[code]; {
	case n == 1:
		b.next[code] = row
		return
	case n > maxFew:
		b.many[b.next[code]] = row
	default:
		b.few[b.next[code]] = row
	}
	b.next[code]++
}

// postings returns what was made, once each code has as many rows as were counted.
func (b *postingsBuilder) postings() (p postings) {
	p.refs, p.groups = make([]uint32, len(b.counts)), make([]group, 0, b.groups)
	for code, n := range b.counts {
		end := b.next[code]
		switch {
		case n == 1:
			p.refs[code] = end
		case n > maxFew:
			p.refs[code] = grouped | p.keep(group{many: fromMany(b.many[end-n : end]), size: n})
		case n > 1:
			p.refs[code] = grouped | p.keep(group{few: b.few[end-n : end : end]})
		}
	}
	return p
}

// crowded is how many rows a block has at least, on average, where marking them is quicker than adding one by one.
const crowded = 256

// fromMany is fromSorted for rows of which many may lie in a block.
func fromMany(rows []uint32) *roaring.Bitmap {
	blocks := int(rows[len(rows)-1]>>blockBits) + 1
	if len(rows) < crowded*blocks {
		return fromSorted(rows)
	}
	d := borrowDense(blocks)
	defer d.giveBack()
	for _, row := range rows {
		d.words[row>>6] |= 1 << (row & 63)
	}
	return roaring.FromDense(d.words, true)
}
