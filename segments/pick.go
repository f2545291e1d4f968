package segments

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Picking is what a call changes of the contacts that are picked for a segment.
type Picking struct {
	Set PickSet
	// Add and Remove are the ids of contacts, MaxPickedBy together. The id of an absorbed
	// contact means the one that has absorbed it.
	Add, Remove []string
}

// PickResult is the outcome of Pick.
type PickResult struct {
	// Added and Removed are how many contacts were not in the set before, and how many were.
	Added, Removed uint64
	// Count is how many contacts the set has now.
	Count    uint64
	Version  uint64 // of the segment
	Seq      uint64 // as in Result
	Replayed bool   // as in Result
}

// Pick adds contacts to those that are picked for a segment, and removes others. One error of
// KindInvalid names all ids that are of no contact, and then nothing is changed. The error is of
// KindConflict when the set would have more than MaxPicks contacts, unless these are the members
// of a static segment. If version is neither 0 nor that of the segment, it is of
// KindPrecondition.
func (s *Service) Pick(ctx context.Context, by ledger.Caller, id ledger.ID, p Picking, version uint64) (PickResult, error) {
	if err := s.lockDefinitions(ctx); err != nil {
		return PickResult{}, err
	}
	defer s.unlockDefinitions()
	if r, repeated, err := s.pickedBefore(ctx, by, id, p.Set); err != nil || repeated {
		return r, err
	}
	if _, err := readSegment(ctx, s.store, id); err != nil {
		return PickResult{}, err
	}
	add, remove, err := s.checkPicking(ctx, p)
	if err != nil {
		return PickResult{}, err
	}
	return s.pick(ctx, by, id, p.Set, add, remove, version)
}

// checkPicking finds the contacts that a call names.
func (s *Service) checkPicking(ctx context.Context, p Picking) (add, remove *roaring.Bitmap, err error) {
	switch n := len(p.Add) + len(p.Remove); {
	case n == 0:
		return nil, nil, invalidPicking([]fault.Fault{{Path: "add", Detail: "or remove must have the id of a contact"}})
	case n > MaxPickedBy:
		return nil, nil, invalidPicking([]fault.Fault{{Path: "add", Detail: fmt.Sprintf("and remove must have at most %d ids together", MaxPickedBy)}})
	}
	add, faults, err := s.find(ctx, p.Add, "add")
	if err != nil {
		return nil, nil, err
	}
	remove, more, err := s.find(ctx, p.Remove, "remove")
	if err != nil {
		return nil, nil, err
	}
	if faults = append(faults, more...); len(faults) == 0 && add.Intersects(remove) {
		faults = append(faults, fault.Fault{Path: "remove", Detail: "must not have a contact that add has, too"})
	}
	return add, remove, invalidPicking(faults)
}

func invalidPicking(faults []fault.Fault) error {
	return fault.Invalid("invalid-request", "The contacts cannot be picked.", faults)
}

// find returns the ordinals of contacts by their ids, and what is wrong with ids of which there
// is no contact.
func (s *Service) find(ctx context.Context, ids []string, path string) (*roaring.Bitmap, []fault.Fault, error) {
	set := roaring.New()
	var faults []fault.Fault
	for i, id := range ids {
		ordinal, wrong, err := s.people.Ordinal(ctx, "id", id)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case wrong == "" && ordinal == 0:
			wrong = "there is no such contact"
			fallthrough
		case wrong != "":
			faults = append(faults, fault.Fault{Path: fmt.Sprintf("%s[%d]", path, i), Detail: wrong})
		default:
			set.Add(ordinal)
		}
	}
	return set, faults, nil
}

// pick changes a set of picked contacts. The caller has the lock of the definitions.
func (s *Service) pick(ctx context.Context, by ledger.Caller, id ledger.ID, which PickSet, add, remove *roaring.Bitmap, version uint64) (PickResult, error) {
	before, picked, err := readWhole(ctx, s.store, id)
	if err != nil {
		return PickResult{}, err
	}
	if err := ledger.CheckVersion(version, before.Version); err != nil {
		return PickResult{}, err
	}
	former := *picked.set(which)
	if former == nil {
		former = roaring.New()
	}
	present, _, _ := s.index.Resolve(former)
	gone, err := s.withAbsorbed(ctx, remove)
	if err != nil {
		return PickResult{}, err
	}
	set := roaring.AndNot(former, gone)
	set.Or(roaring.AndNot(add, present))
	now, _, _ := s.index.Resolve(set)
	r := PickResult{
		Added: add.GetCardinality() - add.AndCardinality(present), Removed: remove.AndCardinality(present), Count: now.GetCardinality(),
	}
	if r.Added > 0 && r.Count > MaxPicks && !(before.Kind == KindStatic && which == Pinned) {
		return PickResult{}, tooManyPicks(which)
	}
	after := *before
	changed, err := s.repickAll(ctx, &after, map[PickSet]*roaring.Bitmap{which: set})
	if err != nil {
		return PickResult{}, err
	}
	return s.storePicking(ctx, by, before, &after, changed, r)
}

// storePicking stores a set of picked contacts, and the answer to a repeated request with it.
func (s *Service) storePicking(ctx context.Context, by ledger.Caller, before, after *Segment, changed pickChange, r PickResult) (PickResult, error) {
	now, unchanged := s.now(), same(before, after)
	if !unchanged {
		after.UpdatedAt, after.UpdatedBy = now, by.Author
	}
	changed, err := s.ahead(ctx, by.Author, changed)
	if err != nil {
		return PickResult{}, err
	}
	detail, err := json.Marshal(r)
	if err != nil {
		return PickResult{}, err
	}
	r.Seq, err = s.store.Update(ctx, by.Author, func(tx ledger.Tx) error {
		_, err := ledger.Once(tx, by.Receipt, now, func() (ledger.Outcome, error) {
			done := ledger.Outcome{Status: "done", IDs: []string{after.ID.String()}, Detail: detail}
			if unchanged {
				return done, nil
			}
			return done, put(tx, tx.Schema(), before, after, changed)
		})
		return err
	})
	r.Version = after.Version
	return r, err
}

