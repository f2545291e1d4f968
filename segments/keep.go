package segments

import (
	"cmp"
	"context"
	"errors"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// keptOf returns which snapshots a segment has, and the lowest number of one that can be read now. If
// the segment does not exist, the error is of KindNotFound.
func (s *Service) keptOf(ctx context.Context, id ledger.ID) (st state, oldest uint32, err error) {
	segment, err := readSegment(ctx, s.store, id)
	if err != nil {
		return st, 0, err
	}
	if st, err = s.readState(ctx, id); err != nil {
		return st, 0, err
	}
	oldest, err = s.oldest(ctx, segment, &st, st.newest())
	return st, oldest, err
}

// oldest returns the lowest number of a snapshot of a segment that can be read now, if newest is the
// highest or 0. Lower ones may still be stored: others rest on them, or nobody has removed them yet.
func (s *Service) oldest(ctx context.Context, segment *Segment, st *state, newest uint32) (uint32, error) {
	schema := s.store.Schema()
	keep := cmp.Or(segment.Keep, schema.Settings.KeepSnapshots)
	n := max(st.oldest(s.options.Keep), lowestOf(newest, cmp.Or(keep.Count, s.options.Keep)))
	age, limited := fields.ParseSpan(keep.Age)
	for now := s.now(); limited && n < newest; n++ {
		record, err := s.store.Document(ctx, SnapshotDocuments, snapshotKey(segment.ID, n))
		if err != nil {
			return 0, err
		}
		if record == nil {
			continue // somebody has removed it meanwhile
		}
		snapshot, err := decodeSnapshot(segment.ID, record)
		if err != nil {
			return 0, err
		}
		if !age.After(snapshot.EvaluatedAt, schema.Zone()).Before(now) {
			break
		}
	}
	return n, nil
}

// oldest is the lowest number of a snapshot that was not given up. keep is how many a program kept
// that did not say it.
func (st *state) oldest(keep int) uint32 {
	return cmp.Or(st.Oldest, lowestOf(st.newest(), keep))
}

// lowestOf is the lowest of so many numbers up to newest, at least 1.
func lowestOf(newest uint32, count int) uint32 {
	return max(newest, uint32(count)) - uint32(count) + 1
}

// RemoveExpired removes the snapshots of all segments that nobody can read any more, because they are too
// old, too many, or not held any longer. The program calls it now and then: a new snapshot removes those
// of its own segment.
func (s *Service) RemoveExpired(ctx context.Context) error {
	var ids []ledger.ID
	err := s.each(ctx, func(segment *Segment) error {
		ids = append(ids, segment.ID)
		return nil
	})
	for _, id := range ids {
		err = errors.Join(err, s.removeExpired(ctx, id))
		if ctx.Err() != nil {
			return err
		}
	}
	return err
}

// removeExpired gives up the snapshots of a segment that cannot be read any more, and removes them.
func (s *Service) removeExpired(ctx context.Context, id ledger.ID) error {
	unlock, err := s.refreshing.lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	st, oldest, err := s.keptOf(ctx, id)
	switch {
	case fault.KindOf(err) == fault.KindNotFound: // it was deleted meanwhile
		return nil
	case err != nil || st.Last == nil:
		return err
	}
	if oldest > st.oldest(s.options.Keep) {
		_, err := s.store.Update(ctx, sweeper, func(tx ledger.Tx) error {
			now, err := stateIn(tx, id)
			if err != nil || now.Last == nil {
				return err
			}
			now.Oldest = max(now.Oldest, oldest)
			return putState(tx, now)
		})
		if err != nil {
			return err
		}
	}
	return s.removeBelow(ctx, id, oldest)
}

// removeBelow removes the snapshots with a number below n, the oldest that can be read, but not those
// that somebody holds. Those that are left may rest on older ones, which stay with them.
func (s *Service) removeBelow(ctx context.Context, id ledger.ID, n uint32) error {
	oldest, err := s.readSnapshot(ctx, id, n)
	if err != nil || oldest.layout.Base == 1 {
		return err
	}
	base := oldest.layout.Base
	held, err := s.held(ctx, id, base)
	if err != nil {
		return err
	}
	after := "" // everything up to it has been dealt with
	for _, m := range held {
		snapshot, err := s.readSnapshot(ctx, id, m)
		if err != nil {
			return err
		}
		if err := s.removeBetween(ctx, id, after, snapshotKey(id, snapshot.layout.Base)); err != nil {
			return err
		}
		after = behind(id, m)
	}
	return s.removeBetween(ctx, id, after, snapshotKey(id, base))
}

// removeBetween removes the snapshots of a segment between two keys, first their members.
func (s *Service) removeBetween(ctx context.Context, id ledger.ID, after, below string) error {
	for _, c := range []ledger.Collection{SetDocuments, SnapshotDocuments} {
		if err := ledger.DeleteDocuments(ctx, s.store, sweeper, c, snapshotPrefix(id), after, below); err != nil {
			return err
		}
	}
	return nil
}

// behind is a key that sorts after all of a snapshot, and before all of the next.
func behind(segment ledger.ID, n uint32) string { return snapshotKey(segment, n) + "~" }
