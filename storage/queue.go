package storage

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/ndoto/kundi/contacts"
)

// request is one call of Update.
type request struct {
	ctx     context.Context
	by      contacts.Author
	closure func(*tx) error
	picked  atomic.Int32 // one of the constants below
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

// systemRequest is a request of the store's own, for whose outcome nobody
// waits.
func systemRequest(closure func(*tx) error) *request {
	return &request{
		ctx: context.Background(), by: contacts.Author{Source: contacts.SourceSystem},
		closure: closure, done: make(chan answer, 1),
	}
}

// pick claims the request for the committer; false when it was withdrawn.
func (r *request) pick() bool {
	return r.picked.CompareAndSwap(waiting, running) || r.picked.Load() == running
}

// withdraw takes the request back; false when it is already running.
func (r *request) withdraw() bool { return r.picked.CompareAndSwap(waiting, withdrawn) }

// queue holds the requests that wait for the committer, in order of arrival.
type queue struct {
	mu      sync.Mutex
	list    []*request
	closed  bool
	arrived chan struct{} // of capacity 1: something changed
}

func newQueue() *queue { return &queue{arrived: make(chan struct{}, 1)} }

// add appends a request; false when the queue is closed.
func (q *queue) add(r *request) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.list = append(q.list, r)
	q.wake()
	return true
}

// putBack places requests in front, also when the queue is closed.
func (q *queue) putBack(requests []*request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.list = append(requests[:len(requests):len(requests)], q.list...)
	q.wake()
}

// take removes up to n requests without waiting. done means that there are
// none and will be none.
func (q *queue) take(n int) (requests []*request, done bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(n, len(q.list))
	requests = q.list[:n:n]
	q.list = q.list[n:]
	if len(q.list) == 0 {
		q.list = nil
	}
	return requests, n == 0 && q.closed
}

// close refuses requests from now on; those in the queue stay.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wake()
}

func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.list)
}

func (q *queue) wake() {
	select {
	case q.arrived <- struct{}{}:
	default:
	}
}
