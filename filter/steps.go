package filter

import (
	"slices"
	"strconv"
)

// Step is a rule or a group of a filter, with what the filter comes to there.
type Step struct {
	Location string  // like filter.rules[2].rules[0]
	Alone    *Filter // that those pass who pass the rule or the group by itself
	Through  *Filter // that those pass who pass the filter if it ends with the rule or the group
}

// Steps returns the first rules and groups of a filter, most of them, in the order in which they are written and each
// group before what is in it. path is what stands for the filter in their locations. The filters share their rules
// with that of the root.
func Steps(root *Group, path string, most int) []Step {
	s := steps{most: most}
	s.of(root, path, func(g *Group) *Group { return g })
	return s.list
}

type steps struct {
	most int
	list []Step
}

// of adds what is in a group. whole puts a part of the group into the filter in the place of the group, and ends the
// filter with it.
func (s *steps) of(g *Group, path string, whole func(*Group) *Group) {
	for i, n := range g.Rules {
		if len(s.list) == s.most {
			return
		}
		through := func(last Node) *Group { return whole(g.through(i, last)) }
		at := path + ".rules[" + strconv.Itoa(i) + "]"
		s.list = append(s.list, Step{at, &Filter{Root: &Group{Rules: []Node{n}}}, &Filter{Root: through(n)}})
		if inner, isGroup := n.(*Group); isGroup {
			s.of(inner, at, func(part *Group) *Group { return through(part) })
		}
	}
}

// through returns the group up to its rule with a number, with another one in the place of that.
func (g *Group) through(i int, last Node) *Group {
	return &Group{Or: g.Or && i > 0, Not: g.Not, Rules: append(slices.Clone(g.Rules[:i]), last)}
}
