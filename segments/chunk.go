package segments

import (
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
)

// The sets that a snapshot may consist of, as they stand in keys. Each is stored in the chunks
// of codec.EncodeSet.
const (
	setMembers = "m"
	setEntered = "e"
	setLeft    = "l"
)

// piecesPrefix begins the keys of all chunks of a snapshot, from every attempt
// to store it, in the collection SetDocuments.
func piecesPrefix(of *Snapshot) string { return snapshotKey(of.Segment, of.N) + "/" }

// tryPrefix begins the keys of the chunks from the attempt that stored the
// snapshot.
func tryPrefix(of *Snapshot) string { return piecesPrefix(of) + of.layout.Try + "/" }

func pieceKey(of *Snapshot, set string, chunk uint32) string {
	return fmt.Sprintf("%s%s%04d", tryPrefix(of), set, chunk)
}

// split encodes one set of a snapshot as the documents of its chunks.
func split(of *Snapshot, name string, set *roaring.Bitmap) (numbers []uint32, pieces []ledger.Document, err error) {
	chunks, err := codec.EncodeSet(set)
	for _, c := range chunks {
		numbers = append(numbers, c.Number)
		pieces = append(pieces, ledger.Document{Key: pieceKey(of, name, c.Number), Value: c.Bytes})
	}
	return numbers, pieces, err
}
