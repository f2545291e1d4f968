package cel

import (
	"encoding/json"
	"strconv"
)

// What is read of a text, before the decoder checks it. Each part knows where in the text it is.
type (
	// node is a *group or a *rule.
	node interface {
		write(r *reader, path string) any
	}

	group struct {
		at      int32
		or, not bool
		members []node
	}

	rule struct {
		at       int32
		field    name
		operator name   // in the words of the wire
		negative bool   // the operator is the opposite of another one
		value    *value // nil for none
		where    *group // of related records, nil for none
		salt     *value // nil for none
	}

	name struct {
		at   int32
		text string
	}

	value struct {
		at   int32
		json any     // what is written, but for a list
		list []value // not nil for a list

		units *[2]value // a number of units of the calendar, and the unit
	}
)

// json writes a tree in the wire form, and notes where in the text everything is.
func (r *reader) json(root *group) []byte {
	raw, err := json.Marshal(root.write(r, "filter"))
	if err != nil {
		return nil // only maps, slices and what JSON can say are in it
	}
	return raw
}

func (g *group) write(r *reader, path string) any {
	r.places[path] = g.at
	rules := make([]any, len(g.members))
	for i, n := range g.members {
		rules[i] = n.write(r, path+".rules["+strconv.Itoa(i)+"]")
	}
	object := map[string]any{"combinator": "and", "rules": rules}
	if g.or {
		object["combinator"] = "or"
	}
	if g.not {
		object["not"] = true
	}
	return object
}

func (n *rule) write(r *reader, path string) any {
	r.places[path] = n.at
	r.places[path+".field"] = n.field.at
	r.places[path+".operator"] = n.operator.at
	object := map[string]any{"field": n.field.text, "operator": n.operator.text}
	if n.value != nil {
		object["value"] = n.value.write(r, path+".value")
	}
	if n.where != nil {
		object["where"] = n.where.write(r, path+".where")
	}
	if n.salt != nil {
		object["salt"] = n.salt.write(r, path+".salt")
	}
	return object
}

func (v *value) write(r *reader, path string) any {
	r.places[path] = v.at
	switch {
	case v.units != nil:
		return map[string]any{"n": v.units[0].write(r, path+".n"), "unit": v.units[1].write(r, path+".unit")}
	case v.list == nil:
		return v.json
	}
	list := make([]any, len(v.list))
	for i := range v.list {
		list[i] = v.list[i].write(r, path+"["+strconv.Itoa(i)+"]")
	}
	return list
}
