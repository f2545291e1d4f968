package segments

import (
	"fmt"
	"slices"

	"github.com/ndoto/kundi/filter"
)

// Words say in plain words what filters are.
type Words interface {
	// Decode returns the root of a stored filter, false for one that is not valid any more.
	Decode(raw []byte) (root *filter.Group, valid bool)
	// Say is the reading of a group or a rule of a checked filter.
	Say(n filter.Node) string
}

// Difference says in plain words what a version has changed of the one before, a sentence for
// each change; none of the oldest version that is kept.
func (v *Version) Difference(w Words) (list []string) {
	if v.Before == nil {
		return nil
	}
	if v.Name != v.Before.Name {
		list = append(list, fmt.Sprintf("The name changed from %q to %q.", v.Before.Name, v.Name))
	}
	switch before, after := v.Before.Description, v.Description; {
	case before == after:
	case before == "":
		list = append(list, "A description was added.")
	case after == "":
		list = append(list, "The description was removed.")
	default:
		list = append(list, "The description changed.")
	}
	if string(v.Filter) != string(v.Before.Filter) {
		list = append(list, v.filterDifference(w)...)
	}
	return list
}

func (v *Version) filterDifference(w Words) []string {
	before, valid := w.Decode(v.Before.Filter)
	after, stillValid := w.Decode(v.Filter)
	switch {
	case !valid || !stillValid:
		return []string{"The filter changed. What changed in it cannot be said, because one of the two no longer fits the attributes and segments."}
	case v.Hash == v.Before.Hash:
		return []string{"The filter is written otherwise and means the same."}
	}
	list := joining(before, after)
	removed, added := without(before.Rules, after.Rules), without(after.Rules, before.Rules)
	for _, n := range removed {
		if at := slices.IndexFunc(added, func(other filter.Node) bool { return sameField(n, other) }); at >= 0 {
			list = append(list, fmt.Sprintf("Changed: %s. It was: %s.", w.Say(added[at]), w.Say(n)))
			added = slices.Delete(added, at, at+1)
			continue
		}
		list = append(list, "Removed: "+w.Say(n)+".")
	}
	for _, n := range added {
		list = append(list, "Added: "+w.Say(n)+".")
	}
	if len(list) == 0 {
		list = append(list, "The rules are in another order.")
	}
	return list
}

// joining says how the rules of a filter are joined otherwise than before.
func joining(before, after *filter.Group) (list []string) {
	switch {
	case before.Or == after.Or:
	case after.Or:
		list = append(list, "One of the rules is enough now; before, all had to hold.")
	case len(after.Rules) > 1:
		list = append(list, "All rules must hold now; before, one was enough.")
	}
	switch {
	case before.Not == after.Not:
	case after.Not:
		list = append(list, "The whole filter is negated now.")
	default:
		list = append(list, "The whole filter is no longer negated.")
	}
	return list
}

// without returns the nodes that others do not have.
func without(nodes, others []filter.Node) (rest []filter.Node) {
	times := map[string]int{}
	for _, n := range others {
		times[canonical(n)]++
	}
	for _, n := range nodes {
		if key := canonical(n); times[key] > 0 {
			times[key]--
		} else {
			rest = append(rest, n)
		}
	}
	return rest
}

// canonical is the normal form of a group or a rule.
func canonical(n filter.Node) string {
	return string((&filter.Filter{Root: &filter.Group{Rules: []filter.Node{n}}}).Canonical())
}

// sameField reports whether two rules ask for the same field.
func sameField(a, b filter.Node) bool {
	one, isRule := a.(*filter.Rule)
	other, isRuleToo := b.(*filter.Rule)
	return isRule && isRuleToo && one.Field.Name == other.Field.Name
}
