package scheduler

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
)

// Outcome is how a run ended.
type Outcome string

// The outcomes of a run.
const (
	Succeeded Outcome = "succeeded" // a new snapshot was taken
	Unchanged Outcome = "unchanged" // the members were those of the last one
	Skipped   Outcome = "skipped"   // the run before was still going on
	Failed    Outcome = "failed"    // see Run.Error
)

// Run is one run of a schedule: what was due, and what came of it.
type Run struct {
	// ScheduledFor identifies the run within its segment.
	ScheduledFor time.Time `json:"scheduled_for"`
	StartedAt    time.Time `json:"started_at"`
	FinishedAt   time.Time `json:"finished_at"`
	Outcome      Outcome   `json:"outcome"`
	// CatchUp says that the run was missed while the program was down.
	CatchUp bool `json:"catch_up,omitempty"`
	// Result is nil unless the outcome is succeeded or unchanged.
	Result *Result `json:"result,omitempty"`
	// Error is the type of the problem of a failed run.
	Error string `json:"error,omitempty"`
}

// Took is how long the refresh took, without the wait for its turn.
func (r Run) Took() time.Duration { return r.FinishedAt.Sub(r.StartedAt) }

// Result is what a refresh answered.
type Result struct {
	Snapshot  uint32 `json:"snapshot"`
	Count     uint64 `json:"count"`
	Entered   uint64 `json:"entered"`
	Left      uint64 `json:"left"`
	Unchanged bool   `json:"unchanged,omitempty"`
	// By is who changed the segment last, for the log.
	By contacts.Author `json:"-"`
}

// Store is what the history of runs needs of the store.
type Store interface {
	contacts.Updater
	Documents(ctx context.Context, c contacts.Collection, prefix, after string, limit int) ([]contacts.Document, error)
}

// history keeps the runs in the collection contacts.Runs, the newest of a
// segment first in order of key.
type history struct {
	store Store
	keep  int
}

// runKey is "<segment>/<the later the smaller, in hex>".
func runKey(segment contacts.ID, scheduledFor time.Time) string {
	return fmt.Sprintf("%s%016x", runPrefix(segment), uint64(math.MaxInt64-scheduledFor.UnixMilli()))
}

func runPrefix(segment contacts.ID) string { return segment.String() + "/" }

// add records a run and trims the history. A segment that is gone by now gets
// no record: nobody would remove it.
func (h history) add(ctx context.Context, segment contacts.ID, r Run) error {
	record, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode run: %w", err)
	}
	old, err := h.beyond(ctx, segment, h.keep-1)
	if err != nil {
		return err
	}
	_, err = h.store.Update(ctx, author, func(tx contacts.Tx) error {
		definition, err := tx.Document(contacts.Segments, segment.String())
		if err != nil || definition == nil {
			return err
		}
		if err := deleteRuns(tx, old); err != nil {
			return err
		}
		return tx.PutDocument(contacts.Runs, runKey(segment, r.ScheduledFor), record)
	})
	return err
}

// list returns up to limit runs that were scheduled before a moment (zero
// for the newest), newest first.
func (h history) list(ctx context.Context, segment contacts.ID, before time.Time, limit int) ([]Run, error) {
	after := ""
	if !before.IsZero() {
		after = runKey(segment, before)
	}
	documents, err := h.store.Documents(ctx, contacts.Runs, runPrefix(segment), after, limit)
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
func (h history) last(ctx context.Context, segment contacts.ID) (r Run, found bool, err error) {
	runs, err := h.list(ctx, segment, time.Time{}, 1)
	if err != nil || len(runs) == 0 {
		return Run{}, false, err
	}
	return runs[0], true, nil
}

// forget removes all runs of the segment.
func (h history) forget(ctx context.Context, segment contacts.ID) error {
	for {
		old, err := h.beyond(ctx, segment, 0)
		if err != nil || len(old) == 0 {
			return err
		}
		if _, err := h.store.Update(ctx, author, func(tx contacts.Tx) error { return deleteRuns(tx, old) }); err != nil {
			return err
		}
	}
}

// beyond returns the keys of the runs after the newest n, at most some
// hundreds at once.
func (h history) beyond(ctx context.Context, segment contacts.ID, n int) ([]string, error) {
	const batch = 200
	documents, err := h.store.Documents(ctx, contacts.Runs, runPrefix(segment), "", n+batch)
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

func deleteRuns(tx contacts.Tx, keys []string) error {
	for _, key := range keys {
		if err := tx.DeleteDocument(contacts.Runs, key); err != nil {
			return err
		}
	}
	return nil
}

// problem is the slug under which a failure is recorded. Nothing else of an
// error is kept: a text may name what it should not.
func problem(err error) string {
	var e *fault.Error
	if errors.As(err, &e) && e.Type != "" {
		return e.Type
	}
	return "internal"
}
