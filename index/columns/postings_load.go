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
	for i := range c.blocks {
		first := uint32(i) << blockBits
		switch block := &c.blocks[i]; {
		case block.narrow != nil:
			addCodes(b, block.narrow, first)
		case block.middle != nil:
			addCodes(b, block.middle, first)
		case block.wide != nil:
			addCodes(b, block.wide, first)
		}
	}
	return b.postings()
}

// addCodes puts the rows of a block under their codes. It calls no function for each: that took as long as the rest.
func addCodes[T uint8 | uint16 | uint32](b *postingsBuilder, codes []T, first uint32) {
	for i, code := range codes {
		if code != 0 {
			b.add(uint32(code), first+uint32(i))
		}
	}
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

// newCodeLists has room for the lists of some codes with as many numbers in all.
func newCodeLists(codes, numbers int) codeLists {
	return codeLists{ends: make([]uint32, 0, codes), numbers: make([]uint32, 0, numbers)}
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

// addAll adds lists of some sizes for the next codes.
func (l *codeLists) addAll(sizes []int, numbers []uint32) {
	for _, size := range sizes {
		for _, number := range numbers[:size] {
			l.add(number)
		}
		l.close()
		numbers = numbers[size:]
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
	for i := range c.blocks {
		first := uint32(i) << blockBits
		switch block := &c.blocks[i]; {
		case block.narrow != nil:
			addLists(b, l, block.narrow, first)
		case block.middle != nil:
			addLists(b, l, block.middle, first)
		case block.wide != nil:
			addLists(b, l, block.wide, first)
		}
	}
	return b.postings()
}

// addLists puts the rows of a block under the numbers of their codes.
func addLists[T uint8 | uint16 | uint32](b *postingsBuilder, l *codeLists, codes []T, first uint32) {
	for i, code := range codes {
		if code != 0 {
			for _, number := range l.of(uint32(code)) {
				b.add(number, first+uint32(i))
			}
		}
	}
}

// postingsBuilder makes the postings of codes of which it is known how many rows each will have.
// So each list is made once, and as long as it is in the end. A restart with five million
// conversations took 6.9 s when lists grew row by row, and 6.1 s since.
//
// Lists of few rows stay in use, those of many do not. So they lie in two arrays, with places that are counted on from
// the first to the second.
type postingsBuilder struct {
	refs      []uint32 // by code: 0 for none, grouped|the place of its next row, alone, or the row of a single one
	few, many []uint32
	groups    int
}

// alone is of a code that will have one row, which did not come yet. No place is as large.
const alone = noRef

// newPostingsBuilder takes how many rows each code will have, and gives the memory another use.
func newPostingsBuilder(counts []uint32) *postingsBuilder {
	b := &postingsBuilder{refs: counts}
	var few, many uint32
	for _, n := range counts {
		switch {
		case n > maxFew:
			many += n
			b.groups++
		case n > 1:
			few += n
			b.groups++
		}
	}
	b.few, b.many = make([]uint32, few), make([]uint32, many)
	few, many = 0, few
	for code, n := range counts {
		switch {
		case n > maxFew:
			b.refs[code] = grouped | many
			many += n
		case n > 1:
			b.refs[code] = grouped | few
			few += n
		case n == 1:
			b.refs[code] = alone
		}
	}
	return b
}

// add puts a row under a code. The rows of a code come in rising order, each once.
func (b *postingsBuilder) add(code, row uint32) {
	ref := b.refs[code]
	if ref == alone {
		b.refs[code] = row
		return
	}
	if place := int(ref &^ grouped); place < len(b.few) {
		b.few[place] = row
	} else {
		b.many[place-len(b.few)] = row
	}
	b.refs[code]++
}

// postings returns what was made, once each code has as many rows as were counted.
func (b *postingsBuilder) postings() postings {
	p := postings{refs: b.refs, groups: make([]group, 0, b.groups)}
	few, many := 0, 0 // where the next lists begin
	for code, ref := range p.refs {
		if ref&grouped == 0 {
			continue
		}
		var g group
		if end := int(ref &^ grouped); end <= len(b.few) {
			g.few, few = b.few[few:end:end], end
		} else {
			end -= len(b.few)
			g.many, g.size, many = fromMany(b.many[many:end]), uint32(end-many), end
		}
		p.refs[code] = grouped | p.keep(g)
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
