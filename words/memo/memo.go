// Package memo remembers what was made of words, because words come again.
package memo

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// Words has a value for each of some words. It has a fixed number of slots: a word
// takes the slot of another one, so that what it holds is bounded. It is safe for
// concurrent use.
type Words[V any] struct {
	seed  maphash.Seed
	slots []atomic.Pointer[entry[V]]
}

type entry[V any] struct {
	word  string
	value V
}

// New returns an empty memory with room for slots words.
func New[V any](slots int) *Words[V] {
	return &Words[V]{seed: maphash.MakeSeed(), slots: make([]atomic.Pointer[entry[V]], slots)}
}

// Of returns the value of a word. If the memory does not have it, Of calls make and
// keeps the value. The value must depend only on the word. It is shared, so nobody
// may change it. Two callers at the same time may both call make.
func (m *Words[V]) Of(word string, make func(string) V) V {
	slot := &m.slots[maphash.String(m.seed, word)%uint64(len(m.slots))]
	if known := slot.Load(); known != nil && known.word == word {
		return known.value
	}
	made := &entry[V]{strings.Clone(word), make(word)} // word may be a piece of a long text
	slot.Store(made)
	return made.value
}
