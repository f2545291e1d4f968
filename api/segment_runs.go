package api

import (
	"context"
	"net/http"
	"time"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/scheduler"
)

// Runs know when segments are refreshed by their schedules.
type Runs interface {
	NextRun(segment ledger.ID) (at time.Time, planned bool)
	Runs(ctx context.Context, segment ledger.ID, before time.Time, limit int) ([]scheduler.Run, error)
}

// runBody is one run of a schedule on the wire.
type runBody struct {
	ScheduledFor string  `json:"scheduled_for" format:"date-time"`
	StartedAt    string  `json:"started_at" format:"date-time"`
	FinishedAt   string  `json:"finished_at" format:"date-time"`
	TookMS       float64 `json:"took_ms" doc:"What it cost: how long the refresh went on, without the wait for its turn. The segment then rests for ten times as long."`
	Outcome      string  `json:"outcome" enum:"succeeded,unchanged,skipped,failed" doc:"succeeded: a snapshot was taken. unchanged: the members were those of the newest one. skipped: the run before was still going on."`
	Attempt      int     `json:"attempt" doc:"1 for a run of the schedule, and one more for each time that it was tried again." minimum:"1"`
	RetryAt      string  `json:"retry_at,omitempty" format:"date-time" doc:"When a failed run is tried again, as a run of its own; absent when it is not."`
	CatchUp      bool    `json:"catch_up,omitempty" doc:"It was due while the server was down. Of several such runs only the last is made up."`
	Snapshot     *uint32 `json:"snapshot,omitempty" doc:"The number of the snapshot that was taken, or is still right."`
	Count        *uint64 `json:"count,omitempty"`
	Entered      *uint64 `json:"entered,omitempty"`
	Left         *uint64 `json:"left,omitempty"`
	Error        string  `json:"error,omitempty" doc:"Of a failed run: the type of the problem." example:"segment-broken"`
}

type runList struct {
	Runs       []runBody `json:"runs" doc:"Newest first; the last 100 are kept."`
	NextCursor string    `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type listRunsInput struct {
	ID     ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	Limit  int       `query:"limit" doc:"Runs a page." minimum:"1" maximum:"1000" default:"50"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before."`
}

func (s *server) registerRuns() {
	wire.Register(s.Server, wire.Operation{
		ID: "list-segment-runs", Method: http.MethodGet, Path: "/v1/segments/{id}/runs", Tag: "segments",
		Summary: "What came of the schedule of a segment",
	}, s.listRuns)
}

func (s *server) listRuns(ctx context.Context, in *listRunsInput) (wire.Answer[runList], error) {
	if _, err := s.definitions.Get(ctx, in.ID); err != nil {
		return wire.Answer[runList]{}, err
	}
	boundTo := []string{"list-segment-runs", in.ID.String()}
	ms, err := s.Cursors.OpenNumber(in.Cursor, boundTo...)
	if err != nil {
		return wire.Answer[runList]{}, err
	}
	var before time.Time
	if ms > 0 {
		before = time.UnixMilli(int64(ms))
	}
	page, err := s.runs.Runs(ctx, in.ID, before, in.Limit+1)
	if err != nil {
		return wire.Answer[runList]{}, err
	}
	list := runList{Runs: []runBody{}}
	if len(page) > in.Limit {
		page = page[:in.Limit]
		list.NextCursor = s.Cursors.SealNumber(uint64(page[in.Limit-1].ScheduledFor.UnixMilli()), boundTo...)
	}
	for _, run := range page {
		list.Runs = append(list.Runs, wireRun(run))
	}
	return wire.Answer[runList]{Body: list}, nil
}

func wireRun(r scheduler.Run) runBody {
	body := runBody{
		ScheduledFor: wire.Instant(r.ScheduledFor), StartedAt: wire.Instant(r.StartedAt), FinishedAt: wire.Instant(r.FinishedAt),
		TookMS: float64(r.Took().Milliseconds()), Outcome: string(r.Outcome), CatchUp: r.CatchUp, Error: r.Error,
		Attempt: max(r.Attempt, 1), // runs of older programs do not say
	}
	if !r.RetryAt.IsZero() {
		body.RetryAt = wire.Instant(r.RetryAt)
	}
	if result := r.Result; result != nil {
		body.Snapshot, body.Count, body.Entered, body.Left = &result.Snapshot, &result.Count, &result.Entered, &result.Left
	}
	return body
}
