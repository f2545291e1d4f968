package columns

// queue gives values in an order, one after the other, without sorting all of them.
type queue[T any] struct {
	compare func(a, b T) int
	heap    []T // the first at the root
}

// newQueue returns a queue of values, which it owns.
func newQueue[T any](values []T, compare func(a, b T) int) *queue[T] {
	q := &queue[T]{compare: compare, heap: values}
	for i := len(values)/2 - 1; i >= 0; i-- {
		q.down(i)
	}
	return q
}

// some reports whether a value is left.
func (q *queue[T]) some() bool { return len(q.heap) > 0 }

// first is the first of the values that are left. There must be one.
func (q *queue[T]) first() T { return q.heap[0] }

// pop takes the first one out.
func (q *queue[T]) pop() {
	last := len(q.heap) - 1
	q.heap[0] = q.heap[last]
	q.heap = q.heap[:last]
	q.down(0)
}

func (q *queue[T]) down(i int) {
	for {
		first := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(q.heap); child++ {
			if q.compare(q.heap[child], q.heap[first]) < 0 {
				first = child
			}
		}
		if first == i {
			return
		}
		q.heap[i], q.heap[first] = q.heap[first], q.heap[i]
		i = first
	}
}
