package segments

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
)

// Why contacts left, when it is not that the filter no longer holds.
const (
	CauseDeleted = "deleted" // the contact does not exist any more
	CauseMerged  = "merged"  // it was absorbed by another
)

// Change is one contact that is in one snapshot and not in another.
type Change struct {
	ID contacts.ID
	// Cause is one of the Cause constants, or "". Only those who left have one.
	Cause string
	// Blocked says that the contact is blocked now.
	Blocked bool
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
// Contacts that were deleted or absorbed since are listed like the others, by the
// id they had; of those who left the cause says so. Errors are as for Snapshot.
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
	list, err := s.identify(ctx, ordinals)
	if err != nil {
		return Changes{}, err
	}
	var changes Changes
	for i, ordinal := range ordinals {
		switch change := list[i]; {
		case change.ID == uuid.Nil: // erased without a trace
		case latter.Contains(ordinal):
			changes.Entered = append(changes.Entered, Change{ID: change.ID, Blocked: change.Blocked})
		default:
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

// identify returns contacts by their ids, with the cause of those who are gone. An
// absorbed contact is as blocked as who absorbed it.
func (s *Service) identify(ctx context.Context, ordinals []uint32) ([]Change, error) {
	present, err := s.store.Contacts(ctx, ordinals)
	if err != nil {
		return nil, err
	}
	list := make([]Change, len(ordinals))
	var gone []int // places in list
	var goneOrdinals []uint32
	for i, c := range present {
		if c != nil {
			list[i] = Change{ID: c.ID, Blocked: c.Blocked}
			continue
		}
		gone, goneOrdinals = append(gone, i), append(goneOrdinals, ordinals[i])
	}
	if len(gone) == 0 {
		return list, nil
	}
	deleted, err := s.store.Deleted(ctx, goneOrdinals)
	if err != nil {
		return nil, err
	}
	redirects, err := s.store.Redirects(ctx, goneOrdinals)
	if err != nil {
		return nil, err
	}
	survivors, err := s.survivors(ctx, redirects)
	if err != nil {
		return nil, err
	}
	for i, place := range gone {
		list[place] = Change{ID: deleted[i], Cause: CauseDeleted}
		if redirects[i].Survivor != 0 {
			list[place] = Change{ID: redirects[i].ID, Cause: CauseMerged, Blocked: survivors[i] != nil && survivors[i].Blocked}
		}
	}
	return list, nil
}

// survivors returns who has absorbed contacts, nil where nobody has.
func (s *Service) survivors(ctx context.Context, redirects []contacts.Redirect) ([]*contacts.Contact, error) {
	ordinals := make([]uint32, len(redirects))
	for i, r := range redirects {
		ordinals[i] = r.Survivor // 0 is nobody's
	}
	return s.store.Contacts(ctx, ordinals)
}
