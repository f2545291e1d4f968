package columns

import (
	"hash/maphash"
)

// dictionary gives dense codes, from 1, to distinct keys. Each key carries the
// spelling it was first seen in. Codes that are released are given again.
type dictionary struct {
	arena arena
	refs  []uint32 // by code: reference into the arena, noRef when free
	free  []uint32 // codes to give again
	dead  uint64   // bytes of released records in the arena

	seed  maphash.Seed
	slots []uint32 // open addressing, linear probing: code, 0 for empty
}

const noRef = ^uint32(0)

func newDictionary() *dictionary {
	return &dictionary{refs: []uint32{noRef}, seed: maphash.MakeSeed()}
}

// size is one more than the largest code.
func (d *dictionary) size() int { return len(d.refs) }

// live is the number of keys.
func (d *dictionary) live() int { return len(d.refs) - 1 - len(d.free) }

// used reports whether a code is in use.
func (d *dictionary) used(code uint32) bool {
	return int(code) < len(d.refs) && d.refs[code] != noRef
}

// key returns the key of a code in use.
func (d *dictionary) key(code uint32) string { return d.arena.first(d.refs[code]) }

// entry returns the key of a code in use and its first spelling.
func (d *dictionary) entry(code uint32) (key, spelling string) { return d.arena.get(d.refs[code]) }

// find returns the code of a key, 0 when it has none.
func (d *dictionary) find(key string) uint32 {
	if len(d.slots) == 0 {
		return 0
	}
	code, _ := d.probe(key)
	return code
}

// probe returns the code of a key, or 0 and the slot where it belongs.
func (d *dictionary) probe(key string) (code uint32, slot int) {
	mask := len(d.slots) - 1
	for slot = int(maphash.String(d.seed, key)) & mask; ; slot = (slot + 1) & mask {
		code = d.slots[slot]
		if code == 0 || d.key(code) == key {
			return code, slot
		}
	}
}

// add returns the code of a key and whether it is new.
func (d *dictionary) add(key, spelling string) (code uint32, added bool) {
	d.reserve(1)
	code, slot := d.probe(key)
	if code != 0 {
		return code, false
	}
	ref := d.arena.add(key, spelling)
	if n := len(d.free); n > 0 {
		code = d.free[n-1]
		d.free = d.free[:n-1]
		d.refs[code] = ref
	} else {
		code = uint32(len(d.refs))
		d.refs = append(d.refs, ref)
	}
	d.slots[slot] = code
	return code, true
}

// release frees the code of a key that no row holds any more.
func (d *dictionary) release(code uint32) {
	key, spelling := d.entry(code)
	_, slot := d.probe(key)
	d.unslot(slot)
	d.dead += recordBytes(key, spelling)
	d.refs[code] = noRef
	d.free = append(d.free, code)
	d.compact()
}

// unslot empties a slot and moves later keys of its run up, so that no probe
// stops short.
func (d *dictionary) unslot(slot int) {
	mask := len(d.slots) - 1
	for next := (slot + 1) & mask; d.slots[next] != 0; next = (next + 1) & mask {
		home := int(maphash.String(d.seed, d.key(d.slots[next]))) & mask
		if (next-home)&mask >= (next-slot)&mask {
			d.slots[slot] = d.slots[next]
			slot = next
		}
	}
	d.slots[slot] = 0
}

// reserve makes room for n more keys at a load of at most 3/4.
func (d *dictionary) reserve(n int) {
	need := d.live() + n
	if 4*need <= 3*len(d.slots) {
		return
	}
	d.rehash(n)
	mask := len(d.slots) - 1
	for code, ref := range d.refs {
		if ref == noRef {
			continue
		}
		slot := int(maphash.String(d.seed, d.arena.first(ref))) & mask
		for d.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		d.slots[slot] = uint32(code)
	}
}

// rehash makes empty slots, enough for all keys and n more.
func (d *dictionary) rehash(n int) {
	size := max(16, len(d.slots))
	for 4*(d.live()+n) > 3*size {
		size *= 2
	}
	d.slots = make([]uint32, size)
}

// compact rewrites the arena once most of it is dead. Its cost is paid by the
// releases before it.
func (d *dictionary) compact() {
	if d.dead < chunkBytes || 2*d.dead < d.arena.used {
		return
	}
	var fresh arena
	for code, ref := range d.refs {
		if ref != noRef {
			key, spelling := d.arena.get(ref)
			d.refs[code] = fresh.add(key, spelling)
		}
	}
	d.arena, d.dead = fresh, 0
}
