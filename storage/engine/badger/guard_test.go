package badger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	dgraph "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/storage/engine"
)

const tablesFilled = 6 // of level 0, so that merging them makes several tables

// fillTables leaves a folder with several tables of 32 records each.
func fillTables(t *testing.T, dir string) {
	t.Helper()
	random := rand.NewChaCha8([32]byte{})
	for n := range tablesFilled {
		e, err := Open(dir, quiet())
		require.NoError(t, err)
		b := engine.Batch{ID: engine.BatchID{byte(n + 1)}}
		if n > 0 {
			b.Expect = engine.BatchID{byte(n)}
		}
		for k := range 32 {
			b.Put = append(b.Put, engine.Pair{Key: fmt.Appendf(nil, "%02d.%d", k, n), Value: noise(random, 64<<10)})
		}
		require.NoError(t, e.Apply(context.Background(), b))
		require.NoError(t, e.Close())
	}
}

// noise are bytes that nothing shortens.
func noise(random *rand.ChaCha8, n int) []byte {
	b := make([]byte, n)
	_, _ = random.Read(b)
	return b
}

// obstruct makes files with the numbers of the next tables, so that Badger
// cannot make these.
func obstruct(t *testing.T, db *dgraph.DB, dir string, n uint64) (names []string) {
	t.Helper()
	last := uint64(0)
	for _, table := range db.Tables() {
		last = max(last, table.ID)
	}
	for i := range n {
		name := table.NewFilename(last+1+i, dir)
		require.NoError(t, os.WriteFile(name, []byte("in the way"), 0o600))
		names = append(names, name)
	}
	return names
}

func countKeys(t *testing.T, db *dgraph.DB) (n int) {
	t.Helper()
	require.NoError(t, db.View(func(txn *dgraph.Txn) error {
		it := txn.NewIterator(dgraph.IteratorOptions{})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			n++
		}
		return nil
	}))
	return n
}

// requireKeys opens a folder and counts its keys, the head among them.
func requireKeys(t *testing.T, dir string, count int) {
	t.Helper()
	e, err := Open(dir, quiet())
	require.NoError(t, err)
	require.Equal(t, count, countKeys(t, e.db))
	require.NoError(t, e.Close())
}

const keysFilled = tablesFilled*32 + 1 // and the head

// TestBadgerAloneForgetsATableThatCannotBeMade shows what the guard is for.
// When it fails, Badger has been mended, and the guard can go.
func TestBadgerAloneForgetsATableThatCannotBeMade(t *testing.T) {
	dir := t.TempDir()
	fillTables(t, dir)
	db, err := dgraph.Open(settings(dir, quiet(), nil))
	require.NoError(t, err)
	defer db.Close()
	require.Equal(t, keysFilled, countKeys(t, db))
	obstruct(t, db, dir, 1)
	require.NoError(t, db.Flatten(1), "not even an error")
	require.Less(t, countKeys(t, db), keysFilled)
}

// settled waits until no repair runs.
func (e *Engine) waitForRepairs() { e.repairs.Wait() }

func TestAMergeThatLosesATableIsPutRight(t *testing.T) {
	for _, obstacles := range []uint64{1, 2, 9} {
		t.Run(fmt.Sprint(obstacles, " tables"), func(t *testing.T) {
			dir := t.TempDir()
			fillTables(t, dir)
			e, err := Open(dir, quiet())
			require.NoError(t, err)
			names := obstruct(t, e.db, dir, obstacles)
			_ = e.flatten()
			e.waitForRepairs()
			require.NoError(t, e.Err())
			require.Equal(t, keysFilled, countKeys(t, e.db))
			for _, name := range names {
				require.NoError(t, os.Remove(name))
			}
			require.NoError(t, e.Apply(context.Background(), engine.Batch{
				ID: engine.BatchID{99}, Expect: engine.BatchID{tablesFilled}, Put: []engine.Pair{{Key: []byte("after")}},
			}), "it goes on")
			require.NoError(t, e.Close())
			requireKeys(t, dir, keysFilled+1)
		})
	}
}

// TestADeathBeforeALossWasPutRight copies the folder after Badger has lost a
// table, as a kill would leave it then.
func TestADeathBeforeALossWasPutRight(t *testing.T) {
	dir, left := t.TempDir(), filepath.Join(t.TempDir(), "left")
	fillTables(t, dir)
	e, err := Open(dir, quiet())
	require.NoError(t, err)
	obstruct(t, e.db, dir, 1)
	e.writing.Lock() // the repair waits for it
	require.NoError(t, e.flatten())
	_, err = e.readHead()
	require.ErrorIs(t, err, engine.ErrRepairing, "nobody reads what is not whole")
	require.NoError(t, os.CopyFS(left, os.DirFS(dir)))
	e.writing.Unlock()
	e.waitForRepairs()
	require.NoError(t, e.Close())
	requireKeys(t, left, keysFilled)
	require.NoDirExists(t, filepath.Join(left, uncheckedFolder))
	requireKeys(t, left, keysFilled)
}

