// Package badger is the engine on a folder of files: a log-structured merge
// tree kept by dgraph-io/badger. It is the engine of a single node.
package badger

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	dgraph "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"

	"github.com/ndoto/kundi/storage/engine"
)

// Sizes are explicit because the defaults take 2 GB of memory. The largest
// batch of a memtable is 15 % of it, which must hold engine.MaxBatchBytes.
const (
	memtableBytes   = 32 << 20
	memtables       = 3 // one written, two waiting to be flushed
	blockCacheBytes = 96 << 20
	compactors      = 2 // the least Badger accepts
	blockBytes      = 4 << 10
	compression     = options.Snappy
)

// How the tables are merged. A merge of level zero writes all of the first level below it (the base
// level) once more, so many tables are merged at once. Every other level writes each record once
// more, and as many neighbours as its ratio says of records whose keys are hashes (claims). Values
// are measured, see docs/decisions/0004.
const (
	levelZeroTables = 10 // are merged; at twice as many, writes wait
	baseLevelBytes  = 96 << 20
	levelRatio      = 6 // of the size of a level to that of the one above it
)

// Badger's keys are ours behind one byte, so that the engine has a key of its
// own and every key is allowed.
const (
	userPrefix    = 'k'
	headKey       = "h"
	paddingPrefix = '~' // see rewrite; above all others, as headKey is below
)

// Engine is an engine.Engine on a folder. It is safe for concurrent use.
type Engine struct {
	dir         string
	db          *dgraph.DB
	logger      *slog.Logger
	free        func(dir string) (uint64, error)
	flatten     func() error // merges all tables, for as long as that takes
	awaiting    func()       // for tests, nil otherwise: called when await finds that it must wait
	closeWait   time.Duration
	guard       *guard
	forMerges   *spare
	forLog      *spare        // of the next memtable; Apply is the only one to give it up
	dead        chan struct{} // closed by die
	puts        atomic.Uint64 // keys put since the engine was opened
	inherited   []string      // logs that were there when it was opened
	logsFlushed atomic.Bool   // all keys of inherited are in tables
	preserved   atomic.Bool   // nothing is merged any more
	gain        float64       // by compression, that tables are made for

	writing sync.Mutex   // held by Apply
	calls   sync.RWMutex // held for reading by every call that touches db

	// below: guarded by mu
	mu         sync.Mutex
	closed     bool
	failed     error // of a commit whose outcome is unknown; writes have ended
	cause      error // why the engine is dead
	suspect    int   // losses that are not put back; the tree lacks records meanwhile
	repairs    int   // goroutines that put back
	newest     *snapshot
	holding    map[*snapshot]struct{} // newest and those of open views
	compacting *compaction            // nil for none
}

// Open opens a folder and makes it if it does not exist. A nil logger logs nothing. It
// refuses these folders:
//   - one that another process has open: ErrInUse;
//   - one that a newer Badger has written: ErrNewer;
//   - one with missing or damaged files: ErrCorrupt;
//   - one on a full disk: ErrFull.
func Open(dir string, logger *slog.Logger) (*Engine, error) { return OpenToFill(dir, logger, 0) }

// OpenToFill is Open for a folder that will be filled with many records. gain says by
// how much they will compress (see Gauge), if that is more than the present tables
// show.
func OpenToFill(dir string, logger *slog.Logger, gain float64) (*Engine, error) {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, describe(dir, err)
	}
	if err := mayOpen(dir); err != nil {
		return nil, describe(dir, err)
	}
	e := &Engine{
		dir: dir, logger: logger, free: freeSpace, holding: map[*snapshot]struct{}{},
		closeWait: closeWait, dead: make(chan struct{}),
		forMerges: &spare{dir: dir, most: mergeFiles, patience: mergePatience},
		forLog:    &spare{dir: dir, most: spendFiles},
	}
	e.guard = newGuard(e)
	e.flatten = e.flattenSound
	if err := e.open(gain); err != nil {
		e.giveUpSpares()
		return nil, describe(dir, err)
	}
	return e, nil
}

