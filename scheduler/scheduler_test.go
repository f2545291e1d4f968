package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// segments are those a test schedules. Refresh answers what the test says,
// succeeding at once by default.
type segments struct {
	mu       sync.Mutex
	plans    map[ledger.ID][2]string
	since    time.Time
	jitter   time.Duration
	refresh  func(ctx context.Context, n int) (Result, error)
	calls    int
	going    int
	mostSeen int
}

func (s *segments) EachSchedule(_ context.Context, f func(ledger.ID, string, string, time.Duration, time.Time) error) error {
	for id, p := range s.plans {
		if err := f(id, p[0], p[1], s.jitter, s.since); err != nil {
			return err
		}
	}
	return nil
}

func (s *segments) Refresh(ctx context.Context, _ ledger.ID) (Result, error) {
	s.mu.Lock()
	s.calls++
	n := s.calls
	s.going++
	s.mostSeen = max(s.mostSeen, s.going)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.going--
		s.mu.Unlock()
	}()
	if s.refresh == nil {
		return Result{Snapshot: uint32(n), Count: 7}, nil
	}
	return s.refresh(ctx, n)
}

var segmentDocuments = ledger.Collection{Name: "segment"}

var quiet = slog.New(slog.DiscardHandler)

// begin starts a scheduler over the store. In a synctest bubble it is
// 2000-01-01 00:00 UTC.
func begin(t *testing.T, store Store, of *segments, o Options) *Scheduler {
	t.Helper()
	o.Logger = quiet
	s, err := New(store, segmentDocuments, o)
	require.NoError(t, err)
	require.NoError(t, s.Start(t.Context(), of))
	return s
}

func kept(t *testing.T, s *Scheduler, id ledger.ID) []Run {
	t.Helper()
	runs, err := s.Runs(t.Context(), id, time.Time{}, 1000)
	require.NoError(t, err)
	return runs
}

func clock(s string) time.Time {
	at, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		panic(err)
	}
	return at
}

func TestRunsOnSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		of := &segments{plans: map[ledger.ID][2]string{id: {"0 6 * * *", "Africa/Nairobi"}}, since: time.Now()}
		s := begin(t, newStore(t, id), of, Options{})
		defer s.Stop()

		at, ok := s.NextRun(id)
		require.True(t, ok)
		require.Equal(t, clock("2000-01-01 03:00"), at)

		time.Sleep(4 * time.Hour)
		synctest.Wait()
		require.Equal(t, []Run{{
			ScheduledFor: clock("2000-01-01 03:00"), StartedAt: clock("2000-01-01 03:00"), FinishedAt: clock("2000-01-01 03:00"),
			Outcome: Succeeded, Attempt: 1, Result: &Result{Snapshot: 1, Count: 7},
		}}, kept(t, s, id))
		at, _ = s.NextRun(id)
		require.Equal(t, clock("2000-01-02 03:00"), at)

		time.Sleep(48 * time.Hour)
		synctest.Wait()
		runs := kept(t, s, id)
		require.Len(t, runs, 3)
		require.Equal(t, clock("2000-01-03 03:00"), runs[0].ScheduledFor, "newest first")

		older, err := s.Runs(t.Context(), id, runs[0].ScheduledFor, 1)
		require.NoError(t, err)
		require.Equal(t, runs[1:2], older)
	})
}

