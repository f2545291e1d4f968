package columns

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
)

// Facets counts the values of fields among the rows. The counting that needs no
// view is left to finish, which is called after it.
func (v *View) Facets(rows *roaring.Bitmap, queries []fields.FacetQuery) (finish func() []fields.Facet) {
	if len(queries) == 0 {
		return func() []fields.Facet { return nil }
	}
	s := newSubset(rows, v.of.live)
	parts := make([]func() fields.Facet, len(queries))
	for i, q := range queries {
		parts[i] = v.field(q.Field).facet(q, s)
	}
	return finishAll(queries, parts)
}

// finishAll finishes the facets that were asked for.
func finishAll(queries []fields.FacetQuery, parts []func() fields.Facet) func() []fields.Facet {
	return func() []fields.Facet {
		facets := make([]fields.Facet, len(parts))
		for i, part := range parts {
			facets[i] = part()
			facets[i].Field = queries[i].Field
		}
		return facets
	}
}

// done is a facet that needs no more work.
func done(f fields.Facet) func() fields.Facet { return func() fields.Facet { return f } }

func (t *textColumn) facet(q fields.FacetQuery, s subset) func() fields.Facet {
	return done(t.facetOf(s.count(&t.codes, t.folds.size(), &t.rows), q, s))
}

// facetOf makes a facet of counts by code.
func (t *textColumn) facetOf(counts []uint32, q fields.FacetQuery, s subset) fields.Facet {
	return t.facetOfRanked(t.ranking(q.After).rank(counts), s)
}

func (t *textColumn) facetOfRanked(r ranked, s subset) fields.Facet {
	return r.facet(s.size-r.sum, func(code uint32) string { return t.commonest(code, s) })
}

// commonest returns the spelling of a code that most of the rows have, of
// equals the smallest.
func (t *textColumn) commonest(code uint32, s subset) string {
	v := t.variants[code]
	if v == nil {
		return t.spelling(code, 0)
	}
	counts := v.rows
	if !s.all {
		counts = make([]uint32, len(v.rows))
		all, _ := t.rows.bitmap(code)
		rows := roaring.And(all, s.rows)
		t.spelled.count(rows, counts)
		counts[0] = uint32(rows.GetCardinality()) // and not only where a row has another
		for _, n := range counts[1:] {
			counts[0] -= n
		}
	}
	return v.texts[mostly(counts, v.texts)]
}

// mostly returns the index of the largest count, of equals that of the
// smallest text.
func mostly(counts []uint32, texts []string) int {
	best := 0
	for i, n := range counts {
		if n > counts[best] || n == counts[best] && texts[i] < texts[best] {
			best = i
		}
	}
	return best
}

func (c *checkboxColumn) facet(q fields.FacetQuery, s subset) func() fields.Facet {
	yes := c.yes.AndCardinality(s.rows)
	no := c.no.AndCardinality(s.rows)
	if !threeState(q.Field) {
		no = s.size - yes
	}
	return done(flagFacet(yes, no, s.size-yes-no))
}

// flagFacet makes the facet of a checkbox.
func flagFacet(yes, no, missing uint64) fields.Facet {
	facet := fields.Facet{Missing: missing}
	for _, value := range []fields.FacetValue{
		{Value: fields.BoolValue(false), Count: no}, {Value: fields.BoolValue(true), Count: yes},
	} {
		if value.Count > 0 {
			facet.Values = append(facet.Values, value)
		}
	}
	slices.SortStableFunc(facet.Values, func(a, b fields.FacetValue) int { return cmp.Compare(b.Count, a.Count) })
	return facet
}

// facet counts rows by set, then the labels of the sets. A row counts once for
// each of its labels; Other is labels, not rows.
func (s *setColumn) facet(q fields.FacetQuery, sub subset) func() fields.Facet {
	return done(s.facetOf(sub.count(&s.codes, s.sets.size(), s), q, sub))
}

// facetOf makes a facet of counts by set.
func (s *setColumn) facetOf(sets []uint32, q fields.FacetQuery, sub subset) fields.Facet {
	counts, missing := s.countMembers(sets, sub.size)
	labels := s.commonest(counts.spellings)
	ranked := ranking{fold: s.members.key, after: q.After}.rank(counts.members)
	return ranked.facet(missing, func(code uint32) string { return labels[code] })
}

// labelCounts is how many rows have a label, by member and by spelling.
type labelCounts struct{ members, spellings []uint32 }

// countMembers counts the labels of the sets. missing is how many of the rows have none.
func (s *setColumn) countMembers(sets []uint32, rows uint64) (counts labelCounts, missing uint64) {
	counts = labelCounts{make([]uint32, s.members.size()), make([]uint32, s.spellings.size())}
	missing = rows
	for set, n := range sets {
		if set == 0 || n == 0 {
			continue
		}
		missing -= uint64(n)
		for spelling := range s.labels(uint32(set)) {
			counts.spellings[spelling] += n
			counts.members[s.member[spelling]] += n
		}
	}
	return counts, missing
}

// commonest returns by member the spelling that counts most, of equals the
// smallest.
func (s *setColumn) commonest(spelled []uint32) map[uint32]string {
	best := make(map[uint32]uint32)
	for i, n := range spelled {
		if n == 0 {
			continue
		}
		spelling, member := uint32(i), s.member[i]
		b, found := best[member]
		if !found || n > spelled[b] || n == spelled[b] && s.spellings.key(spelling) < s.spellings.key(b) {
			best[member] = spelling
		}
	}
	labels := make(map[uint32]string, len(best))
	for member, spelling := range best {
		labels[member] = s.spellings.key(spelling)
	}
	return labels
}

func (t *textColumn) values() int     { return t.folds.size() }
func (s *setColumn) values() int      { return s.sets.size() }
func (c *checkboxColumn) values() int { return 0 }
