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

// New returns a memory of at most so many words, none of which it has yet.
func New[V any](slots int) *Words[V] {
	return &Words[V]{seed: maphash.MakeSeed(), slots: make([]atomic.Pointer[entry[V]], slots)}
}

// Of returns what was made of the word before, or makes it. The value is shared:
// nobody may change it. What is made must not depend on anything but the word.
// Callers at the same time may both make it.
func (m *Words[V]) Of(word string, make func(string) V) V {
	slot := &m.slots[maphash.String(m.seed, word)%uint64(len(m.slots))]
	if known := slot.Load(); known != nil && known.word == word {
		return known.value
	}
	made := &entry[V]{strings.Clone(word), make(word)} // word may be a piece of a long text
	slot.Store(made)
	return made.value
}