func TestCatchesUpOnceOnWhatWasMissed(t *testing.T) {
	for _, c := range []struct {
		name, line string
		down       time.Duration
		// madeUp is what the run that is made up was scheduled for, "" when
		// none was missed; next is when the one after that comes.
		madeUp, next string
	}{
		{"nothing missed", "0 * * * *", 20 * time.Minute, "", "2000-01-01 02:00"},
		{"back at the very moment", "0 * * * *", 50 * time.Minute, "2000-01-01 02:00", "2000-01-01 03:00"},
		{"five missed", "0 * * * *", 5 * time.Hour, "2000-01-01 06:00", "2000-01-01 07:00"},
		{"432,000 missed", "* * * * *", 300 * 24 * time.Hour, "2000-10-27 01:10", "2000-10-27 01:11"},
		{"nothing missed of @every", "@every 45m", 20 * time.Minute, "", "2000-01-01 01:45"},
		{"@every counts on from the run that was made up", "@every 45m", 10 * time.Hour, "2000-01-01 01:45", "2000-01-01 11:55"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				id := uuid.New()
				store := newStore(t, id)
				of := &segments{plans: map[ledger.ID][2]string{id: {c.line, "UTC"}}, since: clock("2000-01-01 00:15")}
				first := begin(t, store, of, Options{})
				time.Sleep(70 * time.Minute)
				first.Stop()
				before := kept(t, first, id)
				require.NotEmpty(t, before)
				time.Sleep(c.down)

				of.calls = 0
				second := begin(t, store, of, Options{})
				synctest.Wait()
				runs := kept(t, second, id)
				if c.madeUp == "" {
					require.Equal(t, before, runs)
				} else {
					require.Equal(t, 1, of.calls, "once, however much was missed")
					require.Equal(t, before, runs[1:])
					require.Equal(t, clock(c.madeUp), runs[0].ScheduledFor)
					require.True(t, runs[0].CatchUp)
				}
				at, ok := second.NextRun(id)
				require.True(t, ok)
				require.Equal(t, clock(c.next), at)
				second.Stop()

				calls := of.calls
				third := begin(t, store, of, Options{})
				synctest.Wait()
				require.Equal(t, calls, of.calls, "what was caught up on is not missed again")
				third.Stop()
			})
		})
	}
}

func TestANewScheduleHasMissedNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		of := &segments{plans: map[ledger.ID][2]string{id: {"@daily", "UTC"}}, since: clock("2000-01-01 00:00")}
		s := begin(t, newStore(t, id), of, Options{})
		defer s.Stop()
		time.Sleep(time.Hour)
		synctest.Wait()
		require.Zero(t, of.calls)
	})
}

func TestAClockThatWasSetBack(t *testing.T) {
	for _, line := range []string{"@every 1h", "30 * * * *"} {
		synctest.Test(t, func(t *testing.T) {
			id := uuid.New()
			of := &segments{plans: map[ledger.ID][2]string{id: {line, "UTC"}}, since: time.Now().AddDate(1, 0, 0)}
			s := begin(t, newStore(t, id), of, Options{})
			defer s.Stop()
			time.Sleep(61 * time.Minute)
			synctest.Wait()
			require.Equal(t, 1, of.calls, "%s: it does not wait for the clock to be there again", line)
		})
	}
}

func TestWhatWasDueBeforeAScheduleWasSetIsNotMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		store := newStore(t, id)
		of := &segments{plans: map[ledger.ID][2]string{id: {"@hourly", "UTC"}}, since: time.Now()}
		first := begin(t, store, of, Options{})
		time.Sleep(70 * time.Minute)
		first.Stop()

		time.Sleep(5 * time.Hour)
		of.since = time.Now() // without a schedule for hours, then set again
		time.Sleep(time.Minute)
		second := begin(t, store, of, Options{})
		defer second.Stop()
		synctest.Wait()
		require.Equal(t, 1, of.calls)
	})
}

func TestRunsOfASegmentDoNotOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		of := &segments{
			plans: map[ledger.ID][2]string{id: {"* * * * *", "UTC"}}, since: time.Now(),
			refresh: func(context.Context, int) (Result, error) {
				time.Sleep(150 * time.Second)
				return Result{Unchanged: true}, nil
			},
		}
		s := begin(t, newStore(t, id), of, Options{Concurrency: 8})
		defer s.Stop()
		time.Sleep(10*time.Minute + time.Second)
		synctest.Wait()
		require.Equal(t, 1, of.mostSeen)
		outcomes := map[Outcome]int{}
		for _, r := range kept(t, s, id) {
			outcomes[r.Outcome]++
		}
		require.Equal(t, map[Outcome]int{Unchanged: 1, Skipped: 2}, outcomes)
	})
}

func TestFewRefreshesAtOnceAndNoneLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		of := &segments{plans: map[ledger.ID][2]string{}, since: time.Now(), refresh: func(context.Context, int) (Result, error) {
			time.Sleep(time.Second)
			return Result{Unchanged: true}, nil
		}}
		store := newStore(t)
		for range 50 {
			id := uuid.New()
			store.define(id)
			of.plans[id] = [2]string{"@hourly", "UTC"}
		}
		s := begin(t, store, of, Options{Concurrency: 2})
		defer s.Stop()
		time.Sleep(time.Hour + 55*time.Second)
		synctest.Wait()
		require.Equal(t, 2, of.mostSeen)
		require.Equal(t, 50, of.calls)
		for id := range of.plans {
			require.Len(t, kept(t, s, id), 1)
		}
	})
}

func TestFailuresAndPanicsAreRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		of := &segments{plans: map[ledger.ID][2]string{id: {"@hourly", "UTC"}}, since: time.Now(), refresh: func(_ context.Context, n int) (Result, error) {
			switch n {
			case 1:
				return Result{}, errors.New("secret")
			case 2:
				return Result{}, &fault.Error{Kind: fault.KindConflict, Type: "segment-broken"}
			case 3:
				panic("secret")
			}
			return Result{Snapshot: 1}, nil
		}}
		registry := prometheus.NewRegistry()
		s := begin(t, newStore(t, id), of, Options{Registerer: registry, Retries: []time.Duration{}})
		defer s.Stop()
		time.Sleep(4*time.Hour + time.Minute)
		synctest.Wait()
		var got []string
		for _, r := range kept(t, s, id) {
			got = append(got, strings.TrimSpace(string(r.Outcome)+" "+r.Error))
		}
		require.Equal(t, []string{"succeeded", "failed internal", "failed segment-broken", "failed internal"}, got)
		families, err := registry.Gather()
		require.NoError(t, err)
		require.Len(t, families, 4)
	})
}

// TestFailingSegmentsAreCounted: a segment fails from a failed run to one that
// succeeds, over restarts, and while its schedule cannot be read.
func TestFailingSegmentsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id, bad := uuid.New(), uuid.New()
		var fails atomic.Bool
		fails.Store(true)
		of := &segments{plans: map[ledger.ID][2]string{id: {"@hourly", "UTC"}}, since: time.Now(), refresh: func(context.Context, int) (Result, error) {
			if fails.Load() {
				return Result{}, errors.New("secret")
			}
			return Result{Unchanged: true}, nil
		}}
		store := newStore(t, id, bad)
		s := begin(t, store, of, Options{})
		require.Zero(t, s.countFailing())
		hour := func() {
			time.Sleep(time.Hour + time.Second)
			synctest.Wait()
		}
		hour()
		require.Equal(t, 1, s.countFailing())
		s.Stop()

		of.plans[bad] = [2]string{"TZ=Europe/Rome", "UTC"}
		s = begin(t, store, of, Options{})
		defer s.Stop()
		require.Equal(t, 2, s.countFailing(), "as before the restart, and a schedule that nobody can read")
		fails.Store(false)
		hour()
		require.Equal(t, 1, s.countFailing())
		s.Plan(bad, "", "", 0, time.Now())
		require.Zero(t, s.countFailing(), "without a schedule nothing fails")
		fails.Store(true)
		hour()
		require.Equal(t, 1, s.countFailing())
		require.NoError(t, s.Forget(t.Context(), id))
		require.Zero(t, s.countFailing())
	})
}

