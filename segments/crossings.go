package segments

import (
	"context"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// Definition is what says who is in a segment.
type Definition struct {
	Segment *Segment
	Filter  *filter.Filter // its own one, as the present schema reads it
	Saved   filter.Saved   // with those who were picked for it
}

// Definition returns the definition of a segment. If the filter no longer fits the schema, the
// error is of KindConflict.
func (s *Service) Definition(ctx context.Context, id ledger.ID) (Definition, error) {
	segment, picked, err := readWhole(ctx, s.store, id)
	if err != nil {
		return Definition{}, err
	}
	f, err := s.decode(ctx, s.store.Schema(), id, segment.Filter, "filter")
	if err != nil {
		return Definition{}, broken(err)
	}
	return Definition{segment, f, segment.saved(picked)}, nil
}

// Crossing is that somebody came into a segment, or left it, between two snapshots.
type Crossing struct {
	Entered  bool
	Snapshot *Snapshot // the first one in which it shows
	Before   *Snapshot // the one before; nil for the first snapshot of the segment
}

// Crossings returns when one contact came and left, by the snapshots that can be read, the newest
// first. The contact is all of some ordinals: a contact and those that it has absorbed. Only the
// chunks with these ordinals are read.
func (s *Service) Crossings(ctx context.Context, segment ledger.ID, ordinals []uint32) (list []Crossing, err error) {
	st, oldest, err := s.keptOf(ctx, segment)
	if err != nil || st.Last == nil {
		return nil, err
	}
	first, err := s.readSnapshot(ctx, segment, oldest)
	if err != nil {
		return nil, err
	}
	snapshots, err := s.storedRange(ctx, segment, first.layout.Base, st.newest())
	if err != nil {
		return nil, err
	}
	slices.Reverse(snapshots)
	whose, present := roaring.BitmapOf(ordinals...), roaring.New()
	var before *Snapshot
	for _, snapshot := range snapshots {
		now, err := s.step(ctx, snapshot, present, whose)
		if err != nil {
			return nil, err
		}
		known := before != nil || snapshot.N == 1
		if known && snapshot.N >= oldest && now.IsEmpty() != present.IsEmpty() {
			list = append(list, Crossing{Entered: present.IsEmpty(), Snapshot: snapshot, Before: before})
		}
		before, present = snapshot, now
	}
	slices.Reverse(list)
	return list, nil
}

// step returns which of some contacts are in a snapshot, given those in the snapshot before.
func (s *Service) step(ctx context.Context, snapshot *Snapshot, before, whose *roaring.Bitmap) (*roaring.Bitmap, error) {
	if snapshot.layout.Base == snapshot.N {
		return s.some(ctx, snapshot, setMembers, snapshot.layout.Members, whose)
	}
	left, err := s.some(ctx, snapshot, setLeft, snapshot.layout.Left, whose)
	if err != nil {
		return nil, err
	}
	now, err := s.some(ctx, snapshot, setEntered, snapshot.layout.Entered, whose)
	if err != nil {
		return nil, err
	}
	now.Or(roaring.AndNot(before, left))
	return now, nil
}

// some reads which of some contacts are in a set of a snapshot.
func (s *Service) some(ctx context.Context, snapshot *Snapshot, name string, chunks []uint32, whose *roaring.Bitmap) (*roaring.Bitmap, error) {
	var needed []uint32
	for it := whose.Iterator(); it.HasNext(); {
		if number := codec.ChunkOf(it.Next()); slices.Contains(chunks, number) && !slices.Contains(needed, number) {
			needed = append(needed, number)
		}
	}
	set, err := s.set(ctx, snapshot, name, needed)
	if err != nil {
		return nil, err
	}
	set.And(whose)
	return set, nil
}
