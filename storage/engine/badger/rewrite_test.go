package badger

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/storage/engine"
)

// secret is what must be gone. Compression leaves it as it is: nothing in it
// comes twice.
const secret = "zQ7xWvKj3pLmR9tYbN5c"

// holding lists the kinds of files in a folder that have the secret in them.
func holding(t *testing.T, dir string) (names []string) {
	t.Helper()
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte(secret)) && !slices.Contains(names, filepath.Ext(path)) {
			names = append(names, filepath.Ext(path))
		}
		return err
	}))
	return names
}

// writer applies batches, one after the other.
type writer struct {
	t    *testing.T
	dir  string
	e    *Engine
	head byte
}

func newWriter(t *testing.T) *writer {
	w := &writer{t: t, dir: t.TempDir()}
	w.open()
	t.Cleanup(func() { w.e.Close() })
	return w
}

func (w *writer) open() {
	var err error
	w.e, err = Open(w.dir, quiet())
	require.NoError(w.t, err)
}

func (w *writer) reopen() {
	require.NoError(w.t, w.e.Close())
	w.open()
}

func (w *writer) apply(b engine.Batch) {
	b.ID, b.Expect = engine.BatchID{w.head + 1}, engine.BatchID{w.head}
	require.NoError(w.t, w.e.Apply(context.Background(), b))
	w.head++
}

// others writes keys on all sides of the secret's, some MiB of them.
func (w *writer) others() {
	random := rand.NewChaCha8([32]byte{})
	for _, prefix := range []string{"a", "k", "z"} {
		var b engine.Batch
		for n := range 100 {
			value := make([]byte, 10_000)
			_, _ = random.Read(value)
			b.Put = append(b.Put, engine.Pair{Key: fmt.Appendf(nil, "%s%d", prefix, n), Value: value})
		}
		w.apply(b)
	}
}

func (w *writer) write() {
	w.apply(engine.Batch{Put: []engine.Pair{{Key: []byte("k5"), Value: []byte("before " + secret)}, {Key: []byte("m"), Value: []byte(secret)}}})
}

func (w *writer) remove() {
	w.apply(engine.Batch{Delete: [][]byte{[]byte("m")}, Put: []engine.Pair{{Key: []byte("k5"), Value: []byte("after")}}})
}

func TestNothingIsLeftOfWhatWasDeleted(t *testing.T) {
	compact := func(w *writer) { require.NoError(w.t, w.e.Compact(context.Background())) }
	for name, c := range map[string]struct {
		run   func(w *writer)
		found []string
	}{
		"in the log of a memtable": {func(w *writer) { w.write(); w.remove() }, []string{".mem"}},
		"in a new table":           {func(w *writer) { w.write(); w.reopen(); w.remove() }, []string{".sst"}},
		"in the deepest level":     {func(w *writer) { w.write(); compact(w); w.remove() }, []string{".sst"}},
		"in two":                   {func(w *writer) { w.write(); w.reopen(); w.write(); w.remove() }, []string{".mem", ".sst"}},
		"merged while it was read": {func(w *writer) {
			w.write()
			view, err := w.e.View(context.Background())
			require.NoError(w.t, err)
			w.remove()
			require.NoError(w.t, w.e.roll())
			require.NoError(w.t, w.e.flatten()) // into the deepest level, with the mark of the deletion
			view.Close()
			w.apply(engine.Batch{Put: []engine.Pair{{Key: []byte("z9"), Value: []byte("other")}}})
		}, []string{".sst"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWriter(t)
			w.others()
			c.run(w)
			require.ElementsMatch(t, c.found, holding(t, w.dir))
			compact(w)
			require.Empty(t, holding(t, w.dir))

			w.reopen()
			view, err := w.e.View(context.Background())
			require.NoError(t, err)
			defer view.Close()
			values, err := view.GetMany([][]byte{[]byte("k5"), []byte("m")})
			require.NoError(t, err)
			require.Equal(t, [][]byte{[]byte("after"), nil}, values)
			page, err := view.Scan(engine.Range{})
			require.NoError(t, err)
			require.Len(t, page.Pairs, 300, "the rest is there, and no more")
		})
	}
}

// TestCompactWaitsForThoseWhoRead has a view open that still shows what was
// deleted.
func TestCompactWaitsForThoseWhoRead(t *testing.T) {
	w := newWriter(t)
	w.write()
	view, err := w.e.View(context.Background())
	require.NoError(t, err)
	w.remove()
	logs, err := w.e.logs()
	require.NoError(t, err)
	waits := make(chan struct{}, 1)
	w.e.awaiting = func() {
		if _, err := os.Stat(logs[0]); err != nil { // all is in tables, ready to be merged
			select {
			case waits <- struct{}{}:
			default:
			}
		}
	}
	compacted := make(chan error, 1)
	go func() { compacted <- w.e.Compact(context.Background()) }()
	select {
	case <-waits:
	case err := <-compacted:
		require.Fail(t, "it did not wait", "%v", err)
	}
	value, err := view.Get([]byte("m"))
	require.NoError(t, err)
	require.Equal(t, secret, string(value))
	view.Close()
	require.NoError(t, <-compacted)
	require.Empty(t, holding(t, w.dir))
}

// TestOnlyANewFolderIsSeeded takes the list of tables away from one that is not.
func TestOnlyANewFolderIsSeeded(t *testing.T) {
	w := newWriter(t)
	w.write()
	require.NoError(t, w.e.Close())
	require.NoError(t, os.Remove(filepath.Join(w.dir, "MANIFEST")))
	before, err := filepath.Glob(filepath.Join(w.dir, "*.sst"))
	require.NoError(t, err)
	_, err = Open(w.dir, quiet())
	require.ErrorIs(t, err, engine.ErrCorrupt)
	after, err := filepath.Glob(filepath.Join(w.dir, "*.sst"))
	require.NoError(t, err)
	require.Equal(t, before, after)
}
