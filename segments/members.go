package segments

import (
	"context"
	"maps"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/ledger"
)

// Why a list leaves out a member of a snapshot.
const (
	HeldDeleted = "deleted" // the contact no longer exists
	HeldMerged  = "merged"  // the contact was absorbed by another member
	HeldBlocked = "blocked" // the contact is blocked now
)

// pageSize is how many contacts are read from the store at once.
const pageSize = 1_000

// Members are the members of a segment or of a snapshot, to be read in order of
// their ordinals. The set is fixed when Members is made; a contact that is
// deleted later is left out. Members is safe for concurrent use.
type Members struct {
	// Segment is the definition at the moment Members was made.
	Segment *Segment
	// Snapshot is the snapshot that was asked for, nil for the present members.
	Snapshot *Snapshot
	// Count is the number of members. For a snapshot it is the number when the
	// snapshot was taken.
	Count uint64
	// HeldBack says how many of Count are left out, by reason.
	HeldBack map[string]uint64
	// Seq is the sequence number of the newest change that the evaluation has
	// seen.
	Seq uint64

	store          Store
	index          Index
	set            *roaring.Bitmap
	withoutBlocked bool
}

// WithoutBlocked returns the members that are not blocked. A contact that is
// blocked while they are read is left out, too.
func (m *Members) WithoutBlocked() *Members {
	blocked := m.index.Blocked(m.set)
	held := map[string]uint64{HeldBlocked: blocked.GetCardinality()}
	maps.Copy(held, m.HeldBack)
	open := *m
	open.set, open.HeldBack, open.withoutBlocked = roaring.AndNot(m.set, blocked), heldBack(held), true
	return &open
}

// Members evaluates a segment and returns its present members, with the blocked
// ones. A filter that no longer fits the schema is an error of KindConflict.
func (s *Service) Members(ctx context.Context, id ledger.ID) (*Members, error) {
	segment, set, at, err := s.evaluate(ctx, id)
	if err != nil {
		return nil, err
	}
	return &Members{Segment: segment, Count: set.GetCardinality(), Seq: at.Seq, store: s.store, index: s.index, set: set}, nil
}

// SnapshotMembers returns the members of snapshot n, with those that are blocked
// now; see Members.WithoutBlocked. A contact that was merged since is replaced by
// its survivor. Each contact is listed once. Errors are as for Snapshot.
func (s *Service) SnapshotMembers(ctx context.Context, id ledger.ID, n uint32) (*Members, error) {
	segment, err := readSegment(ctx, s.store, id)
	if err != nil {
		return nil, err
	}
	snapshot, err := s.Snapshot(ctx, id, n)
	if err != nil {
		return nil, err
	}
	set, err := s.members(ctx, snapshot)
	if err != nil {
		return nil, err
	}
	members := s.MembersOf(set, snapshot.Seq)
	members.Segment, members.Snapshot, members.Count = segment, snapshot, snapshot.Count
	return members, nil
}

// MembersOf returns the contacts of any set as members are read. seq is the newest change that the set
// takes in. Whoever was merged since is replaced by the survivor, as in SnapshotMembers.
func (s *Service) MembersOf(set *roaring.Bitmap, seq uint64) *Members {
	present, merged, deleted := s.index.Resolve(set)
	return &Members{
		Count: set.GetCardinality(), Seq: seq, store: s.store, index: s.index, set: present,
		HeldBack: heldBack(map[string]uint64{HeldMerged: merged, HeldDeleted: deleted}),
	}
}

// heldBack removes the reasons with no contacts. It returns nil if none is left.
func heldBack(by map[string]uint64) map[string]uint64 {
	maps.DeleteFunc(by, func(_ string, n uint64) bool { return n == 0 })
	if len(by) == 0 {
		return nil
	}
	return by
}

// LeavesOutBlocked reports whether members who are blocked are left out.
func (m *Members) LeavesOutBlocked() bool { return m.withoutBlocked }

// Ordinals appends up to limit ordinals greater than after to a list. Their records may be blocked or not exist any
// more. more says whether others follow.
func (m *Members) Ordinals(list []uint32, after uint32, limit int) (_ []uint32, more bool) {
	it := m.set.Iterator()
	it.AdvanceIfNeeded(after + 1) // ordinals stay below 2^31, so this does not overflow
	for len(list) < limit && it.HasNext() {
		list = append(list, it.Next())
	}
	return list, it.HasNext()
}

// Page returns up to limit members with an ordinal greater than after. They are records of
// the kind k, the one that segments are of. more says whether others follow.
func Page[T any](ctx context.Context, m *Members, k *ledger.Kind[T], after uint32, limit int) (page []*T, more bool, err error) {
	blocked := blockedOf(m.store.Schema(), k)
	for more = true; len(page) < limit && more; {
		var ordinals []uint32
		ordinals, more = m.Ordinals(nil, after, min(limit-len(page), pageSize))
		if len(ordinals) > 0 {
			after = ordinals[len(ordinals)-1]
		}
		read, err := k.List(ctx, m.store, ordinals)
		if err != nil {
			return nil, false, err
		}
		for _, r := range read {
			if r != nil && !(m.withoutBlocked && blocked(r)) {
				page = append(page, r)
			}
		}
	}
	return page, more, nil
}
