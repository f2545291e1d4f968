package badger

import (
	"fmt"
	"runtime/debug"

	dgraph "github.com/dgraph-io/badger/v4"

	"github.com/ndoto/kundi/storage/engine"
)

// die ends the engine: every call is an error from then on, and Dead tells
// whoever owns the process to end it.
func (e *Engine) die(cause error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cause != nil {
		return
	}
	e.cause = fmt.Errorf("%w: %w", engine.ErrDead, cause)
	if e.failed == nil {
		e.failed = fmt.Errorf("%w: %w", engine.ErrUnknown, e.cause)
	}
	e.logger.Error("the store cannot go on; a new start takes up what was acknowledged", "error", cause)
	close(e.dead)
}

// Dead implements engine.Mortal.
func (e *Engine) Dead() <-chan struct{} { return e.dead }

// Err implements engine.Mortal. It is nil while the engine works.
func (e *Engine) Err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.cause
}

// sane is why the tree must not be read at present.
func (e *Engine) sane() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.cause != nil:
		return e.cause
	case e.suspect > 0:
		return engine.ErrRepairing
	}
	return nil
}

// survive turns a panic of Badger's in a call into an error; defer it. Such an
// engine is dead.
func (e *Engine) survive(err *error) {
	r := recover()
	if r == nil {
		return
	}
	if r == any(dgraph.ErrDBClosed) || r == any(dgraph.ErrDiscardedTxn) {
		*err = engine.ErrClosed
		return
	}
	e.logger.Debug("badger: panic", "stack", string(debug.Stack()))
	e.die(fmt.Errorf("badger: %v", r))
	*err = e.Err()
}
