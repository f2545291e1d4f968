package segments

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// PickSet is a set of contacts that were picked for a segment one by one.
type PickSet string

// The sets of picked contacts.
const (
	Pinned   PickSet = "pinned"   // members whatever the filter says; all members of a static segment
	Excluded PickSet = "excluded" // never members, not even when they are pinned
)

// letter stands for the set in the keys of its chunks.
func (p PickSet) letter() string { return string(p[:1]) }

// chunkAt says where a chunk of a set of picked contacts is stored. Under its key a chunk never
// changes: another content has the key of another try.
type chunkAt struct {
	N   uint32 `json:"n"`
	Try string `json:"try"`
}

// pickKey is the key of a chunk in PickDocuments.
func pickKey(segment ledger.ID, set PickSet, at chunkAt) string {
	return fmt.Sprintf("%s%s/%s%04d", pickPrefix(segment), at.Try, set.letter(), at.N)
}

// pickPrefix begins the keys of all chunks of a segment.
func pickPrefix(segment ledger.ID) string { return segment.String() + "/" }

// picks are the contacts that were picked for a segment, by ordinal. A set is nil when the
// segment has none. They may have contacts that were merged or deleted since.
type picks struct{ pinned, excluded *roaring.Bitmap }

func (p *picks) set(which PickSet) **roaring.Bitmap {
	if which == Excluded {
		return &p.excluded
	}
	return &p.pinned
}

// chunks says where a set of picked contacts is stored.
func (s *Segment) chunks(which PickSet) *[]chunkAt {
	if which == Excluded {
		return &s.excludedAt
	}
	return &s.pinnedAt
}

// errPicksMoved means that a chunk is not where the definition said: another definition has
// replaced it.
var errPicksMoved = errors.New("the picked contacts have changed")

// readTries is how often a segment is read again when it changes while it is read.
const readTries = 20

// readWhole returns a segment with the contacts that were picked for it, or an error of
// KindNotFound.
func readWhole(ctx context.Context, store Store, id ledger.ID) (*Segment, picks, error) {
	for try := 0; ; try++ {
		segment, err := readSegment(ctx, store, id)
		if err != nil {
			return nil, picks{}, err
		}
		p, err := readPicks(ctx, store, segment)
		if !errors.Is(err, errPicksMoved) || try == readTries {
			return segment, p, err
		}
	}
}

func readPicks(ctx context.Context, store Store, segment *Segment) (p picks, err error) {
	for _, which := range []PickSet{Pinned, Excluded} {
		if *p.set(which), err = readPickSet(ctx, store, segment, which); err != nil {
			return picks{}, err
		}
	}
	return p, nil
}

// readPickSet returns a set of picked contacts, nil for none.
func readPickSet(ctx context.Context, store Store, segment *Segment, which PickSet) (*roaring.Bitmap, error) {
	var set *roaring.Bitmap
	for _, at := range *segment.chunks(which) {
		encoded, err := store.Document(ctx, PickDocuments, pickKey(segment.ID, which, at))
		if err != nil {
			return nil, err
		}
		if encoded == nil {
			return nil, fmt.Errorf("chunk %d of those %s in segment %s is not there: %w", at.N, which, segment.ID, errPicksMoved)
		}
		chunk, err := codec.DecodeSet(at.N, encoded)
		if err != nil {
			return nil, err
		}
		if set == nil {
			set = chunk
		} else {
			set.Or(chunk)
		}
	}
	return set, nil
}

// saved is the segment as filters that name it need to know it.
func (s *Segment) saved(p picks) filter.Saved {
	return filter.Saved{Name: s.Name, Filter: s.Filter, Static: s.Kind == KindStatic, Pinned: p.pinned, Excluded: p.excluded}
}

// pickChange is a set of picked contacts that is to be stored in the place of another.
type pickChange struct {
	pieces []ledger.Document // to be stored
	gone   []string          // keys to be removed
}

// repick gives a segment another set of picked contacts. What it returns is to be stored with
// the segment. Chunks that have not changed stay where they are.
func (s *Service) repick(segment *Segment, which PickSet, before, after *roaring.Bitmap) (c pickChange, err error) {
	was, err := codec.EncodeSet(before)
	if err != nil {
		return c, err
	}
	chunks, err := codec.EncodeSet(after)
	if err != nil {
		return c, err
	}
	kept := map[uint32]chunkAt{}
	for _, at := range *segment.chunks(which) {
		if bytes.Equal(bytesOf(was, at.N), bytesOf(chunks, at.N)) {
			kept[at.N] = at
		} else {
			c.gone = append(c.gone, pickKey(segment.ID, which, at))
		}
	}
	try := s.options.NewID().String()
	list := make([]chunkAt, len(chunks))
	for i, chunk := range chunks {
		at, unchanged := kept[chunk.Number]
		if !unchanged {
			at = chunkAt{chunk.Number, try}
			c.pieces = append(c.pieces, ledger.Document{Key: pickKey(segment.ID, which, at), Value: chunk.Bytes})
		}
		list[i] = at
	}
	*segment.chunks(which) = list
	return c, nil
}

// bytesOf returns a chunk of a set, nil when the set has none with that number.
func bytesOf(chunks []codec.SetChunk, number uint32) []byte {
	for _, c := range chunks {
		if c.Number == number {
			return c.Bytes
		}
	}
	return nil
}

// put writes what is left of the change, and removes what it replaces.
func (c pickChange) put(tx ledger.Tx) error {
	if err := ledger.PutDocuments(tx, PickDocuments, c.pieces); err != nil {
		return err
	}
	for _, key := range c.gone {
		if err := tx.DeleteDocument(PickDocuments, key); err != nil {
			return err
		}
	}
	return nil
}

// ahead stores those pieces of a change that do not fit into one commit with the rest. Nobody
// reads them before the definition names them. It returns what is left.
func (s *Service) ahead(ctx context.Context, by ledger.Author, c pickChange) (pickChange, error) {
	rest, err := ledger.WriteAhead(ctx, s.store, by, PickDocuments, c.pieces, s.options.CommitBytes)
	c.pieces = rest
	return c, err
}

// tooManyPicks is the error for a set that would be larger than it may be.
func tooManyPicks(which PickSet) error {
	return &fault.Error{
		Kind: fault.KindConflict, Type: "too-many-picks", Field: string(which),
		Message: fmt.Sprintf("A segment can have at most %d %s contacts.", MaxPicks, which),
	}
}
