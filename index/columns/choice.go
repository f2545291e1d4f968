package columns

import (
	"iter"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// choiceColumn is a column of a closed field of few words of which one counts for rows without a
// value, see fields.Standard.Unset. It has a set of rows for each of the others, so that a field that
// nobody uses takes no memory.
type choiceColumn struct {
	words []string // in order
	unset string   // one of them
	rows  []*roaring.Bitmap
}

// newChoiceColumn returns the empty column of a field.
func newChoiceColumn(s *fields.Standard) *choiceColumn {
	c := &choiceColumn{words: slices.Sorted(slices.Values(s.Choices)), unset: s.Unset}
	for range c.words {
		c.rows = append(c.rows, roaring.New())
	}
	return c
}

// set gives a row its word; a missing value is the unset one.
func (c *choiceColumn) set(row uint32, v fields.Value) {
	for i, word := range c.words {
		if word == v.Text && word != c.unset {
			c.rows[i].Add(row)
		} else {
			c.rows[i].Remove(row)
		}
	}
}

// holds reports whether a row has a word and no other.
func (c *choiceColumn) holds(row uint32, word string) bool {
	for i := range c.words {
		if c.rows[i].Contains(row) != (c.words[i] == word && word != c.unset) {
			return false
		}
	}
	return true
}

// others are the rows that have another word than the unset one. They are the caller's.
func (c *choiceColumn) others() *roaring.Bitmap { return roaring.FastOr(c.rows...) }

func (c *choiceColumn) match(_ query, r *filter.Rule) selection {
	if r.Operator == filter.Exists {
		return nobody().invert()
	}
	result := nobody()
	for _, v := range r.Values {
		switch at := slices.Index(c.words, v.Text); {
		case at < 0:
		case v.Text == c.unset:
			result = result.or(selection{rows: c.others(), owned: true}.invert())
		default:
			result = result.or(selection{rows: c.rows[at]})
		}
	}
	return result
}

func (c *choiceColumn) estimate(*filter.Rule) cost {
	var n uint64
	for _, rows := range c.rows {
		n += rows.GetCardinality()
	}
	return cost{rows: n}
}

func (c *choiceColumn) facet(q fields.FacetQuery, s subset) func() fields.Facet {
	return done(c.facetOf(q, s.size, func(rows *roaring.Bitmap) uint64 { return rows.AndCardinality(s.rows) }))
}

func (c *choiceColumn) facetWeighed(counts []uint32, rows uint64, live *roaring.Bitmap, q fields.FacetQuery) fields.Facet {
	all := weigh(counts, live)
	facet := c.facetOf(q, all, func(rows *roaring.Bitmap) uint64 { return weigh(counts, rows) })
	facet.Missing = rows - all
	return facet
}

// facetOf makes a facet of so many rows. count says how many of them are in a set.
func (c *choiceColumn) facetOf(q fields.FacetQuery, all uint64, count func(*roaring.Bitmap) uint64) fields.Facet {
	counts := make([]uint32, len(c.words))
	for i := range c.words {
		counts[i] = uint32(count(c.rows[i]))
		all -= uint64(counts[i])
	}
	counts[slices.Index(c.words, c.unset)] = uint32(all)
	word := func(i uint32) string { return c.words[i] }
	return ranking{fold: word, after: q.After}.rank(counts).facet(0, word)
}

func (c *choiceColumn) values() int { return 0 }

// word returns the word of a row.
func (c *choiceColumn) word(row uint32) string {
	for i, rows := range c.rows {
		if rows.Contains(row) {
			return c.words[i]
		}
	}
	return c.unset
}

func (c *choiceColumn) keys(fields.Field) func(uint32) sortKey {
	return func(row uint32) sortKey { return sortKey{kind: fields.KindText, text: c.word(row)} }
}

// groups are the rows of each word, in their order.
func (c *choiceColumn) groups(_ fields.Field, rows *roaring.Bitmap, desc bool, from *sortKey, _ uint64) iter.Seq[*roaring.Bitmap] {
	return func(yield func(*roaring.Bitmap) bool) {
		for i := range c.words {
			if desc {
				i = len(c.words) - 1 - i
			}
			if from != nil && (c.words[i] < from.text) != desc && c.words[i] != from.text {
				continue
			}
			group := roaring.And(rows, c.rows[i])
			if c.words[i] == c.unset {
				group = roaring.AndNot(rows, c.others())
			}
			if !yield(group) {
				return
			}
		}
	}
}

func (c *choiceColumn) parts() []part {
	list := make([]part, len(c.rows))
	for i, rows := range c.rows {
		list[i] = bitmapParts{rows}
	}
	return list
}

func (c *choiceColumn) restore() error { return nil }
