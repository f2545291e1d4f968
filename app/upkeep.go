package app

import (
	"context"
	"errors"
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

// upkeep stores when keys were used, looks whether all records are there, trims
// the log, removes old history, ends the sweeps of renamings and of unique attributes, and compacts the folder
// until ctx ends.
func (a *App) upkeep(ctx context.Context) {
	look, trim, compact := time.NewTicker(lookEvery), time.NewTicker(trimEvery), time.NewTicker(compactEvery)
	defer look.Stop()
	a.keepRoom()
	defer trim.Stop()
	defer compact.Stop()
	forget := time.NewTimer(lookEvery) // soon after a start: who restarts daily would never get there
	defer forget.Stop()
	var compacted uint64                   // the head of the store when it was
	err := a.Workspace.SweepRenamings(ctx) // those that the server was stopped in
	for {
		if err != nil && ctx.Err() == nil {
			a.config.Logger.Error("upkeep of the store has failed and is tried again", "error", err)
		}
		err = nil
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			a.flushKeys(ctx)
			a.keepRoom()
			err = errors.Join(a.Store.Count(ctx), a.Workspace.SweepRenamings(ctx))
		case <-a.Workspace.Renamings():
			err = a.Workspace.SweepRenamings(ctx)
		case <-trim.C:
			err = a.trimLog(ctx, keptChanges)
		case <-forget.C:
			forget.Reset(forgetEvery)
			err = a.Workspace.TrimHistory(ctx)
		case <-compact.C:
			if head := a.Store.Head(); head != compacted {
				if _, err = a.compact(ctx); err == nil {
					compacted = head
				}
			}
		}
	}
}

// trimLog removes the log before the newest maxLog changes, as far as all
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
