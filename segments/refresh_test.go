package segments_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// numbers are what a refresh is asked for.
func numbers(r segments.Refreshed) [4]uint64 {
	return [4]uint64{uint64(r.N), r.Count, r.Entered, r.Left}
}

func TestALifeOfSnapshots(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("nairobi", "Nairobi")

	first := w.refresh(segment.ID)
	require.Equal(t, [4]uint64{1, 0, 0, 0}, numbers(first), "nobody is a result too")
	require.False(t, first.Unchanged)
	require.Equal(t, noon, first.EvaluatedAt)
	require.Equal(t, segment.Version, first.DefinitionVersion)
	require.Equal(t, segment.Hash, first.DefinitionHash)

	people := idsOf(w.add("Nairobi", 5))
	w.now = noon.Add(time.Hour)
	head := w.store.Head()
	second := w.refresh(segment.ID)
	require.Equal(t, [4]uint64{2, 5, 5, 0}, numbers(second))
	require.Equal(t, w.now, second.EvaluatedAt)
	require.Equal(t, head, second.Seq)
	require.Equal(t, w.store.Head(), second.Change)

	head = w.store.Head()
	same := w.refresh(segment.ID)
	require.True(t, same.Unchanged)
	require.Equal(t, second.Snapshot, same.Snapshot)
	require.Equal(t, head, w.store.Head(), "nothing is stored")

	w.move(people[:2], "Mombasa")
	w.add("Nairobi", 1)
	require.Equal(t, [4]uint64{3, 4, 1, 2}, numbers(w.refresh(segment.ID)))

	w.patch(segment.ID, `{"filter": {"combinator": "and", "rules": [{"field": "city", "operator": "starts_with", "value": "nai"}]}}`)
	require.True(t, w.refresh(segment.ID).Unchanged, "another filter with the same members takes none")
	changed := w.patch(segment.ID, `{"filter": null}`)
	fourth := w.refresh(segment.ID)
	require.Equal(t, [4]uint64{4, 6, 2, 0}, numbers(fourth))
	require.Equal(t, changed.Version, fourth.DefinitionVersion)

	list, err := w.Snapshots(context.Background(), segment.ID, 0, 100)
	require.NoError(t, err)
	require.Len(t, list, 4)
	require.Equal(t, fourth.Snapshot, list[0], "newest first")
	require.Equal(t, first.Snapshot, list[3])
	list, err = w.Snapshots(context.Background(), segment.ID, 4, 2)
	require.NoError(t, err)
	require.Equal(t, []uint32{3, 2}, []uint32{list[0].N, list[1].N})
	list, err = w.Snapshots(context.Background(), segment.ID, 1, 2)
	require.NoError(t, err)
	require.Empty(t, list)

	got, err := w.Snapshot(context.Background(), segment.ID, 2)
	require.NoError(t, err)
	require.Equal(t, second.Snapshot, got)
}

func TestWhatIsNotThere(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("n", "a")
	list, err := w.Snapshots(context.Background(), segment.ID, 0, 10)
	require.NoError(t, err)
	require.Empty(t, list)
	w.refresh(segment.ID)
	for _, call := range []func(id ledger.ID, n uint32) error{
		func(id ledger.ID, n uint32) error { _, err := w.Snapshot(context.Background(), id, n); return err },
		func(id ledger.ID, n uint32) error {
			_, err := w.SnapshotMembers(context.Background(), id, n)
			return err
		},
		func(id ledger.ID, n uint32) error {
			_, err := w.Changes(context.Background(), id, 1, n, 0, 10)
			return err
		},
		func(id ledger.ID, n uint32) error {
			_, err := w.Changes(context.Background(), id, n, 1, 0, 10)
			return err
		},
	} {
		require.NoError(t, call(segment.ID, 1))
		refused(t, call(segment.ID, 0), fault.KindNotFound, "not-found")
		refused(t, call(segment.ID, 2), fault.KindNotFound, "not-found")
		refused(t, call(uuid.New(), 1), fault.KindNotFound, "not-found")
	}
	for _, call := range []func(id ledger.ID) error{
		func(id ledger.ID) error { _, err := w.Snapshots(context.Background(), id, 0, 10); return err },
		func(id ledger.ID) error { _, err := w.Members(context.Background(), id); return err },
		func(id ledger.ID) error { _, err := w.Refresh(context.Background(), by, id); return err },
	} {
		refused(t, call(uuid.New()), fault.KindNotFound, "not-found")
	}
}

