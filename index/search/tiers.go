package search

import (
	"cmp"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/index/text"
)

// poor is the cost a word, and a word of the name that was not asked for, above
// which a search goes further: to two typos, to contacts that lack a word. More
// than two words may cost no more: a contact that lacks one of three may be nearer.
const poor = 24

// good is the cost of a word that is found without a typo or sounds nearly the
// same. What is dearer may be beaten by somebody with a typo.
const good = 16

// fair is what the words but one of an answer may cost for two typos in a word
// not to be looked for: they may be nearer than one in each of two words.
const fair = 8

// few are hits of which somebody wants more, unless they are good.
const few = 10

// manyWords are words of which more are hardly all somebody's own: they say
// something about him.
const manyWords = 3

// find fills the tiers, each wider than the one before, and ranks, until the
// answer is good enough: contacts whose name is the one word, that have every
// word as it is in their name, or begin with it, that have every word without a
// typo, those with all but the last as they are first, the same without the
// optional words, with one typo, by ear, with two typos, and at last that lack a
// word. Without a word there is nobody.
func (s *searcher) find(f *finder) error {
	if len(f.words) == 0 {
		s.begin()
		s.tier(f, nil)
		return nil
	}
	f.findKnown()
	s.words = f.words
	needed := s.phrase.needs()
	s.begin(mayLack(needed)...)
	s.guessed = needed > 1 || slices.ContainsFunc(s.phrase.literals, func(l literal) bool { return l.kind != fragmentLiteral })
	s.tier(f, f.sole())
	s.tier(f, f.every(exactDocs))
	s.tier(f, f.every(begunDocs))
	s.tier(f, f.typing())
	found := s.tier(f, f.every(knownDocs))
	if needed < len(f.words) {
		s.tier(f, f.needed(exactDocs, noWord))
		s.tier(f, f.needed(begunDocs, noWord))
		found = s.tier(f, f.needed(knownDocs, noWord))
	}
	must := s.stagesBefore()
	best, compared := unaligned, found >= s.effort.enough
	if compared {
		if best = s.rank(); best <= known(needed) && must == 0 {
			return cmp.Or(f.err, s.err())
		}
	}
	s.guessed = true
	words := min(needed, 2)
	fairly := poor + fair*(words-1) + costUncovered
	poorly := poor*words + costUncovered
	for i, stage := range []struct {
		widen   func() (more bool)
		atMost  int  // what the best costs for which it is not worth it
		forMore bool // it is worth it too when hits are few and none is one typo away
	}{
		{func() bool { return s.slips(f) }, 0, true},
		{func() bool { f.findNear(); return s.widen(f) }, fairly, false},
		{func() bool { f.findSounds(); return s.widen(f) }, fairly, true},
		{func() bool { return s.misspelt(f, needed) }, fairly, false},
		{func() bool { return s.loosen(f, needed) }, poorly, false},
		{func() bool { return s.quorum(f, needed) }, poorly, false},
	} {
		if !must.has(i) && best <= stage.atMost && !(stage.forMore && len(s.hits) < few && best > near(needed)) {
			continue
		}
		s.stages.add(i)
		if stage.widen() || !compared {
			best, compared = s.rank(), true
		}
		if f.err != nil || s.err() != nil {
			break
		}
	}
	fewAndNoneNear := len(s.hits) < few && best > near(needed) && best <= poorly
	if f.err == nil && s.err() == nil && (must.has(stageAlike) || fewAndNoneNear) && s.alike(f, needed) {
		s.stages.add(stageAlike)
		s.rank()
	}
	return cmp.Or(f.err, s.err())
}

// stages are the places of those that a search went through behind what is known,
// a bit each.
type stages uint8

// stageAlike is the place of the last stage.
const stageAlike = 7

func (s stages) has(stage int) bool { return s&(1<<stage) != 0 }

func (s *stages) add(stage int) { *s |= 1 << stage }

// known returns the highest cost of a hit for a query of words words if one of them sounds
// nearly the same and the others are as they were typed.
func known(words int) int { return good + costPlain*words + costUncovered }

// near returns the highest cost of a hit for a query of words words if one has a typo.
func near(words int) int { return terms.MaxOneTypo + costPlain*words }

// slips adds those who have words with a typo or that sound as far, the nearest first,
// and reports whether that is a difference.
func (s *searcher) slips(f *finder) bool {
	before := s.widest().GetCardinality()
	f.findSlips()
	s.tier(f, f.needed(nearDocs, noWord))
	s.widen(f)
	return s.widest().GetCardinality() > before
}

