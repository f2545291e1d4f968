package columns

import (
	"encoding/binary"
	"math"
	"sync"

	"github.com/ndoto/kundi/fields"
)

// headed is a sortable whose keys have heads: numbers in the order of the keys, which are at hand more quickly. Keys
// that differ may have the same head.
type headed interface {
	// heads returns what sets the heads of the keys of some rows, none of a missing key. The rows may lie anywhere.
	heads(f fields.Field) func(rows []uint32, heads []int64)
}

// headRows is how many heads are looked up at once: more than a processor can wait for at the same time.
const headRows = 256

// textHead is the head of a text: its first eight bytes.
func textHead(text string) int64 { return headOf(beginning(text)) }

// headOf is the head of a text that begins so. No text begins with eight bytes of ones: it is UTF-8.
func headOf(begin uint64) int64 { return int64((begin + 1) ^ 1<<63) }

// heads looks up one thing of all rows before the next one, without a branch that would wait for it. So the processor
// fetches many of them at the same time.
func (t *textColumn) heads(fields.Field) func(rows []uint32, heads []int64) {
	return func(rows []uint32, heads []int64) {
		for i, row := range rows {
			heads[i] = int64(t.codes.get(row))
		}
		t.folds.heads(heads)
	}
}

// heads replaces codes by the heads of their keys, and 0 by none.
func (d *dictionary) heads(codes []int64) {
	for i, code := range codes {
		codes[i] = int64(d.refs[code])
	}
	for i, ref := range codes {
		if uint32(ref) == noRef {
			codes[i] = none
		} else {
			codes[i] = headOf(d.arena.begin(uint32(ref)))
		}
	}
}

// begin returns the first eight bytes of the first string of a record, with zeros behind a shorter one.
func (a *arena) begin(ref uint32) uint64 {
	b := a.at(ref)
	if length := b[0]; length < 0x80 && len(b) > 8 {
		behind := max(64-8*int(length), 0)
		return binary.BigEndian.Uint64(b[1:]) >> behind << behind
	}
	return beginning(a.first(ref))
}

func (c *numberColumn) heads(fields.Field) func(rows []uint32, heads []int64) {
	return func(rows []uint32, heads []int64) {
		for i, row := range rows {
			heads[i] = c.get(row)
		}
	}
}

// heads are the places of options. Those of codes that are new since the first call are of rows that changed, which a
// patient question looks at again.
func (l listColumn) heads(fields.Field) func(rows []uint32, heads []int64) {
	places := sync.OnceValue(l.places)
	return func(rows []uint32, heads []int64) {
		places := places()
		for i, row := range rows {
			heads[i] = places[min(l.texts.codes.get(row), uint32(len(places)-1))]
		}
	}
}

// places returns the place of each code among the options, that of 0 is none.
func (l listColumn) places() []int64 {
	places := make([]int64, l.texts.folds.size())
	places[0] = none
	for _, code := range l.texts.folds.all() {
		places[code] = l.key(l.texts.folds.key(code)).number
	}
	return places
}

// heads of the rows of the other table; nil when its column has none.
func (j joinedOrder) heads(f fields.Field) func(rows []uint32, heads []int64) {
	column, ok := j.column.(headed)
	if !ok {
		return nil
	}
	of := column.heads(f)
	var others [headRows]uint32
	return func(rows []uint32, heads []int64) {
		for i, row := range rows {
			others[i] = j.other(row)
		}
		of(others[:len(rows)], heads)
	}
}

// headRank is where the head of a key stands among those of other keys.
func (c *criterion) headRank(k sortKey) uint64 {
	switch {
	case k.kind == fields.Missing:
		return lastRank
	case c.texts:
		return c.rank.of(textHead(k.text))
	}
	return c.rank.of(k.number)
}

// narrow drops, in place, rows whose keys lie outside of a span, but for those with the head of one of its ends. It
// drops none when the column has no heads. There is room in heads for one of each row.
func (c *criterion) narrow(rows []uint32, heads *[headRows]int64, s span) []uint32 {
	if c.heads == nil {
		return rows
	}
	from, to := uint64(0), uint64(math.MaxUint64)
	if s.from != nil {
		from = c.headRank(*s.from)
	}
	if s.to != nil {
		to = c.headRank(*s.to)
	}
	c.heads(rows, heads[:len(rows)])
	kept := 0
	for i, row := range rows {
		rank := c.rank.of(heads[i])
		rows[kept] = row
		kept += int(bit(from <= rank) & bit(rank <= to))
	}
	return rows[:kept]
}
