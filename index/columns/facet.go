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
		return noFacets
	}
	s := newSubset(rows, v.of.live)
	return v.facets(s, queries, v.facetSteps(s, queries))
}

// facets is Facets at a cost in steps. It counts several fields at once, on all processors, if that is worth it.
func (v *View) facets(s subset, queries []fields.FacetQuery, steps uint64) (finish func() []fields.Facet) {
	parts := make([]func() fields.Facet, len(queries))
	parallel(len(queries), steps, func(_, i int) { parts[i] = v.field(queries[i].Field).facet(queries[i], s) })
	return finishAll(queries, parts)
}

func noFacets() []fields.Facet { return nil }

// posted is a field whose values have the sets of their rows.
type posted interface {
	// posted returns the sets, by code, and one more than the largest code.
	posted() (*postings, int)
	// beside is what it costs to count by row, beside looking up the codes of the rows.
	beside(rows uint64) uint64
}

func (t *textColumn) posted() (*postings, int)  { return &t.rows, t.folds.size() }
func (s *setColumn) posted() (*postings, int)   { return &s.rows, s.members.size() }
func (j joinedColumn) posted() (*postings, int) { return &j.members, max(1, len(j.members.refs)) }

func (t *textColumn) beside(uint64) uint64  { return 0 }
func (j joinedColumn) beside(uint64) uint64 { return 0 }

// beside is to go through the sets, and through the labels of those that rows have.
func (s *setColumn) beside(rows uint64) uint64 {
	sets := uint64(s.sets.size())
	return sets/countedTexts + min(sets, rows)
}

// facetSteps is what it costs to count the values of fields among a subset.
func (v *View) facetSteps(s subset, queries []fields.FacetQuery) (steps uint64) {
	for _, q := range queries {
		column := v.field(q.Field)
		values := uint64(column.values())
		steps += values/countedTexts + s.countingSteps(column)
		if q.After != nil {
			steps += lookSteps * values // texts are compared with the one that the page before ended with
		}
	}
	return steps
}

// countingSteps is what it costs to look at the rows for the values of a field.
func (s subset) countingSteps(column field) uint64 {
	if _, numbers := column.(*numberColumn); numbers {
		return s.size / countedRows
	}
	c, has := column.(posted)
	if s.all || !has {
		return 0
	}
	p, size := c.posted()
	return p.intersectionSteps(size, s.looked(), s.lookUpSteps()+c.beside(s.looked().GetCardinality()))
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

// facet counts rows by label, or by set and then the labels of the sets. A row counts once for
// each of its labels; Other is labels, not rows.
func (s *setColumn) facet(q fields.FacetQuery, sub subset) func() fields.Facet {
	if sub.all || sub.intersects(&s.rows, s.members.size(), s.beside(sub.looked().GetCardinality())) {
		return done(s.facetOfMembers(sub.intersect(&s.rows, s.members.size()), q, sub))
	}
	sets := make([]uint32, s.sets.size())
	s.codes.count(sub.looked(), sets)
	counts := s.countLabels(sets)
	if sub.rest != nil {
		counts = s.countAll().less(counts)
	}
	return done(s.facetOfLabels(counts, q, sub.size))
}

// facetOfMembers makes a facet of counts by member. Spellings are counted only of the labels of the page that have several.
func (s *setColumn) facetOfMembers(members []uint32, q fields.FacetQuery, sub subset) fields.Facet {
	ranked := s.ranking(q.After).rank(members)
	spelled, rows := s.spelled, s.present.GetCardinality()
	if !sub.all {
		spelled, rows = slices.Clone(s.spelled), s.present.AndCardinality(sub.rows)
		for _, t := range ranked.page {
			if s.forms[t.code] > 1 {
				s.countSpellings(t.code, sub, spelled)
			}
		}
	}
	labels := s.commonest(spelled, ranked.page)
	return ranked.facet(sub.size-rows, func(code uint32) string { return labels[code] })
}

// countSpellings puts for each spelling of a label how many rows of a subset have it.
func (s *setColumn) countSpellings(member uint32, sub subset, counts []uint32) {
	for spelling, of := range s.member {
		if of == member {
			counts[spelling] = 0
		}
	}
	all, _ := s.rows.bitmap(member)
	for row := range each(roaring.And(all, sub.rows)) {
		for spelling := range s.labels(s.codes.get(row)) {
			if s.member[spelling] == member {
				counts[spelling]++
			}
		}
	}
}

func (s *setColumn) ranking(after *fields.FacetPlace) ranking {
	return ranking{fold: s.members.key, after: after}
}

// facetOf makes a facet of counts by set.
func (s *setColumn) facetOf(sets []uint32, q fields.FacetQuery, sub subset) fields.Facet {
	return s.facetOfLabels(s.countLabels(sets), q, sub.size)
}

func (s *setColumn) facetOfLabels(counts labelCounts, q fields.FacetQuery, rows uint64) fields.Facet {
	ranked := s.ranking(q.After).rank(counts.members)
	labels := s.commonest(counts.spellings, ranked.page)
	return ranked.facet(rows-counts.rows, func(code uint32) string { return labels[code] })
}

// labelCounts is how many rows have a label, by member and by spelling, and how many have any.
type labelCounts struct {
	members, spellings []uint32
	rows               uint64
}

// less returns the counts without others, which may be the zero value.
func (c labelCounts) less(others labelCounts) labelCounts {
	for member, n := range others.members {
		c.members[member] -= n
	}
	for spelling, n := range others.spellings {
		c.spellings[spelling] -= n
	}
	c.rows -= others.rows
	return c
}

func (s *setColumn) noLabels() labelCounts {
	return labelCounts{members: make([]uint32, s.members.size()), spellings: make([]uint32, s.spellings.size())}
}

// countAll counts the labels of everyone.
func (s *setColumn) countAll() labelCounts {
	counts := s.noLabels()
	s.rows.rest(counts.members)
	copy(counts.spellings, s.spelled)
	counts.rows = s.present.GetCardinality()
	return counts
}

// countLabels counts the labels of the sets, of which each has so many rows.
func (s *setColumn) countLabels(sets []uint32) labelCounts {
	counts := s.noLabels()
	for set, n := range sets {
		if set == 0 || n == 0 {
			continue
		}
		counts.rows += uint64(n)
		for spelling := range s.labels(uint32(set)) {
			counts.spellings[spelling] += n
			counts.members[s.member[spelling]] += n
		}
	}
	return counts
}

// commonest returns by member, for those of a page, the spelling that counts most, of equals the
// smallest.
func (s *setColumn) commonest(spelled []uint32, page []tally) map[uint32]string {
	best := make(map[uint32]uint32, len(page))
	for _, t := range page {
		best[t.code] = 0
	}
	for i, n := range spelled {
		if n == 0 {
			continue
		}
		spelling := uint32(i)
		b, wanted := best[s.member[spelling]]
		if wanted && (b == 0 || n > spelled[b] || n == spelled[b] && s.spellings.key(spelling) < s.spellings.key(b)) {
			best[s.member[spelling]] = spelling
		}
	}
	labels := make(map[uint32]string, len(best))
	for member, spelling := range best {
		labels[member] = s.spellings.key(spelling)
	}
	return labels
}

func (t *textColumn) values() int     { return t.folds.size() }
func (s *setColumn) values() int      { return s.members.size() }
func (c *checkboxColumn) values() int { return 0 }
