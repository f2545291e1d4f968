package cel

import (
	"slices"
	"strings"
	"unicode"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
)

// sinceNow says how to write what other languages reckon from the present moment.
const sinceNow = `write field.within_last("P30D") for the last 30 days, and field.within_next("P30D") for the next 30`

// presents are what other languages call the present moment or day, and a period.
var presents = []string{"now", "today", "duration", "interval"}

// fromNow reports whether an expression is the present moment, or is reckoned from it.
func fromNow(e ast.Expr) bool {
	switch e.Kind() {
	case ast.IdentKind:
		return slices.Contains(presents, strings.ToLower(e.AsIdent()))
	case ast.CallKind:
		c := e.AsCall()
		switch name := c.FunctionName(); name {
		case operators.Add, operators.Subtract:
			return slices.ContainsFunc(c.Args(), fromNow)
		default:
			return slices.Contains(presents, strings.ToLower(name)) || c.IsMemberFunction() && fromNow(c.Target())
		}
	}
	return false
}

// isUnit reports whether a unit of time begins at a character, right behind a number, as in 30d.
func (r *reader) isUnit(at int32) bool {
	return unicode.IsDigit(r.at(at-1)) && unicode.IsLetter(r.at(at))
}

// periodAt returns where that begins to which a number with a unit belongs: the present moment from which it is
// taken, or the number itself. at is where the unit is.
func (r *reader) periodAt(at int32) int32 {
	begin := at
	for unicode.IsDigit(r.at(begin - 1)) {
		begin--
	}
	sign := begin - 1
	for unicode.IsSpace(r.at(sign)) {
		sign--
	}
	if c := r.at(sign); c != '-' && c != '+' {
		return begin
	}
	end := sign
	for unicode.IsSpace(r.at(end-1)) || r.at(end-1) == '(' || r.at(end-1) == ')' {
		end--
	}
	if from, word := r.wordBefore(end); slices.Contains(presents, word) {
		return from
	}
	return begin
}
