package codec

import (
	"bytes"
	"fmt"
	"math"

	"github.com/RoaringBitmap/roaring/v2"
)

// A set of ordinals is stored in chunks of 2^20. Each chunk is a roaring bitmap in its portable
// form. It has at most 16 containers of 8 KiB, which is far below the limit of a record.
const chunkBits = 20

// ChunkOf returns the number of the chunk that has an ordinal.
func ChunkOf(ordinal uint32) uint32 { return ordinal >> chunkBits }

// SetChunk is one chunk of a set.
type SetChunk struct {
	Number uint32 // of its ordinals, without their lowest 20 bits
	Bytes  []byte
}

// EncodeSet encodes a set as chunks in rising order, and leaves out the empty ones.
func EncodeSet(set *roaring.Bitmap) (chunks []SetChunk, err error) {
	for it := set.Iterator(); it.HasNext(); {
		number := it.PeekNext() >> chunkBits
		from, end := uint64(number)<<chunkBits, (uint64(number)+1)<<chunkBits
		chunk := roaring.New()
		chunk.AddRange(from, end)
		chunk.And(set)
		chunk.RunOptimize()
		encoded, err := chunk.ToBytes()
		if err != nil {
			return nil, fmt.Errorf("encode chunk: %w", err)
		}
		chunks = append(chunks, SetChunk{number, encoded})
		if end > math.MaxUint32 {
			break
		}
		it.AdvanceIfNeeded(uint32(end))
	}
	return chunks, nil
}

// DecodeSet reads the chunk with a number. It fails if the chunk has ordinals that belong to one
// with another number.
func DecodeSet(number uint32, encoded []byte) (*roaring.Bitmap, error) {
	chunk := roaring.New()
	read, err := chunk.ReadFrom(bytes.NewReader(encoded))
	if err != nil {
		return nil, fmt.Errorf("decode chunk: %w", err)
	}
	if int(read) != len(encoded) {
		return nil, fmt.Errorf("decode chunk: unexpected bytes at its end")
	}
	if err := chunk.Validate(); err != nil {
		return nil, fmt.Errorf("decode chunk: %w", err)
	}
	if !chunk.IsEmpty() && (chunk.Minimum()>>chunkBits != number || chunk.Maximum()>>chunkBits != number) {
		return nil, fmt.Errorf("decode chunk: it has ordinals of another chunk")
	}
	return chunk, nil
}
