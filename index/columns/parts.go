package columns

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
)

// dictionaryPieces is how many codes of a dictionary make a piece.
const dictionaryPiece = 1 << 14

func (d *dictionary) pieces() int { return (d.size() + dictionaryPiece - 1) / dictionaryPiece }

// encode appends for each code the key and, when it differs, the spelling. A
// code that is free has neither: its key has length 0, others one more than
// they are long.
func (d *dictionary) encode(i int, b []byte) []byte {
	from := i * dictionaryPiece
	for code := from; code < min(from+dictionaryPiece, d.size()); code++ {
		if !d.used(uint32(code)) {
			b = append(b, 0)
			continue
		}
		key, spelling := d.entry(uint32(code))
		if spelling == key {
			spelling = ""
		}
		b = binary.AppendUvarint(b, uint64(len(key))+1)
		b = append(b, key...)
		b = binary.AppendUvarint(b, uint64(len(spelling)))
		b = append(b, spelling...)
	}
	return b
}

// decode appends the codes of a piece, without making them known to find: see
// reindex.
func (d *dictionary) decode(i int, b []byte) error {
	if i == 0 && len(d.refs) == 1 {
		d.refs = d.refs[:0] // code 0 is in the first piece
	}
	if i*dictionaryPiece != len(d.refs) {
		return errCorrupt
	}
	if cap(d.refs)-len(d.refs) < dictionaryPiece {
		d.refs = slices.Grow(d.refs, max(dictionaryPiece, len(d.refs))) // twice as many; reindex gives back what is left
	}
	for len(b) > 0 {
		size, n := binary.Uvarint(b)
		if n <= 0 || len(d.refs) == (i+1)*dictionaryPiece {
			return errCorrupt
		}
		if b = b[n:]; size == 0 {
			d.refs = append(d.refs, noRef)
			continue
		}
		key, rest, ok := clip(b, size-1)
		if !ok {
			return errCorrupt
		}
		spelling, rest, ok := readBytes(rest)
		if !ok {
			return errCorrupt
		}
		if len(spelling) == 0 {
			spelling = key
		}
		d.refs = append(d.refs, d.arena.add(view(key), view(spelling)))
		b = rest
	}
	if len(d.refs) == 0 || i == 0 && d.refs[0] != noRef {
		return errCorrupt
	}
	return nil
}

// reindex makes the decoded keys known and frees the codes that are not held.
func (d *dictionary) reindex(held func(code uint32) bool) error {
	for code := 1; code < len(d.refs); code++ {
		if d.refs[code] == noRef || held(uint32(code)) {
			continue
		}
		d.dead += recordBytes(d.entry(uint32(code)))
		d.refs[code] = noRef
	}
	for code := len(d.refs) - 1; code > 0; code-- {
		if d.refs[code] == noRef {
			d.free = append(d.free, uint32(code))
		}
	}
	d.refs = append(make([]uint32, 0, len(d.refs)+len(d.refs)/32), d.refs...)
	d.rehash(0)
	if !d.slotAll() {
		return errCorrupt
	}
	return nil
}

func (c *codes) pieces() int { return len(c.blocks) }

// encode appends the width of a code in bytes, 0 for an empty block, then the
// codes.
func (c *codes) encode(i int, b []byte) []byte {
	switch block := &c.blocks[i]; {
	case block.narrow != nil:
		return append(append(b, 1), block.narrow...)
	case block.middle != nil:
		b = append(b, 2)
		for _, code := range block.middle {
			b = binary.LittleEndian.AppendUint16(b, code)
		}
		return b
	case block.wide != nil:
		b = append(b, 4)
		for _, code := range block.wide {
			b = binary.LittleEndian.AppendUint32(b, code)
		}
		return b
	}
	return append(b, 0)
}

func (c *codes) decode(i int, b []byte) error {
	if i != len(c.blocks) || len(b) == 0 || len(b)-1 != int(b[0])*blockRows {
		return errCorrupt
	}
	var block codeBlock
	width, b := b[0], b[1:]
	switch width {
	case 0:
	case 1:
		block.narrow = slices.Clone(b)
	case 2:
		block.middle = make([]uint16, blockRows)
		for row := range block.middle {
			block.middle[row] = binary.LittleEndian.Uint16(b[2*row:])
		}
	case 4:
		block.wide = make([]uint32, blockRows)
		for row := range block.wide {
			block.wide[row] = binary.LittleEndian.Uint32(b[4*row:])
		}
	default:
		return errCorrupt
	}
	c.blocks = append(c.blocks, block)
	return nil
}

// rows calls f for every row with a code, which f may change.
func (c *codes) rows(f func(row, code uint32) uint32) {
	for i := range c.blocks {
		first := uint32(i) << blockBits
		switch block := &c.blocks[i]; {
		case block.narrow != nil:
			rowsIn(block.narrow, first, f)
		case block.middle != nil:
			rowsIn(block.middle, first, f)
		case block.wide != nil:
			rowsIn(block.wide, first, f)
		}
	}
}

