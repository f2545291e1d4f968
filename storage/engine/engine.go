// Package engine is the interface between Kundi and the store of its bytes. An engine
// is an ordered map from keys to values. It has snapshots, and it applies batches
// atomically and durably. It knows nothing of contacts.
//
// Every engine passes all tests of package enginetest.
package engine

import (
	"bytes"
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
	// ErrMoved means that the head is not the one that the batch expected. Nothing was
	// applied. Read again and build a new batch.
	ErrMoved = errors.New("the head has moved")
	// ErrUnknown means that the batch may or may not have been applied. View.Head may
	// tell: it is the ID of the batch if the batch was applied.
	ErrUnknown = errors.New("the outcome of the batch is unknown")
	// ErrTooLarge means that a key, record or batch is larger than its limit. Nothing
	// was applied.
	ErrTooLarge = errors.New("too large for one batch")
	// ErrFull means that the disk has no room. Nothing was applied.
	ErrFull = errors.New("no space left for data")
	// ErrDescriptors and ErrMemory mean that the process may not open more files or
	// map more memory. Nothing was applied.
	ErrDescriptors = errors.New("no file descriptors left")
	ErrMemory      = errors.New("no memory left to map files")
	// ErrRepairing means that the engine is repairing damage that it has done itself.
	// It does not read or write meanwhile. Nothing was applied.
	ErrRepairing = errors.New("the engine is repairing its files")
	// ErrDead means that the engine cannot go on; see Mortal.
	ErrDead = errors.New("the engine has failed")
	// ErrClosed means that the engine or the view is closed.
	ErrClosed = errors.New("the engine is closed")
	// ErrInUse means that another process has the engine's files open.
	ErrInUse = errors.New("in use by another process")
	// ErrNewer means that a newer version has written the files.
	ErrNewer = errors.New("written by a newer version")
	// ErrCorrupt means that the stored bytes are not those that were written.
	ErrCorrupt = errors.New("the stored bytes are damaged")
)

// Engine is an ordered map of bytes. It is safe for concurrent use.
type Engine interface {
	// View returns a snapshot with every batch applied so far. Close it soon, because
	// it keeps old values from being removed. ctx limits all reads of the view.
	View(ctx context.Context) (View, error)
	// Apply writes all of a batch or nothing. It returns when the batch is durable and
	// new views have it.
	//
	// After ErrMoved, ErrTooLarge, ErrClosed, and errors for which Passing is true,
	// nothing was applied. After any other error the outcome is unknown, and errors.Is
	// finds ErrUnknown.
	Apply(ctx context.Context, b Batch) error
	// Close waits for running calls and releases the files. Views that are still open
	// return ErrClosed from then on. Later calls do nothing.
	Close() error
}

// Passing reports whether an error is one of ErrFull, ErrDescriptors, ErrMemory and
// ErrRepairing. After them nothing was applied, and the same batch succeeds when the
// cause has passed.
func Passing(err error) bool {
	return errors.Is(err, ErrFull) || errors.Is(err, ErrDescriptors) || errors.Is(err, ErrMemory) || errors.Is(err, ErrRepairing)
}

// Mortal is an engine that may fail in such a way that only a new start helps.
type Mortal interface {
	// Dead returns a channel that is closed when the engine has failed. Err says why.
	Dead() <-chan struct{}
	Err() error
}

// Counter is an engine that knows roughly how many keys it has.
type Counter interface {
	// Most returns an upper bound of the number of keys. It is fast. known is false
	// while the engine does not know.
	Most() (keys uint64, known bool)
	// Preserve stops the engine from merging and deleting files. It is called when
	// records were lost, so that somebody can look for them.
	Preserve()
}

// View is a snapshot: it does not show batches that are applied later. The caller may
// keep and change the slices that it returns. A view is safe for concurrent use.
type View interface {
	// Head returns the ID of the last batch in the snapshot that is known to be
	// durable, zero if there is none. The error is ErrUnknown if the engine cannot
	// tell whether the last batch was applied.
	Head() (BatchID, error)
	// Get returns the value of a key, nil if there is none. An empty value is not nil.
	Get(key []byte) ([]byte, error)
	// GetMany returns the values in the order of the keys, nil where there is none.
	GetMany(keys [][]byte) ([][]byte, error)
	// Scan returns one page of a range, in rising order of the keys, or in falling order
	// when the range says so.
	Scan(r Range) (Page, error)
	// Close releases the snapshot. Closing twice does nothing.
	Close()
}

// BatchID identifies a batch. No two batches have the same.
type BatchID [16]byte

// Batch is a set of writes that are applied together.
type Batch struct {
	ID     BatchID // becomes the head
	Expect BatchID // must be the head
	// Delete is applied before Put. It is no error to delete a key that does not
	// exist. The engine does not keep these slices after Apply.
	Delete [][]byte
	Put    []Pair
}

// Pair is a key and its value.
type Pair struct {
	Key, Value []byte
}

// Range is the part of the map to scan.
type Range struct {
	// Prefix is the beginning of every key; empty for all keys.
	Prefix []byte
	// From is where the scan begins: the lowest key, or the highest one of a reverse scan.
	// Empty means the first key with the prefix, or the last one.
	From []byte
	// Reverse says that the keys come in falling order.
	Reverse bool
	// Limit is how many pairs to return at most. 0, and anything above MaxPageKeys,
	// means MaxPageKeys.
	Limit int
}

// PageLimit returns how many pairs a page of the range may have.
func (r Range) PageLimit() int {
	if r.Limit <= 0 || r.Limit > MaxPageKeys {
		return MaxPageKeys
	}
	return r.Limit
}

// Start returns the key to seek: the lowest one to return is not below it, and that of a
// reverse scan is not above it. The key need not exist. The slice may be one of the range.
func (r Range) Start() []byte {
	switch {
	case !r.Reverse && bytes.Compare(r.From, r.Prefix) < 0:
		return r.Prefix
	case r.Reverse && (len(r.From) == 0 || bytes.Compare(r.From, r.Prefix) > 0 && !bytes.HasPrefix(r.From, r.Prefix)):
		last := bytes.Repeat([]byte{0xff}, max(MaxKey, len(r.Prefix)))
		copy(last, r.Prefix)
		return last
	}
	return r.From
}

// Page has pairs that follow each other in the map, in the order of the scan.
type Page struct {
	Pairs []Pair
	// Next is the From of the next page, nil if this is the last one.
	Next []byte
}

// Check returns an error, which wraps ErrTooLarge, if the batch is not within the
// limits.
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
