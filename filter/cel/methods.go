package cel

import (
	"encoding/json"
	"math"
	"strconv"

	"cel.dev/cel-go/common/ast"

	"github.com/ndoto/kundi/fields"
)

// method reads a call on a field: name.contains("ann").
func (r *reader) method(e ast.Expr, in scope) node {
	c := e.AsCall()
	switch c.FunctionName() {
	case "any":
		n := r.relation(e, in)
		if n == nil {
			return nil
		}
		n.operator = name{r.nameAt(e), "any"}
		return n
	case "exists": // of CEL
		if len(c.Args()) == 2 {
			return r.no(r.nameAt(e), anyOfThem)
		}
	case "count":
		return r.no(r.start(e), "must be compared with a number, like >= 2")
	}
	m, known := methodNamed(c.FunctionName())
	if !known {
		if detail, ok := spelled(c.FunctionName()); ok {
			return r.no(r.nameAt(e), detail)
		}
		return r.no(r.nameAt(e), "there is no such function of fields; there are "+methodNames())
	}
	field, ok := r.field(c.Target(), in, "must be a field")
	v := r.arguments(e, m)
	if !ok || v == nil {
		return nil
	}
	return &rule{at: field.at, field: field, operator: name{r.nameAt(e), m.operator}, value: v}
}

// arguments reads what a method takes as the value of its rule.
func (r *reader) arguments(e ast.Expr, m method) *value {
	args := e.AsCall().Args()
	switch {
	case m.takes == aList && len(args) == 1:
		return r.list(args[0])
	case (m.takes == oneValue || m.takes == units) && len(args) == 1:
		return r.value(args[0])
	case m.takes == units && len(args) == 2:
		n, unit := r.value(args[0]), r.value(args[1])
		if n == nil || unit == nil {
			return nil
		}
		return &value{at: n.at, units: &[2]value{*n, *unit}}
	case m.takes == twoValues && len(args) == 2:
		from, to := r.value(args[0]), r.value(args[1])
		if from == nil || to == nil {
			return nil
		}
		return &value{at: from.at, list: []value{*from, *to}}
	}
	r.fault(r.nameAt(e), "takes "+expected[m.takes])
	return nil
}

// relation reads the records of conversations.any(c, condition), without an operator.
func (r *reader) relation(e ast.Expr, in scope) *rule {
	c := e.AsCall()
	field, ok := r.field(c.Target(), in, "must be a field of related records, such as conversations")
	if !ok {
		return nil
	}
	n := &rule{at: field.at, field: field}
	if len(c.Args()) == 0 {
		return n
	}
	if len(c.Args()) != 2 || c.Args()[0].Kind() != ast.IdentKind {
		r.fault(r.nameAt(e), "takes nothing, or a name for the record and a condition about it: (c, c.channel == \"whatsapp\")")
		return nil
	}
	f, _ := r.decoder.Field(in.of, field.text)
	if f.Type != fields.FieldRelated {
		return n // the decoder has the fault
	}
	n.where = r.root(c.Args()[1], scope{of: f.Standard.Records, name: c.Args()[0].AsIdent()})
	if n.where == nil {
		return nil
	}
	return n
}

// counted reads a comparison of a count of related records.
func (r *reader) counted(e ast.Expr, word string, in scope) node {
	n := r.relation(e.AsCall().Args()[0], in)
	v := r.value(e.AsCall().Args()[1])
	if n == nil || v == nil {
		return nil
	}
	not := false
	switch word {
	case "eq", "lte", "gte":
	case "ne":
		word, not = "eq", true
	case "lt":
		word, v = "lte", r.next(v, -1)
	case "gt":
		word, v = "gte", r.next(v, +1)
	}
	n.operator, n.value = r.operator(e, "count_"+word), v
	if not {
		return &group{at: n.at, not: true, members: []node{n}}
	}
	return n
}

// next is the whole number beside one: fewer than 3 are at most 2. What is no whole number stays,
// and the decoder refuses it.
func (r *reader) next(v *value, step int64) *value {
	number, _ := v.json.(json.Number)
	n, err := strconv.ParseInt(number.String(), 10, 64)
	if err != nil || n == math.MaxInt64 || n == math.MinInt64 {
		return v
	}
	return &value{at: v.at, json: json.Number(strconv.FormatInt(n+step, 10))}
}
