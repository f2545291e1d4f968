package columns

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
)

// Facets counts the values of fields among the rows. The counting that needs no
// view is left to finish, which is called after it.
func (v *View) Facets(rows *roaring.Bitmap, queries []contacts.FacetQuery) (finish func() []contacts.Facet) {
	if len(queries) == 0 {
		return func() []contacts.Facet { return nil }
	}
	s := newSubset(rows, v.of.live)
	parts := make([]func() contacts.Facet, len(queries))
	for i, q := range queries {
		parts[i] = v.field(q.Field).facet(q, s)
	}
	return finishAll(queries, parts)
}

// finishAll finishes the facets that were asked for.
func finishAll(queries []contacts.FacetQuery, parts []func() contacts.Facet) func() []contacts.Facet {
	return func() []contacts.Facet {
		facets := make([]contacts.Facet, len(parts))
		for i, part := range parts {
			facets[i] = part()
			facets[i].Field = queries[i].Field
		}
		return facets
	}
}

// tally is how often a code occurs.
type tally struct {
	code  uint32
	count uint64
}

// ranking is what ranks counts by code: the first behind a place.
type ranking struct {
	fold func(code uint32) string
	// walk goes through the codes by fold, where that is known. It may be nil
	// or return nil.
	walk  func() iter.Seq[uint32]
	after *contacts.FacetPlace // nil for the first of all
}

// ranked are the codes of a page, by count and then by fold, and what there is
// beside them.
type ranked struct {
	page  []tally
	sum   uint64               // of all counts
	other uint64               // of those that are not on the page
	next  *contacts.FacetPlace // nil when nothing comes behind the page
}

// behind reports whether somebody has a code and it comes behind the place.
func (r ranking) behind(code, count uint32) bool {
	switch {
	case count == 0 || r.after == nil:
		return count > 0
	case uint64(count) == r.after.Count:
		return r.fold(code) > r.after.Value.Text
	}
	return uint64(count) < r.after.Count
}

// rank ranks counts by code. Texts are compared only among the codes that count
// as much as the last of the page, or as the place.
func (r ranking) rank(counts []uint32) (made ranked) {
	least := newTop(contacts.MaxFacetValues, func(a, b uint32) int { return cmp.Compare(b, a) })
	behind := 0
	for code, n := range counts {
		made.sum += uint64(n)
		if n == 0 || r.after != nil && !r.behind(uint32(code), n) {
			continue
		}
		behind++
		if !least.full() || n > least.last() {
			least.add(n)
		}
	}
	made.other = made.sum
	if behind == 0 {
		return made
	}
	equals := 0
	for code, n := range counts {
		switch {
		case n < least.last() || r.after != nil && !r.behind(uint32(code), n):
		case n > least.last():
			made.page = append(made.page, tally{uint32(code), uint64(n)})
		default:
			equals++
		}
	}
	for _, code := range r.first(counts, least.last(), equals, contacts.MaxFacetValues-len(made.page)) {
		made.page = append(made.page, tally{code, uint64(counts[code])})
	}
	slices.SortFunc(made.page, func(a, b tally) int {
		if a.count != b.count {
			return cmp.Compare(b.count, a.count)
		}
		return strings.Compare(r.fold(a.code), r.fold(b.code))
	})
	for _, t := range made.page {
		made.other -= t.count
	}
	if last := made.page[len(made.page)-1]; behind > len(made.page) {
		made.next = textPlace(r.fold(last.code), last.count)
	}
	return made
}

// textPlace is a place at a text, which may fold to nothing.
func textPlace(fold string, count uint64) *contacts.FacetPlace {
	return &contacts.FacetPlace{Value: contacts.Value{Kind: contacts.KindText, Text: fold}, Count: count}
}

// first returns the first wanted of the codes that count so much, by fold.
func (r ranking) first(counts []uint32, count uint32, equals, wanted int) (first []uint32) {
	if walk := r.inOrder(equals); walk != nil {
		for code := range walk {
			if counts[code] == count && r.behind(code, count) {
				if first = append(first, code); len(first) == wanted {
					break
				}
			}
		}
		return first
	}
	kept := newTop(wanted, func(a, b uint32) int { return strings.Compare(r.fold(a), r.fold(b)) })
	for code, n := range counts {
		if n == count && (r.after == nil || r.behind(uint32(code), n)) {
			kept.add(uint32(code))
		}
	}
	return kept.sorted()
}