// open opens Badger, and looks through what a process that died has left.
func (e *Engine) open(gain float64) error {
	if err := e.fillSpares(); err != nil {
		return err
	}
	opt := settings(e.dir, e.logger, e.guard)
	found, err := inspect(opt)
	if err != nil {
		return err
	}
	e.gain = max(gain, found)
	opt = opt.WithBaseTableSize(tableSize(e.gain))
	if err := seed(e.dir, e.logger); err != nil {
		return err
	}
	unchecked, err := uncheckedTables(e.dir)
	if err != nil {
		return err
	}
	if len(unchecked) > 0 { // what is put back may not wait for merges, which wait for it
		opt = opt.WithNumLevelZeroTablesStall(1000)
	}
	if e.inherited, err = files(e.dir, "*.mem"); err != nil {
		return err
	}
	db, err := dgraph.Open(opt)
	if err != nil {
		close(e.guard.failed)
		return err
	}
	e.db = db
	err = e.check(unchecked)
	if err == nil {
		err = e.advance()
	}
	if err != nil {
		close(e.guard.failed)
		return errors.Join(err, db.Close())
	}
	close(e.guard.armed)
	return nil
}

// settings are Badger's for one folder. The guard is told of its work.
func settings(dir string, logger *slog.Logger, g *guard) dgraph.Options {
	return dgraph.DefaultOptions(dir).
		WithSyncWrites(true).
		WithNumVersionsToKeep(1).
		WithDetectConflicts(false). // Apply is the only writer
		WithMetricsEnabled(false).  // they are process-wide
		WithMemTableSize(memtableBytes).
		WithNumMemtables(memtables).
		WithBlockCacheSize(blockCacheBytes).
		WithNumCompactors(compactors).
		WithBlockSize(blockBytes).
		WithCompression(compression).
		WithChecksumVerificationMode(options.OnBlockRead).
		// Every record is smaller (key and value together may have this much), so
		// the value log stays empty and never needs its garbage collected.
		WithValueThreshold(engine.MaxRecord).
		WithValueLogFileSize(16 << 20).
		WithBaseLevelSize(baseLevelBytes).
		WithLevelSizeMultiplier(levelRatio).
		WithNumLevelZeroTables(levelZeroTables).
		WithNumLevelZeroTablesStall(2 * levelZeroTables).
		WithLogger(logs{logger, g})
}

// describe turns an error of Badger's into one of the engine's.
func describe(dir string, err error) error {
	text := err.Error()
	switch {
	case means(err, syscall.EACCES), means(err, syscall.EPERM):
		return fmt.Errorf("the data folder %s may not be written by this user: give it to the user that runs Kundi, files included", dir)
	case means(err, syscall.EROFS):
		return fmt.Errorf("the data folder %s is on a disk that may only be read: mount it for writing, or choose another folder", dir)
	case means(err, syscall.ENOSPC):
		return fmt.Errorf("the data folder %s is on a disk that is full: make room first", dir)
	case errors.Is(err, engine.ErrDescriptors), means(err, syscall.EMFILE), means(err, syscall.ENFILE):
		return fmt.Errorf("the data folder %s cannot be opened: %w; raise the limit (ulimit -n)", dir, engine.ErrDescriptors)
	case errors.Is(err, engine.ErrMemory), means(err, syscall.ENOMEM):
		return fmt.Errorf("the data folder %s cannot be opened: %w; raise the limits (ulimit -v, vm.max_map_count)", dir, engine.ErrMemory)
	case errors.Is(err, engine.ErrInUse), errors.Is(err, engine.ErrCorrupt):
		return fmt.Errorf("the data folder %s is unusable: %w", dir, err)
	case strings.Contains(text, "Cannot acquire directory lock"):
		return fmt.Errorf("the data folder %s is %w: stop that process first, or choose another folder", dir, engine.ErrInUse)
	case strings.Contains(text, "unsupported version"):
		return fmt.Errorf("the data folder %s was %w: start it with that version", dir, engine.ErrNewer)
	}
	return fmt.Errorf("the data folder %s cannot be opened: %w; if a file in it was damaged, restore the folder from a backup", dir, err)
}

// means looks for a cause also in text, for Badger does not wrap all of them.
func means(err error, cause syscall.Errno) bool {
	return errors.Is(err, cause) || strings.Contains(err.Error(), cause.Error())
}

// Apply implements engine.Engine.
func (e *Engine) Apply(_ context.Context, b engine.Batch) error {
	if err := b.Check(); err != nil {
		return err
	}
	e.writing.Lock()
	defer e.writing.Unlock()
	return e.apply(b.Expect, func(txn *dgraph.Txn) error {
		e.puts.Add(uint64(len(b.Put)) + 1)
		return write(txn, b)
	})
}

// apply makes what fill puts into a transaction durable. e.writing is held.
func (e *Engine) apply(expect engine.BatchID, fill func(*dgraph.Txn) error) error {
	e.calls.RLock()
	defer e.calls.RUnlock()
	if err := e.writable(expect); err != nil {
		return err
	}
	if err := e.mayWrite(); err != nil {
		return err
	}
	txn := e.db.NewTransaction(true)
	if err := fill(txn); err != nil {
		txn.Discard()
		// Checked batches fit, so whatever Badger refuses is beyond its limits.
		return fmt.Errorf("%w: %w", engine.ErrTooLarge, err)
	}
	if err := e.commit(txn); err != nil {
		return e.fail(err)
	}
	return nil
}

