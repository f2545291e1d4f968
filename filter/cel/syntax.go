package cel

import (
	"strings"

	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
)

// parse returns the expression of a text, nil after a fault.
func (r *reader) parse(text string) ast.Expr {
	parsed, errs := newParser().Parse(source{common.NewTextSource(text)})
	if found := errs.GetErrors(); len(found) > 0 {
		r.syntax(found)
		return nil
	}
	r.info = parsed.SourceInfo()
	return parsed.Expr()
}

// syntax adds what the parser found. Where there is a hint, only hints are given: the parser goes on from
// the wrong place then, and what else it finds mostly follows from that.
func (r *reader) syntax(found []*common.Error) {
	var hints []placed
	for _, e := range found {
		at := min(max(int32(e.Location.Column()), 0), int32(len(r.text)))
		if place, detail, ok := r.hint(at); ok {
			hints = append(hints, placed{place, detail})
		}
		r.fault(at, syntaxFault(e.Message))
	}
	if len(hints) > 0 {
		r.faults = hints
	}
}

// syntaxFaults say in our words what the parser means, whose own words repeat the text: the
// first one whose word is in the message of the parser.
var syntaxFaults = []struct{ word, detail string }{
	{"recursion limit", "is nested too deep"},
	{"EOF", "ends too early: a condition, a value or a closing parenthesis is missing"},
	{"token", "is not CEL from here on: a condition or a value is expected"},
	{"expected ')'", "a closing parenthesis is expected"},
	{"expecting ')'", "a closing parenthesis or a comma is expected"},
	{"expected ']'", "a closing bracket or a comma is expected"},
	{"reserved identifier", "is a word that CEL keeps for itself"},
	{"int literal", "must be a number of at most 15 digits"},
	{"double literal", "must be a number of at most 15 digits"},
	{"uint literal", "must be a number of at most 15 digits"},
	{"string", "is a text without its closing quote, or with a wrong escape: a backslash in a text is written twice"},
	{"escape", "is a text with a wrong escape: a backslash in a text is written twice"},
	{"unicode", "is a text with a wrong escape: a backslash in a text is written twice"},
	{"unsupported", "is no part of CEL"},
	{"identifier", "the name of a field or of a function is expected"},
}

func syntaxFault(message string) string {
	for _, f := range syntaxFaults {
		if strings.Contains(message, f.word) {
			return f.detail
		}
	}
	return "is not CEL: conditions are joined by && and ||, and texts are in quotes"
}
