// Package faulty is an engine that fails on demand, around one that does not:
// for tests of what is built on engines.
package faulty

import (
	"context"
	"fmt"
	"sync"

	"github.com/ndoto/kundi/storage/engine"
)

// Fault is what happens to one batch.
type Fault struct {
	// Before runs first, if set. It may wait for a signal, or write past the
	// faulty engine as another process would.
	Before func()
	// Err is what Apply answers; the inner engine's own answer when nil.
	Err error
	// Applied lets the batch through although Err says something else.
	Applied bool
	// Blind makes the engine unable to tell its head from then on.
	Blind bool
}

// None lets a batch pass.
func None() Fault { return Fault{} }

// Refuse answers err and applies nothing.
func Refuse(err error) Fault { return Fault{Err: err} }

// Full is a disk without room.
func Full() Fault { return Refuse(fmt.Errorf("writing the log: %w", engine.ErrFull)) }

// Lost answers that the outcome is unknown; the batch was not applied.
func Lost() Fault { return Refuse(fmt.Errorf("connection cut: %w", engine.ErrUnknown)) }

// Swallowed answers that the outcome is unknown; the batch was applied.
func Swallowed() Fault {
	return Fault{Err: fmt.Errorf("connection cut: %w", engine.ErrUnknown), Applied: true}
}

// SyncFailed answers that the outcome is unknown, and so does Head ever after.
func SyncFailed(applied bool) Fault {
	return Fault{Err: fmt.Errorf("fsync: input/output error: %w", engine.ErrUnknown), Applied: applied, Blind: true}
}

// Held passes a batch after release is closed, and closes reached when it
// waits.
func Held(reached chan<- struct{}, release <-chan struct{}) Fault {
	return Fault{Before: func() {
		close(reached)
		<-release
	}}
}

// Engine is an engine.Engine with faults.
type Engine struct {
	inner engine.Engine

	mu      sync.Mutex // guards all below
	faults  []Fault
	applies int
	blind   bool
}

// New returns an engine around inner that does not fail until told to.
func New(inner engine.Engine) *Engine { return &Engine{inner: inner} }

// Next sets what happens to the next batches, one fault each.
func (e *Engine) Next(faults ...Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults = append(e.faults, faults...)
}

// Applies is how many batches were tried.
func (e *Engine) Applies() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.applies
}

// next takes the fault of the batch at hand.
func (e *Engine) next() Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.applies++
	if len(e.faults) == 0 {
		return None()
	}
	f := e.faults[0]
	e.faults = e.faults[1:]
	return f
}

// Apply implements engine.Engine.
func (e *Engine) Apply(ctx context.Context, b engine.Batch) error {
	f := e.next()
	if f.Before != nil {
		f.Before()
	}
	if f.Err == nil {
		return e.inner.Apply(ctx, b)
	}
	if f.Applied {
		if err := e.inner.Apply(ctx, b); err != nil {
			return err
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.blind = e.blind || f.Blind
	return f.Err
}

// View implements engine.Engine.
func (e *Engine) View(ctx context.Context) (engine.View, error) {
	v, err := e.inner.View(ctx)
	if err != nil {
		return nil, err
	}
	return view{v, e}, nil
}

// Close implements engine.Engine.
func (e *Engine) Close() error { return e.inner.Close() }

type view struct {
	engine.View
	engine *Engine
}

func (v view) Head() (engine.BatchID, error) {
	v.engine.mu.Lock()
	blind := v.engine.blind
	v.engine.mu.Unlock()
	if blind {
		return engine.BatchID{}, engine.ErrUnknown
	}
	return v.View.Head()
}