func TestAFilterWithARelativeDateMovesWithTheClock(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.create(`{"name": "new", "filter": {"combinator": "and", "rules": [{"field": "created_at", "operator": "within_last", "value": "P1D"}]}}`)
	w.add("Nairobi", 2) // at noon
	require.EqualValues(t, 2, w.refresh(segment.ID).Count)
	w.now = noon.Add(25 * time.Hour)
	require.Equal(t, [4]uint64{2, 0, 0, 2}, numbers(w.refresh(segment.ID)))
}

func TestExpiredSnapshotsAreGone(t *testing.T) {
	w := newWorkspace(t, segments.Options{Keep: 5, FullEvery: 4})
	segment := w.inCity("n", "Nairobi")
	w.add("Nairobi", 100) // so that what changed is less than the whole
	for n := uint32(1); n <= 30; n++ {
		w.add("Nairobi", 1)
		require.Equal(t, n, w.refresh(segment.ID).N)
		for old := uint32(1); old <= n; old++ {
			m, err := w.SnapshotMembers(context.Background(), segment.ID, old)
			if old+5 <= n {
				refused(t, err, fault.KindGone, "snapshot-expired")
				_, err = w.Changes(context.Background(), segment.ID, old, n, 0, 10)
				refused(t, err, fault.KindGone, "snapshot-expired")
				_, err = w.Snapshot(context.Background(), segment.ID, old)
				refused(t, err, fault.KindGone, "snapshot-expired")
				continue
			}
			require.NoError(t, err)
			require.EqualValues(t, 100+old, m.Count)
		}
		list, err := w.Snapshots(context.Background(), segment.ID, 0, 100)
		require.NoError(t, err)
		require.Len(t, list, min(int(n), 5))
		require.LessOrEqual(t, len(w.documents(segments.SnapshotDocuments)), 5+4-1, "those that others rest on stay, no more")
	}
}

func TestABigSnapshotAppearsWhole(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("n", "Nairobi")
	w.add("Nairobi", 10)
	w.add("Mombasa", 10)
	far := &spread{matcher{w.store}}
	failing := &failing{Store: w.store}
	service := segments.New(failing, far, w.people(), w.schedule, segments.Options{CommitBytes: 1, Logger: slog.New(slog.DiscardHandler)})

	for fail := 1; ; fail++ {
		failing.in = fail
		_, err := service.Refresh(context.Background(), by, segment.ID)
		if err == nil {
			require.Equal(t, 11, fail, "it takes ten commits, of which each has failed once")
			break
		}
		require.ErrorIs(t, err, errFailing)
		_, err = service.Snapshot(context.Background(), segment.ID, 1)
		refused(t, err, fault.KindNotFound, "not-found")
	}
	failing.in = 0
	list, err := service.Snapshots(context.Background(), segment.ID, 0, 10)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.EqualValues(t, 70, list[0].Count)
	_, err = service.Delete(context.Background(), by, segment.ID, 0)
	require.NoError(t, err)
	require.Empty(t, w.documents(segments.SetDocuments))
	require.Empty(t, w.documents(segments.SnapshotDocuments))
}

func TestPiecesOfATryThatFailedGo(t *testing.T) {
	for _, try := range []ledger.ID{uuid.Nil, uuid.Max} { // sorts before and after the other
		w := newWorkspace(t, segments.Options{})
		segment := w.inCity("n", "Nairobi")
		w.add("Nairobi", 10)
		service := segments.New(&failing{Store: w.store, in: 10}, &spread{matcher{w.store}}, w.people(), w.schedule,
			segments.Options{CommitBytes: 1, NewID: func() ledger.ID { return try }})
		_, err := service.Refresh(context.Background(), by, segment.ID)
		require.ErrorIs(t, err, errFailing)
		require.Len(t, w.documents(segments.SetDocuments), 9)

		require.EqualValues(t, 10, w.refresh(segment.ID).Count)
		require.Len(t, w.documents(segments.SetDocuments), 2, "the state, and one chunk")
		m, err := w.SnapshotMembers(context.Background(), segment.ID, 1)
		require.NoError(t, err)
		require.Len(t, listed(t, m, 100), 10)
	}
}

