package filter

import "github.com/ndoto/kundi/fields"

// Crossings returns rules such that each record passes one of them whose membership in a filter
// with this root can have changed between two moments, while no record changed: the values that
// came into a window like within_last, or fell out of it. Others may pass them too. The list is
// empty when time can have moved nobody. It does not look at rules that count whole days, which
// move everybody at once; see MovesOf.
func Crossings(root Node, from, to Env) (found []Node) {
	EachRule(root, func(r *Rule) {
		if r.byItself() == Anytime {
			found = append(found, r.turned(from, to)...)
		}
		if r.Related == nil || r.Related.Where == nil {
			return
		}
		// Any record may have turned whose own rules turn.
		if turned := Crossings(r.Related.Where, from, to); len(turned) > 0 {
			any := *r
			any.Operator, any.Not, any.Values = Any, false, nil
			any.Related = &Related{Of: r.Related.Of, Where: &Group{Or: true, Rules: turned}}
			found = append(found, &any)
		}
	})
	return found
}

// turned asks for the values that lie in the window of the rule at one of the moments only.
func (r *Rule) turned(from, to Env) (rules []Node) {
	fromLo, fromHi, _ := r.Bounds(from)
	toLo, toHi, _ := r.Bounds(to)
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
