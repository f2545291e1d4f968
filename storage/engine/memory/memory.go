// Package memory is the engine that keeps everything in memory: for tests and
// for runs that need no trace.
package memory

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/ndoto/kundi/storage/engine"
)

// Region is a store in memory. It remains when an engine on it is closed, as a folder
// does. The zero Region is empty and ready to use.
type Region struct {
	mu    sync.Mutex // guards all below, and writers
	inUse bool
	seed  maphash.Seed
	state atomic.Pointer[state]
}

// state is immutable.
type state struct {
	head engine.BatchID
	root *node
}

// Open opens the region. Only one engine at a time may have it open; otherwise the
// error is ErrInUse.
func (r *Region) Open() (*Engine, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.inUse {
		return nil, fmt.Errorf("the memory region is %w", engine.ErrInUse)
	}
	if r.state.Load() == nil {
		r.seed = maphash.MakeSeed()
		r.state.Store(&state{})
	}
	r.inUse = true
	return &Engine{region: r}, nil
}

// New returns an engine on a new, empty region.
func New() *Engine {
	e, err := new(Region).Open()
	if err != nil {
		panic(err) // a fresh region is never in use
	}
	return e
}

// Engine is an engine.Engine in memory. It is safe for concurrent use.
type Engine struct {
	region *Region
	closed atomic.Bool
}

// View implements engine.Engine.
func (e *Engine) View(ctx context.Context) (engine.View, error) {
	if e.closed.Load() {
		return nil, engine.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return &view{ctx: ctx, engine: e, state: e.region.state.Load()}, nil
}

// Apply implements engine.Engine.
func (e *Engine) Apply(_ context.Context, b engine.Batch) error {
	if err := b.Check(); err != nil {
		return err
	}
	e.region.mu.Lock()
	defer e.region.mu.Unlock()
	if e.closed.Load() {
		return engine.ErrClosed
	}
	now := e.region.state.Load()
	if now.head != b.Expect {
		return engine.ErrMoved
	}
	root := now.root
	for _, key := range b.Delete {
		root = root.remove(key)
	}
	for _, p := range b.Put {
		root = root.put(e.region.seed, bytes.Clone(p.Key), clone(p.Value))
	}
	e.region.state.Store(&state{head: b.ID, root: root})
	return nil
}

// Close implements engine.Engine.
func (e *Engine) Close() error {
	e.region.mu.Lock()
	defer e.region.mu.Unlock()
	if !e.closed.Swap(true) {
		e.region.inUse = false
	}
	return nil
}

type view struct {
	ctx    context.Context
	engine *Engine
	state  *state
	closed atomic.Bool
}

func (v *view) check() error {
	if v.closed.Load() || v.engine.closed.Load() {
		return engine.ErrClosed
	}
	return v.ctx.Err()
}

func (v *view) Head() (engine.BatchID, error) {
	return v.state.head, v.check()
}

func (v *view) Get(key []byte) ([]byte, error) {
	if err := v.check(); err != nil {
		return nil, err
	}
	value, ok := v.state.root.get(key)
	if !ok {
		return nil, nil
	}
	return clone(value), nil
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

func (v *view) Scan(r engine.Range) (engine.Page, error) {
	if err := v.check(); err != nil {
		return engine.Page{}, err
	}
	var page engine.Page
	size, limit := 0, r.PageLimit()
	walk := v.state.root.walk
	if r.Reverse {
		walk = v.state.root.walkBack
	}
	walk(r.Start(), func(key, value []byte) bool {
		if !bytes.HasPrefix(key, r.Prefix) {
			return false
		}
		if len(page.Pairs) == limit || size >= engine.MaxPageBytes {
			page.Next = bytes.Clone(key)
			return false
		}
		size += len(key) + len(value)
		page.Pairs = append(page.Pairs, engine.Pair{Key: bytes.Clone(key), Value: clone(value)})
		return true
	})
	return page, nil
}

func (v *view) Close() { v.closed.Store(true) }

// clone copies b into a slice that is never nil.
func clone(b []byte) []byte { return append(make([]byte, 0, len(b)), b...) }
