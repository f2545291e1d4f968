package segments_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// sizes are those of a segment as {n, count, entered, left}.
func (w *workspace) sizes(id ledger.ID, after uint32, limit int) (list [][4]uint64) {
	found, err := w.Sizes(context.Background(), id, after, limit)
	require.NoError(w.t, err)
	for _, s := range found {
		require.Equal(w.t, w.now, s.At)
		list = append(list, [4]uint64{uint64(s.N), s.Count, s.Entered, s.Left})
	}
	return list
}

// TestSizesOutliveSnapshots, and go with their segment.
func TestSizesOutliveSnapshots(t *testing.T) {
	w := newWorkspace(t, segments.Options{Keep: 2, FullEvery: 2})
	segment := w.inCity("n", "Nairobi")
	require.Empty(t, w.sizes(segment.ID, 0, 10))
	var want [][4]uint64
	for n := uint64(1); n <= 8; n++ {
		w.add("Nairobi", 1)
		w.refresh(segment.ID)
		want = append(want, [4]uint64{n, n, 1, 0})
	}
	require.True(t, w.refresh(segment.ID).Unchanged)
	require.Less(t, len(w.documents(segments.SnapshotDocuments)), 8)
	require.Equal(t, want, w.sizes(segment.ID, 0, 100))
	require.Equal(t, want[3:5], w.sizes(segment.ID, 3, 2))
	require.Empty(t, w.sizes(segment.ID, 8, 2))
	w.sound()
	_, err := w.Sizes(context.Background(), uuid.New(), 0, 1)
	refused(t, err, fault.KindNotFound, "not-found")

	_, err = w.Delete(context.Background(), by, segment.ID, 0)
	require.NoError(t, err)
	require.Empty(t, w.documents(segments.SizeDocuments))
}

// TestSizesOfAnOlderProgram are those of the snapshots that it left.
func TestSizesOfAnOlderProgram(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment, other := w.inCity("n", "Nairobi"), w.inCity("m", "Mombasa")
	for range 3 {
		w.add("Nairobi", 2)
		w.refresh(segment.ID)
	}
	want := w.sizes(segment.ID, 0, 10)
	keys := w.documents(segments.SizeDocuments)
	require.Len(t, keys, 3)
	w.update(func(tx ledger.Tx) error {
		for _, key := range keys {
			if err := tx.DeleteDocument(segments.SizeDocuments, key); err != nil {
				return err
			}
		}
		return nil
	})
	w.sound()
	require.NoError(t, w.RenewSizes(context.Background(), by.Author))
	require.Equal(t, want, w.sizes(segment.ID, 0, 10))
	require.Empty(t, w.sizes(other.ID, 0, 10))
	head := w.store.Head()
	require.NoError(t, w.RenewSizes(context.Background(), by.Author))
	require.Equal(t, head, w.store.Head(), "nothing is written twice")
	w.sound()
}

// TestVerifyFindsWrongSizes, and those that no snapshot ever had.
func TestVerifyFindsWrongSizes(t *testing.T) {
	for key, record := range map[string]string{
		"%s/0000000001": `{"n":1,"at":"2026-01-01T00:00:00Z","count":9}`,
		"%s/0000000002": `{"n":1}`,
		"%s/0000000003": `{"n":3}`,
		"x%.0s":         `{"n":1}`,
		strings.Repeat("0", 8) + "-0000-0000-0000-000000000000/0000000001%.0s": `{"n":1}`,
	} {
		w := newWorkspace(t, segments.Options{})
		segment := w.inCity("n", "Nairobi")
		w.add("Nairobi", 1)
		w.refresh(segment.ID)
		w.update(func(tx ledger.Tx) error {
			return tx.PutDocument(segments.SizeDocuments, fmt.Sprintf(key, segment.ID), []byte(record))
		})
		var found ledger.Differences
		require.NoError(t, w.Verify(context.Background(), &found))
		require.Len(t, found.List(), 1, key)
	}
}

// TestExpiredSnapshotsNameTheNearest of those that are kept.
func TestExpiredSnapshotsNameTheNearest(t *testing.T) {
	w := newWorkspace(t, segments.Options{Keep: 2, Holds: holds{3}})
	segment := w.inCity("n", "Nairobi")
	for range 9 {
		w.add("Nairobi", 1)
		w.refresh(segment.ID)
	}
	for n, nearest := range map[uint32]uint32{1: 3, 2: 3, 5: 3, 6: 8, 7: 8} {
		_, err := w.Snapshot(context.Background(), segment.ID, n)
		refused(t, err, fault.KindGone, "snapshot-expired")
		var e *fault.Error
		require.True(t, errors.As(err, &e))
		require.Equal(t, nearest, e.Nearest, n)
	}
}

// holds are numbers of snapshots that somebody holds, of every segment.
type holds []uint32

func (h holds) Held(context.Context, ledger.ID) ([]uint32, error) { return h, nil }
