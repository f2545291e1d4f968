package columns

import (
	"iter"
	"slices"
)

// top keeps the k first of many values in an order, without sorting the rest.
type top[T any] struct {
	k       int
	compare func(a, b T) int
	heap    []T // the last of the kept at the root
}

func newTop[T any](k int, compare func(a, b T) int) *top[T] {
	return &top[T]{k: k, compare: compare}
}

// full reports whether a value must come before last to be kept.
func (t *top[T]) full() bool { return len(t.heap) == t.k }

// last is the last of the kept values. There must be one.
func (t *top[T]) last() T { return t.heap[0] }

// add offers a value.
func (t *top[T]) add(value T) {
	switch {
	case t.k <= 0:
	case !t.full():
		t.heap = append(t.heap, value)
		t.up(len(t.heap) - 1)
	case t.compare(value, t.heap[0]) < 0:
		t.heap[0] = value
		t.down(0)
	}
}

func (t *top[T]) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if t.compare(t.heap[i], t.heap[parent]) <= 0 {
			return
		}
		t.heap[i], t.heap[parent] = t.heap[parent], t.heap[i]
		i = parent
	}
}

func (t *top[T]) down(i int) {
	for {
		largest := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(t.heap); child++ {
			if t.compare(t.heap[child], t.heap[largest]) > 0 {
				largest = child
			}
		}
		if largest == i {
			return
		}
		t.heap[i], t.heap[largest] = t.heap[largest], t.heap[i]
		i = largest
	}
}

// sorted returns the kept values in order. The top must not be used again.
func (t *top[T]) sorted() []T {
	slices.SortFunc(t.heap, t.compare)
	return t.heap
}

// firstOf returns the first values once some have changed, where one is kept for
// each value and more of them than wanted. A value that changed may have been
// kept wrongly, or have pushed another out, which came after all that are left.
// So without those that changed, the others are the first of all others, as many
// as they are, and late, the values as changed, take their places among them. It
// reports false when too many that were kept have changed.
func (t *top[T]) firstOf(wanted int, changed func(T) bool, late iter.Seq[T]) (first []T, ok bool) {
	full, others := t.full(), slices.DeleteFunc(t.sorted(), changed)
	if full && len(others) < wanted {
		return nil, false
	}
	best := newTop(wanted, t.compare)
	for _, value := range others {
		best.add(value)
	}
	for value := range late {
		best.add(value)
	}
	return best.sorted(), true
}
