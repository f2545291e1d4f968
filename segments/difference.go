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
// each change; none of the oldest version that is kept. What was added to the filter or changed in it has
// its location in the filter of this version, and what was removed has its location before.
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
	d := difference{words: w}
	d.compare(side{before, "filter"}, side{after, "filter"})
	return d.list
}

// difference collects what is different in two filters, a sentence for each change.
type difference struct {
	words Words
	list  []string
}

// side is a group of one of the two filters, with its location.
type side struct {
	*filter.Group
	at string
}

// of says of which rules a sentence is, unless they are those of the whole filter.
func (g side) of() string {
	if g.at == "filter" {
		return ""
	}
	return " of " + g.at
}

func (g side) location(i int) string { return fmt.Sprintf("%s.rules[%d]", g.at, i) }

func (d *difference) say(format string, of ...any) {
	d.list = append(d.list, fmt.Sprintf(format, of...))
}

// compare says what is different in two groups, and in those in them that are alike.
func (d *difference) compare(before, after side) {
	said := len(d.list)
	d.joining(before, after)
	removed, added := without(before.Rules, after.Rules), without(after.Rules, before.Rules)
	for _, i := range removed {
		old := before.Rules[i]
		at := slices.IndexFunc(added, func(j int) bool { return alike(old, after.Rules[j]) })
		if at < 0 {
			d.say("Removed from %s: %s.", before.location(i), d.words.Say(old))
			continue
		}
		j := added[at]
		added = slices.Delete(added, at, at+1)
		switch now := after.Rules[j].(type) {
		case *filter.Group:
			d.compare(side{old.(*filter.Group), before.location(i)}, side{now, after.location(j)})
		default:
			d.say("Changed at %s: %s. It was: %s.", after.location(j), d.words.Say(now), d.words.Say(old))
		}
	}
	for _, j := range added {
		d.say("Added at %s: %s.", after.location(j), d.words.Say(after.Rules[j]))
	}
	if len(d.list) == said {
		d.say("The rules%s are in another order.", after.of())
	}
}

// joining says how the rules of a group are joined otherwise than before.
func (d *difference) joining(before, after side) {
	switch {
	case before.Or == after.Or:
	case after.Or:
		d.say("One of the rules%s is enough now; before, all had to hold.", after.of())
	case len(after.Rules) > 1:
		d.say("All rules%s must hold now; before, one was enough.", after.of())
	}
	name := "The whole filter"
	if after.of() != "" {
		name = "The group at " + after.at
	}
	switch {
	case before.Not == after.Not:
	case after.Not:
		d.say("%s is negated now.", name)
	default:
		d.say("%s is no longer negated.", name)
	}
}

// without returns the places of the nodes that others do not have.
func without(nodes, others []filter.Node) (rest []int) {
	times := map[string]int{}
	for _, n := range others {
		times[canonical(n)]++
	}
	for i, n := range nodes {
		if key := canonical(n); times[key] > 0 {
			times[key]--
		} else {
			rest = append(rest, i)
		}
	}
	return rest
}

// alike reports whether one of two nodes is most likely what became of the other: rules on the same
// field, or groups with a rule in common or with rules on the same field.
func alike(a, b filter.Node) bool {
	switch a := a.(type) {
	case *filter.Rule:
		b, isRule := b.(*filter.Rule)
		return isRule && a.Field.Name == b.Field.Name
	case *filter.Group:
		b, isGroup := b.(*filter.Group)
		return isGroup && slices.ContainsFunc(a.Rules, func(one filter.Node) bool {
			return slices.ContainsFunc(b.Rules, func(other filter.Node) bool { return alike(one, other) })
		})
	}
	return false
}

// canonical is the normal form of a group or a rule.
func canonical(n filter.Node) string {
	return string((&filter.Filter{Root: &filter.Group{Rules: []filter.Node{n}}}).Canonical())
}
