package index

import (
	"bufio"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/columns"
)

// A checkpoint is due after so many changes, or so much time if there was any.
const (
	checkpointChanges = 100_000
	checkpointEvery   = 5 * time.Minute
	checkpointFile    = "columns.checkpoint"
)

// checkpoint is what is known of the one on disk.
type checkpoint struct {
	mu  sync.Mutex    // held while one is written
	seq atomic.Uint64 // of the one on disk, 0 for none
}

// openColumns loads the checkpoint and applies the log behind it. When that
// cannot be, it fills the columns from the records.
func (x *Index) openColumns(ctx context.Context) error {
	start := x.now()
	err := x.loadCheckpoint()
	if err == nil {
		err = x.replay(ctx)
	}
	switch {
	case err == nil:
		x.log.Info("columns loaded", "seq", x.table.Seq(), "took", x.now().Sub(start))
	case ctx.Err() != nil:
		return err
	case errors.Is(err, os.ErrNotExist), contacts.KindOf(err) == contacts.KindGone, errors.As(err, &unusable{}):
		level := slog.LevelInfo
		if x.source.Head() == 0 { // of a new folder, nothing is missing
			level = slog.LevelDebug
		}
		x.log.Log(ctx, level, "columns will be rebuilt", "reason", reason(err))
		if err := x.rebuild(ctx); err != nil {
			return err
		}
		x.metrics.rebuilds.Inc()
		x.signalCheckpoint()
		x.log.Log(ctx, level, "columns rebuilt", "seq", x.table.Seq(), "took", x.now().Sub(start))
	default:
		return err
	}
	x.dropDeleted()
	return nil
}

// unusable is why a checkpoint cannot be taken up.
type unusable struct{ err error }

func (u unusable) Error() string { return u.err.Error() }
func (u unusable) Unwrap() error { return u.err }

// reason says in words why a checkpoint is not taken up.
func reason(err error) string {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "missing"
	case contacts.KindOf(err) == contacts.KindGone:
		return "older than the log"
	case errors.Is(err, errAhead):
		return errAhead.Error()
	case errors.Is(err, columns.ErrVersion):
		return "another version"
	}
	return "damaged"
}

// errAhead is a checkpoint of changes that the store has not: it was restored
// from an older copy.
var errAhead = errors.New("ahead of the store")

// loadCheckpoint reads the table from disk.
func (x *Index) loadCheckpoint() error {
	file, err := os.Open(filepath.Join(x.dir, checkpointFile))
	if err != nil {
		return err
	}
	defer file.Close()
	table, err := columns.Load(bufio.NewReaderSize(file, 1<<20))
	if err != nil {
		return unusable{err}
	}
	if table.Seq() > x.source.Head() {
		return unusable{errAhead}
	}
	x.table = table
	x.checkpoint.seq.Store(table.Seq())
	return nil
}

// signalCheckpoint says that one is due.
func (x *Index) signalCheckpoint() {
	select {
	case x.due <- struct{}{}:
	default:
	}
}

// keepCheckpoints writes checkpoints when they are due.
func (x *Index) keepCheckpoints(ctx context.Context) {
	ticker := time.NewTicker(checkpointEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-x.due:
		case <-ticker.C:
		}
		if err := x.writeCheckpoint(); err != nil {
			x.log.Error("the checkpoint of the columns cannot be written", "error", err)
		}
	}
}

// writeCheckpoint writes the columns beside the checkpoint on disk and puts
// them in its place; nothing when they have not changed since.
func (x *Index) writeCheckpoint() error {
	x.checkpoint.mu.Lock()
	defer x.checkpoint.mu.Unlock()
	path := filepath.Join(x.dir, checkpointFile)
	if _, err := os.Stat(path); err == nil && x.table.Seq() == x.checkpoint.seq.Load() {
		return nil
	}
	start := x.now()
	seq, err := writeBeside(path, x.table)
	if err != nil {
		return err
	}
	x.checkpoint.seq.Store(seq)
	x.metrics.checkpoints.Observe(x.now().Sub(start).Seconds())
	return nil
}

// writeBeside makes the file durable before it takes its name.
func writeBeside(path string, table *columns.Table) (seq uint64, err error) {
	file, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	buffer := bufio.NewWriterSize(file, 1<<20)
	seq, err = table.Checkpoint(buffer)
	if err = errors.Join(err, buffer.Flush(), file.Sync(), file.Close()); err != nil {
		return 0, err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return 0, err
	}
	return seq, syncFolder(filepath.Dir(path))
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
