package app

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/workspace"
)

func TestTrimLogKeepsTheNewestChanges(t *testing.T) {
	a, err := Open(t.Context(), Config{Data: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close(t.Context())) }()
	for i := range 30 {
		_, err := a.Contacts.Create(t.Context(), ledger.Author{}, fields.Draft{"name": fmt.Sprintf("Ada %d", i)})
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
	_, err := a.Contacts.Create(t.Context(), ledger.Author{}, fields.Draft{"name": "Ada", "labels": []any{"vip"}})
	require.NoError(t, err)
	_, err = a.Workspace.RenameLabel(t.Context(), ledger.Author{}, workspace.Rename{From: "vip", To: "key"})
	require.NoError(t, err)
	require.NoError(t, a.Close(t.Context()))

	a = open()
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { a.upkeep(ctx) })
	require.Eventually(t, func() bool {
		p, err := a.Workspace.RenamingOfLabels(t.Context())
		return err == nil && p == nil
	}, lookEvery/4, time.Millisecond)
	stop()
	running.Wait()
	require.NoError(t, a.Close(t.Context()))
}
