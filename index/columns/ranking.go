package columns

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/ndoto/kundi/fields"
)

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
	after *fields.FacetPlace // nil for the first of all
}

// ranked are the codes of a page, by count and then by fold, and what there is
// beside them.
type ranked struct {
	page  []tally
	sum   uint64             // of all counts
	other uint64             // of those that are not on the page
	next  *fields.FacetPlace // nil when nothing comes behind the page
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
	least := newTop(fields.MaxFacetValues, func(a, b uint32) int { return cmp.Compare(b, a) })
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
	for _, code := range r.first(counts, least.last(), equals, fields.MaxFacetValues-len(made.page)) {
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
func textPlace(fold string, count uint64) *fields.FacetPlace {
	return &fields.FacetPlace{Value: fields.Value{Kind: fields.KindText, Text: fold}, Count: count}
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

// inOrder goes through the codes in the order of their folds, if there are enough equals to
// make that worth it. Else it returns nil.
func (r ranking) inOrder(equals int) iter.Seq[uint32] {
	if r.walk == nil || equals <= someTexts {
		return nil
	}
	return r.walk()
}

// ranking ranks texts by code, behind a place.
func (t *textColumn) ranking(after *fields.FacetPlace) ranking {
	return ranking{t.folds.key, func() iter.Seq[uint32] { return t.walk(false, nil) }, after}
}

// facet makes a facet, given the spelling of a code.
func (r ranked) facet(missing uint64, spelling func(code uint32) string) fields.Facet {
	facet := fields.Facet{Missing: missing, Other: r.other, Next: r.next}
	for _, t := range r.page {
		facet.Values = append(facet.Values, fields.FacetValue{Value: fields.TextValue(spelling(t.code)), Count: t.count})
	}
	return facet
}
