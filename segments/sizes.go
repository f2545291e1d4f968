package segments

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ndoto/kundi/ledger"
)

// MaxSizes is of how many snapshots the size of a segment is kept. Sizes stay when their
// snapshots expire. 10,000 are those of a year with a snapshot every hour.
const MaxSizes = 10_000

// Size is how many members a segment had in one snapshot. It outlives the snapshot.
type Size struct {
	N     uint32    `json:"n"`
	At    time.Time `json:"at"` // of the evaluation, in UTC, in milliseconds
	Count uint64    `json:"count"`
	// Entered and Left are as in Snapshot.
	Entered uint64 `json:"entered"`
	Left    uint64 `json:"left"`
}

func sizeOf(r *snapshotRecord) Size {
	return Size{N: r.N, At: r.EvaluatedAt.UTC().Truncate(time.Millisecond), Count: r.Count, Entered: r.Entered, Left: r.Left}
}

// putSize stores the size of a new snapshot, and removes the one that is MaxSizes older.
func putSize(tx ledger.Tx, segment ledger.ID, r *snapshotRecord) error {
	if r.N > MaxSizes {
		if err := tx.DeleteDocument(SizeDocuments, snapshotKey(segment, r.N-MaxSizes)); err != nil {
			return err
		}
	}
	encoded, err := json.Marshal(sizeOf(r))
	if err != nil {
		return err
	}
	return tx.PutDocument(SizeDocuments, snapshotKey(segment, r.N), encoded)
}

// Sizes returns up to limit sizes of a segment, those of snapshots with numbers above after (0 for
// all), oldest first. If the segment does not exist, the error is of KindNotFound.
func (s *Service) Sizes(ctx context.Context, segment ledger.ID, after uint32, limit int) ([]Size, error) {
	if _, err := readSegment(ctx, s.store, segment); err != nil {
		return nil, err
	}
	documents, err := s.store.Documents(ctx, SizeDocuments, snapshotPrefix(segment), snapshotKey(segment, after), limit)
	if err != nil {
		return nil, err
	}
	sizes := make([]Size, len(documents))
	for i, d := range documents {
		if err := json.Unmarshal(d.Value, &sizes[i]); err != nil {
			return nil, fmt.Errorf("decode the size of a segment: %w", err)
		}
	}
	return sizes, nil
}

// RenewSizes stores the sizes of the snapshots of an older program, which kept none. The program
// calls it before others use the service. It writes nothing if all snapshots have theirs.
func (s *Service) RenewSizes(ctx context.Context, by ledger.Author) error {
	return s.each(ctx, func(segment *Segment) error {
		st, err := s.readState(ctx, segment.ID)
		if err != nil || st.Last == nil {
			return err
		}
		newest, err := s.store.Document(ctx, SizeDocuments, snapshotKey(segment.ID, st.newest()))
		if err != nil || newest != nil {
			return err
		}
		var stored []*snapshotRecord
		err = ledger.EachDocument(ctx, s.store, SnapshotDocuments, snapshotPrefix(segment.ID), func(d ledger.Document) error {
			r := new(snapshotRecord)
			stored = append(stored, r)
			return json.Unmarshal(d.Value, r)
		})
		if err != nil {
			return err
		}
		_, err = s.store.Update(ctx, by, func(tx ledger.Tx) error {
			for _, r := range stored {
				if err := putSize(tx, segment.ID, r); err != nil {
					return err
				}
			}
			return nil
		})
		return err
	})
}
