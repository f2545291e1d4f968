package columns

import (
	"cmp"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// ruled answers rules on one field of a table.
type ruled interface {
	// match returns the rows that the rule accepts, leaving its Not aside. When
	// q.within is set, only rows in it matter.
	match(q query, r *filter.Rule) selection
	// estimate says about how many rows the rule accepts, leaving its Not
	// aside, and whether finding them means looking at every row or text.
	estimate(r *filter.Rule) cost
}

// field answers for one field of a table.
type field interface {
	ruled
	// facet counts the values of the subset. What it returns is called after
	// the view and finishes the count.
	facet(q fields.FacetQuery, s subset) (finish func() fields.Facet)
	// values is about how many values a facet goes through beside the rows.
	values() int
}

// query is what evaluation hands down.
type query struct {
	view   *View
	env    filter.Env
	work   *work
	asked  *roaring.Bitmap // rows that the question is about, nil for all; not to be changed
	within *roaring.Bitmap // rows that matter, nil for all; not to be changed
}

// ask begins an evaluation: of everyone, or of those asked for.
func (v *View) ask(w *work, env filter.Env, asked *roaring.Bitmap) query {
	w.sets.forget()
	return query{view: v, env: env, work: w, asked: asked, within: asked}
}

// cost orders the parts of a conjunction: rows that an index knows first, the
// fewest first, then what has to be looked for among those left.
type cost struct {
	scan bool
	rows uint64
}

func (c cost) compare(d cost) int {
	if c.scan != d.scan {
		if c.scan {
			return 1
		}
		return -1
	}
	return cmp.Compare(c.rows, d.rows)
}

// Evaluate returns the ordinals of the records that a filter accepts. The
// bitmap is the caller's. A nil filter accepts all. However long it takes, it
// keeps the view; see Tables.Ask.
func (v *View) Evaluate(f *filter.Filter, env filter.Env) *roaring.Bitmap {
	return v.materialize(v.ask(newWork(v.t).of(f), env, nil).filter(f))
}

// Count returns how many contacts a filter accepts.
func (v *View) Count(f *filter.Filter, env filter.Env) uint64 {
	return v.ask(newWork(v.t).of(f), env, nil).count(f)
}

// count is the number of rows of a filter.
func (q query) count(f *filter.Filter) uint64 {
	switch {
	case f == nil || f.Root == nil:
		return q.view.Size()
	case f.Root.Or || f.Root.Not:
		return q.countAll([]filter.Node{f.Root})
	}
	return q.countAll(f.Root.Rules)
}

// filter returns the rows of a filter.
func (q query) filter(f *filter.Filter) selection {
	if f == nil || f.Root == nil {
		return nobody().invert()
	}
	return q.node(f.Root)
}

// materialize returns the rows of a selection as a bitmap of the caller's own.
func (v *View) materialize(s selection) *roaring.Bitmap {
	switch {
	case s.inverted:
		return roaring.AndNot(v.of.live, s.rows)
	case s.owned:
		return s.rows
	}
	return s.rows.Clone()
}

// Rows returns the ordinals of the records that a filter accepts in a bitmap
// that is only to be read, and only under the view: what Evaluate copies it
// may share.
func (v *View) Rows(f *filter.Filter, env filter.Env) *roaring.Bitmap {
	return v.shared(v.ask(newWork(v.t).of(f), env, nil).filter(f))
}

// shared returns the rows of a selection in a bitmap that is only to be read.
func (v *View) shared(s selection) *roaring.Bitmap {
	switch {
	case !s.inverted:
		return s.rows
	case s.rows.IsEmpty():
		return v.of.live
	}
	return roaring.AndNot(v.of.live, s.rows)
}

func (v *View) count(s selection) uint64 {
	if s.inverted {
		return v.of.live.GetCardinality() - s.rows.GetCardinality()
	}
	return s.rows.GetCardinality()
}

func (q query) node(n filter.Node) selection {
	s := q.positive(n)
	switch n := n.(type) {
	case *filter.Group:
		s.inside = false // but in rows that the group itself narrowed down to
		if n.Not {
			return s.invert()
		}
	case *filter.Rule:
		if n.Not {
			return s.invert()
		}
	}
	return s
}

// positive returns the rows that a node accepts, leaving its Not aside. What the
// filter has more than once is evaluated once, among all rows that are asked for.
func (q query) positive(n filter.Node) selection {
	number, repeated := q.work.sets.numbers[n]
	if !repeated {
		return q.fresh(n)
	}
	if s, known := q.work.sets.known[number]; known {
		return s
	}
	q.within = q.asked
	return q.work.sets.keep(number, q.fresh(n))
}

// fresh evaluates a node.
func (q query) fresh(n filter.Node) selection {
	if q.work.err != nil {
		return nobody()
	}
	switch n := n.(type) {
	case *filter.Group:
		return q.group(n)
	case *filter.Rule:
		return q.rule(n)
	case *filter.Picked:
		return q.picked(n)
	}
	return nobody()
}

func (q query) group(g *filter.Group) selection {
	switch {
	case len(g.Rules) == 0:
		return nobody().invert()
	case g.Or:
		return q.any(g.Rules)
	}
	return q.all(g.Rules)
}

// any returns the rows that some node accepts.
func (q query) any(nodes []filter.Node) selection {
	result, nodes := q.anyPart(nodes)
	in, nodes := q.anyRange(nodes)
	result = result.or(in)
	for len(nodes) > 0 && q.work.err == nil {
		if p, n := q.onePass(nodes, true); p.rules() > 1 {
			result, nodes = result.or(p.rows(q)), nodes[n:]
			continue
		}
		result, nodes = result.or(q.node(nodes[0])), nodes[1:]
	}
	return result
}

func (q query) estimate(n filter.Node) cost {
	var c cost
	var not bool
	switch n := n.(type) {
	case *filter.Group:
		c, not = q.estimateGroup(n), n.Not
	case *filter.Rule:
		not = n.Not
		switch {
		case n.Field.Type == fields.FieldSegment:
			c = q.estimateAny(n.Segments)
		case n.Related != nil:
			c = q.view.estimateRelated(n)
		default:
			c = q.view.rules(n.Field).estimate(n)
		}
	case *filter.Picked:
		c = cost{rows: n.Ordinals.GetCardinality()}
	}
	if size := q.view.Size(); not {
		c.rows = size - min(size, c.rows)
	}
	return c
}

// estimateGroup estimates a group within another, once.
func (q query) estimateGroup(g *filter.Group) cost {
	c, known := q.work.costs[g]
	if !known {
		c = q.costOf(g)
		if q.work.costs == nil {
			q.work.costs = make(map[*filter.Group]cost)
		}
		q.work.costs[g] = c
	}
	return c
}

func (q query) costOf(g *filter.Group) cost {
	if g.Or {
		return q.estimateAny(g.Rules)
	}
	least := cost{rows: q.view.Size()}
	for _, n := range g.Rules {
		c := q.estimate(n)
		least.rows = min(least.rows, c.rows)
		least.scan = least.scan || c.scan
	}
	return least
}

func (q query) estimateAny(nodes []filter.Node) cost {
	var sum cost
	for _, n := range nodes {
		c := q.estimate(n)
		sum.rows += c.rows
		sum.scan = sum.scan || c.scan
	}
	return sum
}

// rule returns the rows that a rule accepts, leaving its Not aside. A rule on
// segments accepts who is in any of them.
func (q query) rule(r *filter.Rule) selection {
	if r.Field.Type == fields.FieldSegment {
		return q.any(r.Segments)
	}
	steps := ruleSteps + q.setSteps() + findSteps*uint64(len(r.Values))
	if !q.work.charge(steps) {
		return nobody()
	}
	q.work.rules++
	s := q.own(q.matching(r))
	q.work.done(steps)
	return s
}

// matching is rule without what it costs.
func (q query) matching(r *filter.Rule) selection {
	if r.Related != nil {
		return q.related(r)
	}
	return q.view.rules(r.Field).match(q, r)
}

// setSteps is what a step from set to set costs.
func (q query) setSteps() uint64 {
	blocks := 1 + q.view.Size()>>blockBits
	if q.asked != nil {
		blocks = min(blocks, q.asked.GetCardinality())
	}
	return setSteps * blocks
}

// own returns a selection that outlives a pause: of a patient question, its own
// and not the table's. Where few rows matter it has only these.
func (q query) own(s selection) selection {
	switch {
	case s.owned:
		return s
	case smallSet(q.within):
		return selection{rows: roaring.And(s.rows, q.within), owned: true, inverted: s.inverted, inside: !s.inverted}
	case !q.work.patient:
		return s
	case q.within != nil:
		return selection{rows: roaring.And(s.rows, q.within), owned: true, inverted: s.inverted, inside: !s.inverted}
	}
	return selection{rows: s.rows.Clone(), owned: true, inverted: s.inverted}
}
