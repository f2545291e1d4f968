package api

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/scheduler"
)

func TestRunsOfASchedule(t *testing.T) {
	h := newHarness(t)
	segment := h.segment("n", "Nairobi")
	target := "/v1/segments/" + segment.ID + "/runs"
	require.JSONEq(t, `{"runs":[]}`, h.call("GET", target).do().Body.String())
	at := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	h.server.runs = ran{
		{ScheduledFor: at, StartedAt: at, FinishedAt: at.Add(time.Second), Outcome: scheduler.Failed, Attempt: 2, RetryAt: at.Add(time.Minute), Error: "internal"},
		{ScheduledFor: at.Add(-time.Hour), StartedAt: at, FinishedAt: at, Outcome: scheduler.Unchanged, CatchUp: true, Result: &scheduler.Result{Snapshot: 3, Count: 0}},
		{ScheduledFor: at.Add(-2 * time.Hour), StartedAt: at, FinishedAt: at, Outcome: scheduler.Skipped},
	}
	page, _ := ok[object](h.call("GET", target+"?limit=2"), 200)
	require.Equal(t, []any{
		object{"scheduled_for": "2026-11-22T06:00:00.000Z", "started_at": "2026-11-22T06:00:00.000Z", "finished_at": "2026-11-22T06:00:01.000Z", "took_ms": 1000.0, "outcome": "failed", "attempt": 2.0, "retry_at": "2026-11-22T06:01:00.000Z", "error": "internal"},
		object{"scheduled_for": "2026-11-22T05:00:00.000Z", "started_at": "2026-11-22T06:00:00.000Z", "finished_at": "2026-11-22T06:00:00.000Z", "took_ms": 0.0, "outcome": "unchanged", "attempt": 1.0, "catch_up": true,
			"snapshot": 3.0, "count": 0.0, "entered": 0.0, "left": 0.0},
	}, page["runs"])
	page, _ = ok[object](h.call("GET", target+"?limit=2&cursor="+page["next_cursor"].(string)), 200)
	require.Len(t, page["runs"], 1)
	require.NotContains(t, page, "next_cursor")
	h.call("GET", target+"?cursor=x").problem(422, "invalid-cursor")
}

// ran is a scheduler with a past.
type ran []scheduler.Run

func (ran) NextRun(ledger.ID) (time.Time, bool) { return time.Time{}, false }

func (r ran) Runs(_ context.Context, _ ledger.ID, before time.Time, limit int) ([]scheduler.Run, error) {
	var list []scheduler.Run
	for _, run := range r {
		if (before.IsZero() || run.ScheduledFor.Before(before)) && len(list) < limit {
			list = append(list, run)
		}
	}
	return list, nil
}
