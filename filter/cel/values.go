package cel

import (
	"encoding/json"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// field reads the name of a field. expected is what to say if it is none.
func (r *reader) field(e ast.Expr, in scope, expected string) (name, bool) {
	text, ok := r.dotted(e)
	switch {
	case e.Kind() == ast.CallKind && e.AsCall().FunctionName() == operators.LogicalNot:
		expected = "write what ! negates in parentheses: !(field == \"a\")"
	case fromNow(e):
		expected, ok = sinceNow, false
	}
	if !ok {
		r.fault(r.start(e), expected)
		return name{}, false
	}
	if in.name != "" {
		rest, own := strings.CutPrefix(text, in.name+".")
		if !own {
			r.fault(r.start(e), "must be a field of the related record, with the name that the record has here before it, like c.channel")
			return name{}, false
		}
		text = rest
	}
	return name{r.start(e), text}, true
}

// dotted reads a.b.c, and a["b"] for a.b.
func (r *reader) dotted(e ast.Expr) (string, bool) {
	switch e.Kind() {
	case ast.IdentKind:
		return e.AsIdent(), true
	case ast.SelectKind:
		before, ok := r.dotted(e.AsSelect().Operand())
		return before + "." + e.AsSelect().FieldName(), ok
	case ast.CallKind:
		c := e.AsCall()
		if c.FunctionName() != operators.Index || c.Args()[1].Kind() != ast.LiteralKind {
			return "", false
		}
		key, isText := c.Args()[1].AsLiteral().(types.String)
		before, ok := r.dotted(c.Args()[0])
		return before + "." + string(key), ok && isText
	}
	return "", false
}

// value reads a single value. It is nil after a fault.
func (r *reader) value(e ast.Expr) *value {
	v := &value{at: r.start(e)}
	if fromNow(e) {
		r.fault(v.at, sinceNow)
		return nil
	}
	switch e.Kind() {
	case ast.LiteralKind:
	case ast.ListKind:
		r.fault(v.at, "must be a single value; in takes several")
		return nil
	case ast.IdentKind, ast.SelectKind:
		r.fault(v.at, "must be a value: a text in quotes, a number, true or false; a field is compared with a value, never with another field")
		return nil
	default:
		r.fault(v.at, noValue)
		return nil
	}
	switch x := e.AsLiteral().(type) {
	case types.String:
		v.json = string(x)
	case types.Bool:
		v.json = bool(x)
	case types.Int:
		v.json = json.Number(strconv.FormatInt(int64(x), 10))
	case types.Double:
		v.json = r.decimal(e)
	case types.Null:
		r.fault(v.at, "null is no value: has(field) tells whether there is one")
		return nil
	default:
		r.fault(v.at, noValue)
		return nil
	}
	return v
}

// decimal returns a number as it is written, because some have more digits than a float.
func (r *reader) decimal(e ast.Expr) json.Number {
	at, _ := r.info.GetOffsetRange(e.ID())
	begin := at.Start
	text := ""
	if r.text[begin] == '-' {
		text, begin = "-", begin+1
		for strings.ContainsRune(" \t\r\n\f", r.text[begin]) {
			begin++
		}
	}
	end := begin
	for int(end) < len(r.text) && strings.ContainsRune("0123456789.eE+-", r.text[end]) {
		end++
	}
	written := string(r.text[begin:end])
	if strings.HasPrefix(written, ".") {
		text += "0"
	}
	return json.Number(text + written)
}

// list reads a list of values. It is nil after a fault.
func (r *reader) list(e ast.Expr) *value {
	if e.Kind() != ast.ListKind {
		r.fault(r.start(e), "must be a list of values in [ ]")
		return nil
	}
	v := &value{at: r.start(e), list: []value{}}
	whole := true
	for _, element := range e.AsList().Elements() {
		if one := r.value(element); one != nil {
			v.list = append(v.list, *one)
		} else {
			whole = false
		}
	}
	if !whole {
		return nil
	}
	return v
}

// operator is a symbol between two sides, with its word on the wire.
func (r *reader) operator(e ast.Expr, word string) name { return name{r.offset(e), word} }

// offset is where the parser found an expression: of a call, where its operator or its
// parenthesis is.
func (r *reader) offset(e ast.Expr) int32 {
	at, _ := r.info.GetOffsetRange(e.ID())
	return at.Start
}

// start is where an expression begins.
func (r *reader) start(e ast.Expr) int32 {
	switch e.Kind() {
	case ast.SelectKind:
		return r.start(e.AsSelect().Operand())
	case ast.CallKind:
		c := e.AsCall()
		switch {
		case c.IsMemberFunction():
			return r.start(c.Target())
		case c.FunctionName() == operators.LogicalNot || c.FunctionName() == operators.Negate:
			return r.offset(e)
		case symbolic(c):
			return r.start(c.Args()[0])
		}
		return r.nameAt(e)
	}
	return r.offset(e)
}

// symbolic reports whether a call is written as a symbol between its arguments.
func symbolic(c ast.CallExpr) bool {
	_, ok := operators.FindReverse(c.FunctionName())
	return ok && len(c.Args()) > 0
}

// nameAt is where the name of a called function begins, which stands before its parenthesis.
func (r *reader) nameAt(e ast.Expr) int32 {
	end := r.offset(e)
	for end > 0 && strings.ContainsRune(" \t\r\n\f", r.text[end-1]) {
		end--
	}
	return max(end-int32(len(e.AsCall().FunctionName())), 0)
}