func rowsIn[T uint8 | uint16 | uint32](block []T, first uint32, f func(row, code uint32) uint32) {
	for at := 0; at < len(block); at += 64 {
		some := (*[64]T)(block[at:])
		if *some == [64]T{} { // most of the last block, where there are few rows
			continue
		}
		for i, code := range some {
			if code != 0 {
				if kept := T(f(first+uint32(at+i), uint32(code))); kept != code {
					some[i] = kept // several may read at once
				}
			}
		}
	}
}

// variantParts is the spellings of a text column beside the first ones, in one
// piece.
type variantParts struct{ t *textColumn }

func (variantParts) pieces() int { return 1 }

func (p variantParts) encode(_ int, b []byte) []byte {
	for code, v := range p.t.variants {
		b = binary.AppendUvarint(b, uint64(code))
		b = binary.AppendUvarint(b, uint64(len(v.texts)))
		for _, text := range v.texts {
			b = binary.AppendUvarint(b, uint64(len(text)))
			b = append(b, text...)
		}
	}
	return b
}

func (p variantParts) decode(i int, b []byte) error {
	if i != 0 || p.t.variants != nil {
		return errCorrupt
	}
	p.t.variants = make(map[uint32]*variants)
	for len(b) > 0 {
		code, n := binary.Uvarint(b)
		if n <= 0 || code >= grouped {
			return errCorrupt
		}
		count, m := binary.Uvarint(b[n:])
		if m <= 0 {
			return errCorrupt
		}
		b = b[n+m:]
		v := &variants{}
		for range count {
			text, rest, ok := readBytes(b)
			if !ok {
				return errCorrupt
			}
			v.texts, v.rows, b = append(v.texts, strings.Clone(view(text))), append(v.rows, 0), rest
		}
		p.t.variants[uint32(code)] = v
	}
	return nil
}

func (c *numberColumn) pieces() int { return len(c.blocks) }

// encode appends the base of a block and its codes, of wide numbers themselves. The length
// tells the form.
func (c *numberColumn) encode(i int, b []byte) []byte {
	block := &c.blocks[i]
	if block.empty() {
		return b
	}
	b = binary.LittleEndian.AppendUint64(b, uint64(block.base))
	b = append(append(b, block.narrow...), block.high...)
	for _, code := range block.middle {
		b = binary.LittleEndian.AppendUint16(b, code)
	}
	for _, code := range block.low {
		b = binary.LittleEndian.AppendUint32(b, code)
	}
	for _, n := range block.wide {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	return b
}

func (c *numberColumn) decode(i int, b []byte) error {
	if i != len(c.blocks) {
		return errCorrupt
	}
	block, ok := decodeNumbers(b)
	if !ok {
		return errCorrupt
	}
	c.blocks = append(c.blocks, block)
	return nil
}

// decodeNumbers reads a block.
func decodeNumbers(b []byte) (block numberBlock, ok bool) {
	if len(b) == 0 {
		return block, true
	}
	if len(b) < 8 {
		return block, false
	}
	block.base, b = int64(binary.LittleEndian.Uint64(b)), b[8:]
	switch len(b) {
	case blockRows:
		block.narrow = slices.Clone(b)
	case 2 * blockRows:
		block.middle = make([]uint16, blockRows)
		for row := range block.middle {
			block.middle[row] = binary.LittleEndian.Uint16(b[2*row:])
		}
	case 5 * blockRows:
		block.low, block.high = make([]uint32, blockRows), slices.Clone(b[:blockRows])
		for row := range block.low {
			block.low[row] = binary.LittleEndian.Uint32(b[blockRows+4*row:])
		}
	case 8 * blockRows:
		block.wide = make([]int64, blockRows)
		for row := range block.wide {
			block.wide[row] = int64(binary.LittleEndian.Uint64(b[8*row:]))
		}
		block.findEnds()
		return block, block.base == 0
	default:
		return block, false
	}
	block.findEnds()
	return block, block.base > none && uint64(math.MaxInt64)-uint64(block.base) >= block.reach()-1
}

// bitmapParts is a bitmap in one piece.
type bitmapParts struct{ rows *roaring.Bitmap }

func (bitmapParts) pieces() int { return 1 }

func (p bitmapParts) encode(_ int, b []byte) []byte {
	encoded, err := p.rows.MarshalBinary()
	if err != nil { // memory is all it writes to
		panic(err)
	}
	return append(b, encoded...)
}

func (p bitmapParts) decode(i int, b []byte) error {
	fresh := roaring.New()
	if i != 0 || !p.rows.IsEmpty() || fresh.UnmarshalBinary(b) != nil || fresh.Validate() != nil {
		return errCorrupt
	}
	if !fresh.IsEmpty() && fresh.Maximum() >= grouped {
		return errCorrupt
	}
	p.rows.Or(fresh)
	return nil
}

func (p bitmapParts) parts() []part { return []part{p} }
func (bitmapParts) restore() error  { return nil }
