package storage

import (
	"container/heap"
	"maps"
	"slices"
	"sync"

	"github.com/ndoto/kundi/ledger"
)

// How many writes may wait for the committer. A write of the server's own (a
// refresh by schedule, retention) always may.
const (
	maxWaitingOfOne = 1_000  // of one author
	maxWaiting      = 10_000 // of all
)

// manyLines is after how many lines those that are empty are forgotten.
const manyLines = 1_000

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
	lines   map[ledger.Author]*line
	order   lineOrder // of the lines in which somebody waits
	clock   uint64    // charge of the line that was served last
	waiting int       // requests in all lines
	closed  bool
	arrived chan struct{} // of capacity 1: something changed
}

// line is the requests of one author, in order of arrival.
//
// What the last one cost is what the next one is expected to: authors mostly
// repeat themselves.
type line struct {
	requests []*request
	charged  uint64
	last     uint64 // cost of the last request
	place    int    // in the order
}

func newQueue() *queue {
	return &queue{lines: map[ledger.Author]*line{}, arrived: make(chan struct{}, 1)}
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
	case r.by.Source == ledger.SourceSystem:
	case len(l.requests) >= maxWaitingOfOne:
		return tooManyOfOne()
	case q.waiting >= maxWaiting:
		return tooMany()
	}
	l.charged = max(l.charged, q.clock)
	q.set(l, append(l.requests, r))
	q.wake()
	return nil
}

// lineOf returns the line of an author. If there are many lines, it forgets those in which
// nothing waits. One hostile author cannot make many lines.
func (q *queue) lineOf(by ledger.Author) *line {
	l := q.lines[by]
	if l != nil {
		return l
	}
	if len(q.lines) >= manyLines {
		maps.DeleteFunc(q.lines, func(_ ledger.Author, l *line) bool { return len(l.requests) == 0 })
	}
	l = &line{}
	q.lines[by] = l
	return l
}

// set replaces the requests of a line, and what it has been charged has changed
// perhaps: both decide about its place.
func (q *queue) set(l *line, requests []*request) {
	before := len(l.requests)
	q.waiting += len(requests) - before
	l.requests = requests
	switch {
	case before == 0 && len(requests) > 0:
		heap.Push(&q.order, l)
	case before > 0 && len(requests) == 0:
		heap.Remove(&q.order, l.place)
	case len(requests) > 0:
		heap.Fix(&q.order, l.place)
	}
}

// othersWait reports whether somebody waits in another line than that of an
// author.
func (q *queue) othersWait(by ledger.Author) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.order) > 1 || len(q.order) == 1 && q.order[0] != q.lines[by]
}

// take removes the request whose turn it is, nil when none waits or it is
// expected to cost more than there is room for. What it has cost is to be charged
// before the next one is taken.
func (q *queue) take(room int) *request {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.order) == 0 || q.order[0].last > uint64(room) {
		return nil
	}
	l := q.order[0]
	r := l.requests[0]
	l.requests[0] = nil
	q.clock = max(q.clock, l.charged)
	q.set(l, l.requests[1:])
	return r
}

// charge notes what a request that was taken has cost. Every request costs
// something.
func (q *queue) charge(r *request, cost int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	r.cost = uint64(max(cost, 1))
	l := q.lineOf(r.by)
	l.charged += r.cost
	l.last = r.cost
	q.set(l, l.requests)
}

// putBack places requests that were taken in front of their lines and gives
// back what they were charged, also when the queue is closed.
func (q *queue) putBack(requests []*request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, r := range slices.Backward(requests) {
		l := q.lineOf(r.by)
		l.charged -= min(r.cost, l.charged)
		r.cost = 0
		q.set(l, slices.Insert(l.requests, 0, r))
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
		q.set(l, slices.Delete(l.requests, at, at+1))
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
