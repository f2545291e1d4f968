package storage

import (
	"container/heap"
	"slices"
	"sync"

	"github.com/ndoto/kundi/contacts"
)

// How many writes may wait for the committer. A write of the server's own (a
// refresh by schedule, retention) always may.
const (
	maxWaitingOfOne = 1_000  // of one author
	maxWaiting      = 10_000 // of all
)

// queue holds the requests that wait for the committer: a line for each author,
// which is a key's or a command's. It is safe for concurrent use.
//
// Authors take turns by what their writes cost, not by how many wait: the next
// request is the first one of whoever has been charged least. Who comes after a
// while begins where those are who are served, so nobody saves up, and an
// author whose writes are small waits for no more than the request under way.
// This is start-time fair queueing (Goyal, Vin and Cheng 1996) with the cost of
// a request charged once it is known, which is after its closure has run.
type queue struct {
	mu      sync.Mutex
	lines   map[contacts.Author]*line
	order   lineOrder // of all lines, those without requests included
	clock   uint64    // charge of the line that was served last
	waiting int       // requests in all lines
	closed  bool
	arrived chan struct{} // of capacity 1: something changed
}

// line is the requests of one author, in order of arrival. It is kept while
// empty until the clock has reached its charge.
type line struct {
	by       contacts.Author
	requests []*request
	charged  uint64
	place    int // in the order
}

func newQueue() *queue {
	return &queue{lines: map[contacts.Author]*line{}, arrived: make(chan struct{}, 1)}
}

// add appends a request to the line of its author, or says why it may not
// wait.
func (q *queue) add(r *request) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lineOf(r.by)
	switch {
	case q.closed:
		return shuttingDown()
	case r.by.Source == contacts.SourceSystem:
	case len(l.requests) >= maxWaitingOfOne:
		return tooManyOfOne()
	case q.waiting >= maxWaiting:
		return tooMany()
	}
	l.requests = append(l.requests, r)
	q.waiting++
	q.wake()
	return nil
}

// lineOf returns the line of an author, a new one when there is none.
func (q *queue) lineOf(by contacts.Author) *line {
	l := q.lines[by]
	if l == nil {
		l = &line{by: by, charged: q.clock}
		q.lines[by] = l
		heap.Push(&q.order, l)
	}
	return l
}

// take removes the request whose turn it is, nil when none waits. Its cost is
// to be charged before the next one is taken.
func (q *queue) take() *request {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.order) > 0 {
		l := q.order[0]
		if len(l.requests) == 0 {
			heap.Pop(&q.order)
			delete(q.lines, l.by)
			continue
		}
		r := l.requests[0]
		l.requests[0] = nil
		l.requests = l.requests[1:]
		q.clock = max(q.clock, l.charged)
		q.waiting--
		return r
	}
	return nil
}

// charge notes what a request that was taken has cost. Every request costs
// something.
func (q *queue) charge(r *request, cost int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r.cost = uint64(max(cost, 1))
	l := q.lineOf(r.by)
	l.charged += r.cost
	heap.Fix(&q.order, l.place)
}

// putBack places requests that were taken in front of their lines and gives
// back what they were charged, also when the queue is closed.
func (q *queue) putBack(requests []*request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, r := range slices.Backward(requests) {
		l := q.lineOf(r.by)
		l.requests = slices.Insert(l.requests, 0, r)
		l.charged -= min(r.cost, l.charged)
		r.cost = 0
		heap.Fix(&q.order, l.place)
		q.waiting++
	}
	q.wake()
}

// drop removes a request that was withdrawn, unless it was taken before.
func (q *queue) drop(r *request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[r.by]
	if l == nil {
		return
	}
	if at := slices.Index(l.requests, r); at >= 0 {
		l.requests = slices.Delete(l.requests, at, at+1)
		q.waiting--
	}
}

// close refuses requests from now on; those in the queue stay.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wake()
}

// ended reports whether there are no requests and will be none.
func (q *queue) ended() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closed && q.waiting == 0
}

func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting
}

func (q *queue) wake() {
	select {
	case q.arrived <- struct{}{}:
	default:
	}
}

// lineOrder is a heap (see container/heap) of lines: least charged first.
type lineOrder []*line

func (o lineOrder) Len() int           { return len(o) }
func (o lineOrder) Less(i, j int) bool { return o[i].charged < o[j].charged }

func (o lineOrder) Swap(i, j int) {
	o[i], o[j] = o[j], o[i]
	o[i].place, o[j].place = i, j
}

func (o *lineOrder) Push(l any) {
	added := l.(*line)
	added.place = len(*o)
	*o = append(*o, added)
}

func (o *lineOrder) Pop() any {
	last := len(*o) - 1
	l := (*o)[last]
	(*o)[last] = nil
	*o = (*o)[:last]
	return l
}
