package badger

import (
	"errors"
	"fmt"

	"github.com/ndoto/kundi/storage/engine"
)

// Badger maps its files sparsely: running out of space under it kills the
// process with a bus error, whatever it was about to do. So nothing that makes
// files is begun without room for them.
const (
	// flushRoom is what the memtables take when they become tables, which
	// opening and closing may do.
	flushRoom = memtables * memtableBytes
	// maxReserve is the free space that is always enough for a batch, and for
	// the merges that Badger then begins.
	maxReserve = 256 << 20
)

// mayWrite is why a batch cannot be taken at present, nil when it can. What lacks
// may be there again at the next call.
func (e *Engine) mayWrite() error {
	if err := e.roomFor(e.reserve()); err != nil {
		return err
	}
	return e.fillSpares()
}

func (e *Engine) fillSpares() error {
	if err := e.forLog.fill(); err != nil {
		return err
	}
	return e.forMerges.fill()
}

func (e *Engine) giveUpSpares() {
	e.forLog.close()
	e.forMerges.close()
}

// mayMerge is why tables should not be merged at present.
func (e *Engine) mayMerge() error {
	if e.preserved.Load() {
		return errors.New("records were lost, so files are kept as they are")
	}
	if err := e.sane(); err != nil {
		return err
	}
	if err := e.roomFor(e.reserve() / 2); err != nil {
		return err
	}
	return e.forMerges.fill()
}

// roomFor returns ErrFull if fewer bytes than these are free on the disk.
func (e *Engine) roomFor(bytes uint64) error {
	if free, err := e.free(e.dir); err == nil && free < bytes {
		return fmt.Errorf("%w: %d MiB left in the data folder, %d needed", engine.ErrFull, free>>20, bytes>>20)
	}
	return nil
}

// reserve is the free space below which Apply answers ErrFull. A small store
// needs less than a large one: merging it takes as much as it has.
func (e *Engine) reserve() uint64 {
	return min(maxReserve, flushRoom+engine.MaxBatchBytes+e.tables())
}

// tables is the number of bytes of all tables.
func (e *Engine) tables() (bytes uint64) {
	for _, level := range e.db.Levels() {
		bytes += uint64(level.Size)
	}
	return bytes
}