func (e *Engine) readHead() (engine.BatchID, error) {
	view, err := e.View(context.Background())
	if err != nil {
		return engine.BatchID{}, err
	}
	defer view.Close()
	return view.Head()
}

// TestADeathAfterAMergeBringsNothingBack copies the folder while a merge that
// went well is about to delete the tables of deleted records.
func TestADeathAfterAMergeBringsNothingBack(t *testing.T) {
	dir, left := t.TempDir(), filepath.Join(t.TempDir(), "left")
	fillTables(t, dir)
	e, err := Open(dir, quiet())
	require.NoError(t, err)
	b := engine.Batch{ID: engine.BatchID{50}, Expect: engine.BatchID{tablesFilled}}
	for k := range 32 {
		b.Delete = append(b.Delete, fmt.Appendf(nil, "%02d.0", k))
	}
	require.NoError(t, e.Apply(context.Background(), b))
	require.NoError(t, e.Close())

	e, err = Open(dir, quiet())
	require.NoError(t, err)
	e.guard.mu.Lock()
	held := e.guard.pin()
	e.guard.mu.Unlock()
	require.NoError(t, e.flatten())
	e.guard.mu.Lock()
	delete(e.guard.pins, held) // its files stay, as if nobody had come to deleting them
	e.guard.mu.Unlock()
	require.NoError(t, noteMerging(dir, nil))
	require.NoError(t, os.CopyFS(left, os.DirFS(dir)))
	tables, err := filepath.Glob(filepath.Join(left, "*.sst"))
	require.NoError(t, err)
	for _, name := range tables { // the newest of the old ones, with the deletions, is gone already
		id, _ := table.ParseFileID(name)
		if id == tablesFilled+1 {
			require.NoError(t, os.Remove(name))
		}
	}
	requireKeys(t, left, keysFilled-32)
	held.close()
	require.NoError(t, e.Close())
}

// TestBadgerStillTellsOfItsWork fails when a line that the guard lives by has
// changed.
func TestBadgerStillTellsOfItsWork(t *testing.T) {
	source, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/dgraph-io/badger/v4").Output()
	require.NoError(t, err, "looking at Badger's source needs Go")
	text := ""
	for _, name := range []string{"levels.go", "db.go"} {
		b, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(source)), name))
		require.NoError(t, err)
		text += string(b)
	}
	for _, line := range []string{lineBuilt, lineMerged, lineMergeFailed, lineRotating, lineFlushFailed} {
		require.Equal(t, 1, strings.Count(text, strconv.Quote(line)), line)
	}
	for _, words := range []string{tableNotMade, tablesNotMade} {
		require.Contains(t, text, words)
	}
}

func TestAMergeAndAFullMemtableAreSeen(t *testing.T) {
	dir := t.TempDir()
	fillTables(t, dir)
	e, err := Open(dir, quiet())
	require.NoError(t, err)
	defer e.Close()
	before := len(e.db.Tables())
	require.NoError(t, e.flatten())
	require.Less(t, len(e.db.Tables()), before)
	require.Empty(t, e.guard.merges)
	require.Empty(t, e.guard.pins)

	e.spare.mu.Lock()
	e.spare.spent = time.Time{}
	e.spare.mu.Unlock()
	require.NoError(t, e.spare.fill())
	head, random := engine.BatchID{tablesFilled}, rand.NewChaCha8([32]byte{})
	for n := byte(100); e.spare.all(); n++ { // until a memtable is full
		require.Less(t, n, byte(200), "nobody tells of a full memtable")
		b := engine.Batch{ID: engine.BatchID{n}, Expect: head, Put: []engine.Pair{
			{Key: []byte{n, 1}, Value: noise(random, 1000<<10)}, {Key: []byte{n, 2}, Value: noise(random, 1000<<10)},
		}}
		require.NoError(t, e.Apply(context.Background(), b))
		head = b.ID
	}
}

func (s *spare) all() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.full()
}

// TestAFailedListOfTablesEndsTheEngine: Badger would go on behind an entry that
// was cut short, and then nobody could read the list.
func TestAFailedListOfTablesEndsTheEngine(t *testing.T) {
	dir := t.TempDir()
	e := fill(t, dir, 1)
	go e.guard.event(lineFlushFailed, []any{fmt.Errorf("write MANIFEST: input/output error")})
	<-e.Dead()
	require.ErrorIs(t, e.Err(), engine.ErrDead)
	_, err := e.readHead()
	require.ErrorIs(t, err, engine.ErrDead)
	require.ErrorIs(t, e.Apply(context.Background(), engine.Batch{ID: engine.BatchID{2}, Expect: engine.BatchID{1}}), engine.ErrUnknown)
	require.NoError(t, e.Close())

	e = fill(t, t.TempDir(), 1)
	e.guard.event(lineFlushFailed, []any{fmt.Errorf("%s err: too many open files", tableNotMade)})
	require.NoError(t, e.Err(), "it is tried again")
	require.NoError(t, e.Close())
}
