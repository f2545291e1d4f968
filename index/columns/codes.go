package columns

// blockBits and blockRows give the size of a block: the span of one container
// of a roaring bitmap.
const (
	blockBits = 16
	blockRows = 1 << blockBits
)

// codes is one small number per row, 0 for none. A block is as wide as its
// largest code needs (1, 2 or 4 bytes a row) and nil while it has none.
type codes struct {
	blocks []codeBlock
}

// codeBlock holds 65,536 codes in the one slice that is not nil.
type codeBlock struct {
	narrow []uint8
	middle []uint16
	wide   []uint32
}

// get returns the code of a row.
func (c *codes) get(row uint32) uint32 {
	block := int(row >> blockBits)
	if block >= len(c.blocks) {
		return 0
	}
	return c.blocks[block].get(row & (blockRows - 1))
}

// set changes the code of a row.
func (c *codes) set(row, code uint32) {
	block := int(row >> blockBits)
	if block >= len(c.blocks) {
		if code == 0 {
			return
		}
		c.blocks = append(c.blocks, make([]codeBlock, block+1-len(c.blocks))...)
	}
	c.blocks[block].set(row&(blockRows-1), code)
}

func (b *codeBlock) get(i uint32) uint32 {
	switch {
	case b.narrow != nil:
		return uint32(b.narrow[i])
	case b.middle != nil:
		return uint32(b.middle[i])
	case b.wide != nil:
		return b.wide[i]
	}
	return 0
}

func (b *codeBlock) set(i, code uint32) {
	b.widen(code)
	switch {
	case b.wide != nil:
		b.wide[i] = code
	case b.middle != nil:
		b.middle[i] = uint16(code)
	case b.narrow != nil:
		b.narrow[i] = uint8(code)
	}
}

// widen makes the block wide enough for a code.
func (b *codeBlock) widen(code uint32) {
	switch {
	case code == 0 || b.wide != nil:
	case code <= 0xFF:
		if b.narrow == nil && b.middle == nil {
			b.narrow = make([]uint8, blockRows)
		}
	case code <= 0xFFFF:
		if b.middle == nil {
			b.middle = make([]uint16, blockRows)
			for i, c := range b.narrow {
				b.middle[i] = uint16(c)
			}
			b.narrow = nil
		}
	default:
		b.wide = make([]uint32, blockRows)
		for i, c := range b.narrow {
			b.wide[i] = uint32(c)
		}
		for i, c := range b.middle {
			b.wide[i] = uint32(c)
		}
		b.narrow, b.middle = nil, nil
	}
}
