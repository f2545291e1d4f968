package badger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/ndoto/kundi/storage/engine"
)

// A full disk would keep a store whose process has died from being opened:
// Badger first writes what the logs of the memtables hold into tables. So a
// serving engine keeps a file that takes the room for that, and Open removes it
// when there is no other.
const (
	BallastName  = "RESERVE" // in the engine's folder
	ballastBytes = flushRoom + 1<<20
)

// KeepRoom makes the file BallastName if it is missing and there is enough room beside
// it. Otherwise the error is engine.ErrFull; call it again later.
func (e *Engine) KeepRoom() error {
	e.calls.RLock()
	defer e.calls.RUnlock()
	if e.db.IsClosed() {
		return engine.ErrClosed
	}
	name := filepath.Join(e.dir, BallastName)
	if info, err := os.Stat(name); err == nil && info.Size() == ballastBytes {
		return nil
	}
	if err := e.roomFor(e.reserve() + ballastBytes); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(allocate(f, ballastBytes), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("keeping room in %s: %w", e.dir, err), os.Remove(name))
	}
	return nil
}

// mayOpen is ENOSPC when the memtables that a process left could not be put
// into tables, not even in the room that was kept for it.
func mayOpen(dir string) error {
	free, err := freeSpace(dir)
	if err != nil || free >= flushRoom {
		return nil
	}
	if err := os.Remove(filepath.Join(dir, BallastName)); err != nil {
		return syscall.ENOSPC
	}
	if free, err := freeSpace(dir); err == nil && free < flushRoom {
		return syscall.ENOSPC
	}
	return nil
}

// fillFile writes zeros, where the system cannot allocate without.
func fillFile(f *os.File, bytes int64) error {
	zeros := make([]byte, 1<<20)
	for ; bytes > 0; bytes -= int64(len(zeros)) {
		if _, err := f.Write(zeros[:min(bytes, int64(len(zeros)))]); err != nil {
			return err
		}
	}
	return f.Sync()
}
