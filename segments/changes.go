package segments

import (
	"context"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Why a contact left a segment, if not because it no longer passes the filter.
const (
	CauseDeleted = "deleted" // the contact does not exist any more
	CauseMerged  = "merged"  // the contact was merged into another one
)

// Change is a contact that is in only one of two snapshots.
type Change struct {
	ID ledger.ID
	// Cause is one of the Cause constants, or "". It is "" for a contact that
	// entered.
	Cause string
	// Blocked says that the contact is blocked now.
	Blocked bool
}

// Changes is one page of the differences between two snapshots.
type Changes struct {
	Entered []Change
	Left    []Change
	// EnteredCount and LeftCount are how many there are on all pages.
	EnteredCount, LeftCount uint64
	// Next is the ordinal after which the next page begins, 0 if this is the
	// last page.
	Next uint32
}

// Changes compares two snapshots of a segment, given by their numbers. Contacts
// that are only in to have entered; contacts that are only in from have left.
// The snapshots need not follow each other, and from may be the later one. It
// returns up to limit contacts with an ordinal greater than after, in order of
// ordinals.
//
// Contacts that were deleted or merged since are listed too, with the id that
// they had. If such a contact left, its Cause says so. Errors are as for
// Snapshot.
func (s *Service) Changes(ctx context.Context, id ledger.ID, from, to uint32, after uint32, limit int) (Changes, error) {
	former, err := s.snapshotSet(ctx, id, from)
	if err != nil {
		return Changes{}, err
	}
	latter, err := s.snapshotSet(ctx, id, to)
	if err != nil {
		return Changes{}, err
	}
	both := former.AndCardinality(latter)
	ordinals, more := next(roaring.Xor(former, latter), after, limit)
	list, err := s.identify(ctx, ordinals)
	if err != nil {
		return Changes{}, err
	}
	changes := Changes{EnteredCount: latter.GetCardinality() - both, LeftCount: former.GetCardinality() - both}
	for i, ordinal := range ordinals {
		switch change := list[i]; {
		case change.ID == uuid.Nil: // nothing is left of the contact
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

func (s *Service) snapshotSet(ctx context.Context, id ledger.ID, n uint32) (*roaring.Bitmap, error) {
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

// identify returns the ids of contacts, in the order of their ordinals, and the
// cause for those that no longer exist. An absorbed contact counts as blocked if
// its survivor is blocked.
func (s *Service) identify(ctx context.Context, ordinals []uint32) ([]Change, error) {
	k := s.store.KindOf(fields.EntityContact)
	fates, err := ledger.FatesOf(ctx, s.store, k, ordinals)
	if err != nil {
		return nil, err
	}
	survivors, err := s.survivors(ctx, k, fates)
	if err != nil {
		return nil, err
	}
	list, blocked := make([]Change, len(fates)), blockedOf(s.store.Schema(), k)
	for i, fate := range fates {
		list[i].ID = fate.ID
		switch {
		case fate.Record != nil:
			list[i].Blocked = blocked(fate.Record)
		case fate.Survivor != 0:
			survivor := survivors[fate.Survivor]
			list[i].Cause, list[i].Blocked = CauseMerged, survivor != nil && blocked(survivor)
		default:
			list[i].Cause = CauseDeleted
		}
	}
	return list, nil
}

// survivors returns the contacts that others were merged into, by ordinal. Those that were deleted since
// are not there.
func (s *Service) survivors(ctx context.Context, k ledger.AnyKind, fates []ledger.Fate) (map[uint32]ledger.Record, error) {
	var ordinals []uint32
	for _, fate := range fates {
		if fate.Survivor != 0 {
			ordinals = append(ordinals, fate.Survivor)
		}
	}
	records, err := ledger.ListOf(ctx, s.store, k, ordinals)
	if err != nil {
		return nil, err
	}
	byOrdinal := make(map[uint32]ledger.Record, len(records))
	for i, r := range records {
		if r != nil {
			byOrdinal[ordinals[i]] = r
		}
	}
	return byOrdinal, nil
}

// blockedOf reports of records of a kind whether they are blocked.
func blockedOf(schema *fields.Schema, k ledger.AnyKind) func(ledger.Record) bool {
	f, known := schema.Of(k.Info().Entity).Field("blocked")
	return func(r ledger.Record) bool { return known && k.ValueOf(f, r).Bool }
}
