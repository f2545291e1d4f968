package index

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/ledger"
)

// keeper is an index that only keeps checkpoints.
func keeper(t *testing.T) (x *Index, path string) {
	dir := t.TempDir()
	return &Index{
		dir: dir, source: indextest.NewRecords(), kinds: indextest.Kinds, log: slog.New(slog.DiscardHandler), now: time.Now,
		table: columns.NewTables(indextest.Kinds...), metrics: newMetrics(), due: make(chan struct{}, 1),
	}, filepath.Join(dir, checkpointFile)
}

// documents are changes that no column shows.
func documents(from, to uint64) []ledger.Change {
	var changes []ledger.Change
	for seq := from; seq <= to; seq++ {
		changes = append(changes, ledger.Change{Seq: seq, Entity: "segment"})
	}
	return changes
}

func TestACheckpointIsDueAfterSomeTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, path := keeper(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go x.keepCheckpoints(ctx)
		x.Apply(documents(1, 3))
		time.Sleep(checkpointEvery - time.Second)
		synctest.Wait()
		require.NoFileExists(t, path)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.FileExists(t, path)

		// Without a change it is not written again.
		require.NoError(t, os.WriteFile(path, nil, 0o600))
		time.Sleep(2 * checkpointEvery)
		synctest.Wait()
		info, err := os.Stat(path)
		require.NoError(t, err)
		require.Zero(t, info.Size())
	})
}

func TestACheckpointIsDueAfterManyChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, path := keeper(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go x.keepCheckpoints(ctx)
		x.Apply(documents(1, CheckpointChanges-1))
		synctest.Wait()
		require.NoFileExists(t, path)
		x.Apply(documents(CheckpointChanges, CheckpointChanges))
		synctest.Wait()
		require.EqualValues(t, CheckpointChanges, x.checkpoint.seq.Load())
		require.FileExists(t, path)
	})
}

// writerFunc is a writer.
type writerFunc func(b []byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// A checkpoint has something of changes that were made while it was written. A store that was restored from a copy of that
// moment has not all of them.
func TestACheckpointPartlyAheadOfTheStoreIsNotTakenUp(t *testing.T) {
	for _, file := range []string{checkpointFile, deltaFile} {
		dir, r := t.TempDir(), indextest.NewRecords()
		x, _ := open(t, dir, r)
		x.stop() // nobody else writes one
		x.running.Wait()
		r.Put(1, "KE")
		require.NoError(t, x.rewriteCheckpoint())
		base, err := os.ReadFile(filepath.Join(dir, checkpointFile))
		require.NoError(t, err)
		var written bytes.Buffer
		during := writerFunc(func(b []byte) (int, error) {
			if written.Len() == 0 {
				r.Put(1, "TZ")
			}
			return written.Write(b)
		})
		if file == checkpointFile {
			_, err = x.table.WriteBase(during)
		} else {
			_, err = x.table.WriteDelta(during, x.checkpoint.base)
		}
		require.NoError(t, err)
		closeIndex(t, x)
		require.NoError(t, os.WriteFile(filepath.Join(dir, checkpointFile), base, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), written.Bytes(), 0o600))

		restored := indextest.NewRecords()
		restored.Put(1, "KE")
		x, log := open(t, dir, restored)
		require.EqualValues(t, 1, countOf(t, x, "ke"))
		require.Contains(t, log.String(), errAhead.Error())
		closeIndex(t, x)
	}
}

// On a full disk each change would have all columns encoded for nothing.
func TestACheckpointThatFailedIsTriedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x, path := keeper(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go x.keepCheckpoints(ctx)
		require.NoError(t, os.Mkdir(path+".new", 0o700)) // cannot be opened for writing
		x.Apply(documents(1, CheckpointChanges))
		synctest.Wait()
		require.NoError(t, os.Remove(path+".new"))
		x.Apply(documents(CheckpointChanges+1, CheckpointChanges+1))
		synctest.Wait()
		require.NoFileExists(t, path)
		time.Sleep(checkpointAgain)
		synctest.Wait()
		require.FileExists(t, path)
	})
}

func TestALargeCheckpointIsDueLater(t *testing.T) {
	var c checkpoint
	require.EqualValues(t, CheckpointChanges, c.dueAfter())
	c.whole.Store(3 * CheckpointChanges * checkpointBytes)
	require.EqualValues(t, 3*CheckpointChanges, c.dueAfter())
}

// A store that was restored from an older copy comes to the change of the checkpoint again, with another one. That is not
// taken up then, even if the first start was killed before it had written its own.
func TestACheckpointAheadOfTheStoreIsGoneForGood(t *testing.T) {
	for _, file := range []string{checkpointFile, deltaFile} {
		dir, r := t.TempDir(), indextest.NewRecords()
		r.Put(1, "KE")
		x, _ := open(t, dir, r)
		x.stop() // nobody else writes one
		x.running.Wait()
		require.NoError(t, x.rewriteCheckpoint())
		r.Put(2, "TZ")
		if file == checkpointFile {
			x.checkpoint.base = nil
		}
		closeIndex(t, x)
		require.FileExists(t, filepath.Join(dir, file))

		restored := indextest.NewRecords()
		restored.Put(1, "KE")
		killed, _ := keeper(t)
		killed.dir, killed.source = dir, restored
		require.NoError(t, killed.openColumns(t.Context()))
		restored.Put(2, "KE")
		x, _ = open(t, dir, restored)
		require.EqualValues(t, 2, countOf(t, x, "ke"))
		closeIndex(t, x)
	}
}
