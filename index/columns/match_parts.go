package columns

import (
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// From this many parts on, the parts of texts of one field are looked for in one walk over
// the texts. Without it, each part that is shorter than a trigram costs a walk of its own.
const (
	manyShort = 4
	manyParts = 32

	maxJoinedPart  = 16 // bytes of a part; a longer one is rare and quickly found
	manyPartsSteps = 5  // to look for many parts in a text
)

// partsOf collects the rules of one field that ask for parts.
type partsOf struct {
	rules []*filter.Rule
	short int
}

func (p *partsOf) many() bool { return p.short >= manyShort || len(p.rules) >= manyParts }

// joinable returns the rule that a node is if it asks for a part that may be
// looked for with others.
func joinable(n filter.Node, not bool) (*filter.Rule, bool) {
	r, ok := n.(*filter.Rule)
	if !ok || r.Not != not || r.Operator != filter.Contains || len(r.Values) != 1 {
		return nil, false
	}
	size := len(r.Values[0].Text)
	return r, size > 0 && size <= maxJoinedPart
}

// partsByField collects such rules by field; none when there are not many.
func partsByField(nodes []filter.Node, not bool) map[string]*partsOf {
	if len(nodes) < manyShort {
		return nil
	}
	var fields map[string]*partsOf
	for _, n := range nodes {
		r, ok := joinable(n, not)
		if !ok {
			continue
		}
		if fields == nil {
			fields = make(map[string]*partsOf)
		}
		p := fields[r.Field.Name]
		if p == nil {
			p = new(partsOf)
			fields[r.Field.Name] = p
		}
		p.rules = append(p.rules, r)
		if len(r.Values[0].Text) < 3 {
			p.short++
		}
	}
	for name, p := range fields {
		if !p.many() {
			delete(fields, name)
		}
	}
	return fields
}

// without leaves out the nodes that were collected.
func without(nodes []filter.Node, fields map[string]*partsOf, not bool) []filter.Node {
	var rest []filter.Node
	for _, n := range nodes {
		if r, ok := joinable(n, not); !ok || fields[r.Field.Name] == nil {
			rest = append(rest, n)
		}
	}
	return rest
}

// anyPart returns the rows that some of the nodes accept which ask for many parts
// of one field, and the other nodes.
func (q query) anyPart(nodes []filter.Node) (result selection, rest []filter.Node) {
	result = nobody()
	fields := partsByField(nodes, false)
	if len(fields) == 0 {
		return result, nodes
	}
	for _, p := range fields {
		result = result.or(q.parts(p.rules))
	}
	return result, without(nodes, fields, false)
}

// parts returns the rows that any of the rules of one field accepts.
func (q query) parts(rules []*filter.Rule) selection {
	if !q.work.charge(ruleSteps * uint64(len(rules))) {
		return nobody()
	}
	q.work.rules += len(rules)
	texts := make([]string, len(rules))
	for i, r := range rules {
		texts[i] = r.Values[0].Text
	}
	part := textPart{operator: filter.Contains, any: newAutomaton(texts), phone: rules[0].Field.Type == fields.FieldPhone}
	column, ok := q.view.rules(rules[0].Field).(parted)
	if !ok {
		return nobody()
	}
	s := column.matchText(q, part)
	s.inside = false
	return q.own(s)
}

// joinNegated puts one group in the place of many nodes of a conjunction that
// ask for no part of one field, each of another.
func joinNegated(nodes []filter.Node) []filter.Node {
	fields := partsByField(nodes, true)
	if len(fields) == 0 {
		return nodes
	}
	rest := without(nodes, fields, true)
	for _, p := range fields {
		none := &filter.Group{Or: true, Not: true, Rules: make([]filter.Node, len(p.rules))}
		for i, r := range p.rules {
			positive := *r
			positive.Not = false
			none.Rules[i] = &positive
		}
		rest = append(rest, none)
	}
	return rest
}
