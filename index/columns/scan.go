package columns

import "encoding/binary"

// scanBytes sets in each word the bits of those of 64 codes that lie in a span: from a code on, and at most
// a length above it, modulo 256.
func scanBytes(codes []uint8, from, length uint8, words []uint64) {
	switch {
	case len(words) == 0:
	case hasVectors:
		_ = codes[64*len(words)-1]
		scanBytesByVectors(&codes[0], &words[0], len(words), from, length)
	default:
		scanBytesByWords(codes, from, length, words)
	}
}

const (
	eachByte = 0x0101010101010101
	highBits = 0x80 * eachByte
	// gather moves the high bits of the bytes of a word to its first bits, when it is multiplied by it
	// and shifted by 56.
	gather = 0x0002040810204081
)

// scanBytesByWords looks at eight codes at a time. The high bits of the bytes are kept out of the
// subtractions, so that none borrows from the next one.
func scanBytesByWords(codes []uint8, from, length uint8, words []uint64) {
	begin, most := uint64(from)*eachByte, uint64(length)*eachByte
	for w := range words {
		some := (*[64]uint8)(codes[w*64:])
		var word uint64
		for i := 0; i < 64; i += 8 {
			code := binary.LittleEndian.Uint64(some[i:])
			distance := ((code | highBits) - (begin &^ highBits)) ^ ((code ^ ^begin) & highBits)
			rest := (most | highBits) - (distance &^ highBits)
			in := ((most &^ distance) | (^(most ^ distance) & rest)) & highBits
			word |= (in * gather >> 56) << i
		}
		words[w] = word
	}
}

// scanShorts is scanBytes for codes of two bytes.
func scanShorts(codes []uint16, from, length uint16, words []uint64) {
	if len(words) > 0 && hasVectors {
		_ = codes[64*len(words)-1]
		scanShortsByVectors(&codes[0], &words[0], len(words), from, length)
		return
	}
	for w := range words {
		var word uint64
		for i, code := range codes[w*64 : w*64+64] {
			word |= bit(code-from <= length) << i
		}
		words[w] = word
	}
}
