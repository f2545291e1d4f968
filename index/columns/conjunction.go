package columns

import (
	"slices"

	"github.com/ndoto/kundi/filter"
)

// conjunction is nodes that all must accept a row, as far as they are answered. The cheapest one is asked first, so
// that the others need to look only at what is left.
type conjunction struct {
	query
	nodes []filter.Node // that are left

	// The rows in both are those that all others accept.
	last, before selection
}

// unsortedRows are so few that an order of the rules, or one pass for many of them, costs more than it spares.
const unsortedRows = 16

func (q query) conjunction(nodes []filter.Node) conjunction {
	if len(nodes) > 1 && (q.within == nil || q.within.GetCardinality() > unsortedRows) {
		nodes = q.cheapestFirst(joinNegated(nodes))
	}
	return conjunction{query: q, nodes: nodes, last: nobody().invert(), before: nobody().invert()}
}

// all returns the rows that every node accepts.
func (q query) all(nodes []filter.Node) selection {
	c := q.conjunction(nodes)
	for c.narrow() {
		c.next()
	}
	return c.last.and(c.before)
}

// countAll is the number of rows that every node accepts.
func (q query) countAll(nodes []filter.Node) uint64 {
	c := q.conjunction(nodes)
	for c.narrow() {
		if p, n := c.onePass(c.nodes, false); n == len(c.nodes) && !c.before.excludes() {
			return p.count(c.query)
		}
		c.next()
	}
	return q.view.countBoth(c.last, c.before)
}

// narrow lets only the rows matter that are left, and reports whether anything is left to answer. Then before has
// all these rows.
func (c *conjunction) narrow() bool {
	if len(c.nodes) == 0 {
		return false
	}
	c.before = c.last.and(c.before)
	if c.before.empty() {
		c.last, c.nodes = nobody().invert(), nil
		return false
	}
	if !c.before.inverted {
		c.within = c.before.rows
	}
	return true
}

// next answers the first of the nodes, or as many as one pass can.
func (c *conjunction) next() {
	n := 1
	if p, some := c.onePass(c.nodes, false); p.rules() > 1 {
		c.last, n = p.rows(c.query), some
	} else {
		c.last = c.node(c.nodes[0])
	}
	c.nodes = c.nodes[n:]
	if c.last.inside && !c.last.inverted && !c.before.inverted && c.within == c.before.rows {
		c.before = nobody().invert() // the last has no others
	}
}

// excludes reports whether a selection is everyone but some.
func (s selection) excludes() bool { return s.inverted && !s.rows.IsEmpty() }

// countBoth counts the rows in both selections, without making a set of them.
func (v *View) countBoth(s, t selection) uint64 {
	if t.everyone() {
		return v.count(s)
	}
	both := s.rows.AndCardinality(t.rows)
	switch {
	case s.inverted && t.inverted:
		return v.Size() - (s.rows.GetCardinality() + t.rows.GetCardinality() - both)
	case s.inverted:
		return t.rows.GetCardinality() - both
	case t.inverted:
		return s.rows.GetCardinality() - both
	}
	return both
}

func (q query) cheapestFirst(nodes []filter.Node) []filter.Node {
	type priced struct {
		node filter.Node
		cost cost
	}
	q.work.charge(findSteps * uint64(len(nodes)))
	list := make([]priced, len(nodes))
	for i, n := range nodes {
		list[i] = priced{n, q.estimate(n)}
	}
	slices.SortStableFunc(list, func(a, b priced) int { return a.cost.compare(b.cost) })
	sorted := make([]filter.Node, len(list))
	for i := range list {
		sorted[i] = list[i].node
	}
	return sorted
}
