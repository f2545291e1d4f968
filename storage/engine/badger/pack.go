package badger

import (
	"fmt"

	"github.com/klauspost/compress/s2"

	"github.com/ndoto/kundi/storage/engine"
)

// Badger ends a table when its blocks have a size as compressed, and holds all of them in
// memory as they are. A thousand records of 1 MiB of the same letter are a table of 2 MB
// and take a gigabyte of memory. So a value that shrinks a lot is packed before Badger gets
// it. Ordinary values are not packed: Badger compresses them in blocks, which finds what
// several have in common.
const packed byte = 1 // mark (user meta) of a packed value

const (
	packFrom = 64 // bytes that a value must have
	packGain = 4  // how many times smaller it must get
)

// pack returns what to store of a value, and its mark.
func pack(value []byte) (stored []byte, mark byte) {
	if _, ok := packedSize(value); !ok {
		return value, 0
	}
	return s2.Encode(nil, value), packed
}

// packedSize estimates the size of a value when it is packed. It is false for a value that
// is not packed. It takes a fifth of a microsecond and no memory.
func packedSize(value []byte) (size int, ok bool) {
	if len(value) < packFrom {
		return 0, false
	}
	size = s2.EstimateBlockSize(value)
	return size, size >= 0 && size <= len(value)/packGain
}

// unpack returns the value of what was stored with the mark. A length that no value has
// is damage, and no memory is taken for it.
func unpack(stored []byte) ([]byte, error) {
	length, err := s2.DecodedLen(stored)
	if err != nil || length > engine.MaxRecord {
		return nil, fmt.Errorf("%w: a value that cannot be unpacked", engine.ErrCorrupt)
	}
	value, err := s2.Decode(nil, stored)
	if err != nil {
		return nil, fmt.Errorf("%w: a value that cannot be unpacked", engine.ErrCorrupt)
	}
	return value, nil
}