// commit makes a batch durable and lets views see it.
func (e *Engine) commit(txn *dgraph.Txn) (err error) {
	defer e.survive(&err)
	if err := txn.Commit(); err != nil {
		return err
	}
	return e.advance()
}

// writable reports whether a batch with this expectation may be applied.
func (e *Engine) writable(expect engine.BatchID) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.closed:
		return engine.ErrClosed
	case e.failed != nil:
		return fmt.Errorf("an earlier write failed: %w", e.failed)
	case e.suspect > 0:
		return engine.ErrRepairing
	case e.newest.head != expect:
		return engine.ErrMoved
	}
	return nil
}

func write(txn *dgraph.Txn, b engine.Batch) error {
	for _, key := range b.Delete {
		if err := txn.Delete(userKey(key)); err != nil {
			return err
		}
	}
	for _, p := range b.Put {
		value, how := pack(p.Value)
		if err := txn.SetEntry(dgraph.NewEntry(userKey(p.Key), value).WithMeta(how)); err != nil {
			return err
		}
	}
	return txn.Set([]byte(headKey), b.ID[:])
}

// fail ends all writing: after a failed sync nobody can say what reached the
// disk, and a second sync would not tell (fsyncgate). Views stay at the last
// batch known to be durable. Where Badger only lacked a memtable it gets one, and
// nothing of the batch was written.
func (e *Engine) fail(err error) error {
	err = fmt.Errorf("%w: %w", engine.ErrUnknown, err)
	e.mu.Lock()
	e.failed = err
	e.mu.Unlock()
	e.revive()
	return err
}

// Verify reads every table and compares its checksums. The error is ErrCorrupt if one
// is wrong. Ordinary reads cannot report a damaged block, because Badger behaves as if
// the block did not have the key.
func (e *Engine) Verify() error {
	e.calls.RLock()
	defer e.calls.RUnlock()
	if e.db.IsClosed() {
		return engine.ErrClosed
	}
	return e.sound()
}

// sound is Verify without the lock.
func (e *Engine) sound() error {
	if err := verifyChecksums(e.db); err != nil {
		return fmt.Errorf("%w: a table in %s; restore the folder from a backup", engine.ErrCorrupt, e.dir)
	}
	return nil
}

// verifyChecksums is Badger's own, which panics over a block that it cannot
// even decompress.
func verifyChecksums(db *dgraph.DB) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("unreadable")
		}
	}()
	return db.VerifyChecksum()
}

// Close implements engine.Engine. It does not wait for a compaction that takes long,
// nor for a disk that is full or fails: these end with the process, as after a kill.
// Nothing that was applied is lost, because it is in the log of the memtable, and
// Badger uses a new table only when the table is whole. Until the process ends, the
// folder stays in use.
func (e *Engine) Close() error {
	e.calls.Lock()
	defer e.calls.Unlock()
	e.mu.Lock()
	closed := e.closed
	e.closed = true
	e.mu.Unlock()
	if closed {
		return nil
	}
	defer e.giveUpSpares()
	patience := time.After(e.closeWait)
	if e.Err() != nil {
		return nil
	}
	if !e.idle(patience) {
		e.logger.Warn("the merge of the store's files goes on; it is left unfinished, and done the next day")
		return nil
	}
	if err := errors.Join(e.roomFor(flushRoom), e.mayMerge()); err != nil {
		e.logger.Warn("what closing the store takes is not there; the next start takes the last writes from its log", "error", err)
		return nil
	}
	// On a disk that takes nothing any more Badger tries again for ever.
	done := make(chan error, 1)
	go func() {
		// While Badger is open, what merges is pinned, and what is lost is put back.
		for until := time.Now().Add(e.closeWait / 2); e.repairing() || !e.guard.quiet() && time.Now().Before(until); {
			time.Sleep(guardLook)
		}
		e.guard.close()
		e.discardSnapshots()
		err := e.db.Close()
		e.guard.closed()
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-patience:
		e.logger.Error("the store cannot be closed; the next start takes the last writes from its log")
		return nil
	}
}

func (e *Engine) isClosed() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.closed
}

func userKey(key []byte) []byte {
	b := make([]byte, 0, len(key)+1)
	return append(append(b, userPrefix), key...)
}