func TestDeletionIsFinishedLater(t *testing.T) {
	for fail := 2; fail <= 4; fail++ {
		w := newWorkspace(t, segments.Options{})
		segment, other := w.inCity("n", "Nairobi"), w.inCity("other", "Nairobi")
		for range 3 {
			w.add("Nairobi", 1)
			w.refresh(segment.ID)
			w.refresh(other.ID)
		}
		kept := len(w.documents(segments.SetDocuments)) / 2
		service := w.serve(&failing{Store: w.store, in: fail}, segments.Options{})
		_, err := service.Delete(context.Background(), by, segment.ID, 0)
		require.NoError(t, err, "it is deleted")
		_, err = w.Snapshot(context.Background(), segment.ID, 1)
		refused(t, err, fault.KindNotFound, "not-found")
		require.Greater(t, len(w.documents(segments.SetDocuments)), kept)

		require.NoError(t, w.Sweep(context.Background()))
		require.Len(t, w.documents(segments.SetDocuments), kept)
		for _, key := range append(w.documents(segments.SnapshotDocuments), w.documents(segments.SetDocuments)...) {
			require.True(t, strings.Contains(key, other.ID.String()), key)
		}
		_, err = w.SnapshotMembers(context.Background(), other.ID, 3)
		require.NoError(t, err)
	}
}

func TestDeletionForgetsTheScheduleAgain(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.create(`{"name": "n", "schedule": {"cron": "@daily"}}`)
	w.schedule.fail = errors.New("runs are stuck")
	_, err := w.Delete(context.Background(), by, segment.ID, 0)
	require.NoError(t, err)
	require.Error(t, w.Sweep(context.Background()))
	w.schedule.fail = nil
	require.NoError(t, w.Sweep(context.Background()))
	require.Empty(t, w.documents(segments.SetDocuments))
}

func TestRefreshesOfASegmentFollowEachOther(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	shared, own := w.inCity("shared", "Nairobi"), w.inCity("own", "Nairobi")
	var all sync.WaitGroup
	stored := make([]int, 8)
	for i := range stored {
		all.Go(func() {
			for range 10 {
				w.add("Nairobi", 1)
				r, err := w.Refresh(context.Background(), by, shared.ID)
				if err == nil && !r.Unchanged {
					stored[i]++
				}
				_, err = w.Refresh(context.Background(), by, own.ID)
				require.NoError(t, err)
			}
		})
	}
	all.Wait()
	list, err := w.Snapshots(context.Background(), shared.ID, 0, 1000)
	require.NoError(t, err)
	total, count := 0, uint64(0)
	for _, n := range stored {
		total += n
	}
	require.Len(t, list, total, "every number was answered to one caller")
	for i := len(list) - 1; i >= 0; i-- {
		require.Equal(t, count+list[i].Entered-list[i].Left, list[i].Count)
		count = list[i].Count
	}
	require.EqualValues(t, 80, w.refresh(shared.ID).Count)
}

func TestTwoServicesOverOneStoreDoNotTakeOneNumber(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	second := w.serve(w.store, segments.Options{})
	segment := w.inCity("n", "Nairobi")
	var all sync.WaitGroup
	var stored atomic.Int64
	for _, service := range []*segments.Service{w.Service, second} {
		all.Go(func() {
			for range 20 {
				w.add("Nairobi", 1)
				r, err := service.Refresh(context.Background(), by, segment.ID)
				require.NoError(t, err)
				if !r.Unchanged {
					stored.Add(1)
				}
			}
		})
	}
	all.Wait()
	list, err := w.Snapshots(context.Background(), segment.ID, 0, 1000)
	require.NoError(t, err)
	require.Len(t, list, int(stored.Load()), "every number was answered to one caller")
	for _, snapshot := range list {
		m, err := w.SnapshotMembers(context.Background(), segment.ID, snapshot.N)
		require.NoError(t, err)
		require.Len(t, listed(t, m, 100), int(snapshot.Count))
	}
}

func TestARefreshThatWaitsGivesUpWithItsContext(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("n", "Nairobi")
	slow := &stuck{matcher: matcher{w.store}, entered: make(chan struct{}), release: make(chan struct{})}
	service := segments.New(w.store, slow, w.people(), w.schedule, segments.Options{})
	done := make(chan error)
	go func() {
		_, err := service.Refresh(context.Background(), by, segment.ID)
		done <- err
	}()
	<-slow.entered
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := service.Refresh(ctx, by, segment.ID)
	require.ErrorIs(t, err, context.Canceled)
	_, err = service.Delete(ctx, by, segment.ID, 0)
	require.ErrorIs(t, err, context.Canceled)
	close(slow.release)
	require.NoError(t, <-done)
}
