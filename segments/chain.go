package segments

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/codec"
)

// members returns the ordinals of the members of a snapshot. It reads the
// snapshot in full that this one rests on, and the differences since. The
// caller may change the bitmap.
func (s *Service) members(ctx context.Context, snapshot *Snapshot) (*roaring.Bitmap, error) {
	base := snapshot
	if snapshot.layout.Base != snapshot.N {
		var err error
		if base, err = s.readSnapshot(ctx, snapshot.Segment, snapshot.layout.Base); err != nil {
			return nil, err
		}
	}
	set, err := s.set(ctx, base, setMembers, base.layout.Members)
	if err != nil || base.N == snapshot.N {
		return set, err
	}
	for n := base.N + 1; n <= snapshot.N; n++ {
		step := snapshot
		if n < snapshot.N {
			if step, err = s.readSnapshot(ctx, snapshot.Segment, n); err != nil {
				return nil, err
			}
		}
		if err := s.applyChange(ctx, set, step); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// applyChange turns the members of the snapshot before step into the members of
// step, which is stored as a difference.
func (s *Service) applyChange(ctx context.Context, set *roaring.Bitmap, step *Snapshot) error {
	left, err := s.set(ctx, step, setLeft, step.layout.Left)
	if err != nil {
		return err
	}
	entered, err := s.set(ctx, step, setEntered, step.layout.Entered)
	if err != nil {
		return err
	}
	set.AndNot(left)
	set.Or(entered)
	return nil
}

// set reads one set of a snapshot by the numbers of its chunks.
func (s *Service) set(ctx context.Context, snapshot *Snapshot, name string, chunks []uint32) (*roaring.Bitmap, error) {
	set := roaring.New()
	for _, number := range chunks {
		encoded, err := s.store.Document(ctx, SetDocuments, pieceKey(snapshot, name, number))
		if err != nil {
			return nil, err
		}
		if encoded == nil {
			return nil, s.missing(ctx, snapshot.Segment, snapshot.N)
		}
		chunk, err := codec.DecodeSet(number, encoded)
		if err != nil {
			return nil, err
		}
		set.Or(chunk)
	}
	return set, nil
}
