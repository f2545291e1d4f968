package segments

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
)

// sweeper signs what is removed without anybody asking.
var sweeper = contacts.Author{Source: contacts.SourceSystem, Name: "retention"}

// Delete removes a segment with its snapshots and runs. One that the filter of
// another segment names is refused with KindConflict. A version other than 0
// must be that of the segment, else the error is of KindPrecondition.
//
// The definition goes at once; the snapshots follow in small commits, by Sweep
// at the latest. It returns the number of the change.
func (s *Service) Delete(ctx context.Context, by contacts.Author, id contacts.ID, version uint64) (contacts.Done, error) {
	if err := s.define(ctx); err != nil {
		return contacts.Done{}, err
	}
	defer s.defined()
	unlock, err := s.refreshing.lock(ctx, id)
	if err != nil {
		return contacts.Done{}, err
	}
	defer unlock()
	now := s.now()
	if done, repeated, err := contacts.Repeated(ctx, s.store, by, now); err != nil || repeated {
		return done, err
	}
	segment, err := readSegment(ctx, s.store, id)
	if err != nil {
		return contacts.Done{}, err
	}
	if err := contacts.CheckVersion(version, segment.Version); err != nil {
		return contacts.Done{}, err
	}
	if err := s.segmentUse(ctx, id); err != nil {
		return contacts.Done{}, err
	}
	done, err := contacts.Do(ctx, s.store, by, now, func(tx contacts.Tx) error {
		// The mark comes first: the number of the deletion is the last.
		if err := putState(tx, state{segment: id, Deleted: true}); err != nil {
			return err
		}
		if err := tx.DeleteDocument(contacts.SegmentNames, nameKey(segment.Name)); err != nil {
			return err
		}
		if err := noteUses(tx, id, segment.attributes, nil); err != nil {
			return err
		}
		return tx.DeleteDocument(contacts.Segments, id.String())
	})
	if err != nil {
		return contacts.Done{}, err
	}
	if err := s.sweep(ctx, id); err != nil {
		s.options.Logger.Warn("what a deleted segment left is removed later", "segment", id, "error", err)
	}
	return done, nil
}

// Sweep removes what deleted segments left behind when their removal was cut
// off. It is called once before the program serves.
func (s *Service) Sweep(ctx context.Context) error {
	for after := statePrefix; ; {
		documents, err := s.store.Documents(ctx, contacts.SnapshotSets, statePrefix, after, 500)
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

// sweep removes everything of a deleted segment, its mark last.
func (s *Service) sweep(ctx context.Context, id contacts.ID) error {
	if err := s.schedules.Forget(ctx, id); err != nil {
		return err
	}
	if err := s.clear(ctx, contacts.Snapshots, snapshotPrefix(id), ""); err != nil {
		return err
	}
	if err := s.clear(ctx, contacts.SnapshotSets, snapshotPrefix(id), ""); err != nil {
		return err
	}
	_, err := s.store.Update(ctx, sweeper, func(tx contacts.Tx) error {
		return tx.DeleteDocument(contacts.SnapshotSets, stateKey(id))
	})
	return err
}

// tidy removes, after a snapshot was stored, what nobody will read. What it
// cannot remove now goes with the snapshots that expire later.
func (s *Service) tidy(ctx context.Context, newest *Snapshot) {
	err := errors.Join(s.clearTries(ctx, newest), s.trim(ctx, newest.Segment, s.oldest(newest.N)))
	if err != nil {
		s.options.Logger.Warn("expired snapshots are removed later", "segment", newest.Segment, "error", err)
	}
}

// clearTries removes what tries to store the same number left behind. Whoever
// still is at one will find the number taken.
func (s *Service) clearTries(ctx context.Context, of *Snapshot) error {
	first, own := piecesPrefix(of), tryPrefix(of)
	if err := s.clear(ctx, contacts.SnapshotSets, first, own); err != nil {
		return err
	}
	return s.clearAfter(ctx, contacts.SnapshotSets, first, own+"~", "") // sorts after all of its own
}

// trim removes the snapshots below n, which is the oldest that can be read,
// except those it rests on. So there is something to do only when it rests on
// itself.
func (s *Service) trim(ctx context.Context, id contacts.ID, n uint32) error {
	oldest, err := s.stored(ctx, id, n)
	if err != nil || n == 1 || oldest.layout.Base != n {
		return err
	}
	below := snapshotKey(id, n)
	if err := s.clear(ctx, contacts.SnapshotSets, snapshotPrefix(id), below); err != nil {
		return err
	}
	return s.clear(ctx, contacts.Snapshots, snapshotPrefix(id), below)
}

// clearBatch is how many documents are removed in one commit. The first look
// takes one only: mostly there are none to remove, and they may be large.
const clearBatch = 200

// clear removes the documents whose keys start with a prefix and are less than
// below ("" for all), in commits of a bounded size.
func (s *Service) clear(ctx context.Context, c contacts.Collection, prefix, below string) error {
	return s.clearAfter(ctx, c, prefix, "", below)
}

// clearAfter is clear for keys greater than after.
func (s *Service) clearAfter(ctx context.Context, c contacts.Collection, prefix, after, below string) error {
	for batch := 1; ; batch = clearBatch {
		documents, err := s.store.Documents(ctx, c, prefix, after, batch)
		if err != nil {
			return err
		}
		if end := slices.IndexFunc(documents, func(d contacts.Document) bool { return below != "" && d.Key >= below }); end >= 0 {
			documents = documents[:end]
		}
		if len(documents) == 0 {
			return nil
		}
		_, err = s.store.Update(ctx, sweeper, func(tx contacts.Tx) error {
			for _, d := range documents {
				if err := tx.DeleteDocument(c, d.Key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}
