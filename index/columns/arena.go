package columns

import (
	"encoding/binary"
	"unsafe"
)

// arena keeps many short byte strings in few allocations without pointers, so
// that millions of them cost the garbage collector nothing. Bytes, once
// written, never change or move: strings handed out stay valid for good.
type arena struct {
	chunks [][]byte
	used   uint64 // bytes of all records
}

// Records start at multiples of 4 within chunks of 1 MiB; a longer record has
// a chunk of its own. A reference is the chunk and the start in units of 4,
// which addresses 16 GiB.
const (
	chunkBits  = 20
	chunkBytes = 1 << chunkBits
	unitBits   = 2
	refBits    = chunkBits - unitBits
	maxChunks  = 1 << (32 - refBits)
)

// add stores the record of two strings and returns its reference. The second
// is free when it equals the first.
func (a *arena) add(first, second string) uint32 {
	if first == second {
		second = ""
	}
	size := uvarintLen(len(first)) + len(first) + uvarintLen(len(second)) + len(second)
	chunk := a.room(size)
	start := len(*chunk)
	*chunk = (*chunk)[:(start+size+1<<unitBits-1)&^(1<<unitBits-1)] // what a chunk has behind its records is zero
	b := (*chunk)[start:]
	b = b[binary.PutUvarint(b, uint64(len(first))):]
	b = b[copy(b, first):]
	b = b[binary.PutUvarint(b, uint64(len(second))):]
	copy(b, second)
	a.used += uint64(size)
	return uint32(len(a.chunks)-1)<<refBits | uint32(start>>unitBits)
}

// room returns the chunk that has place for size more bytes and padding.
func (a *arena) room(size int) *[]byte {
	size += 1 << unitBits
	if n := len(a.chunks); n > 0 {
		last := &a.chunks[n-1]
		if len(*last)+size <= cap(*last) {
			return last
		}
		if n == maxChunks {
			panic("columns: one column holds more than 16 GiB of distinct text")
		}
	}
	capacity := size
	switch {
	case size >= chunkBytes: // a chunk of its own
	case len(a.chunks) == 0:
		capacity = max(size, 1<<12) // many columns stay small
	default:
		capacity = max(size, min(chunkBytes, 2*cap(a.chunks[len(a.chunks)-1])))
	}
	a.chunks = append(a.chunks, make([]byte, 0, capacity))
	return &a.chunks[len(a.chunks)-1]
}

// get returns the two strings of a record. They share the arena's memory and
// stay valid.
func (a *arena) get(ref uint32) (first, second string) {
	b := a.at(ref)
	n, w := binary.Uvarint(b)
	first = view(b[w : w+int(n)])
	b = b[w+int(n):]
	n, w = binary.Uvarint(b)
	if n == 0 {
		return first, first
	}
	return first, view(b[w : w+int(n)])
}

// first returns the first string of a record.
func (a *arena) first(ref uint32) string {
	b := a.at(ref)
	n, w := uint64(b[0]), 1
	if n >= 0x80 {
		n, w = binary.Uvarint(b)
	}
	return view(b[w : w+int(n)])
}

func (a *arena) at(ref uint32) []byte {
	return a.chunks[ref>>refBits][ref&(1<<refBits-1)<<unitBits:]
}

// view is a string of the same memory. It is safe because an arena never
// changes what it holds.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// recordBytes is the size of the record of two strings, without padding.
func recordBytes(first, second string) uint64 {
	if first == second {
		second = ""
	}
	return uint64(uvarintLen(len(first)) + len(first) + uvarintLen(len(second)) + len(second))
}

func uvarintLen(n int) int {
	size := 1
	for n >= 0x80 {
		n >>= 7
		size++
	}
	return size
}
