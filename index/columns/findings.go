package columns

import (
	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/filter"
)

// findings are the rows that a question finds.
type findings struct {
	rows   *roaring.Bitmap   // that pass the filter
	funnel *roaring.Bitmap   // that pass the filter of the funnel, nil without one
	stages []*roaring.Bitmap // of the funnel, see query.funnel
	beside []*roaring.Bitmap // that pass the further filters
}

// filters are all that a question asks, but for nil ones, which everyone passes.
func (q *Question) filters() (list []*filter.Filter) {
	for _, f := range append([]*filter.Filter{q.Filter, q.Funnel}, q.Beside...) {
		if f != nil && f.Root != nil && (len(list) == 0 || f != list[0]) {
			list = append(list, f)
		}
	}
	return list
}

// find evaluates all filters of the question, of everyone or of some. The bitmaps are those of
// the caller, but in a quick question that asks for no members: there they are only to be read.
func (q *asking) find(some *roaring.Bitmap) (f findings) {
	switch {
	case q.Within != nil && some != nil:
		some = roaring.And(q.Within, some)
	case q.Within != nil:
		some = q.Within
	}
	ask := q.view.ask(q.work, q.Env, some)
	if q.Funnel != nil {
		f.funnel, f.stages = ask.funnel(q.Funnel.Root)
	}
	switch {
	case q.Among != nil:
		f.rows = q.taken(selection{rows: q.Among}, some)
	case q.Funnel != nil && q.Funnel == q.Filter:
		f.rows = f.funnel
	default:
		f.rows = q.taken(ask.filter(q.Filter), some)
	}
	for _, beside := range q.Beside {
		f.beside = append(f.beside, q.taken(ask.filter(beside), some))
	}
	return f
}

// taken are the rows of a selection, of those among some.
func (q *asking) taken(s selection, some *roaring.Bitmap) *roaring.Bitmap {
	live := q.view.of.live
	switch {
	case some != nil && s.inverted:
		return roaring.AndNot(roaring.And(live, some), s.rows)
	case some != nil:
		return roaring.And(s.rows, some)
	case q.work.patient || q.Members:
		return q.view.materialize(s)
	}
	return q.view.shared(s)
}

// replace puts what is found of rows that changed in the place of what was.
func (f *findings) replace(changed *roaring.Bitmap, now findings) {
	replaceRows(f.rows, changed, now.rows)
	if f.funnel != nil && f.funnel != f.rows {
		replaceRows(f.funnel, changed, now.funnel)
	}
	for i := range f.stages {
		replaceRows(f.stages[i], changed, now.stages[i])
	}
	for i := range f.beside {
		replaceRows(f.beside[i], changed, now.beside[i])
	}
}

func replaceRows(rows, changed, now *roaring.Bitmap) {
	rows.AndNot(changed)
	rows.Or(now)
}

// tell puts what is found into the answer, but for what counts and pages it.
func (q *asking) tell(a *Answer, f findings) {
	if q.Members {
		a.Members = f.rows
	}
	if q.Funnel != nil {
		a.Funnel = funnelCounts(q.Funnel.Root, f)
	}
	for _, rows := range f.beside {
		one := Overlap{Count: rows.GetCardinality(), Both: rows.AndCardinality(f.rows)}
		if q.Members {
			one.Members = rows
		}
		a.Beside = append(a.Beside, one)
	}
}

// funnel evaluates a group rule by rule, each among the rows that the rules before it have not
// decided. A stage is the rows that one rule decides: those that an "and" loses by it, or that an
// "or" gains. The bitmaps are the caller's own.
func (q query) funnel(g *filter.Group) (rows *roaring.Bitmap, stages []*roaring.Bitmap) {
	rest := q.view.of.live.Clone()
	if q.asked != nil {
		rest.And(q.asked)
	}
	for _, n := range g.Rules {
		q.within = rest
		s := q.node(n)
		if g.Or {
			s = s.invert()
		}
		stage := roaring.New()
		if steps := q.setSteps(); q.work.charge(steps) {
			if s.inverted {
				stage = roaring.And(rest, s.rows)
			} else {
				stage = roaring.AndNot(rest, s.rows)
			}
			rest.AndNot(stage)
			q.work.done(steps)
		}
		stages = append(stages, stage)
	}
	if passesUndecided(g) {
		return rest, stages
	}
	return roaring.FastOr(stages...), stages
}

// passesUndecided reports whether those pass a group of whom no rule has decided: they pass every
// rule of an "and", and none of an "or". Everyone passes a group without rules.
func passesUndecided(g *filter.Group) bool { return (g.Or && len(g.Rules) > 0) == g.Not }

// funnelCounts counts after each rule who passes the group that ends with it.
func funnelCounts(g *filter.Group, f findings) []uint64 {
	counts := make([]uint64, len(f.stages))
	sum := uint64(0)
	for i, stage := range f.stages {
		sum += stage.GetCardinality()
		counts[i] = sum
	}
	if passesUndecided(g) {
		for i := range counts {
			counts[i] = f.funnel.GetCardinality() + sum - counts[i]
		}
	}
	return counts
}
