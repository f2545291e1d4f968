package badger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	dgraph "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/pb"
	"github.com/dgraph-io/ristretto/v2/z"

	"github.com/ndoto/kundi/storage/engine"
)

// What is written to fill a memtable: Badger has no other way to bring one to a
// table while others write. A value is what fits a block.
const (
	paddingKeys  = 100 // of a batch: others must not wait for long
	paddingBytes = blockBytes - 200
	paddingMost  = 2 * memtableBytes / (paddingKeys * paddingBytes) // batches: a memtable's worth, and what was in it
)

const (
	viewWait      = 10 * time.Minute // for the reads that began before a compaction: a backup, at most
	rewriteRounds = 8                // of an older folder that has not been seeded: Badger merges the first level at 6 tables
)

// rewrite writes all tables anew. Badger merges a table with those that its
// range of keys meets, and leaves what it has merged once into the deepest level
// alone, so this makes a memtable that spans all keys, for it begins with the
// head and ends with the padding, and merges that through. A merge drops what
// was deleted or superseded as far as no view reads it any more. Tables that had
// no keys in the way are told by their numbers, and there is another round.
func (e *Engine) rewrite() error {
	e.mu.Lock()
	since := e.newest.txn.ReadTs()
	e.mu.Unlock()
	if err := e.roll(); err != nil {
		return err
	}
	if err := e.awaitViews(since); err != nil {
		return err
	}
	old := map[uint64]bool{} // in which all of the present is
	for _, t := range e.db.Tables() {
		old[t.ID] = true
	}
	for range rewriteRounds {
		if err := e.flatten(); err != nil {
			return err
		}
		if !e.hasTable(old) {
			return nil
		}
		if err := e.roll(); err != nil {
			return err
		}
	}
	return errors.New("some of the store's files could not be written anew")
}

// seed gives a new folder a table in the deepest level, with the head of one
// that nothing was applied to. While there are only tables of the first level,
// Badger cannot be made to merge them. It is opened for that with small sizes,
// because twice that of the largest table is taken at once.
func seed(dir string, logger *slog.Logger) error {
	if found, err := Holds(dir); err != nil || found {
		return err
	}
	db, err := dgraph.Open(settings(dir, logger, nil).WithMemTableSize(1 << 20).WithBaseTableSize(32 << 10).WithBlockCacheSize(1 << 20).WithValueThreshold(64 << 10))
	if err != nil {
		return err
	}
	return errors.Join(plant(db), db.Close())
}

func plant(db *dgraph.DB) error {
	w := db.NewStreamWriter()
	if err := w.Prepare(); err != nil {
		return err
	}
	b := z.NewBuffer(1<<10, "seed")
	defer func() { _ = b.Release() }()
	dgraph.KVToBuffer(&pb.KV{Key: []byte(headKey), Value: make([]byte, len(engine.BatchID{})), Version: 1, StreamId: 1}, b)
	return errors.Join(w.Write(b), w.Flush())
}

func (e *Engine) hasTable(ids map[uint64]bool) bool {
	for _, t := range e.db.Tables() {
		if ids[t.ID] {
			return true
		}
	}
	return false
}

// flattenSound merges the tables if there is room for the result, and unless
// one is damaged: without what a damaged block had, nothing would show that it
// was there.
func (e *Engine) flattenSound() error {
	if err := e.mayMerge(); err != nil {
		return err
	}
	if err := e.roomFor(e.reserve() + e.tables()); err != nil {
		return err
	}
	if err := e.sound(); err != nil {
		return err
	}
	return e.db.Flatten(1)
}

// roll brings what the memtables hold to tables, which ends their logs.
func (e *Engine) roll() error {
	logs, err := e.logs()
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		now, err := e.logs()
		if err != nil {
			return err
		}
		if len(now) > 0 && now[len(now)-1] != logs[len(logs)-1] {
			break
		}
		if n == paddingMost {
			return fmt.Errorf("the log of the memtable in %s does not end", e.dir)
		}
		if err := e.pad(func(txn *dgraph.Txn, key []byte) error { return txn.Set(key, make([]byte, paddingBytes)) }); err != nil {
			return err
		}
	}
	if err := e.pad(func(txn *dgraph.Txn, key []byte) error { return txn.Delete(key) }); err != nil {
		return err
	}
	return e.await("the memtables of the store do not become tables", func() bool {
		for _, name := range logs {
			if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
				return false
			}
		}
		return true
	})
}

// logs lists the logs of the memtables, the newest last.
func (e *Engine) logs() ([]string, error) {
	names, err := files(e.dir, "*.mem")
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("there is no log of a memtable in %s", e.dir)
	}
	return names, err
}

// pad writes or deletes the padding. The head stays, and is written too.
func (e *Engine) pad(write func(txn *dgraph.Txn, key []byte) error) error {
	e.writing.Lock()
	defer e.writing.Unlock()
	e.mu.Lock()
	head := e.newest.head
	e.mu.Unlock()
	return e.apply(head, func(txn *dgraph.Txn) error {
		for n := range paddingKeys {
			if err := write(txn, binary.BigEndian.AppendUint16([]byte{paddingPrefix}, uint16(n))); err != nil {
				return err
			}
		}
		if head == (engine.BatchID{}) {
			return nil
		}
		return txn.Set([]byte(headKey), head[:])
	})
}

// awaitViews waits until nobody reads the state that was the newest at a
// version, or one before it.
func (e *Engine) awaitViews(version uint64) error {
	return e.await("somebody still reads what is to be removed; try again when backups are done", func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		for s := range e.holding {
			if s.txn.ReadTs() <= version {
				return false
			}
		}
		return true
	})
}

// await waits until something is so, unless the engine closes or it takes too
// long.
func (e *Engine) await(otherwise string, so func() bool) error {
	for until := time.Now().Add(viewWait); !so(); {
		if e.awaiting != nil {
			e.awaiting()
		}
		if e.isClosed() {
			return engine.ErrClosed
		}
		time.Sleep(guardLook)
		if time.Now().After(until) {
			return errors.New(otherwise)
		}
	}
	return nil
}
