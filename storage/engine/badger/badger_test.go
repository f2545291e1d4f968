package badger

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	dgraph "github.com/dgraph-io/badger/v4"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/enginetest"
)

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

func TestEngine(t *testing.T) {
	enginetest.Run(t, func(t *testing.T) enginetest.Place {
		dir := filepath.Join(t.TempDir(), "data")
		return enginetest.Place{Open: func() (engine.Engine, error) {
			e, err := Open(dir, quiet())
			if err != nil {
				return nil, err
			}
			return e, nil
		}}
	})
}

// fill opens the folder, writes batches of about 1 MB that do not compress,
// and returns the engine.
func fill(t *testing.T, dir string, batches int) *Engine {
	t.Helper()
	e, err := Open(dir, quiet())
	require.NoError(t, err)
	random := rand.NewChaCha8([32]byte{})
	var head engine.BatchID
	for n := range batches {
		b := engine.Batch{ID: engine.BatchID{byte(n + 1)}, Expect: head}
		for k := range 4 {
			value := make([]byte, 256<<10)
			_, _ = random.Read(value)
			b.Put = append(b.Put, engine.Pair{Key: fmt.Appendf(nil, "%03d.%d", n, k), Value: value})
		}
		require.NoError(t, e.Apply(context.Background(), b))
		head = b.ID
	}
	return e
}

func TestValueLogStaysEmpty(t *testing.T) {
	dir := t.TempDir()
	e := fill(t, dir, 2)
	largest := engine.Pair{Key: []byte("k"), Value: make([]byte, engine.MaxRecord-1)}
	require.NoError(t, e.Apply(context.Background(), engine.Batch{ID: engine.BatchID{9}, Expect: engine.BatchID{2}, Put: []engine.Pair{largest}}))
	require.NoError(t, e.Close())

	logs, err := filepath.Glob(filepath.Join(dir, "*.vlog"))
	require.NoError(t, err)
	require.NotEmpty(t, logs)
	for _, name := range logs {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.LessOrEqual(t, info.Size(), int64(20), "only the header of a value log: records belong into the tree")
	}
}

// TestAPathMayHaveAnyCharacter: what is a pattern in a name of a file is a
// character in the path of a folder.
func TestAPathMayHaveAnyCharacter(t *testing.T) {
	for _, name := range []string{"a[1]", "a*", "a?b", `a\b`, "[", "Größe 1"} {
		dir := filepath.Join(t.TempDir(), name)
		require.NoError(t, fill(t, dir, 2).Close())
		e, err := Open(dir, quiet())
		require.NoError(t, err, name)
		view, err := e.View(context.Background())
		require.NoError(t, err)
		head, err := view.Head()
		require.NoError(t, err)
		require.Equal(t, engine.BatchID{2}, head, "nothing is lost in %s", name)
		view.Close()
		require.NoError(t, e.Close())
		found, err := Holds(dir)
		require.NoError(t, err)
		require.True(t, found, name)
	}
	found, err := Holds(filepath.Join(t.TempDir(), "missing"))
	require.NoError(t, err)
	require.False(t, found)
	_, err = Holds("/dev/null")
	require.Error(t, err, "what cannot be read is not taken for new")
}

func TestDamagedTableIsAnError(t *testing.T) {
	damages := map[string]func(t *testing.T, table string){
		"missing": func(t *testing.T, table string) { require.NoError(t, os.Remove(table)) },
		"empty":   func(t *testing.T, table string) { require.NoError(t, os.Truncate(table, 0)) },
		"cut in the middle": func(t *testing.T, table string) {
			info, err := os.Stat(table)
			require.NoError(t, err)
			require.NoError(t, os.Truncate(table, info.Size()/2))
		},
		"cut by a byte": func(t *testing.T, table string) {
			info, err := os.Stat(table)
			require.NoError(t, err)
			require.NoError(t, os.Truncate(table, info.Size()-1))
		},
		"index overwritten": func(t *testing.T, table string) {
			f, err := os.OpenFile(table, os.O_RDWR, 0)
			require.NoError(t, err)
			defer f.Close()
			info, err := f.Stat()
			require.NoError(t, err)
			_, err = f.WriteAt([]byte{0xde, 0xad}, info.Size()-60)
			require.NoError(t, err)
		},
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, fill(t, dir, 2).Close())
			tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
			require.NoError(t, err)
			require.NotEmpty(t, tables)
			damage(t, tables[0])

			_, err = Open(dir, quiet())
			require.ErrorIs(t, err, engine.ErrCorrupt)
			require.ErrorContains(t, err, filepath.Base(tables[0]))
			require.ErrorContains(t, err, "backup")
		})
	}
}

