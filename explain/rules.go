package explain

import (
	"strconv"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// Rule is what one rule or group of a filter says of a contact.
type Rule struct {
	Location string      // like filter.rules[2].rules[0]
	Node     filter.Node // a *filter.Rule or a *filter.Group
	Matches  bool        // as it is written, with its not
	// Values are those that the contact has in the field of a rule, none for a missing value, for a
	// group, and for a rule on segments or related records.
	Values []fields.Value
	// Count is how many related records pass the rule, nil for other rules.
	Count *int
	// Segments say of each segment that a rule names whether the contact is in it.
	Segments []Membership
}

// Membership is whether a contact is in a segment.
type Membership struct {
	Segment string // its id
	Member  bool
}

// rulesOf explains what is in a group, in depth.
func rulesOf(g *filter.Group, location string, facts fields.Facts, env filter.Env) (list []Rule) {
	for i, n := range g.Rules {
		one := Rule{Location: location + ".rules[" + strconv.Itoa(i) + "]", Node: n, Matches: filter.Match(n, facts, env)}
		switch n := n.(type) {
		case *filter.Group:
			list = append(append(list, one), rulesOf(n, one.Location, facts, env)...)
			continue
		case *filter.Rule:
			one.explain(n, facts, env)
		}
		list = append(list, one)
	}
	return list
}

// explain adds what the contact has that the rule looks at.
func (r *Rule) explain(n *filter.Rule, facts fields.Facts, env filter.Env) {
	switch {
	case n.Related != nil:
		count := 0
		for _, one := range facts.Records(n.Related.Of) {
			if n.Related.Where == nil || filter.Match(n.Related.Where, one, env) {
				count++
			}
		}
		r.Count = &count
	case n.Field.Type == fields.FieldSegment:
		for i, segment := range n.Segments {
			r.Segments = append(r.Segments, Membership{n.Values[i].Text, filter.Match(segment, facts, env)})
		}
	case n.Field.Type == fields.FieldBucket:
		for _, seed := range facts.Values(n.Field) {
			r.Values = append(r.Values, fields.IntValue(int64(fields.SaltOf(n.Salt).Bucket(uint32(seed.Int)))))
		}
	default:
		r.Values = facts.Values(n.Field)
	}
}
