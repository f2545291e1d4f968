package search

import (
	"cmp"
	"math"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
)

// maxLooked is how many contacts that were too many to be ranked are compared
// for one page. When few of them match, the page is not full.
const maxLooked = 2_000

// sortedPage cuts the page out of the contacts found, in the order asked for.
func (s *searcher) sortedPage(a *Answer, found *roaring.Bitmap) error {
	matching := make(map[uint32]*rankedHit, len(s.hits))
	note := func(hits []rankedHit) {
		for i := range hits {
			matching[hits[i].ordinal] = &hits[i]
		}
	}
	note(s.hits)
	a.Next = s.query.After
	for looked := 0; len(a.Hits) < s.query.Limit && looked < maxLooked; {
		sorted := s.ask(columns.Question{Among: found, Sort: s.query.Sort, After: a.Next, Limit: s.query.Limit - len(a.Hits)})
		if err := s.err(); err != nil {
			return err
		}
		page := sorted.Ordinals
		a.Next = sorted.Next
		more := s.matches(slices.DeleteFunc(slices.Clone(page), s.ranked.Contains), s.allowed())
		note(more)
		a.atLeast(len(more))
		for _, ordinal := range page {
			if r := matching[ordinal]; r != nil {
				a.Hits = append(a.Hits, s.hit(r))
			}
		}
		if looked += len(page); a.Next == nil {
			break
		}
	}
	return nil
}

// page cuts the page out of the ranked hits, best first, and then out of those
// that were too many to be ranked, which have no score.
func (s *searcher) page(a *Answer, hits []rankedHit, rest *roaring.Bitmap) {
	slices.SortFunc(hits, byScore)
	behind := rankedHit{} // the last of the rest that was answered
	if after := s.query.After; after != nil {
		last := rankedHit{score: after.Keys[keyScore].Float, ordinal: after.Ordinal}
		from, exact := slices.BinarySearchFunc(hits, last, byScore)
		if exact {
			from++
		}
		hits = hits[from:]
		if last.score <= 0 {
			behind = last
		}
	}
	n := min(s.query.Limit, len(hits))
	for i := range hits[:n] {
		a.Hits = append(a.Hits, s.hit(&hits[i]))
	}
	switch {
	case n == 0 && s.query.Limit == 0:
	case n < len(hits):
		a.Next = s.position(hits[n-1].score, hits[n-1].ordinal)
	default:
		s.pageRest(a, rest, behind)
	}
}

// pageRest fills the page with those of the rest behind a hit who match,
// visitors last.
func (s *searcher) pageRest(a *Answer, rest *roaring.Bitmap, behind rankedHit) {
	if rest.IsEmpty() {
		return
	}
	looked := 0
	for _, part := range []struct {
		score float64 // in positions; as a hit everyone of the rest has 0
		rows  *roaring.Bitmap
	}{{restScore, roaring.AndNot(rest, s.visitors())}, {visitorScore, roaring.And(rest, s.visitors())}} {
		if part.score > behind.score {
			continue
		}
		it, last := part.rows.Iterator(), uint32(0)
		if part.score == behind.score {
			last = behind.ordinal
			it.AdvanceIfNeeded(last + 1)
		}
		for it.HasNext() {
			room := s.query.Limit - len(a.Hits)
			if room == 0 || looked >= maxLooked {
				a.Next = s.position(part.score, last)
				return
			}
			var list []uint32
			for it.HasNext() && len(list) < room {
				last = it.Next()
				list = append(list, last)
			}
			looked += len(list)
			more := s.matches(list, s.allowed())
			a.atLeast(len(more))
			for _, r := range more {
				r.score = 0
				a.Hits = append(a.Hits, s.hit(&r))
			}
		}
	}
}

// What stands for a score behind the ranked hits.
const (
	restScore    = 0
	visitorScore = -1
)

// The keys of a position in the order of relevance.
const (
	keyScore = iota
	keyTiers
	keyCutStep
	keyCutSeen
	keyCutOrdinal
	keyStages
	keyMissing
	keyRanking
	keys
)

// ranking tells the order of hits apart from that of other versions of the program:
// it changes when costs or stages do.
const ranking = 2

// checkPosition refuses a position of another ranking, whose scores mean nothing
// here.
func (q *Query) checkPosition() error {
	if before := q.rankedBefore(); before == nil || len(before.Keys) == keys && before.Keys[keyRanking].Int == ranking {
		return nil
	}
	return fault.InvalidCursor()
}

