package segments

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
)

// CauseDeleted is why a contact that does not exist any more left.
const CauseDeleted = "deleted"

// Change is one contact that is in one snapshot and not in another.
type Change struct {
	ID contacts.ID
	// Cause is CauseDeleted or "", which is that the filter no longer holds.
	// Only those who left have one.
	Cause string
}

// Changes are a page of what changed between two snapshots.
type Changes struct {
	Entered []Change
	Left    []Change
	// Next is the ordinal after which the next page begins, 0 at the end.
	Next uint32
}

// Changes compares two snapshots of a segment: who is in to and not in from
// entered, the other way round left. They need not be neighbours, and from may
// be the later: then both are the mirror. It answers up to limit contacts with
// an ordinal greater than after, in order of ordinals.
//
// Contacts that were deleted since are listed like the others; of those who
// left the cause says so. Errors are as for Snapshot.
func (s *Service) Changes(ctx context.Context, id contacts.ID, from, to uint32, after uint32, limit int) (Changes, error) {
	former, err := s.snapshotSet(ctx, id, from)
	if err != nil {
		return Changes{}, err
	}
	latter, err := s.snapshotSet(ctx, id, to)
	if err != nil {
		return Changes{}, err
	}
	ordinals, more := next(roaring.Xor(former, latter), after, limit)
	ids, deleted, err := s.identify(ctx, ordinals)
	if err != nil {
		return Changes{}, err
	}
	var changes Changes
	for i, ordinal := range ordinals {
		change := Change{ID: ids[i]}
		switch {
		case change.ID == uuid.Nil: // erased without a trace
		case latter.Contains(ordinal):
			changes.Entered = append(changes.Entered, change)
		default:
			if deleted[i] {
				change.Cause = CauseDeleted
			}
			changes.Left = append(changes.Left, change)
		}
	}
	if more {
		changes.Next = ordinals[len(ordinals)-1]
	}
	return changes, nil
}

func (s *Service) snapshotSet(ctx context.Context, id contacts.ID, n uint32) (*roaring.Bitmap, error) {
	snapshot, err := s.Snapshot(ctx, id, n)
	if err != nil {
		return nil, err
	}
	return s.members(ctx, snapshot)
}

// next lists up to limit members of a set that are greater than after.
func next(set *roaring.Bitmap, after uint32, limit int) (ordinals []uint32, more bool) {
	it := set.Iterator()
	it.AdvanceIfNeeded(after + 1)
	for len(ordinals) < limit && it.HasNext() {
		ordinals = append(ordinals, it.Next())
	}
	return ordinals, it.HasNext()
}

// identify returns the ids of contacts, also of those that were deleted.
func (s *Service) identify(ctx context.Context, ordinals []uint32) (ids []contacts.ID, deleted []bool, err error) {
	present, err := s.store.Contacts(ctx, ordinals)
	if err != nil {
		return nil, nil, err
	}
	ids, deleted = make([]contacts.ID, len(ordinals)), make([]bool, len(ordinals))
	var gone []uint32
	for i, c := range present {
		if c != nil {
			ids[i] = c.ID
		} else {
			deleted[i] = true
			gone = append(gone, ordinals[i])
		}
	}
	if len(gone) == 0 {
		return ids, deleted, nil
	}
	former, err := s.store.Deleted(ctx, gone)
	if err != nil {
		return nil, nil, err
	}
	for i := range ids {
		if deleted[i] {
			ids[i], former = former[0], former[1:]
		}
	}
	return ids, deleted, nil
}
