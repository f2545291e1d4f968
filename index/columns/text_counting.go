package columns

import (
	"cmp"
	"iter"
	"maps"
	"strings"

	"github.com/ndoto/kundi/contacts"
)

// textCounting counts rows by text. Texts may be as many as rows, so they are
// ranked with pauses before the end; see top.firstOf.
type textCounting struct {
	codeCounting
	column  *textColumn
	kept    *top[rankedText] // nil until ranked
	changed map[uint32]bool  // codes that were counted otherwise since the ranking began
}

// rankedText is a text and how many rows have it.
type rankedText struct {
	tally
	key string
}

func (c *textCounting) count(block int, rows []uint32, less bool) {
	c.codeCounting.count(block, rows, less)
	if c.kept != nil {
		for _, row := range rows {
			c.changed[c.codes.get(row)] = true
		}
	}
}

// rank ranks the texts counted so far, with pauses.
func (c *textCounting) rank(w *work) {
	if len(c.counts) <= w.texts || !w.charge(lookSteps*uint64(len(c.counts))) {
		return
	}
	c.changed = make(map[uint32]bool)
	c.kept = newTop(contacts.MaxFacetValues+w.spare, func(a, b rankedText) int {
		return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.key, b.key))
	})
	size := len(c.counts)
	for from := 1; from < size; from += textChunk {
		for code := from; code < min(from+textChunk, size); code++ {
			n := uint64(c.counts[code])
			if n > 0 && (!c.kept.full() || n >= c.kept.last().count) {
				c.kept.add(c.ranked(uint32(code)))
			}
		}
		if !w.done(lookSteps * textChunk) {
			return
		}
	}
}

// ranked returns a text that rows have.
func (c *textCounting) ranked(code uint32) rankedText {
	return rankedText{tally{code, uint64(c.counts[code])}, c.column.folds.key(code)}
}

func (c *textCounting) facet(f contacts.Field, s subset) func() contacts.Facet {
	if c.kept != nil {
		first, ok := c.kept.firstOf(contacts.MaxFacetValues, func(t rankedText) bool { return c.changed[t.code] }, c.late())
		if ok {
			return done(c.facetOfFirst(first, s))
		}
	}
	return c.codeCounting.facet(f, s)
}

// late yields the texts that were counted otherwise and that rows have.
func (c *textCounting) late() iter.Seq[rankedText] {
	return func(yield func(rankedText) bool) {
		for code := range maps.Keys(c.changed) {
			if code != 0 && c.counts[code] > 0 && !yield(c.ranked(code)) {
				return
			}
		}
	}
}

func (c *textCounting) facetOfFirst(first []rankedText, s subset) contacts.Facet {
	sum := s.rows.AndCardinality(c.column.present)
	ranked, other := make([]tally, len(first)), sum
	for i, t := range first {
		ranked[i] = t.tally
		other -= t.count
	}
	return c.column.facetOfRanked(ranked, sum, other, s)
}
