package badger

import "github.com/ndoto/kundi/storage/engine"

// Compact merges the tables of all levels into one, which drops what was
// deleted or superseded since they were written. Badger does so by itself only
// where a level has grown, so deletes alone give no room back. Reads and
// writes go on; Close waits. What is still in memory is left for the next time.
func (e *Engine) Compact() error {
	e.calls.RLock()
	defer e.calls.RUnlock()
	if e.db.IsClosed() {
		return engine.ErrClosed
	}
	return e.db.Flatten(1)
}
