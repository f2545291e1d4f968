package index

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/durable"
	"github.com/ndoto/kundi/workers"
)

// CheckpointChanges is how many changes make a checkpoint due, up to two million contacts. A delta
// to a million takes a hundredth of the processor time that writing these changes does; replaying
// them takes up to a second of it.
const CheckpointChanges = 50_000

const (
	checkpointBytes = 8 << 10         // of the base to a change: a delta reads all columns, so the more there is, the later it is due
	checkpointEvery = 5 * time.Minute // after which one is due if there was any change
	checkpointAgain = time.Minute     // after which one that could not be written is tried again
	checkpointFile  = "columns.checkpoint"
	deltaFile       = "columns.delta"
)

// A checkpoint is a base and, since little of the columns changes from one to
// the next, a delta to that base. Once the delta has a third of the base's
// bytes, a new base is written.
const largestDelta = 3

// checkpoint is what is known of the one on disk.
type checkpoint struct {
	mu    sync.Mutex    // held while one is written; guards what follows
	base  *columns.Base // nil for none
	delta int64         // bytes of the delta

	whole atomic.Int64  // bytes of the base
	seq   atomic.Uint64 // of the one on disk, 0 for none
}

// dueAfter is how many changes make the next one due.
func (c *checkpoint) dueAfter() uint64 {
	return max(CheckpointChanges, uint64(c.whole.Load()/checkpointBytes))
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
	case errors.Is(err, errAhead):
		if gone := x.dropCheckpoint(); gone != nil {
			return gone
		}
		return x.rebuildColumns(ctx, err, start)
	case errors.Is(err, os.ErrNotExist), fault.KindOf(err) == fault.KindGone, errors.As(err, &unusable{}):
		return x.rebuildColumns(ctx, err, start)
	default:
		return err
	}
	x.followSchema()
	return nil
}

// rebuildColumns fills the columns from the records, because of an error.
func (x *Index) rebuildColumns(ctx context.Context, because error, start time.Time) error {
	level := slog.LevelInfo
	if x.source.Head() == 0 { // of a new folder, nothing is missing
		level = slog.LevelDebug
	}
	x.log.Log(ctx, level, "columns will be rebuilt", "reason", reason(because))
	if err := x.rebuild(ctx); err != nil {
		return err
	}
	x.checkpoint.base = nil
	x.metrics.rebuilds.Inc()
	x.signalCheckpoint()
	x.log.Log(ctx, level, "columns rebuilt", "seq", x.table.Seq(), "took", x.now().Sub(start))
	x.followSchema()
	return nil
}

// dropCheckpoint removes one that is ahead of the store. The store will have as many changes again, but others: then
// nothing would tell that the checkpoint is not of them. The base goes first, as a delta alone is not read.
func (x *Index) dropCheckpoint() error {
	return errors.Join(durable.Remove(filepath.Join(x.dir, checkpointFile)), durable.Remove(filepath.Join(x.dir, deltaFile)))
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
	case fault.KindOf(err) == fault.KindGone:
		return "older than the log"
	case errors.Is(err, errAhead):
		return errAhead.Error()
	case errors.Is(err, os.ErrPermission):
		return "another user's"
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
	if errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err != nil { // it is another user's, say
		return unusable{err}
	}
	defer file.Close()
	table := columns.NewTables(x.kinds...)
	delta, written := x.loadDelta(table)
	base, err := table.LoadBase(bufio.NewReaderSize(file, 1<<20), delta)
	if err != nil {
		return unusable{err}
	}
	if max(table.Seq(), base.Newest) > x.source.Head() {
		return unusable{errAhead}
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	x.use(table)
	x.checkpoint.base, x.checkpoint.delta = base, written
	x.checkpoint.whole.Store(info.Size())
	x.checkpoint.seq.Store(table.Seq())
	return nil
}

// loadDelta reads the delta and tells its size. One that is missing or damaged
// is done without: the base is right by itself, only older.
func (x *Index) loadDelta(table *columns.Tables) (*columns.Delta, int64) {
	file, err := os.Open(filepath.Join(x.dir, deltaFile))
	if err != nil {
		return nil, 0
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, 0
	}
	delta, err := table.ReadDelta(bufio.NewReaderSize(file, 1<<20))
	if err != nil {
		x.log.Warn("the delta of the columns' checkpoint is not used", "reason", reason(err))
		return nil, 0
	}
	return delta, info.Size()
}

// signalCheckpoint says that one is due.
func (x *Index) signalCheckpoint() {
	select {
	case x.due <- struct{}{}:
	default:
	}
}

// keepCheckpoints writes checkpoints when they are due. Beside them it has orders made that lists will
// ask for.
func (x *Index) keepCheckpoints(ctx context.Context) {
	ticker := time.NewTicker(checkpointEvery)
	defer ticker.Stop()
	x.table.SortAhead()
	for {
		select {
		case <-ctx.Done():
			return
		case <-x.due:
		case <-ticker.C:
			x.table.SortAhead() // not after every so many changes: a bulk load need not keep orders
		}
		if err := workers.Try(x.writeCheckpoint); err != nil {
			x.log.Error("the checkpoint of the columns cannot be written", "error", err)
			select { // each change would give it again, and have all columns encoded
			case <-ctx.Done():
				return
			case <-time.After(checkpointAgain):
			}
			continue
		}
		select {
		case <-x.due: // given while this one was written; the next change gives it again if it is due
		default:
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
	if err := x.writeColumns(path); err != nil {
		return err
	}
	x.metrics.checkpoints.Observe(x.now().Sub(start).Seconds())
	return nil
}

// writeColumns writes a delta, or a new base when there is none or the delta
// has grown. A delta that is left from another base is not read.
func (x *Index) writeColumns(path string) (err error) {
	c := &x.checkpoint
	if _, missing := os.Stat(path); c.base != nil && missing == nil && c.delta*largestDelta < c.whole.Load() {
		var seq uint64
		c.delta, err = durable.Write(filepath.Join(x.dir, deltaFile), func(w io.Writer) (err error) {
			seq, err = x.table.WriteDelta(w, c.base)
			return err
		})
		if err == nil {
			c.seq.Store(seq)
		}
		return err
	}
	var base *columns.Base
	size, err := durable.Write(path, func(w io.Writer) (err error) {
		base, err = x.table.WriteBase(w)
		return err
	})
	if err != nil {
		return err
	}
	c.base, c.delta = base, 0
	c.whole.Store(size)
	c.seq.Store(base.Seq)
	return durable.Remove(filepath.Join(x.dir, deltaFile)) // it is of the base before, with what that had
}

// rewriteCheckpoint writes a whole new one, and removes what a process that was
// killed has left of others.
func (x *Index) rewriteCheckpoint() error {
	x.checkpoint.mu.Lock()
	defer x.checkpoint.mu.Unlock()
	x.checkpoint.base = nil
	path := filepath.Join(x.dir, checkpointFile)
	return errors.Join(x.writeColumns(path), durable.Remove(path+durable.New), durable.Remove(filepath.Join(x.dir, deltaFile+durable.New)))
}
