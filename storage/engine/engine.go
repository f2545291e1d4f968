// Package engine is the seam between Kundi and what keeps its bytes: an
// ordered map from keys to values with snapshots and atomic, durable batches.
// It knows nothing of contacts.
//
// Every engine passes the suite in package enginetest, whole.
package engine

import (
	"context"
	"errors"
	"fmt"
)

// Limits that every engine enforces. They are small enough for any engine to
// keep a batch or a page in memory at once.
const (
	MaxKey        = 1 << 10 // bytes of a key
	MaxRecord     = 1 << 20 // bytes of a key and its value
	MaxBatchKeys  = 10_000  // keys put and deleted in one batch
	MaxBatchBytes = 4 << 20 // bytes of the keys and values of one batch
	MaxPageKeys   = 1_000   // pairs of one page
	MaxPageBytes  = 4 << 20 // bytes after which a page ends
)

// Errors of engines. Engines wrap them with detail; compare with errors.Is.
var (
	// ErrMoved means that the head was not the one the batch expected; nothing
	// was applied. Read again and build a new batch.
	ErrMoved = errors.New("the head has moved")
	// ErrUnknown means that the batch may or may not have been applied. Head
	// may tell: it is the batch's ID when it was.
	ErrUnknown = errors.New("the outcome of the batch is unknown")
	// ErrTooLarge means that a key, record or batch exceeds its limit; nothing
	// was applied.
	ErrTooLarge = errors.New("too large for one batch")
	// ErrFull means that there is no room; nothing was applied.
	ErrFull = errors.New("no space left for data")
	// ErrDescriptors and ErrMemory mean that the process may open no more files
	// or map no more memory; nothing was applied.
	ErrDescriptors = errors.New("no file descriptors left")
	ErrMemory      = errors.New("no memory left to map files")
	// ErrRepairing means that the engine puts right what a fault of its own has
	// done, and neither reads nor writes for that time; nothing was applied.
	ErrRepairing = errors.New("the engine is repairing its files")
	// ErrDead means that the engine can go on no more; see Mortal.
	ErrDead = errors.New("the engine has failed")
	// ErrClosed means that the engine or view was closed.
	ErrClosed = errors.New("the engine is closed")
	// ErrInUse means that another process has the place open.
	ErrInUse = errors.New("in use by another process")
	// ErrNewer means that a newer version has written the place.
	ErrNewer = errors.New("written by a newer version")
	// ErrCorrupt means that what is stored cannot be what was written.
	ErrCorrupt = errors.New("the stored bytes are damaged")
)

// Engine is an ordered map of bytes. It is safe for concurrent use.
type Engine interface {
	// View returns a snapshot of every batch applied so far. Close it soon:
	// it keeps superseded values alive. ctx bounds all reads of the view.
	View(ctx context.Context) (View, error)
	// Apply writes a batch, all of it or nothing, and returns once it is
	// durable and views see it.
	//
	// Errors: ErrMoved, ErrTooLarge, ErrClosed, and those that pass by
	// themselves (see Passing) leave nothing applied; after any other the outcome
	// is unknown and errors.Is finds ErrUnknown.
	Apply(ctx context.Context, b Batch) error
	// Close waits for running calls and releases the place. Views that are
	// still open answer ErrClosed from then on. Later calls do nothing.
	Close() error
}

// Passing reports whether an error is one of those after which nothing was
// applied, and that pass when what lacks is there again: ErrFull,
// ErrDescriptors, ErrMemory and ErrRepairing.
func Passing(err error) bool {
	return errors.Is(err, ErrFull) || errors.Is(err, ErrDescriptors) || errors.Is(err, ErrMemory) || errors.Is(err, ErrRepairing)
}

// Mortal is an engine that may come into a state in which nothing helps but a
// new start.
type Mortal interface {
	// Dead is closed then; Err says why.
	Dead() <-chan struct{}
	Err() error
}

// Counter is an engine that knows roughly how much it holds.
type Counter interface {
	// Most is a number of keys that the engine has at most, at no cost. It is
	// false while that is not known.
	Most() (keys uint64, known bool)
	// Preserve lets the engine merge and delete no more files: records were lost,
	// and somebody may want to look for them.
	Preserve()
}

// View is a snapshot: batches applied later do not show. Slices that it
// returns belong to the caller. A view is safe for concurrent use.
type View interface {
	// Head is the ID of the last batch in the snapshot that is known to be
	// durable, zero when there was none. ErrUnknown means that the engine
	// itself cannot tell what became of the last one.
	Head() (BatchID, error)
	// Get returns the value, nil when there is none. An empty value is not nil.
	Get(key []byte) ([]byte, error)
	// GetMany returns the values in the order of the keys.
	GetMany(keys [][]byte) ([][]byte, error)
	// Scan returns one page of a range in rising order of key.
	Scan(r Range) (Page, error)
	// Close releases the snapshot. Closing twice does nothing.
	Close()
}

// BatchID names a batch. It must not repeat.
type BatchID [16]byte

// Batch is a set of writes that are applied together.
type Batch struct {
	ID     BatchID // becomes the head
	Expect BatchID // must be the head
	// Delete is applied before Put. Deleting what is not there is no error.
	// The engine keeps neither.
	Delete [][]byte
	Put    []Pair
}

// Pair is a key and its value.
type Pair struct {
	Key, Value []byte
}

// Range is the part of the map to scan.
type Range struct {
	// Prefix is what every key must start with; empty for all.
	Prefix []byte
	// From is the lowest key; empty to start at the first of the prefix.
	From []byte
	// Limit is how many pairs to return; 0 and more than MaxPageKeys mean
	// MaxPageKeys.
	Limit int
}

// PageLimit is the number of pairs that a page of the range may have.
func (r Range) PageLimit() int {
	if r.Limit <= 0 || r.Limit > MaxPageKeys {
		return MaxPageKeys
	}
	return r.Limit
}

// Page is a run of pairs without gaps.
type Page struct {
	Pairs []Pair
	// Next is the key to continue From, nil when the range is exhausted.
	Next []byte
}

// Check reports whether the batch is within the limits.
func (b Batch) Check() error {
	if n := len(b.Put) + len(b.Delete); n > MaxBatchKeys {
		return fmt.Errorf("%w: %d keys, at most %d", ErrTooLarge, n, MaxBatchKeys)
	}
	size := 0
	for _, key := range b.Delete {
		if err := checkRecord(key, nil); err != nil {
			return err
		}
		size += len(key)
	}
	for _, p := range b.Put {
		if err := checkRecord(p.Key, p.Value); err != nil {
			return err
		}
		size += len(p.Key) + len(p.Value)
	}
	if size > MaxBatchBytes {
		return fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, size, MaxBatchBytes)
	}
	return nil
}

func checkRecord(key, value []byte) error {
	if len(key) == 0 || len(key) > MaxKey {
		return fmt.Errorf("%w: a key of %d bytes, wanted 1 to %d", ErrTooLarge, len(key), MaxKey)
	}
	if n := len(key) + len(value); n > MaxRecord {
		return fmt.Errorf("%w: a record of %d bytes, at most %d", ErrTooLarge, n, MaxRecord)
	}
	return nil
}
