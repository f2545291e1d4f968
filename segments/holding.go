package segments

import (
	"context"
	"errors"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/ledger"
)

// noHolds are those of a workspace in which nobody rests on a snapshot.
type noHolds struct{}

func (noHolds) Held(context.Context, ledger.ID) ([]uint32, error) { return nil, nil }

// held returns the numbers below n of the snapshots of a segment that somebody holds, in rising
// order.
func (s *Service) held(ctx context.Context, segment ledger.ID, n uint32) ([]uint32, error) {
	held, err := s.options.Holds.Held(ctx, segment)
	for i, m := range held {
		if m >= n {
			return held[:i], err
		}
	}
	return held, err
}

// WithSnapshot calls use with snapshot n of a segment and its members as they were then; the bitmap
// is the caller's own. With n = 0 it takes a snapshot first, as Refresh does. No snapshot of the
// segment is removed until use returns, so use can put it among those that are held. Errors are those
// of Snapshot, Refresh and use.
func (s *Service) WithSnapshot(ctx context.Context, by ledger.Author, id ledger.ID, n uint32, use func(*Snapshot, *roaring.Bitmap) error) error {
	unlock, err := s.refreshing.lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	snapshot, err := s.taken(ctx, by, id, n)
	if err != nil {
		return err
	}
	members, err := s.members(ctx, snapshot)
	if err != nil {
		return err
	}
	return use(snapshot, members)
}

// taken returns snapshot n, or with n = 0 the one of now. The caller holds the lock of the segment.
func (s *Service) taken(ctx context.Context, by ledger.Author, id ledger.ID, n uint32) (*Snapshot, error) {
	if n > 0 {
		return s.Snapshot(ctx, id, n)
	}
	for {
		r, err := s.refresh(ctx, ledger.Caller{Author: by}, id)
		if !errors.Is(err, errNumberTaken) {
			return r.Snapshot, err
		}
	}
}

// MembersNow evaluates a segment and returns the ordinals of its members. Errors are those of
// Members.
func (s *Service) MembersNow(ctx context.Context, id ledger.ID) (*roaring.Bitmap, error) {
	_, set, _, err := s.evaluate(ctx, id)
	return set, err
}
