package filter_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/filter/filtertest"
)

// TestStepsEndTheFilter: each step has the filter up to it, in the order in which it is written.
func TestStepsEndTheFilter(t *testing.T) {
	rule := func(text string) *filter.Rule { return &filter.Rule{Salt: text} }
	a, b, c, d := rule("a"), rule("b"), rule("c"), rule("d")
	inner := &filter.Group{Or: true, Not: true, Rules: []filter.Node{b, c}}
	root := &filter.Group{Rules: []filter.Node{a, inner, d}}
	and := func(nodes ...filter.Node) *filter.Group { return &filter.Group{Rules: nodes} }
	part := &filter.Group{Not: true, Rules: []filter.Node{b}}
	want := []filter.Step{
		{"f.rules[0]", &filter.Filter{Root: and(a)}, &filter.Filter{Root: and(a)}},
		{"f.rules[1]", &filter.Filter{Root: and(inner)}, &filter.Filter{Root: and(a, inner)}},
		{"f.rules[1].rules[0]", &filter.Filter{Root: and(b)}, &filter.Filter{Root: and(a, part)}},
		{"f.rules[1].rules[1]", &filter.Filter{Root: and(c)}, &filter.Filter{Root: and(a, inner)}},
		{"f.rules[2]", &filter.Filter{Root: and(d)}, &filter.Filter{Root: root}},
	}
	require.Equal(t, want, filter.Steps(root, "f", 10))
	require.Equal(t, want[:3], filter.Steps(root, "f", 3))
	require.Empty(t, filter.Steps(&filter.Group{}, "f", 10))
}

// TestTheLastStepIsTheFilter, of any filter.
func TestTheLastStepIsTheFilter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := filtertest.Draw(t, 1)
		f := w.Filter(t)
		steps := filter.Steps(f.Root, "filter", 1_000)
		if len(f.Root.Rules) == 0 {
			require.Empty(t, steps)
			return
		}
		require.Equal(t, string(f.Canonical()), string(steps[len(steps)-1].Through.Canonical()))
	})
}