// pickedBefore returns the answer to a request that was carried out before, and false for a new
// one. It counts the set as it is now.
func (s *Service) pickedBefore(ctx context.Context, by ledger.Caller, id ledger.ID, which PickSet) (PickResult, bool, error) {
	outcome, repeated, err := ledger.Earlier(ctx, s.store, by, s.now())
	if err != nil || !repeated {
		return PickResult{}, false, err
	}
	var r PickResult
	if err := json.Unmarshal(outcome.Detail, &r); err != nil {
		return PickResult{}, false, fmt.Errorf("decode the answer to a picking: %w", err)
	}
	r.Seq, r.Replayed = outcome.Seq, true
	segment, err := readSegment(ctx, s.store, id)
	if err != nil {
		return PickResult{}, false, err
	}
	r.Version = segment.Version
	return r, true, nil
}

// withAbsorbed returns a set of contacts with those that they have absorbed.
func (s *Service) withAbsorbed(ctx context.Context, set *roaring.Bitmap) (*roaring.Bitmap, error) {
	k := s.store.KindOf(fields.EntityContact)
	list, err := ledger.ListOf(ctx, s.store, k, set.ToArray())
	if err != nil {
		return nil, err
	}
	all := set.Clone()
	for _, r := range list {
		if r == nil {
			continue
		}
		for _, absorbed := range k.AbsorbedOf(r) {
			all.Add(absorbed.Ordinal)
		}
	}
	return all, nil
}

// repickAll gives a segment other sets of picked contacts. What it returns is to be stored with
// the segment.
func (s *Service) repickAll(ctx context.Context, segment *Segment, sets map[PickSet]*roaring.Bitmap) (pickChange, error) {
	var all pickChange
	for which, after := range sets {
		before, err := readPickSet(ctx, s.store, segment, which)
		if err != nil {
			return all, err
		}
		if before == nil {
			before = roaring.New()
		}
		c, err := s.repick(segment, which, before, after)
		if err != nil {
			return all, err
		}
		all.pieces, all.gone = append(all.pieces, c.pieces...), append(all.gone, c.gone...)
	}
	return all, nil
}

// originMembers returns the contacts that a static segment begins with. The caller may change
// the bitmap.
func (s *Service) originMembers(ctx context.Context, schema *fields.Schema, from *origin) (*roaring.Bitmap, error) {
	switch {
	case from.segment == uuid.Nil:
		var set *roaring.Bitmap
		err := s.index.Steady(ctx, func(*fields.Schema) (err error) { // put refuses a draft that was read by another schema
			set, _, err = s.index.Members(ctx, from.filter, s.env(schema))
			return err
		})
		return set, err
	case from.snapshot == 0:
		_, set, _, err := s.evaluate(ctx, from.segment)
		return set, originFault(err, "from.segment_id", "there is no such segment")
	}
	set, err := s.snapshotSet(ctx, from.segment, from.snapshot)
	if _, unknown := readSegment(ctx, s.store, from.segment); unknown != nil {
		return nil, originFault(unknown, "from.segment_id", "there is no such segment")
	}
	if err != nil {
		return nil, originFault(err, "from.snapshot", "there is no such snapshot")
	}
	present, _, _ := s.index.Resolve(set)
	return present, nil
}

// originFault makes an error of the draft of what is not there. That a snapshot has expired stays an error of
// KindGone, which names the nearest one.
func originFault(err error, path, detail string) error {
	if fault.KindOf(err) != fault.KindNotFound {
		return err
	}
	return fault.Invalid("invalid-segment", "The segment is not valid.", []fault.Fault{{Path: path, Detail: detail}})
}

// Picks are the contacts that are picked for a segment, as they are present: one that was merged
// is its survivor, and one that was deleted is left out.
type Picks struct{ Pinned, Excluded *roaring.Bitmap }

// PicksOf returns the contacts that are picked for a segment.
func (s *Service) PicksOf(ctx context.Context, segment *Segment) (Picks, error) {
	p, err := readPicks(ctx, s.store, segment)
	if errors.Is(err, errPicksMoved) {
		_, p, err = readWhole(ctx, s.store, segment.ID)
	}
	if err != nil {
		return Picks{}, err
	}
	return Picks{Pinned: s.present(p.pinned), Excluded: s.present(p.excluded)}, nil
}

// present returns a set of contacts as they are present, an empty one for nil.
func (s *Service) present(set *roaring.Bitmap) *roaring.Bitmap {
	if set == nil {
		return roaring.New()
	}
	present, _, _ := s.index.Resolve(set)
	return present
}

// IDs returns the ids of contacts, in the order of their ordinals, without those that no longer
// exist.
func (s *Service) IDs(ctx context.Context, set *roaring.Bitmap) ([]ledger.ID, error) {
	k := s.store.KindOf(fields.EntityContact)
	ids := make([]ledger.ID, 0, set.GetCardinality())
	for after, more := uint32(0), true; more; {
		var ordinals []uint32
		if ordinals, more = next(set, after, pageSize); len(ordinals) == 0 {
			break
		}
		list, err := ledger.ListOf(ctx, s.store, k, ordinals)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			if r != nil {
				ids = append(ids, *k.StampOf(r).ID)
			}
		}
		after = ordinals[len(ordinals)-1]
	}
	return ids, nil
}
