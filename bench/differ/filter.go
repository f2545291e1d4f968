package differ

import (
	"encoding/json"

	"github.com/ndoto/kundi/fields"
)

// node is a *group or a *rule.
type node any

// group is a group of a filter, on the way to both systems.
type group struct {
	Or, Not bool
	Nodes   []node
}

// rule is a rule of a filter: Value is as on the wire, Where that of one on related records, and Salt
// that of one on random buckets.
type rule struct {
	Field fields.Field
	Word  string
	Value any
	Where *group
	Salt  string
}

// MarshalJSON implements json.Marshaler: the filter as Kundi reads it.
func (g *group) MarshalJSON() ([]byte, error) {
	wire := map[string]any{"combinator": "and", "rules": g.Nodes}
	if g.Or {
		wire["combinator"] = "or"
	}
	if g.Not {
		wire["not"] = true
	}
	return json.Marshal(wire)
}

// MarshalJSON implements json.Marshaler.
func (r *rule) MarshalJSON() ([]byte, error) {
	wire := map[string]any{"field": r.Field.Name, "operator": r.Word}
	if r.Value != nil {
		wire["value"] = r.Value
	}
	if r.Where != nil {
		wire["where"] = r.Where
	}
	if r.Salt != "" {
		wire["salt"] = r.Salt
	}
	return json.Marshal(wire)
}

// wire is a filter as it is sent.
func (g *group) wire() []byte {
	text, err := json.Marshal(g)
	if err != nil {
		panic(err) // there are only maps, slices and scalars in it
	}
	return text
}

func all(nodes ...node) *group { return &group{Nodes: nodes} }

// smaller returns filters that have a little less than one: without a rule or a group, with one of
// the members of a group in its place, without a "not", or with a smaller where.
func (g *group) smaller() (list []*group) {
	with := func(i int, n ...node) {
		nodes := append(append(append([]node(nil), g.Nodes[:i]...), n...), g.Nodes[i+1:]...)
		if len(nodes) > 0 {
			list = append(list, &group{g.Or, g.Not, nodes})
		}
	}
	if g.Not {
		list = append(list, &group{g.Or, false, g.Nodes})
	}
	for i, n := range g.Nodes {
		with(i)
		switch n := n.(type) {
		case *group:
			with(i, n.Nodes...)
			for _, less := range n.smaller() {
				with(i, less)
			}
		case *rule:
			for _, less := range n.smaller() {
				with(i, less)
			}
		}
	}
	return list
}

// smaller returns the rule with less in it.
func (r *rule) smaller() (list []*rule) {
	if r.Where != nil {
		without := *r
		without.Where = nil
		list = append(list, &without)
		for _, less := range r.Where.smaller() {
			with := *r
			with.Where = less
			list = append(list, &with)
		}
	}
	if values, several := r.Value.([]any); several && r.Word != "between" && r.Word != "not_between" {
		for i := range values {
			if len(values) > 1 {
				with := *r
				with.Value = append(append([]any(nil), values[:i]...), values[i+1:]...)
				list = append(list, &with)
			}
		}
	}
	return list
}