// rankedBefore is where the page before ended in the order of relevance, nil on the
// first page and in another order.
func (q *Query) rankedBefore() *fields.Position {
	if len(q.Sort) > 0 {
		return nil
	}
	return q.After
}

// position is behind a hit, or one of the rest with its part's score.
func (s *searcher) position(score float64, ordinal uint32) *fields.Position {
	return &fields.Position{Ordinal: ordinal, Keys: []fields.Value{
		keyScore:      fields.NumberValue(score),
		keyTiers:      fields.IntValue(int64(s.cut.tiers)),
		keyCutStep:    fields.IntValue(int64(s.cut.step)),
		keyCutSeen:    fields.IntValue(s.cut.seen),
		keyCutOrdinal: fields.IntValue(int64(s.cut.ordinal)),
		keyStages:     fields.IntValue(int64(s.stages)),
		keyMissing:    fields.TextValue(costsText(s.missing)),
		keyRanking:    fields.IntValue(ranking),
	}}
}

// stagesBefore are the stages of the page before. A page takes them too, though by
// now somebody fits so well that they would not be worth it.
func (s *searcher) stagesBefore() stages {
	before := s.query.rankedBefore()
	if before == nil {
		return 0
	}
	return stages(before.Keys[keyStages].Int)
}

// missingBefore are the costs of leaving out each word on the page before, nil on
// the first. How rare a word is changes with every contact that comes, and scores
// with it.
func (s *searcher) missingBefore() []int {
	before := s.query.rankedBefore()
	if before == nil {
		return nil
	}
	text := before.Keys[keyMissing].Text
	costs := make([]int, len(text))
	for i := range text {
		costs[i] = int(text[i] - noCost)
	}
	return costs
}

// costsText writes costs below 64 as a letter each.
func costsText(costs []int) string {
	text := make([]byte, len(costs))
	for i, cost := range costs {
		text[i] = byte(cost) + noCost
	}
	return string(text)
}

// noCost is the letter of cost 0.
const noCost = '0'

// cutBefore is the cut of the page before; false on the first page and where
// another order makes none of it.
func (s *searcher) cutBefore() (cut, bool) {
	after := s.query.rankedBefore()
	if after == nil {
		return cut{}, false
	}
	return cut{
		tiers: int(after.Keys[keyTiers].Int), step: int(after.Keys[keyCutStep].Int),
		seen: after.Keys[keyCutSeen].Int, ordinal: uint32(after.Keys[keyCutOrdinal].Int),
	}, true
}

// byScore orders hits: best first, then by ordinal.
func byScore(a, b rankedHit) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.ordinal, b.ordinal))
}

// cut is where the candidates end: at those of a step who were seen before an
// instant, and of those seen then, at a higher ordinal. A tier has two steps: who
// can be reached, and visitors. The cut goes with the
// position of a page, so that who stays as he is stays before or behind it
// when others come.
type cut struct {
	tiers   int // that there were
	step    int // uncut when all are candidates
	seen    int64
	ordinal uint32
}

const (
	uncut = -1
	// maxArrivals is by how many the candidates may grow from page to page.
	maxArrivals = 1_000
)

// cutBehind is the cut behind those of a step who were seen last.
func (s *searcher) cutBehind(step int, last *roaring.Bitmap) cut {
	c := cut{tiers: len(s.tiers), step: step, seen: math.MaxInt64}
	s.eachSeen(last, func(ordinal uint32, seen int64) {
		if seen <= c.seen {
			c.seen, c.ordinal = seen, ordinal
		}
	})
	return c
}

// seenSince returns those of the contacts who are before a cut.
func (s *searcher) seenSince(rows *roaring.Bitmap, c cut) *roaring.Bitmap {
	var list []uint32
	s.eachSeen(rows, func(ordinal uint32, seen int64) {
		if seen > c.seen || seen == c.seen && ordinal <= c.ordinal {
			list = append(list, ordinal)
		}
	})
	return roaring.BitmapOf(list...)
}

// seenChunk is how many contacts are looked at under one read lock when it is
// only asked when they were seen.
const seenChunk = 1 << 14

// eachSeen calls f with when each of the contacts was last seen.
func (s *searcher) eachSeen(rows *roaring.Bitmap, f func(ordinal uint32, seen int64)) {
	for some := range slices.Chunk(rows.ToArray(), seenChunk) {
		if s.err() != nil {
			return
		}
		s.columns.View(func(v *columns.View) {
			for _, ordinal := range some {
				f(ordinal, v.LastSeen(ordinal))
			}
		})
	}
}
