package columns

import (
	"encoding/binary"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// seedColumn keeps what draws need of the id of each row: 4 bytes, see fields.SeedOf. A row that is
// not there may have any. Facets and sorts do not know the field.
type seedColumn struct {
	blocks [][]uint32 // of 65,536 rows each
}

// Seeds returns the seeds of contacts, see fields.SeedOf, in the order of their ordinals. Contacts that
// are not there have any.
func (v *View) Seeds(contacts *roaring.Bitmap) []uint32 {
	column, seeds := v.t.person.seeds, make([]uint32, 0, contacts.GetCardinality())
	for _, batch := range batches(contacts) {
		for _, row := range batch {
			seeds = append(seeds, column.get(row))
		}
	}
	return seeds
}

// get returns the seed of a row.
func (c *seedColumn) get(row uint32) uint32 {
	if block := int(row >> blockBits); block < len(c.blocks) {
		return c.blocks[block][uint16(row)]
	}
	return 0
}

// set gives a row its seed. It never has another one, so a missing value changes nothing.
func (c *seedColumn) set(row uint32, v fields.Value) {
	if v.IsMissing() {
		return
	}
	for int(row>>blockBits) >= len(c.blocks) {
		c.blocks = append(c.blocks, make([]uint32, blockRows))
	}
	c.blocks[row>>blockBits][uint16(row)] = uint32(v.Int)
}

// What a draw costs: to mix the seeds of a block, and that of one row, which may lie anywhere.
const (
	drawSteps   = 1 << 14
	drawRowCost = 4
)

// match returns the rows of the buckets that a rule accepts.
func (c *seedColumn) match(q query, r *filter.Rule) selection {
	d := drawOf(r)
	if q.within != nil && drawRowCost*q.within.GetCardinality() < uint64(len(c.blocks))<<blockBits {
		rows := q.work.filterRows(q.within, 1, func(i int, batch []uint32) []uint32 {
			kept := 0
			for _, row := range batch {
				batch[kept] = row
				kept += int(d.has(c.get(row)))
			}
			return batch[:kept]
		})
		rows.And(q.view.of.live) // a row that is gone has its seed still
		return selection{rows: rows, owned: true, inside: true}
	}
	rows := newDense(len(c.blocks))
	q.work.each(len(c.blocks), drawSteps, func(_, i int) {
		if matters(q.within, i) {
			d.fill(c.blocks[i], rows.block(i))
		}
	})
	s := selection{rows: rows.bitmap(), owned: true}
	s.rows.And(q.view.of.live)
	return s
}

// draw is a rule on random buckets.
type draw struct {
	salt  fields.Salt
	bound uint64 // buckets below it are accepted
	not   uint64 // 1 for those that are not below it
}

func drawOf(r *filter.Rule) draw {
	return draw{salt: fields.SaltOf(r.Salt), bound: uint64(r.Values[0].Int), not: bit(r.Operator == filter.Gte)}
}

// has is 1 for a seed that is drawn. It has no branch that depends on the seed.
func (d draw) has(seed uint32) uint64 { return bit(uint64(d.salt.Bucket(seed)) < d.bound) ^ d.not }

// fill sets the bits of the rows that are drawn.
func (d draw) fill(seeds []uint32, words []uint64) {
	for w := range words {
		var word uint64
		for i, seed := range (*[64]uint32)(seeds[w*64:]) {
			word |= d.has(seed) << i
		}
		words[w] = word
	}
}

// estimate knows the share that is drawn.
func (c *seedColumn) estimate(r *filter.Rule) cost {
	n := drawOf(r)
	share := n.bound
	if n.not == 1 {
		share = fields.Buckets - share
	}
	return cost{scan: true, rows: (uint64(len(c.blocks)) << blockBits) * share / fields.Buckets}
}

// facet counts nothing.
func (c *seedColumn) facet(q fields.FacetQuery, s subset) func() fields.Facet {
	return done(fields.Facet{Field: q.Field, Other: s.size})
}

func (c *seedColumn) values() int { return 0 }

func (c *seedColumn) parts() []part { return []part{c} }

func (c *seedColumn) restore() error { return nil }

func (c *seedColumn) pieces() int { return len(c.blocks) }

func (c *seedColumn) encode(i int, b []byte) []byte {
	for _, seed := range c.blocks[i] {
		b = binary.LittleEndian.AppendUint32(b, seed)
	}
	return b
}

func (c *seedColumn) decode(i int, b []byte) error {
	if i != len(c.blocks) || len(b) != 4*blockRows {
		return errCorrupt
	}
	block := make([]uint32, blockRows)
	for row := range block {
		block[row] = binary.LittleEndian.Uint32(b[4*row:])
	}
	c.blocks = append(c.blocks, block)
	return nil
}