// misspelt adds those who have words with two typos, and reports whether that is
// a difference.
func (s *searcher) misspelt(f *finder, needed int) bool {
	if needed > manyWords {
		return false // who lacks a word, or has any two, is enough
	}
	f.findTypos()
	changed := f.findMisspelt()
	if changed {
		s.aligners, s.lacking, s.ranked = nil, nil, ordinalsOf(s.hits)
	}
	return s.widen(f) || changed
}

// widen adds the tier of those who have every word with typos, and reports
// whether that is anybody more.
func (s *searcher) widen(f *finder) bool {
	before := s.widest().GetCardinality()
	return s.tier(f, f.needed(typoDocs, noWord)) > before
}

// begin prepares the search for contacts that may lack words. allowances says how many.
func (s *searcher) begin(allowances ...int) {
	s.missing, s.allowances, s.ranked = s.missingCosts(), allowances, roaring.New()
}

// mayLack are how many of the words that are needed a contact may lack: none, or
// one of several, or all but two, which may be what is known of somebody.
func mayLack(needed int) []int {
	switch {
	case needed < 2:
		return []int{0}
	case needed <= manyWords:
		return []int{0, 1}
	}
	return []int{0, 1, needed - 2}
}

// loosen adds the contacts that have all words that are needed but one, and
// reports whether that is a difference.
func (s *searcher) loosen(f *finder, needed int) bool {
	if needed < 2 {
		return false
	}
	for _, set := range s.withoutOne(f) {
		s.tiers = append(s.tiers, roaring.Or(s.widest(), set))
	}
	s.allowMissing(1)
	return true
}

// withoutOne returns the contacts that have all words that are needed but one, for
// each of these. The fewer have the words that are left, the more those words say:
// the smallest set comes first.
func (s *searcher) withoutOne(f *finder) []*roaring.Bitmap {
	var sets []*roaring.Bitmap
	for i := range f.words {
		if f.phrase.optional[i] == 0 {
			sets = append(sets, s.found(f, f.needed(typoDocs, i)))
		}
	}
	slices.SortFunc(sets, func(a, b *roaring.Bitmap) int { return cmp.Compare(a.GetCardinality(), b.GetCardinality()) })
	return sets
}

// alike adds, behind the hits, the contacts that have all words but one which is
// like a word of their name, and reports whether that may be anybody. Many have the
// family name of a query, and no list has all that they are called. All who come
// into question are compared, or none.
func (s *searcher) alike(f *finder, needed int) bool {
	if needed < 2 {
		return false
	}
	before := len(s.tiers)
	for _, set := range s.withoutOne(f) {
		if set.Or(s.widest()); set.GetCardinality() <= uint64(s.effort.ranked) {
			s.tiers = append(s.tiers, set)
		}
	}
	s.leastLikeness = minLikeness
	s.allowMissing(1)
	return len(s.tiers) > before
}

// quorum adds the contacts that have any two words of many: the others may
// be what is said about somebody. It reports whether that is a difference.
func (s *searcher) quorum(f *finder, needed int) bool {
	if needed <= manyWords {
		return false
	}
	type pair struct {
		a, b     text.Docs
		expected uint64 // in proportion to how many have both, were the words drawn by lot
	}
	var pairs []pair
	for i := range f.words {
		for j := range i {
			if f.phrase.optional[i] == 0 && f.phrase.optional[j] == 0 {
				a, b := f.words[i].known, f.words[j].known
				pairs = append(pairs, pair{a, b, a.Len() * b.Len()})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.expected, b.expected) })
	docs := joinTelling(func(yield func(text.Docs) bool) {
		for _, p := range pairs {
			if !yield(p.a.And(p.b)) {
				return
			}
		}
	})
	s.tiers = append(s.tiers, roaring.Or(s.widest(), s.found(f, docs)))
	s.allowMissing(needed - 2)
	return true
}

// widest returns the tier that was added last.
func (s *searcher) widest() *roaring.Bitmap { return s.tiers[len(s.tiers)-1] }

// tier adds a tier and returns its size. Only the documents that no tier before has
// are looked up.
func (s *searcher) tier(f *finder, docs text.Docs) uint64 {
	found := s.found(f, docs.AndNot(s.documents))
	if len(s.tiers) > 0 {
		found.Or(s.widest())
	}
	s.tiers = append(s.tiers, found)
	s.documents = s.documents.Or(docs)
	return found.GetCardinality()
}

// found returns the contacts that documents are, of those who may be found.
func (s *searcher) found(f *finder, docs text.Docs) *roaring.Bitmap {
	found := f.reader.Rows(docs)
	found.And(s.within)
	return found
}
