package app

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/ndoto/kundi/storage/engine"
)

// What a running server does for its folder, and when.
const (
	lookEvery    = time.Minute
	trimEvery    = time.Hour
	compactEvery = 24 * time.Hour
	forgetEvery  = 24 * time.Hour
	// keptChanges is how much of the log is kept for followers that come back:
	// twenty times as much as makes a checkpoint due. It takes some 10 MB.
	keptChanges = 1_000_000
)

// duty is regular work that a running server does for its folder.
type duty struct {
	name  string          // for the log
	first time.Duration   // from the start to the first time
	every time.Duration   // from one time to the next
	woken <-chan struct{} // it is also done when something is received; nil for never
	do    func(ctx context.Context) error
}

// upkeep does the duties of the server until ctx ends. It returns when the last of them
// has ended.
func (a *App) upkeep(ctx context.Context) {
	a.keepRoom()
	keepAll(ctx, a.config.Logger, a.duties())
}

// duties are those of a running server.
func (a *App) duties() []duty {
	var compacted uint64 // the head of the store when it was
	compact := func(ctx context.Context) error {
		head := a.Store.Head()
		if head == compacted {
			return nil
		}
		_, err := a.compact(ctx)
		if err == nil {
			compacted = head
		}
		return err
	}
	look := func(ctx context.Context) error {
		a.flushUses(ctx)
		a.keepRoom()
		return a.Store.Count(ctx)
	}
	return []duty{
		{name: "the count of records and the uses of keys and sessions", first: lookEvery, every: lookEvery, do: look},
		// At once: those that the server was stopped in.
		{name: "the sweeps after renamings and for unique attributes", every: lookEvery, woken: a.Workspace.Renamings(), do: a.Workspace.SweepRenamings},
		{name: "the trim of the log and of snapshots", first: trimEvery, every: trimEvery, do: func(ctx context.Context) error {
			return errors.Join(a.trimLog(ctx, keptChanges), a.Segments.RemoveExpired(ctx))
		}},
		// Soon: who restarts daily would never get there.
		{name: "the trim of the history", first: lookEvery, every: forgetEvery, do: a.Workspace.TrimHistory},
		{name: "the compaction", first: compactEvery, every: compactEvery, do: compact},
	}
}

// keepAll does duties until ctx ends. Each has a goroutine of its own, so that a long one
// does not delay the others.
func keepAll(ctx context.Context, log *slog.Logger, duties []duty) {
	var running sync.WaitGroup
	for _, d := range duties {
		running.Go(func() { d.keep(ctx, log) })
	}
	running.Wait()
}

// keep does one duty until ctx ends.
func (d duty) keep(ctx context.Context, log *slog.Logger) {
	due := time.NewTimer(d.first)
	defer due.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-due.C:
			due.Reset(d.every)
		case <-d.woken:
		}
		if err := d.do(ctx); err != nil && ctx.Err() == nil {
			log.Error("upkeep of the store has failed and is tried again", "of", d.name, "error", err)
		}
	}
}

// trimLog removes the log before the newest changes, of which it keeps a number, as far as all
// parts of the index have followed it.
func (a *App) trimLog(ctx context.Context, kept uint64) error {
	head, followed := a.Store.Head(), a.Index.Followed()
	if head <= kept || followed == 0 {
		return nil
	}
	return a.Store.TrimLog(ctx, min(head-kept, followed))
}

// keepRoom sets room aside with which the store can be opened on a full disk.
func (a *App) keepRoom() {
	switch err := a.engine.KeepRoom(); {
	case errors.Is(err, engine.ErrFull), errors.Is(err, engine.ErrClosed): // the first is known from readiness
	case err != nil:
		a.config.Logger.Warn("no room can be set aside for starting on a full disk", "error", err)
	}
}
