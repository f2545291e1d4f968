package scheduler

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/ledger"
)

// TestJitterSpreadsSegments: each has a delay of its own that stays the same, also over a restart.
func TestJitterSpreadsSegments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		of := &segments{plans: map[ledger.ID][2]string{}, since: time.Now(), jitter: 10 * time.Minute}
		ids := make([]ledger.ID, 200)
		hourly := mustParse(t, "0 * * * *", "UTC")
		for i := range ids {
			ids[i] = uuid.New()
			for hourly.delayed(ids[i], of.jitter).delay == 0 { // due already when it begins
				ids[i] = uuid.New()
			}
			of.plans[ids[i]] = [2]string{"0 * * * *", "UTC"}
		}
		store := newStore(t, ids...)
		s := begin(t, store, of, Options{})
		time.Sleep(time.Hour + 10*time.Minute)
		synctest.Wait()
		s.Stop()
		s = begin(t, store, of, Options{})
		defer s.Stop()
		time.Sleep(time.Hour)
		synctest.Wait()
		moments := map[time.Time]bool{}
		for _, id := range ids {
			runs := kept(t, s, id)
			require.Len(t, runs, 3, "one an hour")
			late := runs[2].ScheduledFor.Sub(clock("2000-01-01 00:00"))
			require.GreaterOrEqual(t, late, time.Duration(0))
			require.Less(t, late, 10*time.Minute)
			require.Equal(t, runs[2].ScheduledFor.Add(time.Hour), runs[1].ScheduledFor)
			require.Equal(t, runs[1].ScheduledFor.Add(time.Hour), runs[0].ScheduledFor)
			moments[runs[2].ScheduledFor] = true
		}
		require.Greater(t, len(moments), 100)
	})
}

func TestDelayedSchedules(t *testing.T) {
	id := uuid.MustParse("0199c1f2-5a3e-7d60-9f00-1c2d3e4f5a6b")
	plain := mustParse(t, "30 2 * * *", "Europe/Rome")
	late := plain.delayed(id, time.Hour)
	require.Positive(t, late.delay)
	require.Equal(t, late, plain.delayed(id, time.Hour))
	at := clock("2026-03-28 12:00")
	for range 3 { // over the day on which 02:30 does not exist
		due := late.Next(at)
		require.Equal(t, plain.Next(at).Add(late.delay), due)
		require.Equal(t, due, late.Last(due))
		require.True(t, late.Last(due.Add(-time.Second)).Before(due))
		at = due
	}
	every := mustParse(t, "@every 90m", "UTC")
	require.Equal(t, every, every.delayed(id, time.Hour))
	require.Equal(t, plain, plain.delayed(id, 0))
}
