package filter

import (
	"github.com/ndoto/kundi/fields"
)

// Crossings returns rules such that each record passes one of them whose membership in a filter
// with this root can have changed between two moments, while no record changed: the values that
// came into a window like within_last, or fell out of it. Others may pass them too. The list is
// empty when time can have moved nobody. It does not look at rules that count whole days, which
// move everybody at once; see MovesOf.
func Crossings(root Node, from, to Env) []Node {
	c := crossing{from: from, to: to, met: map[Node]bool{}}
	c.node(root)
	return c.found
}

// crossing collects the rules.
type crossing struct {
	from, to Env
	found    []Node
	met      map[Node]bool // filters of segments, of which one may be named very often
}

func (c *crossing) node(n Node) {
	switch n := n.(type) {
	case *Group:
		for _, one := range n.Rules {
			c.node(one)
		}
	case *Rule:
		c.rule(n)
	}
}

func (c *crossing) rule(r *Rule) {
	if r.byItself() == Anytime {
		c.found = append(c.found, c.turned(r)...)
	}
	if r.Related != nil && r.Related.Where != nil {
		c.related(r)
	}
	for _, segment := range r.Segments {
		if !c.met[segment] {
			c.met[segment] = true
			c.node(segment)
		}
	}
}

// related asks for any record whose own rules turn.
func (c *crossing) related(r *Rule) {
	where := crossing{from: c.from, to: c.to, met: c.met}
	if where.node(r.Related.Where); len(where.found) > 0 {
		any := *r
		any.Operator, any.Not, any.Values = Any, false, nil
		any.Related = &Related{Of: r.Related.Of, Where: &Group{Or: true, Rules: where.found}}
		c.found = append(c.found, &any)
	}
}

// turned asks for the values that lie in the window of a rule at one of the moments only.
func (c *crossing) turned(r *Rule) (rules []Node) {
	fromLo, fromHi, _ := r.Bounds(c.from)
	toLo, toHi, _ := r.Bounds(c.to)
	if fromLo != toLo {
		rules = append(rules, between(r.Field, min(fromLo, toLo), max(fromLo, toLo)-1))
	}
	if fromHi != toHi {
		rules = append(rules, between(r.Field, min(fromHi, toHi)+1, max(fromHi, toHi)))
	}
	return rules
}

// between asks for an instant in an interval, both ends included.
func between(f fields.Field, lo, hi int64) *Rule {
	return &Rule{Field: f, Operator: Between, Values: []fields.Value{fields.IntValue(lo), fields.IntValue(hi)}, Days: []bool{false, false}}
}
