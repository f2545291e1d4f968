package badger

import (
	"errors"
	"os"
)

// Most implements engine.Counter. It adds the numbers of keys that the tables state
// and the number of keys put since the engine was opened. It is not known before
// the logs that the last process left have been written to tables.
func (e *Engine) Most() (keys uint64, known bool) {
	e.calls.RLock()
	defer e.calls.RUnlock()
	if e.db.IsClosed() || !e.logsFlushed.Load() && !e.checkLogs() {
		return 0, false
	}
	keys = e.puts.Load()
	for _, t := range e.db.Tables() {
		keys += uint64(t.KeyCount)
	}
	return keys, true
}

// checkLogs reports whether the logs of the last process are gone, so that their
// keys are in tables. A log never gets the name of an older one, because Badger
// numbers logs upwards.
func (e *Engine) checkLogs() bool {
	for _, name := range e.inherited {
		if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
			return false
		}
	}
	e.logsFlushed.Store(true)
	return true
}

// Preserve implements engine.Counter.
func (e *Engine) Preserve() { e.preserved.Store(true) }
