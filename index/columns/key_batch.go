package columns

import "runtime"

// keyBatch adds keys to a dictionary, many at once. It looks at all the slots first, then at all the keys that they lead to:
// so the processor waits for the memory of many at once. It is for one who adds millions of keys, of which many are there.
type keyBatch struct {
	to    *dictionary
	keys  []string // that wait
	homes []slotted
	codes []uint32
}

// batchKeys is how many keys are enough for a batch.
const batchKeys = 256

// add lets a key wait. It reports whether enough do.
func (b *keyBatch) add(key string) (enough bool) {
	b.keys = append(b.keys, key)
	return len(b.keys) >= batchKeys
}

// added adds the keys that wait, and returns their codes until the next call.
func (b *keyBatch) added() []uint32 {
	b.to.reserve(len(b.keys))
	b.look()
	b.codes = b.codes[:0]
	for i, key := range b.keys {
		code, _ := b.to.addFrom(int(b.homes[i].home), b.homes[i].filled, key, key)
		b.codes = append(b.codes, code)
	}
	b.keys = b.keys[:0]
	return b.codes
}

// look finds where the keys belong, and brings what is there near.
func (b *keyBatch) look() {
	d := b.to
	mask := uint32(len(d.slots) - 1)
	b.homes = b.homes[:0]
	for _, key := range b.keys {
		home, tag := d.hash(key)
		b.homes = append(b.homes, slotted{uint32(home), tag})
	}
	b.codes = b.codes[:0]
	for _, h := range b.homes {
		if filled := d.slots[h.home]; filled != 0 && (filled^h.filled)&^mask == 0 {
			b.codes = append(b.codes, filled&mask)
		}
	}
	for i, code := range b.codes {
		b.codes[i] = d.refs[code]
	}
	looked := byte(0)
	for _, ref := range b.codes {
		looked |= d.arena.at(ref)[0]
	}
	runtime.KeepAlive(looked)
}
