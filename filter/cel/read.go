package cel

import (
	"fmt"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// reader turns the expression of a text into a filter in the wire form.
type reader struct {
	decoder filter.Decoder
	text    []rune
	info    *ast.SourceInfo
	faults  []placed
	places  map[string]int32 // where in the text is what the wire form has at a path
}

// scope is whose fields an expression asks: those of the filter, or in a where those of the
// related records, which have a name.
type scope struct {
	of   fields.Entity
	name string // "" outside of a where
}

const (
	noCondition = "must be a condition, such as country == \"KE\" or has(email), or several in parentheses"
	noValue     = "must be a value: a text or a day in quotes, a number, true or false"
	noField     = "must be a field, with its value on the right"
	alone       = "true and false stand for everyone and no one, and only alone: compare a field with them instead"
)

// root reads a whole expression. true is everyone, and false no one. It is nil after a fault.
func (r *reader) root(e ast.Expr, in scope) *group {
	if e.Kind() == ast.LiteralKind {
		if all, ok := e.AsLiteral().(types.Bool); ok {
			return &group{at: r.start(e), not: !bool(all)}
		}
	}
	switch n := r.node(e, in).(type) {
	case *group:
		return n
	case *rule:
		return &group{at: n.at, members: []node{n}}
	}
	return nil
}

// node reads a condition or several. It is nil after a fault.
func (r *reader) node(e ast.Expr, in scope) node {
	n := r.condition(e, in)
	if one, isRule := n.(*rule); isRule && !r.fits(one, in) {
		return nil
	}
	return n
}

// condition is node before it is known whether the field of a rule has its operator.
func (r *reader) condition(e ast.Expr, in scope) node {
	if e.Kind() != ast.CallKind {
		return r.refused(e)
	}
	c := e.AsCall()
	switch c.FunctionName() {
	case operators.LogicalAnd, operators.LogicalOr:
		return r.several(e, c.Args(), c.FunctionName() == operators.LogicalOr, in)
	case operators.LogicalNot:
		return r.opposite(e, r.node(c.Args()[0], in), in)
	case operators.In:
		return r.membership(e, in)
	case operators.Conditional:
		return r.no(r.start(e), "is no part of filters: write a && b || !a && c for a ? b : c")
	}
	if comparison, ok := comparisons[c.FunctionName()]; ok {
		return r.comparison(e, comparison, in)
	}
	if c.IsMemberFunction() {
		return r.method(e, in)
	}
	return r.function(e, in)
}

// no adds a fault and returns no node.
func (r *reader) no(at int32, detail string) node {
	r.fault(at, detail)
	return nil
}

// refused says what is wrong with something that is no condition.
func (r *reader) refused(e ast.Expr) node {
	switch e.Kind() {
	case ast.LiteralKind:
		if _, ok := e.AsLiteral().(types.Bool); ok {
			return r.no(r.start(e), alone)
		}
	case ast.IdentKind, ast.SelectKind:
		return r.no(r.start(e), "must be compared with a value, like == true; has(...) tells whether there is a value")
	}
	return r.no(r.start(e), noCondition)
}

// several reads the members of a group. Those with faults are left out, and the group if all
// have some.
func (r *reader) several(e ast.Expr, args []ast.Expr, or bool, in scope) node {
	if len(args) > filter.MaxRules {
		return r.no(r.start(args[filter.MaxRules]), fmt.Sprintf("must have at most %d rules", filter.MaxRules))
	}
	g := &group{at: r.start(e), or: or}
	for _, arg := range args {
		if n := r.node(arg, in); n != nil {
			g.members = append(g.members, n)
		}
	}
	if len(g.members) == 0 {
		return nil
	}
	return g
}

// opposite negates what was read: a group that is not negated by its not, a rule by its
// operator, and all else by a group around it.
func (r *reader) opposite(e ast.Expr, n node, in scope) node {
	at := r.start(e)
	switch n := n.(type) {
	case nil:
		return nil
	case *group:
		if !n.not {
			n.at, n.not = at, true
			return n
		}
	case *rule:
		if word, ok := r.negation(n, in); ok {
			n.at, n.operator.text, n.negative = at, word, true
			return n
		}
	}
	return &group{at: at, not: true, members: []node{n}}
}

// negation returns the word for the opposite of a rule, if it is positive and has one.
func (r *reader) negation(n *rule, in scope) (string, bool) {
	if n.negative {
		return "", false
	}
	f, ok := r.decoder.Field(in.of, n.field.text)
	if !ok {
		return n.operator.text, true // the decoder has the fault
	}
	return filter.Negation(f, n.operator.text)
}

// membership reads x in y: a field in a list of values, or a value in a field with several.
func (r *reader) membership(e ast.Expr, in scope) node {
	left, right := e.AsCall().Args()[0], e.AsCall().Args()[1]
	if left.Kind() == ast.LiteralKind {
		field, ok := r.field(right, in, "must be a field with several values, such as labels")
		if v := r.value(left); ok && v != nil {
			return &rule{at: v.at, field: field, operator: r.operator(e, "any_of"), value: &value{at: v.at, list: []value{*v}}}
		}
		return nil
	}
	field, ok := r.field(left, in, noField)
	v := r.list(right)
	if !ok || v == nil {
		return nil
	}
	return &rule{at: field.at, field: field, operator: r.operator(e, "in"), value: v}
}

// comparisons are the symbols between two sides, with their words on the wire.
var comparisons = map[string]string{
	operators.Equals: "eq", operators.NotEquals: "ne",
	operators.Less: "lt", operators.LessEquals: "lte", operators.Greater: "gt", operators.GreaterEquals: "gte",
}

// bucket is the field that may have the name of a draw: random_bucket("autumn").
const bucket = "random_bucket"

// comparison reads a field, a draw or a count of related records that is compared with a value.
func (r *reader) comparison(e ast.Expr, word string, in scope) node {
	left, right := e.AsCall().Args()[0], e.AsCall().Args()[1]
	if left.Kind() == ast.CallKind && left.AsCall().IsMemberFunction() && left.AsCall().FunctionName() == "count" {
		return r.counted(e, word, in)
	}
	if left.Kind() == ast.LiteralKind {
		return r.no(r.start(left), noField)
	}
	field, salt, ok := r.compared(left, in)
	v := r.value(right)
	if !ok || v == nil {
		return nil
	}
	return &rule{at: field.at, field: field, operator: r.operator(e, word), negative: word == "ne", value: v, salt: salt}
}

// compared reads the left side of a comparison: a field, or a field with the name of a draw.
func (r *reader) compared(e ast.Expr, in scope) (field name, salt *value, ok bool) {
	if e.Kind() != ast.CallKind || e.AsCall().IsMemberFunction() || len(e.AsCall().Args()) != 1 || e.AsCall().FunctionName() != bucket {
		field, ok = r.field(e, in, noField)
		return field, nil, ok
	}
	salt = r.value(e.AsCall().Args()[0])
	return name{r.start(e), e.AsCall().FunctionName()}, salt, salt != nil
}

// function reads has(field) and group(condition).
func (r *reader) function(e ast.Expr, in scope) node {
	c := e.AsCall()
	if detail, ok := spelled(c.FunctionName()); ok {
		return r.no(r.start(e), detail)
	}
	if len(c.Args()) != 1 {
		return r.no(r.start(e), "there is no such function: has(field) and group(condition) are all, and each takes one thing")
	}
	switch c.FunctionName() {
	case "has":
		field, ok := r.field(c.Args()[0], in, "must be a field")
		if !ok {
			return nil
		}
		return &rule{at: r.start(e), field: field, operator: name{r.start(e), "exists"}}
	case "group":
		return r.several(e, c.Args(), false, in)
	case operators.Negate, operators.Index:
		return r.no(r.start(e), noCondition)
	}
	return r.no(r.start(e), "there is no such function: has(field) and group(condition) are all")
}
