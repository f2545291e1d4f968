package badger

import (
	"context"
	"time"

	"github.com/ndoto/kundi/storage/engine"
)

// closeWait is how long Close waits for a compaction and for Badger: a part of
// the 30 seconds after which a supervisor commonly kills what it has asked to
// end.
const closeWait = 5 * time.Second

// compaction is a merge of all tables that is running.
type compaction struct {
	done chan struct{} // closed at its end
	err  error         // to be read after that
}

// Compact writes all tables anew, without the values that were deleted or replaced
// before the call. After it, no file has anything left of these values. Badger itself
// rewrites only levels that have grown, so deletes alone would free nothing. Reads and
// writes go on meanwhile.
//
// If ctx ends, Compact returns and the work goes on, because Badger cannot stop it.
// Close does not wait long for it.
func (e *Engine) Compact(ctx context.Context) error {
	c, err := e.startCompaction()
	if err != nil {
		return err
	}
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// startCompaction starts one, unless one runs.
func (e *Engine) startCompaction() (*compaction, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return nil, engine.ErrClosed
	}
	if e.compacting != nil {
		return e.compacting, nil
	}
	c := &compaction{done: make(chan struct{})}
	e.compacting = c
	go func() {
		c.err = e.rewrite()
		e.mu.Lock()
		e.compacting = nil
		e.mu.Unlock()
		close(c.done)
	}()
	return c, nil
}

// idle waits until no compaction runs and reports whether that was before
// patience ran out.
func (e *Engine) idle(patience <-chan time.Time) bool {
	e.mu.Lock()
	c := e.compacting
	e.mu.Unlock()
	if c == nil {
		return true
	}
	select {
	case <-c.done:
		return true
	case <-patience:
		return false
	}
}
