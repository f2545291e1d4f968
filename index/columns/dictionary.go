package columns

import (
	"hash/maphash"
	"math/bits"
	"runtime"
)

// dictionary gives dense codes, from 1, to distinct keys. Each key carries the
// spelling it was first seen in. Codes that are released are given again.
type dictionary struct {
	arena arena
	refs  []uint32 // by code: reference into the arena, noRef when free
	free  []uint32 // codes to give again
	dead  uint64   // bytes of released records in the arena

	seed maphash.Seed
	// slots are those of open addressing with linear probing, 0 for an empty one. Codes are below
	// their number, which is a power of two. The bits above those of a code are some of the hash of
	// its key: where they differ, the key need not be looked at, which costs two misses of the cache.
	slots []uint32
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
	code, _, _ := d.probe(key)
	return code
}

// probe returns the code of a key, or 0. slot is where it is or belongs, with the tag beside the code.
func (d *dictionary) probe(key string) (code uint32, slot int, tag uint32) {
	home, tag := d.hash(key)
	code, slot = d.probeFrom(home, tag, key)
	return code, slot, tag
}

// probeFrom is probe for a key of which it is known where looking for it begins, and its tag.
func (d *dictionary) probeFrom(home int, tag uint32, key string) (code uint32, slot int) {
	mask := len(d.slots) - 1
	for slot = home; ; slot = (slot + 1) & mask {
		filled := d.slots[slot]
		code = filled & uint32(mask)
		if code == 0 || filled == code|tag && d.key(code) == key {
			return code, slot
		}
	}
}

// hash returns the slot where looking for a key begins, and the bits of its hash that lie beside its code.
func (d *dictionary) hash(key string) (home int, tag uint32) {
	hash, mask := maphash.String(d.seed, key), uint64(len(d.slots)-1)
	return int(hash & mask), uint32(hash>>32) &^ uint32(mask)
}

// codeAt returns the code in a slot, 0 for none.
func (d *dictionary) codeAt(slot int) uint32 { return d.slots[slot] & uint32(len(d.slots)-1) }

// add returns the code of a key and whether it is new.
func (d *dictionary) add(key, spelling string) (code uint32, added bool) {
	d.reserve(1)
	home, tag := d.hash(key)
	return d.addFrom(home, tag, key, spelling)
}

// addFrom is add for a key of which it is known where looking for it begins, and its tag. There is room for it.
func (d *dictionary) addFrom(home int, tag uint32, key, spelling string) (code uint32, added bool) {
	code, slot := d.probeFrom(home, tag, key)
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
	d.slots[slot] = code | tag
	return code, true
}

// release frees the code of a key that no row holds any more.
func (d *dictionary) release(code uint32) {
	key, spelling := d.entry(code)
	_, slot, _ := d.probe(key)
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
		home, _ := d.hash(d.key(d.codeAt(next)))
		if (next-home)&mask >= (next-slot)&mask {
			d.slots[slot] = d.slots[next]
			slot = next
		}
	}
	d.slots[slot] = 0
}

// reserve makes room for n more keys at a load of at most 3/4.
func (d *dictionary) reserve(n int) {
	if d.fits(n, len(d.slots)) {
		return
	}
	d.rehash(n)
	d.slotAll()
}

// Codes are put into slots by the part of the slots where they belong, some of a part at a time. So the processor
// finds the part in its caches. Where each code belongs anywhere, it waits for the memory each time.
const (
	leastPartBits = 16 // of how many slots a part has at least
	mostPartsBits = 8  // of how many parts there are at most
)

// slotAll puts the codes of all keys into empty slots. It reports whether no two have the same key.
func (d *dictionary) slotAll() (unique bool) {
	shift := max(leastPartBits, bits.Len(uint(len(d.slots)-1))-mostPartsBits)
	waiting := make([]slotBatch, (len(d.slots)-1)>>shift+1)
	unique = true
	for code := 1; code < len(d.refs); code++ {
		ref := d.refs[code]
		if ref == noRef {
			continue
		}
		home, tag := d.hash(d.arena.first(ref))
		part := &waiting[home>>shift]
		part.codes[part.size] = slotted{uint32(home), uint32(code) | tag}
		if part.size++; part.size == len(part.codes) {
			unique = d.slotPart(part) && unique
		}
	}
	for i := range waiting {
		unique = d.slotPart(&waiting[i]) && unique
	}
	return unique
}

// slotted is what belongs into the first slot that is empty from one on.
type slotted struct{ home, filled uint32 }

// slotBatch are codes that wait to be put into slots of one part.
type slotBatch struct {
	codes [256]slotted
	size  int
}

// slotPart puts the codes that wait into slots. It reports whether no two have the same key.
//
// It looks at all the slots first. What follows goes another way at each slot, for which the processor would wait; here
// it waits for many at once.
func (d *dictionary) slotPart(b *slotBatch) (unique bool) {
	codes := b.codes[:b.size]
	looked := uint32(0)
	for _, s := range codes {
		looked |= d.slots[s.home]
	}
	runtime.KeepAlive(looked)
	unique = true
	for _, s := range codes {
		unique = d.slot(s) && unique
	}
	b.size = 0
	return unique
}

// slot puts a code into the first slot that is empty. It reports whether no code that it meets has the same key.
func (d *dictionary) slot(s slotted) (unique bool) {
	mask, slot := uint32(len(d.slots)-1), s.home
	unique = true
	for ; d.slots[slot] != 0; slot = (slot + 1) & mask {
		if met := d.slots[slot]; (met^s.filled)&^mask == 0 && d.key(met&mask) == d.key(s.filled&mask) {
			unique = false
		}
	}
	d.slots[slot] = s.filled
	return unique
}

// fits reports whether n more keys fit in a number of slots: all codes are below it then, too.
func (d *dictionary) fits(n, slots int) bool {
	return 4*max(len(d.refs)-1, d.live()+n) <= 3*slots
}

// rehash makes empty slots, enough for all keys and n more.
func (d *dictionary) rehash(n int) {
	size := max(16, len(d.slots))
	for !d.fits(n, size) {
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