func TestPlansFollowTheirSegments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		store := newStore(t, id)
		of := &segments{}
		s := begin(t, store, of, Options{})
		defer s.Stop()

		s.Plan(id, "@hourly", "UTC", 0, time.Now())
		time.Sleep(61 * time.Minute)
		synctest.Wait()
		require.Len(t, kept(t, s, id), 1)

		s.Plan(id, "30 * * * *", "UTC", 0, time.Now())
		time.Sleep(time.Hour)
		synctest.Wait()
		runs := kept(t, s, id)
		require.Len(t, runs, 2, "the former schedule is gone")
		require.Equal(t, clock("2000-01-01 01:30"), runs[0].ScheduledFor)

		s.Plan(id, "", "", 0, time.Now())
		_, ok := s.NextRun(id)
		require.False(t, ok)
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		require.Len(t, kept(t, s, id), 2, "no schedule, no runs; the history stays")

		s.Plan(id, "@hourly", "UTC", 0, time.Now())
		store.drop(id)
		require.NoError(t, s.Forget(t.Context(), id))
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		require.Empty(t, kept(t, s, id))
	})
}

func TestARunThatEndsAfterItsSegmentLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		store := newStore(t, id)
		of := &segments{plans: map[ledger.ID][2]string{id: {"@hourly", "UTC"}}, since: time.Now(), refresh: func(context.Context, int) (Result, error) {
			time.Sleep(time.Minute)
			return Result{Snapshot: 1}, nil
		}}
		s := begin(t, store, of, Options{})
		defer s.Stop()
		time.Sleep(time.Hour + time.Second)
		store.drop(id)
		require.NoError(t, s.Forget(t.Context(), id))
		time.Sleep(time.Hour)
		synctest.Wait()
		require.Empty(t, kept(t, s, id))
	})
}

func TestStopCutsOffAndTheNextStartMakesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		store := newStore(t, id)
		of := &segments{plans: map[ledger.ID][2]string{id: {"@hourly", "UTC"}}, since: time.Now(), refresh: func(ctx context.Context, n int) (Result, error) {
			if n == 1 {
				<-ctx.Done()
				return Result{}, ctx.Err()
			}
			return Result{Snapshot: 1}, nil
		}}
		s := begin(t, store, of, Options{})
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		s.Stop()
		s.Stop()
		require.Zero(t, of.going, "Stop waits")
		require.Empty(t, kept(t, s, id))

		again := begin(t, store, of, Options{})
		synctest.Wait()
		runs := kept(t, again, id)
		require.Len(t, runs, 1)
		require.True(t, runs[0].CatchUp)
		again.Stop()
	})
}

func TestStopWithoutStart(t *testing.T) {
	s, err := New(newStore(t), segmentDocuments, Options{})
	require.NoError(t, err)
	s.Stop()
	require.Error(t, s.Start(t.Context(), &segments{}))
}

func TestHistoryIsTrimmed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id, other := uuid.New(), uuid.New()
		of := &segments{plans: map[ledger.ID][2]string{id: {"* * * * *", "UTC"}, other: {"@daily", "UTC"}}, since: time.Now()}
		s := begin(t, newStore(t, id, other), of, Options{Keep: 10})
		defer s.Stop()
		time.Sleep(25 * time.Hour)
		synctest.Wait()
		runs := kept(t, s, id)
		require.Len(t, runs, 10)
		require.Equal(t, clock("2000-01-02 01:00"), runs[0].ScheduledFor)
		require.Equal(t, clock("2000-01-02 00:51"), runs[9].ScheduledFor)
		require.Len(t, kept(t, s, other), 1)
	})
}

func TestAScheduleThatCannotBeReadStopsNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good, bad := uuid.New(), uuid.New()
		of := &segments{plans: map[ledger.ID][2]string{good: {"@hourly", "UTC"}, bad: {"TZ=Europe/Rome", "UTC"}}, since: time.Now()}
		s := begin(t, newStore(t, good, bad), of, Options{})
		defer s.Stop()
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		require.Len(t, kept(t, s, good), 1)
		require.Empty(t, kept(t, s, bad))
	})
}
