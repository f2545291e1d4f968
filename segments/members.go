package segments

import (
	"context"
	"maps"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
)

// Why members of a snapshot are held back.
const (
	HeldDeleted = "deleted" // the contact no longer exists
	HeldMerged  = "merged"  // the contact was absorbed by another member
	HeldBlocked = "blocked" // the contact is blocked now
)

// pageSize is how many contacts are read at once.
const pageSize = 1_000

// Members are the contacts in a segment or a snapshot, ready to be read in
// order of their ordinals. They are those of the moment they were opened; a
// contact that is deleted later is passed over. Safe for several goroutines.
type Members struct {
	// Segment is the definition at that moment.
	Segment *Segment
	// Snapshot is the one they are of, nil for those of now.
	Snapshot *Snapshot
	// Count is how many there are: of a snapshot, how many there were when it
	// was taken.
	Count uint64
	// HeldBack is how many of Count are held back, by reason.
	HeldBack map[string]uint64
	// Seq is the newest change they take in.
	Seq uint64

	store          Store
	index          Index
	set            *roaring.Bitmap
	withoutBlocked bool
}

// WithoutBlocked returns the members who are not blocked. Who is blocked while they
// are read is passed over.
func (m *Members) WithoutBlocked() *Members {
	blocked := m.index.Blocked(m.set)
	held := map[string]uint64{HeldBlocked: blocked.GetCardinality()}
	maps.Copy(held, m.HeldBack)
	open := *m
	open.set, open.HeldBack, open.withoutBlocked = roaring.AndNot(m.set, blocked), heldBack(held), true
	return &open
}

// Members opens those who are in a segment now, the blocked ones too.
func (s *Service) Members(ctx context.Context, id contacts.ID) (*Members, error) {
	segment, set, at, err := s.evaluate(ctx, id)
	if err != nil {
		return nil, err
	}
	return &Members{Segment: segment, Count: set.GetCardinality(), Seq: at.Seq, store: s.store, index: s.index, set: set}, nil
}

// SnapshotMembers opens those who were in a segment when snapshot n was taken, also
// those who are blocked now; see Members.WithoutBlocked. Who was absorbed since answers as
// who absorbed them, once.
// Errors are as for Snapshot.
func (s *Service) SnapshotMembers(ctx context.Context, id contacts.ID, n uint32) (*Members, error) {
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
	present, merged, deleted := s.index.Resolve(set)
	return &Members{
		Segment: segment, Snapshot: snapshot, Count: snapshot.Count, Seq: snapshot.Seq, store: s.store, index: s.index, set: present,
		HeldBack: heldBack(map[string]uint64{HeldMerged: merged, HeldDeleted: deleted}),
	}, nil
}

// heldBack leaves out the reasons that nobody is held back for.
func heldBack(by map[string]uint64) map[string]uint64 {
	maps.DeleteFunc(by, func(_ string, n uint64) bool { return n == 0 })
	if len(by) == 0 {
		return nil
	}
	return by
}

// Page returns up to limit members with an ordinal greater than after. more
// says that there are others behind them.
func (m *Members) Page(ctx context.Context, after uint32, limit int) (page []*contacts.Contact, more bool, err error) {
	it := m.set.Iterator()
	it.AdvanceIfNeeded(after + 1) // ordinals stay below 2^31, so this does not overflow
	for len(page) < limit && it.HasNext() {
		ordinals := make([]uint32, 0, min(limit-len(page), pageSize))
		for len(ordinals) < cap(ordinals) && it.HasNext() {
			ordinals = append(ordinals, it.Next())
		}
		read, err := m.store.Contacts(ctx, ordinals)
		if err != nil {
			return nil, false, err
		}
		for _, c := range read {
			if c != nil && !(m.withoutBlocked && c.Blocked) {
				page = append(page, c)
			}
		}
	}
	return page, it.HasNext(), nil
}
