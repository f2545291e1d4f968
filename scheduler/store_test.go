package scheduler_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/scheduler"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// two are two segments with a schedule each.
type two [2]ledger.ID

func (t two) EachSchedule(_ context.Context, f func(ledger.ID, string, string, time.Duration, time.Time) error) error {
	for _, id := range t {
		if err := f(id, "@hourly", "UTC", 0, time.Now()); err != nil {
			return err
		}
	}
	return nil
}

func (t two) Refresh(context.Context, ledger.ID) (scheduler.Result, error) {
	return scheduler.Result{Snapshot: 1, Count: 3}, nil
}

var segmentDocuments = ledger.Collection{Name: "segment"}

func TestHistoryInARealStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := storage.Open(t.Context(), storage.Options{Kinds: bothKinds, Engine: memory.New()})
		require.NoError(t, err)
		defer store.Close()
		ids := two{uuid.New(), uuid.New()}
		_, err = store.Update(t.Context(), ledger.Author{Source: ledger.SourceAPI}, func(tx ledger.Tx) error {
			for _, id := range ids {
				if err := tx.PutDocument(segmentDocuments, id.String(), []byte("{}")); err != nil {
					return err
				}
			}
			return nil
		})
		require.NoError(t, err)

		s, err := scheduler.New(store, segmentDocuments, scheduler.Options{Keep: 5, Logger: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		require.NoError(t, s.Start(t.Context(), ids))
		defer s.Stop()
		start := time.Now()
		time.Sleep(8*time.Hour + time.Minute)
		synctest.Wait()
		for _, id := range ids {
			var got []time.Duration
			before := time.Time{}
			for {
				page, err := s.Runs(t.Context(), id, before, 2)
				require.NoError(t, err)
				if len(page) == 0 {
					break
				}
				for _, run := range page {
					require.Equal(t, scheduler.Succeeded, run.Outcome)
					got = append(got, run.ScheduledFor.Sub(start))
					before = run.ScheduledFor
				}
			}
			require.Equal(t, []time.Duration{8 * time.Hour, 7 * time.Hour, 6 * time.Hour, 5 * time.Hour, 4 * time.Hour}, got, "newest first, the last five")
		}
		require.NoError(t, s.Forget(t.Context(), ids[0]))
		page, err := s.Runs(t.Context(), ids[0], time.Time{}, 10)
		require.NoError(t, err)
		require.Empty(t, page)
		page, err = s.Runs(t.Context(), ids[1], time.Time{}, 10)
		require.NoError(t, err)
		require.Len(t, page, 5)
	})
}