// inOrder goes through the codes by fold if so many equals make it worth it.
func (r ranking) inOrder(equals int) iter.Seq[uint32] {
	if r.walk == nil || equals <= someTexts {
		return nil
	}
	return r.walk()
}

// ranking ranks texts by code, behind a place.
func (t *textColumn) ranking(after *contacts.FacetPlace) ranking {
	return ranking{t.folds.key, func() iter.Seq[uint32] { return t.walk(false, nil) }, after}
}

// done is a facet that needs no more work.
func done(f contacts.Facet) func() contacts.Facet { return func() contacts.Facet { return f } }

func (t *textColumn) facet(q contacts.FacetQuery, s subset) func() contacts.Facet {
	return done(t.facetOf(s.count(&t.codes, t.folds.size(), &t.rows), q, s))
}

// facetOf makes a facet of counts by code.
func (t *textColumn) facetOf(counts []uint32, q contacts.FacetQuery, s subset) contacts.Facet {
	return t.facetOfRanked(t.ranking(q.After).rank(counts), s)
}

func (t *textColumn) facetOfRanked(r ranked, s subset) contacts.Facet {
	return r.facet(s.size-r.sum, func(code uint32) string { return t.commonest(code, s) })
}

// facet makes a facet, given the spelling of a code.
func (r ranked) facet(missing uint64, spelling func(code uint32) string) contacts.Facet {
	facet := contacts.Facet{Missing: missing, Other: r.other, Next: r.next}
	for _, t := range r.page {
		facet.Values = append(facet.Values, contacts.FacetValue{Value: contacts.TextValue(spelling(t.code)), Count: t.count})
	}
	return facet
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

// facet counts contacts by company, then companies by their text.
func (j joined) facet(q contacts.FacetQuery, s subset) func() contacts.Facet {
	c := j.companies
	return done(j.facetOf(s.count(&c.of, max(1, len(c.members.refs)), &c.members), q, s))
}

// facetOf makes a facet of counts by company.
func (j joined) facetOf(members []uint32, q contacts.FacetQuery, s subset) contacts.Facet {
	counts := make([]uint32, j.field.folds.size())
	for company, n := range members {
		counts[j.field.codes.get(uint32(company))] += n
	}
	counts[0] = 0
	ranked := j.field.ranking(q.After).rank(counts)
	return ranked.facet(s.size-ranked.sum, func(code uint32) string { return j.commonest(code, members) })
}

// commonest returns the spelling of a code that the companies of most contacts
// have.
func (j joined) commonest(code uint32, members []uint32) string {
	v := j.field.variants[code]
	if v == nil {
		return j.field.spelling(code, 0)
	}
	counts := make([]uint32, len(v.texts))
	companies, _ := j.field.rows.bitmap(code)
	for company := range each(companies) {
		if int(company) < len(members) {
			counts[j.field.spelled.get(company)] += members[company]
		}
	}
	return v.texts[mostly(counts, v.texts)]
}

func (c *checkboxColumn) facet(q contacts.FacetQuery, s subset) func() contacts.Facet {
	yes := c.yes.AndCardinality(s.rows)
	no := c.no.AndCardinality(s.rows)
	facet := contacts.Facet{Missing: s.size - yes - no}
	if !threeState(q.Field) {
		no, facet.Missing = s.size-yes, 0
	}
	for _, value := range []contacts.FacetValue{
		{Value: contacts.BoolValue(false), Count: no}, {Value: contacts.BoolValue(true), Count: yes},
	} {
		if value.Count > 0 {
			facet.Values = append(facet.Values, value)
		}
	}
	slices.SortStableFunc(facet.Values, func(a, b contacts.FacetValue) int { return cmp.Compare(b.Count, a.Count) })
	return done(facet)
}

// facet takes the numbers out under the view and counts them after it.
func (c *numberColumn) facet(q contacts.FacetQuery, s subset) func() contacts.Facet {
	numbers := make([]int64, 0, s.size)
	for i, batch := range batches(s.rows) {
		if i >= len(c.blocks) || c.blocks[i] == nil {
			continue
		}
		for _, row := range batch {
			if n := c.blocks[i][uint16(row)]; n != none {
				numbers = append(numbers, n)
			}
		}
	}
	return func() contacts.Facet {
		if q.Bounds != nil {
			return c.ranges(q, s.size, [][]int64{numbers}, nil)
		}
		tally := newNumberTally(len(numbers) / 4)
		for _, n := range numbers {
			tally.add(n, 1)
		}
		return c.rank(tally, q.After, s.size)
	}
}

// rank makes a facet of the commonest numbers behind a place.
func (c *numberColumn) rank(tally *numberTally, after *contacts.FacetPlace, rows uint64) contacts.Facet {
	type line struct {
		number int64
		count  uint64
	}
	compare := func(a, b line) int {
		if a.count != b.count {
			return cmp.Compare(b.count, a.count)
		}
		return cmp.Compare(a.number, b.number)
	}
	var last *line
	if after != nil {
		last = &line{c.of(after.Value), after.Count}
	}
	behind := uint64(0)
	first := newTop(contacts.MaxFacetValues, compare)
	facet := contacts.Facet{Missing: rows}
	for i, n := range tally.numbers {
		if n != none && tally.counts[i] > 0 {
			facet.Missing -= uint64(tally.counts[i])
			facet.Other += uint64(tally.counts[i])
			if l := (line{n, uint64(tally.counts[i])}); last == nil || compare(l, *last) > 0 {
				behind++
				first.add(l)
			}
		}
	}
	for _, l := range first.sorted() {
		facet.Values = append(facet.Values, contacts.FacetValue{Value: c.value(l.number), Count: l.count})
		facet.Other -= l.count
	}
	if end := len(facet.Values) - 1; behind > uint64(len(facet.Values)) {
		facet.Next = &contacts.FacetPlace{Value: facet.Values[end].Value, Count: facet.Values[end].Count}
	}
	return facet
}

// ranges makes a facet of the ranges that the numbers of so many rows lie in,
// but for those of fewer.
func (c *numberColumn) ranges(q contacts.FacetQuery, rows uint64, more, fewer [][]int64) contacts.Facet {
	bounds := make([]int64, len(q.Bounds))
	facet := contacts.Facet{Missing: rows, Ranges: make([]contacts.FacetRange, len(bounds)+1)}
	for i, bound := range q.Bounds {
		bounds[i] = c.of(bound)
		facet.Ranges[i].To, facet.Ranges[i+1].From = bound, bound
	}
	count := func(batches [][]int64, one uint64) {
		for _, numbers := range batches {
			for _, n := range numbers {
				in, at := slices.BinarySearch(bounds, n)
				facet.Ranges[in+int(bit(at))].Count += one // a bound is in the range that it begins
			}
			facet.Missing -= one * uint64(len(numbers))
		}
	}
	count(more, 1)
	count(fewer, ^uint64(0)) // one less
	return facet
}

// facet counts rows by set, then the labels of the sets. A row counts once for
// each of its labels; Other is labels, not rows.
func (s *setColumn) facet(q contacts.FacetQuery, sub subset) func() contacts.Facet {
	return done(s.facetOf(sub.count(&s.codes, s.sets.size(), s), q, sub))
}

// facetOf makes a facet of counts by set.
func (s *setColumn) facetOf(sets []uint32, q contacts.FacetQuery, sub subset) contacts.Facet {
	counts, missing := s.countMembers(sets, sub.size)
	labels := s.commonest(counts.spellings)
	ranked := ranking{fold: s.members.key, after: q.After}.rank(counts.members)
	return ranked.facet(missing, func(code uint32) string { return labels[code] })
}

// labelCounts is how many rows have a label, by member and by spelling.
type labelCounts struct{ members, spellings []uint32 }

// countMembers counts the labels of the sets. missing is how many of so many rows
// have none.
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
func (j joined) values() int          { return len(j.companies.members.refs) + j.field.folds.size() }
func (s *setColumn) values() int      { return s.sets.size() }
func (c *checkboxColumn) values() int { return 0 }
func (c *numberColumn) values() int   { return 0 }
