package scheduler

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// turns limits how many runs go on at once. The other runs wait, and the one that
// has been due for longest goes on first. It is safe for concurrent use.
type turns struct {
	mu      sync.Mutex
	free    int // how many more runs may go on
	waiting dueOrder
	arrived uint64 // counts the runs that had to wait
}

// turn is a run that waits.
type turn struct {
	due     time.Time
	arrived uint64        // the lower one is first if two are due at the same time
	place   int           // index in dueOrder, -1 if it no longer waits
	given   chan struct{} // closed when the run may go on
}

// take waits until a run that was due at the given time may go on. If the error
// is nil, the caller calls give after the run. The error is that of ctx.
func (t *turns) take(ctx context.Context, due time.Time) error {
	t.mu.Lock()
	if t.free > 0 {
		t.free--
		t.mu.Unlock()
		return nil
	}
	t.arrived++
	w := &turn{due: due, arrived: t.arrived, given: make(chan struct{})}
	heap.Push(&t.waiting, w)
	t.mu.Unlock()

	select {
	case <-w.given:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	if w.place >= 0 {
		heap.Remove(&t.waiting, w.place)
		t.mu.Unlock()
	} else { // it was given meanwhile
		t.mu.Unlock()
		t.give()
	}
	return ctx.Err()
}

// give passes the turn of a run that has ended to the next one.
func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.free++
		return
	}
	close(heap.Pop(&t.waiting).(*turn).given)
}

// dueOrder is a heap (see container/heap) of the runs that wait, the one that has
// been due for longest first.
type dueOrder []*turn

func (o dueOrder) Len() int { return len(o) }

func (o dueOrder) Less(i, j int) bool {
	if !o[i].due.Equal(o[j].due) {
		return o[i].due.Before(o[j].due)
	}
	return o[i].arrived < o[j].arrived
}

func (o dueOrder) Swap(i, j int) {
	o[i], o[j] = o[j], o[i]
	o[i].place, o[j].place = i, j
}

func (o *dueOrder) Push(w any) {
	added := w.(*turn)
	added.place = len(*o)
	*o = append(*o, added)
}

func (o *dueOrder) Pop() any {
	last := len(*o) - 1
	w := (*o)[last]
	(*o)[last] = nil
	*o = (*o)[:last]
	w.place = -1
	return w
}
