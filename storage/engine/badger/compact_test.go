package badger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/storage/engine"
)

// tablesSize is the number of bytes of the tables in a folder.
func tablesSize(t *testing.T, dir string) (bytes int64) {
	t.Helper()
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	require.NoError(t, err)
	for _, name := range tables {
		info, err := os.Stat(name)
		require.NoError(t, err)
		bytes += info.Size()
	}
	return bytes
}

// TestCompactGivesBackWhatWasDeleted fills several tables, as Badger leaves
// less than five of the first level alone.
func TestCompactGivesBackWhatWasDeleted(t *testing.T) {
	dir := t.TempDir()
	var head engine.BatchID
	reopened := func(batch ...engine.Batch) {
		e, err := Open(dir, quiet())
		require.NoError(t, err)
		for _, b := range batch {
			b.ID, b.Expect = engine.BatchID{head[0] + 1}, head
			require.NoError(t, e.Apply(context.Background(), b))
			head = b.ID
		}
		require.NoError(t, e.Compact(context.Background()))
		require.NoError(t, e.Close(), "what is in memory becomes a table")
	}
	random := rand.NewChaCha8([32]byte{})
	var deletes engine.Batch
	for n := range 8 {
		var b engine.Batch
		for k := range 8 {
			value := make([]byte, 256<<10)
			_, _ = random.Read(value)
			key := fmt.Appendf(nil, "%d.%d", n, k)
			b.Put = append(b.Put, engine.Pair{Key: key, Value: value})
			if n > 0 {
				deletes.Delete = append(deletes.Delete, key)
			}
		}
		reopened(b)
	}
	full := tablesSize(t, dir)
	reopened(deletes)
	reopened()
	require.Less(t, tablesSize(t, dir), full/4)

	e, err := Open(dir, quiet())
	require.NoError(t, err)
	view, err := e.View(context.Background())
	require.NoError(t, err)
	page, err := view.Scan(engine.Range{})
	require.NoError(t, err)
	require.Len(t, page.Pairs, 8)
	view.Close()
	require.NoError(t, e.Close())
	require.ErrorIs(t, e.Compact(context.Background()), engine.ErrClosed)
}

// TestCloseLeavesALongCompaction closes an engine in the middle of one, and
// opens what the end of the process would leave.
func TestCloseLeavesALongCompaction(t *testing.T) {
	dir, left := t.TempDir(), t.TempDir()
	e := fill(t, dir, 1)
	begun, end := make(chan struct{}), make(chan struct{})
	e.flatten = func() error { close(begun); <-end; return e.db.Flatten(1) }
	e.closeWait = 0
	ctx, cancel := context.WithCancel(context.Background())
	compacted := make(chan error)
	go func() { compacted <- e.Compact(ctx) }()
	<-begun
	require.NoError(t, e.Apply(ctx, engine.Batch{
		ID: engine.BatchID{2}, Expect: engine.BatchID{1}, Put: []engine.Pair{{Key: []byte("meanwhile"), Value: []byte("yes")}},
	}))
	cancel()
	require.ErrorIs(t, <-compacted, context.Canceled)
	require.NoError(t, e.Close())
	_, err := e.View(context.Background())
	require.ErrorIs(t, err, engine.ErrClosed)
	require.ErrorIs(t, e.Compact(context.Background()), engine.ErrClosed)

	require.NoError(t, os.CopyFS(left, os.DirFS(dir)))
	running := e.compacting
	close(end)
	<-running.done
	require.NoError(t, e.db.Close())
	e, err = Open(left, quiet())
	require.NoError(t, err)
	defer e.Close()
	view, err := e.View(context.Background())
	require.NoError(t, err)
	defer view.Close()
	value, err := view.Get([]byte("meanwhile"))
	require.NoError(t, err)
	require.Equal(t, "yes", string(value))
}
