package search

import (
	"math/bits"
	"runtime"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/workers"
)

// How contacts of equal cost are ordered, in shares of the smallest difference of
// cost: by what else fits, then who can be reached before who cannot, then who was
// seen last.
const (
	shareFine    = 0.5
	shareReach   = 0.25
	shareRecency = 0.25
)

// rankedHit is a candidate that matches.
type rankedHit struct {
	ordinal uint32
	score   float64
	cost    int
	allowed int // words that it was allowed to lack
	like    int // how like words of its name those are that it lacks, see alignment
}

// hit is what is answered of it. Where its words lie is found again: only a
// page of all that were compared is answered.
func (s *searcher) hit(r *rankedHit) fields.Hit {
	if s.id != "" {
		return s.idHit(r)
	}
	hit := fields.Hit{Ordinal: r.ordinal, Score: r.score}
	var as candidateWords
	as.of(s.named([]uint32{r.ordinal})[0], s.lookUp(r.ordinal))
	if found, _, ok := s.aligners[0].align(&as, 0, r.allowed); ok {
		hit.Highlights = found.highlights(&as)
	}
	return hit
}

// rank scores the candidates that have not been looked at yet; those that do
// not match after all are left out of the hits. It returns the least cost of
// all hits, very high without one.
func (s *searcher) rank() (best int) {
	candidates := s.candidates()
	fresh := s.matches(roaring.AndNot(candidates, s.ranked).ToArray(), s.allowances)
	s.ranked.Or(candidates)
	s.lacking = append(s.lacking, fresh...)
	s.allowMissing(s.loose)
	best = unaligned
	for i := range s.hits {
		best = min(best, s.hits[i].cost)
	}
	return best
}

// allowMissing makes hits of the contacts that lack at most words words. If that is asked
// for, a missing word must be like a word of their names.
func (s *searcher) allowMissing(words int) {
	s.loose = words
	s.lacking = slices.DeleteFunc(s.lacking, func(r rankedHit) bool {
		if r.allowed > words || r.allowed > 0 && r.like < s.leastLikeness {
			return false
		}
		if r.allowed > 0 && s.leastLikeness > 0 {
			r.cost += costAlike
			r.score = 1000 / (1000/r.score + costAlike)
		}
		s.hits = append(s.hits, r)
		return true
	})
}

// allowed are the allowances up to what contacts may lack now.
func (s *searcher) allowed() []int {
	i := slices.IndexFunc(s.allowances, func(n int) bool { return n > s.loose })
	if i < 0 {
		i = len(s.allowances)
	}
	return s.allowances[:i]
}

// minShare is the number of candidates from which comparing them is worth a
// goroutine.
const minShare = 32

// atOnce is how many contacts are read from the columns at once: they stay in the
// processor's memory until they are compared.
const atOnce = 32

// matches scores the contacts that match, and keeps their order. allowances says how many
// words of the phrase may be left out; see aligner.align. Comparing strings takes most of
// the time of a search, so all processors do it.
func (s *searcher) matches(ordinals []uint32, allowances []int) []rankedHit {
	shares := s.alignersFor(len(ordinals))
	hits := make([][]rankedHit, shares)
	workers.Together(shares, func(i int) {
		from, to := i*len(ordinals)/shares, (i+1)*len(ordinals)/shares
		hits[i] = s.align(s.aligners[i], ordinals[from:to], allowances)
	})
	return slices.Concat(hits...)
}

// alignersFor makes one aligner for each goroutine that is worth starting to compare this
// number of contacts. It returns the number of goroutines.
func (s *searcher) alignersFor(contacts int) (shares int) {
	shares = max(1, min(runtime.GOMAXPROCS(0), contacts/minShare))
	for len(s.aligners) < shares {
		s.aligners = append(s.aligners, newAligner(s.phrase, s.missing))
	}
	return shares
}

// align scores those of the contacts that an aligner finds to match.
func (s *searcher) align(a *aligner, ordinals []uint32, allowances []int) []rankedHit {
	hits := make([]rankedHit, 0, len(ordinals))
	var as candidateWords
	read, lookUp := (*columns.View).Named, s.lookUp
	if !s.phrase.isWords() { // one by one takes longer
		read, lookUp = (*columns.View).Person, func(uint32) func() columns.Person { return nil }
	}
	for some := range slices.Chunk(ordinals, atOnce) {
		if s.err() != nil {
			return nil
		}
		s.read(some, a.people[:], read)
		for i, ordinal := range some {
			as.of(a.people[i], lookUp(ordinal))
			if found, allowed, ok := a.align(&as, allowances...); ok {
				hits = append(hits, rankedHit{ordinal, score(found.cost, found.fine(), a.people[i]), found.cost, allowed, found.like})
			}
		}
	}
	return hits
}

// score turns a cost into what grows with the fit: 100 for a whole e-mail,
// phone number or identifier, 83 for a whole name, 30 and less with a typo.
// What matches decides: among contacts that fit equally visitors come last, and
// of the others the one that was seen last comes first.
func score(cost, fine int, p columns.Person) float64 {
	behind := 10 + float64(cost) + shareFine*float64(fine)/(maxFine+1) - shareRecency*recency(p.LastSeenAt)
	if p.Anonymous {
		behind += shareReach
	}
	return 1000 / behind
}

// recency maps an instant to [0, 1), later ones higher: the share that has
// passed of the two centuries from 1970.
func recency(milliseconds int64) float64 {
	const span = 200 * 365.25 * 24 * 3600 * 1000
	return min(max(float64(milliseconds)/span, 0), 0.999)
}

// missingCosts are the costs of leaving out each word.
func (s *searcher) missingCosts() []int {
	if before := s.missingBefore(); len(before) == len(s.phrase.words) {
		return before
	}
	out := make([]int, len(s.phrase.words))
	for i := range out {
		count := uint64(0)
		if s.words != nil {
			count = s.words[i].count
		}
		out[i] = costMissing + rarity(count, s.everyone)
	}
	return out
}

// rarity is how much a word tells, from 0 for one that everyone has to
// maxRarity.
func rarity(count, everyone uint64) int {
	return min(maxRarity, bits.Len64(everyone/(count+1)))
}
