package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// Outcome is how a run ended.
type Outcome string

// The outcomes of a run.
const (
	Succeeded Outcome = "succeeded" // a new snapshot was taken
	Unchanged Outcome = "unchanged" // the members were the same as in the last snapshot
	Skipped   Outcome = "skipped"   // the run before was still going on
	Failed    Outcome = "failed"    // see Run.Error
)

// Run is one run of a schedule. Its times are in UTC, in milliseconds.
type Run struct {
	// ScheduledFor is when the run was due. No two runs of a segment have the
	// same.
	ScheduledFor time.Time `json:"scheduled_for"`
	StartedAt    time.Time `json:"started_at"`
	FinishedAt   time.Time `json:"finished_at"`
	Outcome      Outcome   `json:"outcome"`
	// Attempt is 1 for a run of the schedule, and one more for each time that it
	// was tried again after it failed. Runs of older programs have 0.
	Attempt int `json:"attempt,omitempty"`
	// RetryAt is when a failed run is tried again, as a run of its own. It is zero
	// for other runs, and for failed ones that are not.
	RetryAt time.Time `json:"retry_at,omitzero"`
	// CatchUp says that the run makes up for runs that were missed while the
	// program was down.
	CatchUp bool `json:"catch_up,omitempty"`
	// Result is nil unless the outcome is succeeded or unchanged.
	Result *Result `json:"result,omitempty"`
	// Error is the type of the problem of a failed run, such as
	// "segment-broken", or "internal".
	Error string `json:"error,omitempty"`
}

// Took returns how long the refresh took, without the wait for its turn.
func (r Run) Took() time.Duration { return r.FinishedAt.Sub(r.StartedAt) }

// Result is the result of a refresh.
type Result struct {
	Snapshot  uint32 `json:"snapshot"`
	Count     uint64 `json:"count"`
	Entered   uint64 `json:"entered"`
	Left      uint64 `json:"left"`
	Unchanged bool   `json:"unchanged,omitempty"`
	// By is the author of the newest change of the segment, for the log.
	By ledger.Author `json:"-"`
}

// Store is the part of the store that keeps runs.
type Store interface {
	ledger.Updater
	Documents(ctx context.Context, c ledger.Collection, prefix, after string, limit int) ([]ledger.Document, error)
}

// RunDocuments is the collection of runs.
var RunDocuments = ledger.Collection{Name: "run"}

// history keeps the runs in the collection RunDocuments. Within a segment, the
// keys are in the order of the runs, newest first.
type history struct {
	store    Store
	segments ledger.Collection
	keep     int
}

// runKey is "<segment>/<number in hex>", where a later run has a smaller number.
func runKey(segment ledger.ID, scheduledFor time.Time) string {
	return fmt.Sprintf("%s%016x", runPrefix(segment), uint64(math.MaxInt64-scheduledFor.UnixMilli()))
}

func runPrefix(segment ledger.ID) string { return segment.String() + "/" }

// add stores a run and removes the oldest ones. If the segment is deleted by now,
// it stores nothing, because nobody would remove the run.
func (h history) add(ctx context.Context, segment ledger.ID, r Run) error {
	record, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode run: %w", err)
	}
	old, err := h.beyond(ctx, segment, h.keep-1)
	if err != nil {
		return err
	}
	_, err = h.store.Update(ctx, author, func(tx ledger.Tx) error {
		definition, err := tx.Document(h.segments, segment.String())
		if err != nil || definition == nil {
			return err
		}
		if err := deleteRuns(tx, old); err != nil {
			return err
		}
		return tx.PutDocument(RunDocuments, runKey(segment, r.ScheduledFor), record)
	})
	return err
}

// list returns up to limit runs that were scheduled before a moment (zero
// for the newest), newest first.
func (h history) list(ctx context.Context, segment ledger.ID, before time.Time, limit int) ([]Run, error) {
	after := ""
	if !before.IsZero() {
		after = runKey(segment, before)
	}
	documents, err := h.store.Documents(ctx, RunDocuments, runPrefix(segment), after, limit)
	if err != nil {
		return nil, err
	}
	runs := make([]Run, len(documents))
	for i, d := range documents {
		if err := json.Unmarshal(d.Value, &runs[i]); err != nil {
			return nil, fmt.Errorf("decode run: %w", err)
		}
	}
	return runs, nil
}

// last returns the newest run of the segment.
func (h history) last(ctx context.Context, segment ledger.ID) (r Run, found bool, err error) {
	runs, err := h.list(ctx, segment, time.Time{}, 1)
	if err != nil || len(runs) == 0 {
		return Run{}, false, err
	}
	return runs[0], true, nil
}

// forget removes all runs of the segment.
func (h history) forget(ctx context.Context, segment ledger.ID) error {
	for {
		old, err := h.beyond(ctx, segment, 0)
		if err != nil || len(old) == 0 {
			return err
		}
		if _, err := h.store.Update(ctx, author, func(tx ledger.Tx) error { return deleteRuns(tx, old) }); err != nil {
			return err
		}
	}
}

// beyond returns the keys of the runs that are older than the newest n, up to 200
// of them.
func (h history) beyond(ctx context.Context, segment ledger.ID, n int) ([]string, error) {
	const batch = 200
	documents, err := h.store.Documents(ctx, RunDocuments, runPrefix(segment), "", n+batch)
	if err != nil {
		return nil, err
	}
	var keys []string
	for i, d := range documents {
		if i >= n {
			keys = append(keys, d.Key)
		}
	}
	return keys, nil
}

func deleteRuns(tx ledger.Tx, keys []string) error {
	for _, key := range keys {
		if err := tx.DeleteDocument(RunDocuments, key); err != nil {
			return err
		}
	}
	return nil
}

// problem returns the type of problem that is stored for an error. The text of
// the error is not stored, because it may contain personal data.
func problem(err error) string {
	var e *fault.Error
	if errors.As(err, &e) && e.Type != "" {
		return e.Type
	}
	return "internal"
}