// TestDamagedManifestIsAnError: Badger removes the tables that the manifest
// does not list, so one that was cut short must stop it.
func TestDamagedManifestIsAnError(t *testing.T) {
	damages := map[string]func(name string, size int64) error{
		"missing":           func(name string, _ int64) error { return os.Remove(name) },
		"empty":             func(name string, _ int64) error { return os.Truncate(name, 0) },
		"without any table": func(name string, _ int64) error { return os.Truncate(name, 8) },
		"cut by a byte":     func(name string, size int64) error { return os.Truncate(name, size-1) },
		"cut in the middle": func(name string, size int64) error { return os.Truncate(name, size-15) },
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			stopped, killed := t.TempDir(), t.TempDir()
			require.NoError(t, fill(t, stopped, 40).Close())
			add(t, stopped, 40, func() { require.NoError(t, os.CopyFS(killed, os.DirFS(stopped))) })
			for _, dir := range []string{stopped, killed} {
				manifest := filepath.Join(dir, dgraph.ManifestFilename)
				info, err := os.Stat(manifest)
				require.NoError(t, err)
				require.NoError(t, damage(manifest, info.Size()))
				tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
				require.NoError(t, err)

				_, err = Open(dir, quiet())
				require.ErrorContains(t, err, "backup")
				for _, table := range tables {
					require.FileExists(t, table)
				}
			}
		})
	}
}

// A process that is killed between writing a table and listing it leaves the
// table and the log of its memtable.
func TestTableThatWasNotListedYetIsNoDamage(t *testing.T) {
	stopped, killed := t.TempDir(), t.TempDir()
	require.NoError(t, fill(t, stopped, 1).Close())
	add(t, stopped, 1, func() { require.NoError(t, os.CopyFS(killed, os.DirFS(stopped))) })
	tables, err := filepath.Glob(filepath.Join(stopped, "*.sst"))
	require.NoError(t, err)
	for _, table := range tables {
		b, err := os.ReadFile(table)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(killed, filepath.Base(table)), b, 0o600))
	}
	requirePairs(t, killed, 5)
}

// requirePairs opens a folder and looks how many pairs it has.
func requirePairs(t *testing.T, dir string, count int) {
	t.Helper()
	e, err := Open(dir, quiet())
	require.NoError(t, err)
	defer e.Close()
	view, err := e.View(context.Background())
	require.NoError(t, err)
	defer view.Close()
	page, err := view.Scan(engine.Range{})
	require.NoError(t, err)
	require.Len(t, page.Pairs, count)
}

// add writes one more batch to a folder that has the given number of batches. It
// calls f before it closes the engine.
func add(t *testing.T, dir string, batches int, f func()) {
	t.Helper()
	e, err := Open(dir, quiet())
	require.NoError(t, err)
	b := engine.Batch{
		ID: engine.BatchID{byte(batches + 1)}, Expect: engine.BatchID{byte(batches)}, Put: []engine.Pair{{Key: []byte("more")}},
	}
	require.NoError(t, e.Apply(context.Background(), b))
	f()
	require.NoError(t, e.Close())
}

