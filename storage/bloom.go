package storage

import "github.com/dgraph-io/ristretto/v2/z"

// How a bloom grows: 16 bits and 7 probes a hash are wrong for one absent
// hash in a thousand.
const (
	firstLayer  = 1 << 17 // hashes
	layerGrowth = 4
	bitsPerHash = 16
	bloomProbes = 7
)

// bloom is a growing set of hashes that may take one that is absent for
// present, never one that is present for absent. Its zero value is empty.
type bloom struct {
	layers []*z.Bloom // the newest first
	room   int        // hashes that still fit the newest
}

func (b *bloom) add(hash uint64) {
	if b.has(hash) {
		return
	}
	if b.room == 0 {
		b.grow()
	}
	b.layers[0].Add(hash)
	b.room--
}

func (b *bloom) grow() {
	b.room = firstLayer
	for range b.layers {
		b.room *= layerGrowth
	}
	layer := z.NewBloomFilter(float64(b.room*bitsPerHash), bloomProbes)
	b.layers = append([]*z.Bloom{layer}, b.layers...)
}

func (b *bloom) has(hash uint64) bool {
	for _, layer := range b.layers {
		if layer.Has(hash) {
			return true
		}
	}
	return false
}
