package badger

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
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

const tablesFilled = 7

// fillTables leaves a folder with a table in level 0 over several in the last
// level, so that flattening it is one merge. Each batch has 16 records.
func fillTables(t *testing.T, dir string) {
	t.Helper()
	random := rand.NewChaCha8([32]byte{})
	for n := range tablesFilled {
		e, err := Open(dir, quiet())
		require.NoError(t, err)
		if n == tablesFilled-1 { // Badger merges level 0 when it has six tables
			require.NoError(t, e.flatten())
			require.Zero(t, e.db.Levels()[0].NumTables)
		}
		b := engine.Batch{ID: engine.BatchID{byte(n + 1)}}
		if n > 0 {
			b.Expect = engine.BatchID{byte(n)}
		}
		for k := range recordsFilled {
			b.Put = append(b.Put, engine.Pair{Key: fmt.Appendf(nil, "%02d.%d", k, n), Value: noise(random, 64<<10)})
		}
		require.NoError(t, e.Apply(context.Background(), b))
		require.NoError(t, e.Close())
	}
}

const recordsFilled = 16

// noise are bytes that nothing shortens.
func noise(random *rand.ChaCha8, n int) []byte {
	b := make([]byte, n)
	_, _ = random.Read(b)
	return b
}

// obstruct makes files with the numbers of the next tables, so that Badger
// cannot make these. Nothing is written or merged meanwhile.
func obstruct(t *testing.T, db *dgraph.DB, dir string, n uint64) (names []string) {
	t.Helper()
	last := uint64(0)
	left, err := filepath.Glob(filepath.Join(dir, "*.sst")) // a merge at the start may be deleting some
	require.NoError(t, err)
	for _, name := range left {
		id, _ := table.ParseFileID(name)
		last = max(last, id)
	}
	for i := range n {
		name := table.NewFilename(last+1+i, dir)
		require.NoError(t, os.WriteFile(name, nil, 0o600))
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

const keysFilled = tablesFilled*recordsFilled + 1 // and the head

// TestBadgerAloneForgetsATableThatCannotBeMade shows what the guard is for.
// When it fails, Badger has been mended, and the guard can go.
func TestBadgerAloneForgetsATableThatCannotBeMade(t *testing.T) {
	dir := t.TempDir()
	fillTables(t, dir)
	db, err := dgraph.Open(settings(dir, quiet(), nil))
	require.NoError(t, err)
	defer db.Close()
	require.Equal(t, keysFilled, countKeys(t, db))
	obstruct(t, db, dir, 3)
	require.NoError(t, db.Flatten(1), "not even an error")
	require.Less(t, countKeys(t, db), keysFilled)
}

// TestALostDeletionIsPutRight deletes records in a table that a merge then cannot
// write, so that their values would come up again from below.
func TestALostDeletionIsPutRight(t *testing.T) {
	dir := t.TempDir()
	fillTables(t, dir)
	e, err := Open(dir, quiet())
	require.NoError(t, err)
	require.NoError(t, e.flatten(), "all values are in the last level")
	b := engine.Batch{ID: engine.BatchID{50}, Expect: engine.BatchID{tablesFilled}}
	for k := range recordsFilled {
		b.Delete = append(b.Delete, fmt.Appendf(nil, "%02d.0", k))
	}
	require.NoError(t, e.Apply(context.Background(), b))
	require.NoError(t, e.Close())

	e, err = Open(dir, quiet())
	require.NoError(t, err)
	obstruct(t, e.db, dir, 3)
	_ = e.flatten()
	e.waitForRepairs()
	require.Equal(t, keysFilled-recordsFilled, countKeys(t, e.db))
	require.NoError(t, e.Close())
}

// waitForRepairs waits until no repair runs.
func (e *Engine) waitForRepairs() {
	for e.repairing() {
		time.Sleep(time.Millisecond)
	}
}

func TestAMergeThatLosesATableIsPutRight(t *testing.T) {
	for _, obstacles := range []uint64{2, 3, 9} {
		t.Run(fmt.Sprint(obstacles, " tables"), func(t *testing.T) {
			dir := t.TempDir()
			fillTables(t, dir)
			var log bytes.Buffer
			e, err := Open(dir, slog.New(slog.NewTextHandler(&log, nil)))
			require.NoError(t, err)
			names := obstruct(t, e.db, dir, obstacles)
			_ = e.flatten()
			e.waitForRepairs()
			require.Contains(t, log.String(), "were put back")
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
	obstruct(t, e.db, dir, 3)
	e.writing.Lock() // the repair waits for it
	flattened := make(chan error, 1)
	go func() { flattened <- e.flatten() }() // its next merge waits, too
	require.Eventually(t, func() bool { _, err := e.readHead(); return err != nil }, time.Minute, time.Millisecond)
	_, err = e.readHead()
	require.ErrorIs(t, err, engine.ErrRepairing, "nobody reads what is not whole")
	require.NoError(t, os.CopyFS(left, os.DirFS(dir)))
	e.writing.Unlock()
	e.waitForRepairs()
	<-flattened
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
	before := e.guard.tables()
	require.NoError(t, e.flatten())
	for id := range before {
		require.NotContains(t, e.guard.tables(), id)
		require.NoFileExists(t, table.NewFilename(id, dir), "what is merged is not kept")
	}
	require.Nil(t, e.guard.running)
	require.Empty(t, e.guard.kept)

	head, random := engine.BatchID{tablesFilled}, rand.NewChaCha8([32]byte{})
	for n := byte(100); e.forLog.all(); n++ { // until a memtable is full
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

// TestBadgerGetsANewMemtable takes the file of the next memtable away, for as
// long as it takes until Badger has asked for it.
func TestBadgerGetsANewMemtable(t *testing.T) {
	dir := t.TempDir()
	e := fill(t, dir, 1)
	m, ok := memtable(e.db)
	require.True(t, ok, "it lies elsewhere in this version of Badger")
	m.lock.RLock()
	obstacle := filepath.Join(dir, fmt.Sprintf("%05d.mem", *m.next))
	m.lock.RUnlock()
	require.NoError(t, os.WriteFile(obstacle, make([]byte, 100), 0o600))
	random := rand.NewChaCha8([32]byte{})
	head := engine.BatchID{1}
	for n := byte(2); ; n++ { // until the memtable is full
		require.Less(t, n, byte(100))
		b := engine.Batch{ID: engine.BatchID{n}, Expect: head, Put: []engine.Pair{{Key: []byte{n}, Value: noise(random, 1000<<10)}}}
		err := e.Apply(context.Background(), b)
		if err == nil {
			head = b.ID
			continue
		}
		require.ErrorIs(t, err, engine.ErrUnknown)
		found, err := e.readHead()
		require.NoError(t, err, "it lives")
		require.Equal(t, head, found, "nothing of the batch was written")
		require.NoError(t, e.Apply(context.Background(), b))
		break
	}
	require.NoError(t, e.Err())
	require.NoError(t, e.Close())
}
