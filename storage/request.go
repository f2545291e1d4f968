package storage

import (
	"context"
	"sync/atomic"

	"github.com/ndoto/kundi/ledger"
)

// request is one call of Update.
type request struct {
	ctx     context.Context
	by      ledger.Author
	closure func(*tx) error
	hasty   bool         // the caller does not wait until followers and readers know
	picked  atomic.Int32 // one of the constants below
	cost    uint64       // what its author has been charged for it; the queue's
	done    chan answer  // of capacity 1
}

const (
	waiting   = iota
	running   // its outcome must be awaited
	withdrawn // its closure will not run
)

// answer is the outcome of a request.
type answer struct {
	seq uint64
	err error
}

func newRequest(ctx context.Context, by ledger.Author, closure func(*tx) error) *request {
	return &request{ctx: ctx, by: by, closure: closure, done: make(chan answer, 1)}
}

// systemRequest is a request of the store's own, for whose outcome nobody
// waits.
func systemRequest(closure func(*tx) error) *request {
	return newRequest(context.Background(), ledger.Author{Source: ledger.SourceSystem}, closure)
}

// pick claims the request for the committer; false when it was withdrawn.
func (r *request) pick() bool {
	return r.picked.CompareAndSwap(waiting, running) || r.picked.Load() == running
}

// withdraw takes the request back; false when it is already running.
func (r *request) withdraw() bool { return r.picked.CompareAndSwap(waiting, withdrawn) }
