package columns

import (
	"cmp"
	"iter"
	"maps"
	"strings"

	"github.com/ndoto/kundi/fields"
)

// textCounting counts rows by text. Texts may be as many as rows, so they are
// ranked with pauses before the end; see top.firstOf.
type textCounting struct {
	codeCounting
	column  *textColumn
	kept    *top[rankedText] // nil until ranked
	behind  ranking          // which texts are kept
	changed map[uint32]bool  // codes that were counted otherwise since the ranking began
}

// maxRankedTexts is one more than a page has, to know whether there is a next one.
const maxRankedTexts = fields.MaxFacetValues + 1

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

// rank ranks the texts counted so far behind a place, with pauses.
func (c *textCounting) rank(w *work, after *fields.FacetPlace) {
	if len(c.counts) <= w.texts || !w.charge(lookSteps*uint64(len(c.counts))) {
		return
	}
	c.changed, c.behind = make(map[uint32]bool), c.column.ranking(after)
	c.kept = newTop(maxRankedTexts+w.spare, func(a, b rankedText) int {
		return cmp.Or(cmp.Compare(b.count, a.count), strings.Compare(a.key, b.key))
	})
	size := len(c.counts)
	for from := 1; from < size; from += textChunk {
		for code := from; code < min(from+textChunk, size); code++ {
			n := c.counts[code]
			if (!c.kept.full() || uint64(n) >= c.kept.last().count) && c.behind.behind(uint32(code), n) {
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

func (c *textCounting) facet(q fields.FacetQuery, s subset) func() fields.Facet {
	if c.kept != nil {
		first, ok := c.kept.firstOf(maxRankedTexts, func(t rankedText) bool { return c.changed[t.code] }, c.late())
		if ok {
			return done(c.facetOfFirst(first, s))
		}
	}
	return c.codeCounting.facet(q, s)
}

// late yields the texts that were counted otherwise and that rows have.
func (c *textCounting) late() iter.Seq[rankedText] {
	return func(yield func(rankedText) bool) {
		for code := range maps.Keys(c.changed) {
			if code != 0 && c.behind.behind(code, c.counts[code]) && !yield(c.ranked(code)) {
				return
			}
		}
	}
}

func (c *textCounting) facetOfFirst(first []rankedText, s subset) fields.Facet {
	made := ranked{sum: s.rows.AndCardinality(c.column.present)}
	if len(first) == maxRankedTexts {
		first = first[:fields.MaxFacetValues]
		last := first[fields.MaxFacetValues-1]
		made.next = textPlace(last.key, last.count)
	}
	made.other = made.sum
	for _, t := range first {
		made.page = append(made.page, t.tally)
		made.other -= t.count
	}
	return c.column.facetOfRanked(made, s)
}
