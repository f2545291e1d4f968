package badger

import (
	"errors"
	"os"
)

// Most implements engine.Counter from what the tables say of themselves: a key
// has at least one version in them, or was put since the engine was opened. It is
// not known until the logs that the last process has left are in tables.
func (e *Engine) Most() (keys uint64, known bool) {
	e.calls.RLock()
	defer e.calls.RUnlock()
	if e.db.IsClosed() || !e.settled.Load() && !e.settle() {
		return 0, false
	}
	keys = e.puts.Load()
	for _, t := range e.db.Tables() {
		keys += uint64(t.KeyCount)
	}
	return keys, true
}

// settle looks whether the logs of the last process are gone: Badger numbers
// logs upwards and opens one after the last.
func (e *Engine) settle() bool {
	for _, name := range e.inherited {
		if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
			return false
		}
	}
	e.settled.Store(true)
	return true
}

// Preserve implements engine.Counter.
func (e *Engine) Preserve() { e.preserved.Store(true) }
