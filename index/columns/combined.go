package columns

import (
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// combined is a column that shows two things joined: what a record has itself, and a rollup of the
// rows that belong to it. So filters, facets, sorts and other rollups need look at one. What the record
// has itself lies in a column of its own, which checkpoints have instead.
type combined struct {
	own   *numberColumn // nil when the record has none itself
	told  string        // what names a change of it
	shown column        // numbers, or words as a set

	list  []string           // the words
	lists map[int64][]string // by number, as far as they were met
}

// ownPrefix begins the names of the columns of what records have themselves.
const ownPrefix = "*own."

// newCombined makes the column of a rollup of a table one that is combined: shown is what it was,
// nil for a field that no record has.
func newCombined(declared *ledger.Rollup, to *table, shown *standardColumn) *combined {
	c := &combined{list: declared.Words, lists: make(map[int64][]string)}
	if shown == nil {
		set := newSetColumn(exact)
		c.shown = set
		to.add(standardColumn{name: declared.Field, column: set})
		return c
	}
	c.own, c.told, c.shown = &numberColumn{inner: true}, shown.told, shown.column
	own := *shown
	of := own.of
	if declared.By == ledger.UnionOf {
		own.of = func(record any) fields.Value { return c.bits(of(record).List) }
	} else {
		c.own.form = shown.column.(*numberColumn).form
	}
	shown.of = nil // from now on the rollup says what it is
	own.name, own.column = ownPrefix+own.name, c.own
	to.add(own)
	return c
}

// bits are words as a number, missing for none.
func (c *combined) bits(words []string) fields.Value {
	n := int64(0)
	for _, word := range words {
		if i := slices.Index(c.list, word); i >= 0 {
			n |= 1 << i
		}
	}
	if n == 0 {
		return fields.Value{}
	}
	return fields.IntValue(n)
}

// words are those of a number, in their order.
func (c *combined) words(bits int64) (list []string) {
	if bits == none {
		return nil
	}
	for i, word := range c.list {
		if bits&(1<<i) != 0 {
			list = append(list, word)
		}
	}
	return list
}

// known is words for who holds the write lock. The slice is shared.
func (c *combined) known(bits int64) []string {
	list, met := c.lists[bits]
	if !met {
		list = c.words(bits)
		c.lists[bits] = list
	}
	return list
}

// joined is what a row shows, as a number.
func (u *rollup) joined(row uint32) int64 {
	n := u.at(row)
	if own := u.combined.own; own != nil {
		if has := own.get(row); has != none {
			n = u.joins(n, has)
		}
	}
	return n
}

// shows reports whether a row shows a number.
func (c *combined) shows(row uint32, n int64) bool {
	if numbers, ok := c.shown.(*numberColumn); ok {
		return numbers.get(row) == n
	}
	set := c.shown.(*setColumn)
	return set.spells(set.codes.get(row), c.known(n))
}

// show lets a row show a number.
func (c *combined) show(row uint32, n int64) {
	if numbers, ok := c.shown.(*numberColumn); ok {
		numbers.put(row, n)
		return
	}
	c.shown.set(row, fields.ListValue(c.known(n)))
}

// agrees reports whether a row shows a number, both by row and in what is looked up.
func (c *combined) agrees(row uint32, n int64) bool {
	if numbers, ok := c.shown.(*numberColumn); ok {
		return numbers.agrees(row, n)
	}
	return c.shown.(*setColumn).holdsLabels(row, c.words(n))
}

// combine brings what a row shows in line.
func (r *relation) combine(u *rollup, row uint32) {
	if n := u.joined(row); !u.combined.shows(row, n) {
		r.shift(row, func() { u.combined.show(row, n) })
	}
}

// combine brings all that a row shows in line with what its record has itself. changed are the
// fields in which it may be another than before, nil for all.
func (t *table) combine(row uint32, changed []string) {
	for _, r := range t.members {
		for i := range r.rollups {
			u := &r.rollups[i]
			if u.combined != nil && u.combined.own != nil && (changed == nil || slices.Contains(changed, u.combined.told)) {
				r.combine(u, row)
			}
		}
	}
}