// On a disk that takes no file any more Badger tries to put away its memtable
// for ever.
func TestCloseEndsOnAFailingDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	e := fill(t, dir, 1)
	require.NoError(t, os.RemoveAll(dir))
	e.free = func(string) (uint64, error) { return maxReserve, nil }
	e.closeWait = 100 * time.Millisecond
	require.NoError(t, e.Close())
}

// A process that is killed while Badger makes a log leaves an empty file.
func TestEmptyLogsAreNoDamage(t *testing.T) {
	for _, name := range []string{"00009.mem", "000009.vlog"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, fill(t, dir, 1).Close())
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
			add(t, dir, 1, func() {})
			requirePairs(t, dir, 5)
		})
	}
}

func TestVerifyFindsDamagedBlock(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, fill(t, dir, 1).Close())
	e, err := Open(dir, quiet())
	require.NoError(t, err)
	require.NoError(t, e.Verify())
	require.NoError(t, e.Close())
	require.ErrorIs(t, e.Verify(), engine.ErrClosed)

	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	require.NoError(t, err)
	f, err := os.OpenFile(tables[len(tables)-1], os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte("overwritten"), 1000)
	require.NoError(t, err)
	require.NoError(t, f.Close())

	e, err = Open(dir, quiet())
	require.NoError(t, err)
	defer e.Close()
	require.ErrorIs(t, e.Verify(), engine.ErrCorrupt)
	require.ErrorIs(t, e.Compact(context.Background()), engine.ErrCorrupt, "it would make the damage invisible")
}

func TestNewerBadgerIsRefused(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, fill(t, dir, 1).Close())
	f, err := os.OpenFile(filepath.Join(dir, "MANIFEST"), os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte{0x00, 0x63}, 6) // the version, behind the magic text
	require.NoError(t, err)
	require.NoError(t, f.Close())
	_, err = Open(dir, quiet())
	require.ErrorIs(t, err, engine.ErrNewer)
}

func TestFullDiskRefusesBatch(t *testing.T) {
	e, err := Open(t.TempDir(), quiet())
	require.NoError(t, err)
	defer e.Close()
	e.free = func(string) (uint64, error) { return e.reserve() - 1, nil }
	b := engine.Batch{ID: engine.BatchID{1}, Put: []engine.Pair{{Key: []byte("a")}}}
	require.ErrorIs(t, e.Apply(context.Background(), b), engine.ErrFull)
	require.ErrorIs(t, e.Compact(context.Background()), engine.ErrFull)

	e.free = func(string) (uint64, error) { return e.reserve(), nil }
	require.NoError(t, e.Apply(context.Background(), b), "nothing was applied before")
}

// TestFailedCommitEndsWriting lets Badger refuse a commit, as it does when its
// log cannot be written: the engine then neither writes nor names a head.
func TestFailedCommitEndsWriting(t *testing.T) {
	e := fill(t, t.TempDir(), 1)
	require.NoError(t, e.db.Close())
	err := e.Apply(context.Background(), engine.Batch{ID: engine.BatchID{7}, Expect: engine.BatchID{1}})
	require.ErrorIs(t, err, engine.ErrUnknown)
	err = e.Apply(context.Background(), engine.Batch{ID: engine.BatchID{8}, Expect: engine.BatchID{1}})
	require.ErrorIs(t, err, engine.ErrUnknown, "an engine that failed once stays failed")
}

func TestViewsBetweenBatchesShareASnapshot(t *testing.T) {
	e := fill(t, t.TempDir(), 1)
	defer e.Close()
	a, err := e.View(context.Background())
	require.NoError(t, err)
	b, err := e.View(context.Background())
	require.NoError(t, err)
	require.Len(t, e.holding, 1)
	require.NoError(t, e.Apply(context.Background(), engine.Batch{ID: engine.BatchID{2}, Expect: engine.BatchID{1}}))
	require.Len(t, e.holding, 2)
	a.Close()
	require.Len(t, e.holding, 2)
	b.Close()
	require.Len(t, e.holding, 1, "the last view lets the old snapshot go")
}
