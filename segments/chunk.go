package segments

import (
	"bytes"
	"fmt"
	"math"

	"github.com/RoaringBitmap/roaring/v2"
)

// Sets of members are stored in chunks of 2^20 ordinals, each a roaring
// bitmap in its portable form. One has at most 16 containers of 8 KiB, so it
// fits a record many times over.
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

// piecesPrefix comes before the keys of all pieces of a snapshot, of whatever
// try, in the collection contacts.SnapshotSets.
func piecesPrefix(of *Snapshot) string { return snapshotKey(of.Segment, of.N) + "/" }

// tryPrefix comes before those of the try that stored it.
func tryPrefix(of *Snapshot) string { return piecesPrefix(of) + of.layout.Try + "/" }

func pieceKey(of *Snapshot, set string, chunk uint32) string {
	return fmt.Sprintf("%s%s%04d", tryPrefix(of), set, chunk)
}

// split encodes one set of a snapshot as chunks, without empty ones.
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

// decodeChunk reads one chunk and holds it to its place.
func decodeChunk(number uint32, encoded []byte) (*roaring.Bitmap, error) {
	chunk := roaring.New()
	read, err := chunk.ReadFrom(bytes.NewReader(encoded))
	if err != nil {
		return nil, fmt.Errorf("decode chunk: %w", err)
	}
	if int(read) != len(encoded) {
		return nil, fmt.Errorf("decode chunk: there is more behind it")
	}
	if err := chunk.Validate(); err != nil {
		return nil, fmt.Errorf("decode chunk: %w", err)
	}
	if !chunk.IsEmpty() && (chunk.Minimum()>>chunkBits != number || chunk.Maximum()>>chunkBits != number) {
		return nil, fmt.Errorf("decode chunk: it has members of another")
	}
	return chunk, nil
}
