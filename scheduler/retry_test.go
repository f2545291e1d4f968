package scheduler

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// attempts lists runs, oldest first: when each was due, its attempt, how it ended, and when it is
// tried again.
func attempts(t *testing.T, s *Scheduler, id ledger.ID) (list []string) {
	t.Helper()
	runs := kept(t, s, id)
	for i := range runs {
		r := runs[len(runs)-1-i]
		text := fmt.Sprint(r.ScheduledFor.Format("15:04:05"), " ", r.Attempt, " ", r.Outcome)
		if !r.RetryAt.IsZero() {
			text += " " + r.RetryAt.Format("15:04:05")
		}
		list = append(list, text)
	}
	return list
}

// daily schedules a segment every day at 03:00. Its refreshes fail until the nth.
func daily(id ledger.ID, failures int, err error) *segments {
	return &segments{
		plans: map[ledger.ID][2]string{id: {"0 3 * * *", "UTC"}}, since: time.Now(),
		refresh: func(_ context.Context, n int) (Result, error) {
			if n <= failures {
				return Result{}, err
			}
			return Result{Snapshot: uint32(n)}, nil
		},
	}
}

func TestFailedRunsAreTriedAgain(t *testing.T) {
	broken := &fault.Error{Kind: fault.KindConflict, Type: "segment-broken"}
	for name, test := range map[string]struct {
		failures int
		err      error
		want     []string
	}{
		"until it succeeds": {2, errors.New("disk"), []string{
			"03:00:00 1 failed 03:01:00", "03:01:00 2 failed 03:06:00", "03:06:00 3 succeeded", "03:00:00 1 succeeded",
		}},
		"four times": {5, errors.New("disk"), []string{
			"03:00:00 1 failed 03:01:00", "03:01:00 2 failed 03:06:00", "03:06:00 3 failed 03:21:00", "03:21:00 4 failed", "03:00:00 1 failed 03:01:00", "03:01:00 2 succeeded",
		}},
		"not what somebody has to mend": {1, broken, []string{"03:00:00 1 failed", "03:00:00 1 succeeded"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			id := uuid.New()
			s := begin(t, newStore(t, id), daily(id, test.failures, test.err), Options{})
			defer s.Stop()
			time.Sleep(28 * time.Hour)
			synctest.Wait()
			require.Equal(t, test.want, attempts(t, s, id), name)
		})
	}
}

// TestTheScheduleTakesThePlaceOfAttempts that would come after it.
func TestTheScheduleTakesThePlaceOfAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		of := daily(id, 3, errors.New("disk"))
		of.plans[id] = [2]string{"*/2 * * * *", "UTC"}
		s := begin(t, newStore(t, id), of, Options{})
		defer s.Stop()
		time.Sleep(2*time.Minute + time.Second)
		synctest.Wait()
		at, _ := s.NextRun(id)
		require.Equal(t, "00:03:00", at.Format("15:04:05"), "an attempt is the next run")
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		require.Equal(t, []string{"00:02:00 1 failed 00:03:00", "00:03:00 2 failed", "00:04:00 1 failed 00:05:00", "00:05:00 2 succeeded", "00:06:00 1 succeeded"}, attempts(t, s, id))
	})
}

// TestAttemptsSurviveARestart, unless the schedule was set anew since.
func TestAttemptsSurviveARestart(t *testing.T) {
	for name, test := range map[string]struct {
		again time.Duration // when the program starts again
		anew  bool
		want  string
	}{
		"in time":      {30 * time.Second, false, "03:01:00 2 succeeded"},
		"late":         {10 * time.Minute, false, "03:10:00 2 succeeded"},
		"another cron": {30 * time.Second, true, "03:00:00 1 succeeded"},
	} {
		synctest.Test(t, func(t *testing.T) {
			id := uuid.New()
			store, of := newStore(t, id), daily(id, 1, errors.New("disk"))
			s := begin(t, store, of, Options{})
			time.Sleep(3*time.Hour + time.Second)
			synctest.Wait()
			s.Stop()
			time.Sleep(test.again - time.Second)
			if test.anew {
				of.since = time.Now()
			}
			s = begin(t, store, of, Options{})
			defer s.Stop()
			time.Sleep(25 * time.Hour)
			synctest.Wait()
			require.Equal(t, test.want, attempts(t, s, id)[1], name)
		})
	}
}

// TestAttemptsWaitForTheRest of a segment whose run took long.
func TestAttemptsWaitForTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := uuid.New()
		of := daily(id, 1, nil)
		of.refresh = func(_ context.Context, n int) (Result, error) {
			if n == 1 {
				time.Sleep(time.Minute)
				return Result{}, errors.New("disk")
			}
			return Result{Snapshot: 1}, nil
		}
		s := begin(t, newStore(t, id), of, Options{})
		defer s.Stop()
		time.Sleep(4 * time.Hour)
		synctest.Wait()
		require.Equal(t, []string{"03:00:00 1 failed 03:11:00", "03:11:00 2 succeeded"}, attempts(t, s, id))
	})
}
