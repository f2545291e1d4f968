package scheduler

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/ledger"
)

// taking is a refresh that takes so long.
func taking(d time.Duration) func(context.Context, int) (Result, error) {
	return func(ctx context.Context, _ int) (Result, error) {
		select {
		case <-time.After(d):
			return Result{Unchanged: true}, nil
		case <-ctx.Done():
			return Result{}, ctx.Err()
		}
	}
}

func starts(runs []Run) (list []string) {
	for _, r := range runs {
		list = append(list, r.StartedAt.Format(time.TimeOnly))
	}
	return list
}

// A run that took half a minute is followed by five minutes without.
func TestASegmentRestsInProportionToItsRun(t *testing.T) {
	for line, next := range map[string]string{"* * * * *": "00:07:00", "@every 1m": "00:06:31", "*/4 * * * *": "00:12:00", "@daily": ""} {
		t.Run(line, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				id := uuid.New()
				of := &segments{plans: map[ledger.ID][2]string{id: {line, "UTC"}}, since: time.Now(), refresh: taking(30 * time.Second)}
				store := newStore(t, id)
				s := begin(t, store, of, Options{})
				if line == "@daily" {
					time.Sleep(25 * time.Hour)
					at, _ := s.NextRun(id)
					require.Equal(t, clock("2000-01-03 00:00"), at, "who rests long enough anyway is not held up")
					s.Stop()
					return
				}
				time.Sleep(4*time.Minute + 45*time.Second)
				synctest.Wait()
				require.Len(t, kept(t, s, id), 1, "and no records of what did not run")
				if line != "*/4 * * * *" {
					at, _ := s.NextRun(id)
					require.Equal(t, next, at.Format(time.TimeOnly))
				}

				// Neither another schedule nor a restart shortens the rest.
				s.Plan(id, "", "", 0, time.Now())
				s.Plan(id, line, "UTC", 0, time.Now())
				at, _ := s.NextRun(id)
				first := at.Format(time.TimeOnly)
				require.GreaterOrEqual(t, first, "00:06:30")
				s.Stop()
				again := begin(t, store, of, Options{})
				time.Sleep(8 * time.Minute)
				synctest.Wait()
				runs := starts(kept(t, again, id))
				require.GreaterOrEqual(t, len(runs), 2)
				require.GreaterOrEqual(t, runs[len(runs)-2], "00:06:30")
				again.Stop()
			})
		})
	}
}

func TestARunThatWasMissedWaitsForTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		of := &segments{plans: map[ledger.ID][2]string{id: {"0 * * * *", "UTC"}}, since: time.Now(), refresh: taking(29 * time.Minute)}
		store := newStore(t, id)
		first := begin(t, store, of, Options{})
		time.Sleep(100 * time.Minute) // 01:00 to 01:29
		first.Stop()
		time.Sleep(time.Hour) // 02:00 was missed
		again := begin(t, store, of, Options{})
		defer again.Stop()
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		runs := kept(t, again, id)
		require.Equal(t, []string{"06:19:00", "01:00:00"}, starts(runs))
		require.True(t, runs[0].CatchUp)
	})
}

func TestRestDoesNotWaitForAClockThatWasSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		of := &segments{plans: map[ledger.ID][2]string{id: {"* * * * *", "UTC"}}, since: time.Now(), refresh: taking(6 * time.Second)}
		store := newStore(t, id)
		ahead := begin(t, store, of, Options{Now: func() time.Time { return time.Now().AddDate(1, 0, 0) }})
		time.Sleep(2 * time.Minute)
		ahead.Stop()
		before := len(kept(t, ahead, id))
		s := begin(t, store, of, Options{})
		defer s.Stop()
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		require.Greater(t, len(kept(t, s, id)), before)
	})
}

// A marketer's ten dearest segments every minute: all together take half of the
// time of one turn, each less than a tenth, and whoever is due first goes first.
func TestDearSegmentsLeaveTheMachineToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		of := &segments{plans: map[ledger.ID][2]string{}, since: time.Now(), refresh: taking(12 * time.Second)}
		store := newStore(t)
		for range 10 {
			id := uuid.New()
			store.define(id)
			of.plans[id] = [2]string{"* * * * *", "UTC"}
		}
		s := begin(t, store, of, Options{Concurrency: 1})
		const span = 3 * time.Hour
		time.Sleep(span)
		s.Stop()
		total := time.Duration(0)
		for id := range of.plans {
			var each time.Duration
			last := time.Time{}
			for _, r := range kept(t, s, id) {
				if r.Outcome == Skipped {
					continue
				}
				each += r.Took()
				require.True(t, last.IsZero() || r.StartedAt.Before(last))
				last = r.StartedAt
			}
			require.LessOrEqual(t, each, span/10)
			require.GreaterOrEqual(t, each, span/40, "nobody is left out")
			total += each
		}
		require.LessOrEqual(t, total, span/2+12*time.Second)
		require.GreaterOrEqual(t, total, span*2/5)
		require.Equal(t, 1, of.mostSeen)
	})
}

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func TestDearRunsAreToldOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		of := &segments{plans: map[ledger.ID][2]string{id: {"@hourly", "UTC"}}, since: time.Now(), refresh: func(_ context.Context, n int) (Result, error) {
			time.Sleep(time.Duration(n-1) * 3 * time.Second)
			return Result{Unchanged: true, By: ledger.Author{Source: ledger.SourceAPI, Name: "marketing"}}, nil
		}}
		var log journal
		registry := prometheus.NewRegistry()
		s, err := New(newStore(t, id), segmentDocuments, Options{Registerer: registry, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		require.NoError(t, err)
		require.NoError(t, s.Start(t.Context(), of))
		defer s.Stop()
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		require.Empty(t, log.String(), "a quick one is no news")
		time.Sleep(time.Hour + 10*time.Second)
		synctest.Wait()
		for _, part := range []string{"took long", "segment=" + id.String(), "by=marketing", "took=3s", "next=2000-01-01T03:00:00"} {
			require.Contains(t, log.String(), part)
		}
		spent := func() float64 {
			families, err := registry.Gather()
			require.NoError(t, err)
			for _, f := range families {
				if f.GetName() == "kundi_scheduler_segment_seconds_total" {
					require.Equal(t, id.String(), f.GetMetric()[0].GetLabel()[0].GetValue())
					return f.GetMetric()[0].GetCounter().GetValue()
				}
			}
			return 0
		}
		require.Equal(t, 3.0, spent())
		require.NoError(t, s.Forget(t.Context(), id))
		require.Zero(t, spent())
	})
}
