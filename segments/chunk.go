package segments

import (
	"bytes"
	"fmt"
	"math"

	"github.com/RoaringBitmap/roaring/v2"
)

// Sets of members are stored in chunks of 2^20 ordinals. Each chunk is a roaring
// bitmap in its portable form. It has at most 16 containers of 8 KiB, which is
// far below the limit of a record.
const chunkBits = 20

// The sets that a snapshot may consist of, as they stand in keys.
const (
	setMembers = "m"
	setEntered = "e"
	setLeft    = "l"
)

// piece is one stored chunk.
type piece struct {
	key   string
	value []byte
}

// piecesPrefix begins the keys of all pieces of a snapshot, from every attempt
// to store it, in the collection SetDocuments.
func piecesPrefix(of *Snapshot) string { return snapshotKey(of.Segment, of.N) + "/" }

// tryPrefix begins the keys of the pieces from the attempt that stored the
// snapshot.
func tryPrefix(of *Snapshot) string { return piecesPrefix(of) + of.layout.Try + "/" }

func pieceKey(of *Snapshot, set string, chunk uint32) string {
	return fmt.Sprintf("%s%s%04d", tryPrefix(of), set, chunk)
}

// split encodes one set of a snapshot as chunks and leaves out the empty ones.
func split(of *Snapshot, name string, set *roaring.Bitmap) (numbers []uint32, pieces []piece, err error) {
	for it := set.Iterator(); it.HasNext(); {
		number := it.PeekNext() >> chunkBits
		from, end := uint64(number)<<chunkBits, (uint64(number)+1)<<chunkBits
		chunk := roaring.New()
		chunk.AddRange(from, end)
		chunk.And(set)
		chunk.RunOptimize()
		encoded, err := chunk.ToBytes()
		if err != nil {
			return nil, nil, fmt.Errorf("encode chunk: %w", err)
		}
		numbers = append(numbers, number)
		pieces = append(pieces, piece{pieceKey(of, name, number), encoded})
		if end > math.MaxUint32 {
			break
		}
		it.AdvanceIfNeeded(uint32(end))
	}
	return numbers, pieces, nil
}

// decodeChunk reads one chunk. It fails if the chunk has members that belong to
// a chunk with another number.
func decodeChunk(number uint32, encoded []byte) (*roaring.Bitmap, error) {
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
		return nil, fmt.Errorf("decode chunk: it has members of another chunk")
	}
	return chunk, nil
}
