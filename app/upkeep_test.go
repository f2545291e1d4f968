package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/workspace"
)

func TestTrimLogKeepsTheNewestChanges(t *testing.T) {
	a, err := Open(t.Context(), Config{Data: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close(t.Context())) }()
	for i := range 30 {
		_, err := a.Contacts.Create(t.Context(), ledger.Caller{}, fields.Draft{"name": fmt.Sprintf("Ada %d", i)})
		require.NoError(t, err)
	}
	_, err = a.Verify(t.Context(), nil) // waits until the text has followed
	require.NoError(t, err)
	head := a.Store.Head()

	require.NoError(t, a.trimLog(t.Context(), 100))
	changes, err := a.Store.Changes(t.Context(), 0, 100)
	require.NoError(t, err)
	require.Len(t, changes, int(head), "there are fewer than are kept")

	require.NoError(t, a.trimLog(t.Context(), 10))
	_, err = a.Store.Changes(t.Context(), 0, 100)
	require.Equal(t, fault.KindGone, fault.KindOf(err))
	changes, err = a.Store.Changes(t.Context(), head-10, 100)
	require.NoError(t, err)
	require.Len(t, changes, 10)
	found, err := a.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, found)
}

// TestALongDutyDelaysNoOther: while one is done, the others are done when they are due, and
// the end of the server waits for it.
func TestALongDutyDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		wake, long := make(chan struct{}, 1), make(chan struct{})
		var trims, sweeps, ended atomic.Int64
		go func() {
			keepAll(ctx, slog.New(slog.DiscardHandler), []duty{
				{every: lookEvery, woken: wake, do: func(context.Context) error { sweeps.Add(1); <-long; return nil }},
				{first: trimEvery, every: trimEvery, do: func(context.Context) error { trims.Add(1); return errors.New("full") }},
			})
			ended.Add(1)
		}()
		time.Sleep(5*trimEvery + time.Second)
		require.EqualValues(t, 5, trims.Load(), "also after one has failed")
		require.EqualValues(t, 1, sweeps.Load(), "at once, and still under way")
		stop()
		synctest.Wait()
		require.Zero(t, ended.Load(), "a duty is still under way")
		close(long)
		synctest.Wait()
		require.EqualValues(t, 1, ended.Load())
	})
}

// TestADutyIsDoneWhenItIsWoken, besides when it is due.
func TestADutyIsDoneWhenItIsWoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		wake := make(chan struct{}, 1)
		var times atomic.Int64
		go keepAll(ctx, slog.New(slog.DiscardHandler), []duty{
			{first: time.Minute, every: time.Hour, woken: wake, do: func(context.Context) error { times.Add(1); return nil }},
		})
		for want, step := range []func(){func() {}, func() { wake <- struct{}{} }, func() { time.Sleep(time.Minute) }, func() { time.Sleep(time.Hour) }} {
			step()
			synctest.Wait()
			require.EqualValues(t, want, times.Load())
		}
		stop()
	})
}

// TestUpkeepEndsInTheMiddleOfASweep: a server stops, and its folder is as whole as before.
func TestUpkeepEndsInTheMiddleOfASweep(t *testing.T) {
	a, err := Open(t.Context(), Config{Data: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close(context.WithoutCancel(t.Context()))) }()
	batch := make([]fields.Draft, 500)
	for i := range batch {
		batch[i] = fields.Draft{"name": fmt.Sprint("Ada ", i), "labels": []any{"l0"}}
	}
	_, err = a.Contacts.Batch(t.Context(), ledger.Caller{}, batch)
	require.NoError(t, err)
	for round := range 2 {
		ctx, stop := context.WithCancel(t.Context())
		_, err := a.Workspace.RenameLabel(t.Context(), ledger.Caller{}, workspace.Rename{From: fmt.Sprint("l", round), To: fmt.Sprint("l", round+1)})
		require.NoError(t, err)
		grown, cancel := a.Store.Subscribe()
		var running sync.WaitGroup
		running.Go(func() { a.upkeep(ctx) })
		<-grown // the first step of the sweep
		stop()
		running.Wait()
		cancel()
		require.NoError(t, a.Workspace.SweepRenamings(t.Context()))
	}
	found, err := a.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, found)
}

// TestSweepsGoOnAtTheStart: what a stopped server has left to rename is renamed at once, not
// when upkeep next looks.
func TestSweepsGoOnAtTheStart(t *testing.T) {
	data := t.TempDir()
	open := func() *App {
		a, err := Open(t.Context(), Config{Data: data, Logger: slog.New(slog.DiscardHandler)})
		require.NoError(t, err)
		return a
	}
	a := open()
	_, err := a.Contacts.Create(t.Context(), ledger.Caller{}, fields.Draft{"name": "Ada", "labels": []any{"vip"}})
	require.NoError(t, err)
	_, err = a.Workspace.RenameLabel(t.Context(), ledger.Caller{}, workspace.Rename{From: "vip", To: "key"})
	require.NoError(t, err)
	require.NoError(t, a.Close(t.Context()))

	a = open()
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { a.upkeep(ctx) })
	require.Eventually(t, func() bool {
		p, err := a.Workspace.RenamingOfLabels(t.Context())
		return err == nil && p == nil
	}, lookEvery*3/4, time.Millisecond)
	stop()
	running.Wait()
	require.NoError(t, a.Close(t.Context()))
}

// TestUpkeepRemovesExpiredSnapshots without a new one.
func TestUpkeepRemovesExpiredSnapshots(t *testing.T) {
	a, err := Open(t.Context(), Config{Data: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close(t.Context())) }()
	made, err := a.Segments.Create(t.Context(), ledger.Caller{}, segments.Draft{"name": json.RawMessage(`"n"`)})
	require.NoError(t, err)
	for range 3 {
		_, err := a.Contacts.Create(t.Context(), ledger.Caller{}, fields.Draft{"name": "Ada"})
		require.NoError(t, err)
		_, err = a.Segments.Refresh(t.Context(), ledger.Caller{}, made.ID)
		require.NoError(t, err)
	}
	// The same members: what a schedule does stores nothing, and says so.
	run, err := refresher{a.Segments}.Refresh(t.Context(), made.ID)
	require.NoError(t, err)
	require.Equal(t, []any{true, uint32(3)}, []any{run.Unchanged, run.Snapshot})
	_, err = a.Segments.Patch(t.Context(), ledger.Caller{}, made.ID, segments.Draft{"keep": json.RawMessage(`{"count": 1}`)}, 0)
	require.NoError(t, err)
	stored := func() int {
		list, err := a.Store.Documents(t.Context(), segments.SnapshotDocuments, "", "", 100)
		require.NoError(t, err)
		return len(list)
	}
	require.Equal(t, 3, stored())
	at := slices.IndexFunc(a.duties(), func(d duty) bool { return d.every == trimEvery })
	require.NoError(t, a.duties()[at].do(t.Context()))
	require.Equal(t, 1, stored())
	found, err := a.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, found)
}
