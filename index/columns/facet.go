package columns

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/contacts"
)

// Facets counts the values of the fields among the rows. The counting that
// needs no view is left to finish, which is called after it.
func (v *View) Facets(rows *roaring.Bitmap, fields []contacts.Field) (finish func() []contacts.Facet) {
	if len(fields) == 0 {
		return func() []contacts.Facet { return nil }
	}
	s := newSubset(rows, v.t.live)
	parts := make([]func() contacts.Facet, len(fields))
	for i, f := range fields {
		parts[i] = v.field(f).facet(f, s)
	}
	return finishAll(fields, parts)
}

// finishAll finishes the facets of the fields.
func finishAll(fields []contacts.Field, parts []func() contacts.Facet) func() []contacts.Facet {
	return func() []contacts.Facet {
		facets := make([]contacts.Facet, len(parts))
		for i, part := range parts {
			facets[i] = part()
			facets[i].Field = fields[i]
		}
		return facets
	}
}

// tally is how often a code occurs.
type tally struct {
	code  uint32
	count uint64
}

// ranking is what ranks counts by code.
type ranking struct {
	fold func(code uint32) string
	// walk goes through the codes by fold, where that is known. It may be nil
	// or return nil.
	walk func() iter.Seq[uint32]
}

// rank returns the commonest of the counts by code, then by fold, and the sum
// of all and of the others. Texts are compared only among the codes that count
// as much as the last of the commonest.
func (r ranking) rank(counts []uint32) (ranked []tally, sum, other uint64) {
	least := newTop(contacts.MaxFacetValues, func(a, b uint32) int { return cmp.Compare(b, a) })
	for _, n := range counts {
		sum += uint64(n)
		if n > 0 && (!least.full() || n > least.last()) {
			least.add(n)
		}
	}
	if sum == 0 {
		return nil, 0, 0
	}
	equals := 0
	for code, n := range counts {
		switch {
		case n > least.last():
			ranked = append(ranked, tally{uint32(code), uint64(n)})
		case n == least.last():
			equals++
		}
	}
	for _, code := range r.first(counts, least.last(), equals, contacts.MaxFacetValues-len(ranked)) {
		ranked = append(ranked, tally{code, uint64(counts[code])})
	}
	slices.SortFunc(ranked, func(a, b tally) int {
		if a.count != b.count {
			return cmp.Compare(b.count, a.count)
		}
		return strings.Compare(r.fold(a.code), r.fold(b.code))
	})
	other = sum
	for _, t := range ranked {
		other -= t.count
	}
	return ranked, sum, other
}

// first returns the first wanted of the codes that count so much, by fold.
func (r ranking) first(counts []uint32, count uint32, equals, wanted int) (first []uint32) {
	if walk := r.inOrder(equals); walk != nil {
		for code := range walk {
			if counts[code] == count {
				if first = append(first, code); len(first) == wanted {
					break
				}
			}
		}
		return first
	}
	kept := newTop(wanted, func(a, b uint32) int { return strings.Compare(r.fold(a), r.fold(b)) })
	for code, n := range counts {
		if n == count {
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

// ranking ranks texts by code.
func (t *textColumn) ranking() ranking {
	return ranking{t.folds.key, func() iter.Seq[uint32] { return t.walk(false, nil) }}
}

// done is a facet that needs no more work.
func done(f contacts.Facet) func() contacts.Facet { return func() contacts.Facet { return f } }

func (t *textColumn) facet(_ contacts.Field, s subset) func() contacts.Facet {
	return done(t.facetOf(s.count(&t.codes, t.folds.size(), &t.rows), s))
}

// facetOf makes a facet of counts by code.
func (t *textColumn) facetOf(counts []uint32, s subset) contacts.Facet {
	ranked, sum, other := t.ranking().rank(counts)
	return t.facetOfRanked(ranked, sum, other, s)
}

// facetOfRanked makes a facet of its values, of how many rows have any, and how
// many another.
func (t *textColumn) facetOfRanked(ranked []tally, sum, other uint64, s subset) contacts.Facet {
	facet := contacts.Facet{Missing: s.size - sum, Other: other}
	for _, r := range ranked {
		text := t.commonest(r.code, s)
		facet.Values = append(facet.Values, contacts.FacetValue{Value: contacts.TextValue(text), Count: r.count})
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
func (j joined) facet(_ contacts.Field, s subset) func() contacts.Facet {
	c := j.companies
	return done(j.facetOf(s.count(&c.of, max(1, len(c.members.refs)), &c.members), s))
}

// facetOf makes a facet of counts by company.
func (j joined) facetOf(members []uint32, s subset) contacts.Facet {
	counts := make([]uint32, j.field.folds.size())
	for company, n := range members {
		counts[j.field.codes.get(uint32(company))] += n
	}
	counts[0] = 0
	ranked, sum, other := j.field.ranking().rank(counts)
	facet := contacts.Facet{Missing: s.size - sum, Other: other}
	for _, r := range ranked {
		text := j.commonest(r.code, members)
		facet.Values = append(facet.Values, contacts.FacetValue{Value: contacts.TextValue(text), Count: r.count})
	}
	return facet
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

func (c *checkboxColumn) facet(f contacts.Field, s subset) func() contacts.Facet {
	yes := c.yes.AndCardinality(s.rows)
	no := c.no.AndCardinality(s.rows)
	facet := contacts.Facet{Missing: s.size - yes - no}
	if !threeState(f) {
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
func (c *numberColumn) facet(_ contacts.Field, s subset) func() contacts.Facet {
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
		tally := newNumberTally(len(numbers) / 4)
		for _, n := range numbers {
			tally.add(n, 1)
		}
		return c.rank(tally, s.size)
	}
}

// rank makes a facet of the commonest numbers.
func (c *numberColumn) rank(tally *numberTally, rows uint64) contacts.Facet {
	type line struct {
		number int64
		count  uint64
	}
	first := newTop(contacts.MaxFacetValues, func(a, b line) int {
		if a.count != b.count {
			return cmp.Compare(b.count, a.count)
		}
		return cmp.Compare(a.number, b.number)
	})
	facet := contacts.Facet{Missing: rows}
	for i, n := range tally.numbers {
		if n != none && tally.counts[i] > 0 {
			facet.Missing -= uint64(tally.counts[i])
			facet.Other += uint64(tally.counts[i])
			first.add(line{n, uint64(tally.counts[i])})
		}
	}
	for _, l := range first.sorted() {
		facet.Values = append(facet.Values, contacts.FacetValue{Value: c.value(l.number), Count: l.count})
		facet.Other -= l.count
	}
	return facet
}

// facet counts rows by set, then the labels of the sets. A row counts once for
// each of its labels; Other is labels, not rows.
func (s *setColumn) facet(_ contacts.Field, sub subset) func() contacts.Facet {
	return done(s.facetOf(sub.count(&s.codes, s.sets.size(), s), sub))
}

// facetOf makes a facet of counts by set.
func (s *setColumn) facetOf(sets []uint32, sub subset) contacts.Facet {
	counts, missing := s.countMembers(sets, sub.size)
	facet := contacts.Facet{Missing: missing}
	ranked, _, other := ranking{fold: s.members.key}.rank(counts.members)
	facet.Other = other
	labels := s.commonest(counts.spellings)
	for _, r := range ranked {
		facet.Values = append(facet.Values, contacts.FacetValue{Value: contacts.TextValue(labels[r.code]), Count: r.count})
	}
	return facet
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
