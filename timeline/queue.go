package timeline

import "container/heap"

// queue has spans in an order. Most pages need few of them, so it does not sort them all.
type queue struct {
	list  []Span
	first func(a, b Span) bool
}

// newQueue returns those of the spans that are wanted.
func newQueue(spans []Span, wanted func(Span) bool, first func(a, b Span) bool) *queue {
	q := &queue{list: make([]Span, 0, len(spans)), first: first}
	for _, s := range spans {
		if wanted(s) {
			q.list = append(q.list, s)
		}
	}
	heap.Init(q)
	return q
}

// pop takes the first one away.
func (q *queue) pop() Span { return heap.Pop(q).(Span) }

// Len implements heap.Interface.
func (q *queue) Len() int { return len(q.list) }

// Less implements heap.Interface.
func (q *queue) Less(i, j int) bool { return q.first(q.list[i], q.list[j]) }

// Swap implements heap.Interface.
func (q *queue) Swap(i, j int) { q.list[i], q.list[j] = q.list[j], q.list[i] }

// Push implements heap.Interface.
func (q *queue) Push(s any) { q.list = append(q.list, s.(Span)) }

// Pop implements heap.Interface.
func (q *queue) Pop() any {
	last := q.list[len(q.list)-1]
	q.list = q.list[:len(q.list)-1]
	return last
}
