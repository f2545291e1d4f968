package segments

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/ledger"
)

// sweeper is the author of removals that nobody asked for.
var sweeper = ledger.Author{Source: ledger.SourceSystem, Name: "retention"}

// Delete removes a segment with its snapshots and runs. If the filter of
// another segment names it, the error is of KindConflict. If version is neither
// 0 nor the version of the segment, the error is of KindPrecondition.
//
// The definition is removed at once. The snapshots are removed in small commits
// after that, and by Sweep if the process stops in between. It returns the
// sequence number of the change.
func (s *Service) Delete(ctx context.Context, by ledger.Caller, id ledger.ID, version uint64) (ledger.Done, error) {
	if err := s.lockDefinitions(ctx); err != nil {
		return ledger.Done{}, err
	}
	defer s.unlockDefinitions()
	unlock, err := s.refreshing.lock(ctx, id)
	if err != nil {
		return ledger.Done{}, err
	}
	defer unlock()
	now := s.now()
	if done, repeated, err := ledger.Repeated(ctx, s.store, by, now); err != nil || repeated {
		return done, err
	}
	segment, err := readSegment(ctx, s.store, id)
	if err != nil {
		return ledger.Done{}, err
	}
	if err := ledger.CheckVersion(version, segment.Version); err != nil {
		return ledger.Done{}, err
	}
	if err := s.checkSegmentUse(ctx, id); err != nil {
		return ledger.Done{}, err
	}
	done, err := ledger.Do(ctx, s.store, by, now, func(tx ledger.Tx) error {
		// The mark comes first: the number of the deletion is the last.
		if err := putState(tx, state{segment: id, Deleted: true}); err != nil {
			return err
		}
		if err := tx.DeleteDocument(NameDocuments, nameKey(segment.Name)); err != nil {
			return err
		}
		if err := updateUses(tx, id, segment.attributes, nil); err != nil {
			return err
		}
		return tx.DeleteDocument(SegmentDocuments, id.String())
	})
	if err != nil {
		return ledger.Done{}, err
	}
	if err := s.sweep(ctx, id); err != nil {
		s.options.Logger.Warn("the snapshots of a deleted segment will be removed later", "segment", id, "error", err)
	}
	return done, nil
}

// Sweep removes the snapshots and runs of deleted segments whose removal was
// cut off, and picked contacts that no definition came to name. The program calls it once,
// before it serves requests.
func (s *Service) Sweep(ctx context.Context) error {
	if err := s.sweepDeleted(ctx); err != nil {
		return err
	}
	return s.sweepPicks(ctx)
}

// picksRemoved is how many chunks of picked contacts are removed in one commit.
const picksRemoved = 200

// sweepPicks removes the chunks of picked contacts that no definition names.
func (s *Service) sweepPicks(ctx context.Context) error {
	named := map[string]bool{}
	err := s.each(ctx, func(segment *Segment) error {
		for _, which := range []PickSet{Pinned, Excluded} {
			for _, at := range *segment.chunks(which) {
				named[pickKey(segment.ID, which, at)] = true
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var left pickChange
	err = ledger.EachDocument(ctx, s.store, PickDocuments, "", func(d ledger.Document) error {
		if !named[d.Key] {
			left.gone = append(left.gone, d.Key)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for some := range slices.Chunk(left.gone, picksRemoved) {
		if _, err := s.store.Update(ctx, sweeper, pickChange{gone: some}.put); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) sweepDeleted(ctx context.Context) error {
	for after := statePrefix; ; {
		documents, err := s.store.Documents(ctx, SetDocuments, statePrefix, after, 500)
		if err != nil || len(documents) == 0 {
			return err
		}
		for _, d := range documents {
			after = d.Key
			id, err := uuid.Parse(strings.TrimPrefix(d.Key, statePrefix))
			if err != nil {
				return err
			}
			st, err := decodeState(id, d.Value)
			if err != nil {
				return err
			}
			if !st.Deleted {
				continue
			}
			if err := s.sweep(ctx, id); err != nil {
				return err
			}
		}
	}
}

// sweep removes everything of a deleted segment. It removes the mark of the
// deletion last.
func (s *Service) sweep(ctx context.Context, id ledger.ID) error {
	if err := s.schedules.Forget(ctx, id); err != nil {
		return err
	}
	if err := s.deleteDocuments(ctx, SnapshotDocuments, snapshotPrefix(id), ""); err != nil {
		return err
	}
	if err := s.deleteDocuments(ctx, SetDocuments, snapshotPrefix(id), ""); err != nil {
		return err
	}
	if err := s.deleteDocuments(ctx, SizeDocuments, snapshotPrefix(id), ""); err != nil {
		return err
	}
	if err := s.deleteDocuments(ctx, PickDocuments, pickPrefix(id), ""); err != nil {
		return err
	}
	if err := s.deleteDocuments(ctx, VersionDocuments, snapshotPrefix(id), ""); err != nil {
		return err
	}
	_, err := s.store.Update(ctx, sweeper, func(tx ledger.Tx) error {
		return tx.DeleteDocument(SetDocuments, stateKey(id))
	})
	return err
}

// prune removes what nobody can read any more after a snapshot was stored; oldest is the oldest one that
// can be read. If it fails, RemoveExpired takes the rest.
func (s *Service) prune(ctx context.Context, newest *Snapshot, oldest uint32) {
	err := errors.Join(s.removeOtherTries(ctx, newest), s.removeBelow(ctx, newest.Segment, oldest))
	if err != nil {
		s.options.Logger.Warn("expired snapshots will be removed later", "segment", newest.Segment, "error", err)
	}
}

// removeOtherTries removes the pieces of other attempts to store a snapshot with
// the same number. An attempt that is still going on will find that the number
// is taken.
func (s *Service) removeOtherTries(ctx context.Context, of *Snapshot) error {
	first, own := piecesPrefix(of), tryPrefix(of)
	if err := s.deleteDocuments(ctx, SetDocuments, first, own); err != nil {
		return err
	}
	return ledger.DeleteDocuments(ctx, s.store, sweeper, SetDocuments, first, own+"~", "") // sorts after all of its own
}

// deleteDocuments removes the documents whose keys start with a prefix and are
// less than below ("" for all).
func (s *Service) deleteDocuments(ctx context.Context, c ledger.Collection, prefix, below string) error {
	return ledger.DeleteDocuments(ctx, s.store, sweeper, c, prefix, "", below)
}
