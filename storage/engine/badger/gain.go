package badger

import (
	"github.com/klauspost/compress/s2"

	"github.com/ndoto/kundi/storage/engine"
)

// Badger ends a table when its compressed blocks have a size, and holds them
// unpacked until then, several tables at once. So what it takes of memory grows
// with the gain of compression: unpacked bytes by compressed ones. Tables that
// gain a lot are therefore made smaller.
const (
	tableBytes   = 2 << 20   // of the smallest tables of ordinary records
	ordinaryGain = 2.5       // invented contacts gain 1.4
	gaugeBytes   = 4 << 20   // unpacked bytes over which a gain is measured, at least
	entryBytes   = 4 + 3 + 8 // of a pair in a block, besides key and value: header, marks, version
)

// tableSize is what to give Badger for the size of its tables.
func tableSize(gain float64) int64 {
	return int64(tableBytes * ordinaryGain / max(gain, ordinaryGain))
}

// Gauge measures by how much pairs will compress before they are written to a store.
// It is not safe for concurrent use.
type Gauge struct {
	block            []byte
	last             []byte // key
	unpacked, stored int    // bytes since the last measurement
	most             float64
}

// Add adds the next pair. Pairs come in rising order of their keys.
func (g *Gauge) Add(p engine.Pair) {
	g.block = append(g.block, p.Key[shared(g.last, p.Key):]...)
	g.block = append(g.block, make([]byte, entryBytes)...)
	if size, ok := packedSize(p.Value); ok { // which does not compress again
		g.unpacked += size
		g.stored += size
	} else {
		g.block = append(g.block, p.Value...)
	}
	g.last = append(g.last[:0], p.Key...)
	if len(g.block) >= blockBytes {
		g.endBlock()
	}
}

// endBlock counts a block as Badger would compress it.
func (g *Gauge) endBlock() {
	g.unpacked += len(g.block)
	if size := s2.EstimateBlockSize(g.block); size >= 0 {
		g.stored += size
	} else {
		g.stored += len(g.block)
	}
	g.block = g.block[:0]
	if g.unpacked >= gaugeBytes {
		g.most = max(g.most, float64(g.unpacked)/float64(g.stored))
		g.unpacked, g.stored = 0, 0
	}
}

// Gain returns the highest gain of any 4 MiB that were added, 0 if fewer bytes were
// added.
func (g *Gauge) Gain() float64 { return g.most }

// shared is the length of what two keys begin with alike.
func shared(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// Gain returns by how much the store compresses, as it was known when the store was
// opened; see Gauge.
func (e *Engine) Gain() float64 { return e.gain }
