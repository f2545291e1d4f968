// Package faulty is an engine that fails on demand, around one that does not:
// for tests of what is built on engines.
package faulty

import (
	"context"
	"fmt"
	"sync"

	"github.com/ndoto/kundi/storage/engine"
)

// Fault says what happens to one batch.
type Fault struct {
	// Before is called first, if it is not nil. It may wait for a signal. It may also
	// write to the inner engine, as another process would.
	Before func()
	// Err is what Apply returns. If it is nil, Apply returns the answer of the inner
	// engine.
	Err error
	// Applied says that the batch is applied even if Err is not nil.
	Applied bool
	// Blind makes View.Head return ErrUnknown from then on.
	Blind bool
}

// None applies the batch without a fault.
func None() Fault { return Fault{} }

// Refuse returns err and applies nothing.
func Refuse(err error) Fault { return Fault{Err: err} }

// Full is the fault of a disk without room: nothing is applied.
func Full() Fault { return Refuse(fmt.Errorf("writing the log: %w", engine.ErrFull)) }

// Lost returns ErrUnknown and applies nothing.
func Lost() Fault { return Refuse(fmt.Errorf("connection cut: %w", engine.ErrUnknown)) }

// Swallowed returns ErrUnknown and applies the batch.
func Swallowed() Fault {
	return Fault{Err: fmt.Errorf("connection cut: %w", engine.ErrUnknown), Applied: true}
}

// SyncFailed returns ErrUnknown, and so does View.Head from then on. applied says
// whether the batch is applied.
func SyncFailed(applied bool) Fault {
	return Fault{Err: fmt.Errorf("fsync: input/output error: %w", engine.ErrUnknown), Applied: applied, Blind: true}
}

// Held closes reached and waits until release is closed. Then it applies the batch.
func Held(reached chan<- struct{}, release <-chan struct{}) Fault {
	return Fault{Before: func() {
		close(reached)
		<-release
	}}
}

// Engine is an engine.Engine that fails when it is told to.
type Engine struct {
	inner engine.Engine

	mu      sync.Mutex // guards all below
	faults  []Fault
	applies int
	blind   bool
}

// New returns an engine around inner. It does not fail until Next is called.
func New(inner engine.Engine) *Engine { return &Engine{inner: inner} }

// Next sets the faults of the next batches, one fault for each.
func (e *Engine) Next(faults ...Fault) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults = append(e.faults, faults...)
}

// Applies returns how many batches Apply was called with.
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
