package badger

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"

	dgraph "github.com/dgraph-io/badger/v4"

	"github.com/ndoto/kundi/storage/engine"
)

// snapshot is the state after one batch. All views taken between two batches
// share it: a read-only transaction of Badger may be read from several
// goroutines. Taking it only after a batch is known to be durable keeps a
// half-written one out of sight.
type snapshot struct {
	txn  *dgraph.Txn
	head engine.BatchID
	refs int // open views and pins, and 1 while it is the newest; guarded by Engine.mu
	pins int // guarded by Engine.mu
}

// advance makes the present state of the database the one that views see.
func (e *Engine) advance() error {
	s := &snapshot{txn: e.db.NewTransaction(false), refs: 1}
	head, err := get(s.txn, []byte(headKey))
	if err == nil && head != nil && copy(s.head[:], head) != len(s.head) {
		err = fmt.Errorf("%w: the head has %d bytes", engine.ErrCorrupt, len(head))
	}
	if err != nil {
		s.txn.Discard()
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	old := e.newest
	e.newest = s
	e.holding[s] = struct{}{}
	if old != nil {
		e.release(old)
	}
	return nil
}

// release gives up one reference. e.mu is held.
func (e *Engine) release(s *snapshot) {
	s.refs--
	if _, held := e.holding[s]; held && s.refs == 0 {
		delete(e.holding, s)
		s.txn.Discard()
	}
}

// discardSnapshots ends all snapshots but those that are pinned.
func (e *Engine) discardSnapshots() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for s := range e.holding {
		if s.pins == 0 { // else its pins let go of it
			s.txn.Discard()
			delete(e.holding, s)
		}
	}
}

// View implements engine.Engine.
func (e *Engine) View(ctx context.Context) (engine.View, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, engine.ErrClosed
	}
	e.newest.refs++
	return &view{ctx: ctx, engine: e, snapshot: e.newest}, nil
}

// view is an engine.View.
type view struct {
	ctx      context.Context
	engine   *Engine
	snapshot *snapshot
	closed   atomic.Bool
}

// enter keeps the database open until leave is called.
func (v *view) enter() error {
	v.engine.calls.RLock()
	err := v.engine.sane()
	if err == nil {
		err = v.ctx.Err()
	}
	if v.closed.Load() || v.engine.isClosed() || v.engine.db.IsClosed() {
		err = engine.ErrClosed
	}
	if err != nil {
		v.engine.calls.RUnlock()
	}
	return err
}

func (v *view) leave() { v.engine.calls.RUnlock() }

func (v *view) Head() (engine.BatchID, error) {
	if err := v.enter(); err != nil {
		return engine.BatchID{}, err
	}
	defer v.leave()
	v.engine.mu.Lock()
	defer v.engine.mu.Unlock()
	return v.snapshot.head, v.engine.failed
}

func (v *view) Get(key []byte) (value []byte, err error) {
	if err := v.enter(); err != nil {
		return nil, err
	}
	defer v.leave()
	defer v.engine.survive(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // a file that was cut under its map
	return get(v.snapshot.txn, userKey(key))
}

func (v *view) GetMany(keys [][]byte) ([][]byte, error) {
	values := make([][]byte, len(keys))
	for i, key := range keys {
		value, err := v.Get(key)
		if err != nil {
			return nil, err
		}
		values[i] = value
	}
	return values, nil
}

func (v *view) Scan(r engine.Range) (page engine.Page, err error) {
	if err := v.enter(); err != nil {
		return engine.Page{}, err
	}
	defer v.leave()
	defer v.engine.survive(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // a file that was cut under its map

	limit := r.PageLimit()
	opt := dgraph.DefaultIteratorOptions
	opt.Prefix, opt.Reverse = userKey(r.Prefix), r.Reverse
	opt.PrefetchValues = false // they lie beside their keys; a goroutine each fetches nothing sooner
	it := v.snapshot.txn.NewIterator(opt)
	defer it.Close()

	size := 0
	for it.Seek(userKey(r.Start())); it.Valid(); it.Next() { // Badger ends it at the first key without the prefix
		item := it.Item()
		key := item.KeyCopy(nil)[1:]
		if len(page.Pairs) == limit || size >= engine.MaxPageBytes {
			page.Next = key
			return page, nil
		}
		value, err := copyValue(item)
		if err != nil {
			return engine.Page{}, err
		}
		size += len(key) + len(value)
		page.Pairs = append(page.Pairs, engine.Pair{Key: key, Value: value})
	}
	return page, nil
}

func (v *view) Close() {
	if v.closed.Swap(true) {
		return
	}
	v.engine.mu.Lock()
	defer v.engine.mu.Unlock()
	v.engine.release(v.snapshot)
}

// get returns a copy of the value, nil when there is none.
func get(txn *dgraph.Txn, key []byte) ([]byte, error) {
	item, err := txn.Get(key)
	if errors.Is(err, dgraph.ErrKeyNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, readError(err)
	}
	return copyValue(item)
}

func copyValue(item *dgraph.Item) ([]byte, error) {
	value, err := item.ValueCopy(make([]byte, 0, item.EstimatedSize()))
	if err != nil {
		return nil, readError(err)
	}
	if item.UserMeta() == packed {
		return unpack(value)
	}
	if value == nil {
		value = []byte{}
	}
	return value, nil
}

// readError hides Badger's own text, which quotes the key.
func readError(err error) error {
	if errors.Is(err, dgraph.ErrDBClosed) || errors.Is(err, dgraph.ErrDiscardedTxn) {
		return engine.ErrClosed
	}
	return fmt.Errorf("%w: a read failed in the data folder", engine.ErrCorrupt)
}
