package cel

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// lineWidth is how many characters a line has before it is broken into several.
const lineWidth = 100

// flat is the indentation of what must be on one line.
const flat = -1

// Print writes a checked filter as text. Reading the text with the same schema gives a filter
// with the same hash. Texts are written as they were spelled, segments by id. An expression that
// is too long for a line has each condition on a line of its own.
func Print(f *filter.Filter) string { return rootText(f.Root, "", 0) }

// rootText writes a group that is in no other. scope is the name of the related record whose
// fields it asks, "" for those of the contact.
func rootText(g *filter.Group, scope string, indent int) string {
	switch {
	case len(g.Rules) == 0 && g.Not:
		return "false"
	case len(g.Rules) == 0:
		return "true"
	case len(g.Rules) > 1 && !g.Not:
		return membersText(g, scope, indent)
	case len(g.Rules) == 1 && !g.Not:
		if rule, ok := g.Rules[0].(*filter.Rule); ok {
			return ruleText(rule, scope, indent)
		}
	}
	return nodeText(g, scope, indent)
}

// nodeText writes a condition or a group in parentheses. A group with one member is written as
// group(...), because parentheses around one condition say nothing in CEL.
func nodeText(n filter.Node, scope string, indent int) string {
	if rule, ok := n.(*filter.Rule); ok {
		return ruleText(rule, scope, indent)
	}
	g := n.(*filter.Group)
	open := "("
	if len(g.Rules) == 1 {
		open = "group("
	}
	if g.Not {
		open = "!" + open
	}
	return enclosed(open, ")", indent, func(indent int) string { return membersText(g, scope, indent) })
}

// membersText writes the members of a group, one a line if they do not fit into one.
func membersText(g *filter.Group, scope string, indent int) string {
	operator := " &&"
	if g.Or {
		operator = " ||"
	}
	return joined(len(g.Rules), operator, indent, func(i, indent int) string { return nodeText(g.Rules[i], scope, indent) })
}

// enclosed writes something between brackets, on lines of its own if it does not fit.
func enclosed(open, end string, indent int, body func(indent int) string) string {
	line := open + body(flat) + end
	if fits(line, indent) {
		return line
	}
	inner := indent + 2
	return open + "\n" + padding(inner) + body(inner) + "\n" + padding(indent) + end
}

// joined writes n parts with a separator between them.
func joined(n int, separator string, indent int, part func(i, indent int) string) string {
	write := func(indent int, space string) string {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = part(i, indent)
		}
		return strings.Join(parts, separator+space)
	}
	if line := write(flat, " "); fits(line, indent) {
		return line
	}
	return write(indent, "\n"+padding(indent))
}

func fits(line string, indent int) bool {
	return indent == flat || indent+utf8.RuneCountInString(line) <= lineWidth
}

func padding(indent int) string { return strings.Repeat(" ", indent) }

// ruleText writes a rule.
func ruleText(r *filter.Rule, scope string, indent int) string {
	if r.Not {
		positive := *r
		positive.Not = false
		return negatedText(&positive, scope, indent)
	}
	word, _ := r.Word() // every positive operator has one
	field := fieldText(scope, r.Field.Name)
	if r.Related != nil {
		return relatedText(r, field, indent)
	}
	if r.Salt != "" {
		field += "(" + literal(r.Salt) + ")"
	}
	if r.Units.N > 1 {
		return field + "." + methodOf(word) + "(" + strconv.Itoa(r.Units.N) + ", " + literal(string(r.Units.Unit)) + ")"
	}
	value := r.Written()
	list, _ := value.([]any)
	if symbol, ok := symbols[word]; ok {
		return field + " " + symbol + " " + literal(value)
	}
	switch word {
	case "exists":
		return "has(" + field + ")"
	case "in":
		return listText(field+" in [", "]", list, indent)
	case "any_of":
		if len(list) == 1 {
			return literal(list[0]) + " in " + field
		}
		return listText(field+".any_of([", "])", list, indent)
	case "all_of":
		return listText(field+".all_of([", "])", list, indent)
	case "between":
		return field + ".between(" + literal(list[0]) + ", " + literal(list[1]) + ")"
	}
	return field + "." + methodOf(word) + "(" + literal(value) + ")"
}

// negatedText writes the complement of a rule.
func negatedText(positive *filter.Rule, scope string, indent int) string {
	word, _ := positive.Word()
	text := ruleText(positive, scope, indent)
	_, single := symbols[word]
	switch {
	case word == "eq" || word == "on":
		return fieldText(scope, positive.Field.Name) + " != " + literal(positive.Written())
	case single || word == "in" || word == "any_of" && len(positive.Values) == 1 || positive.Related != nil && word != "any":
		return "!(" + text + ")"
	}
	return "!" + text
}

// relatedText writes a rule on related records.
func relatedText(r *filter.Rule, field string, indent int) string {
	word, _ := r.Word()
	method, end := ".any(", ")"
	if word != "any" {
		method, end = ".count(", ") "+counts[word]+" "+literal(r.Written())
	}
	where := r.Related.Where
	if where == nil {
		return field + method + end
	}
	scope := field[:1]
	body := func(indent int) string { return rootText(where, scope, indent) }
	if line := field + method + scope + ", " + body(flat) + end; fits(line, indent) {
		return line
	}
	return enclosed(field+method+scope+",", end, indent, body)
}

// listText writes a list of values.
func listText(open, end string, list []any, indent int) string {
	return enclosed(open, end, indent, func(indent int) string {
		return joined(len(list), ",", indent, func(i, _ int) string { return literal(list[i]) })
	})
}

// fieldText writes the name of a field. A key that CEL has as a word of its own is written in
// brackets.
func fieldText(scope, name string) string {
	if rest, ok := strings.CutPrefix(name, fields.AttributePrefix); ok && keywords[rest] {
		name = strings.TrimSuffix(fields.AttributePrefix, ".") + "[" + strconv.Quote(rest) + "]"
	}
	if rest, ok := strings.CutPrefix(name, fields.CompanyPrefix+fields.AttributePrefix); ok && keywords[rest] {
		name = fields.CompanyPrefix + strings.TrimSuffix(fields.AttributePrefix, ".") + "[" + strconv.Quote(rest) + "]"
	}
	if scope != "" {
		return scope + "." + name
	}
	return name
}

// keywords are the words that CEL does not take after a dot.
var keywords = map[string]bool{"in": true, "true": true, "false": true, "null": true}

// literal writes a value.
func literal(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case json.Number:
		return number(v.String())
	}
	return fmt.Sprint(v)
}

// number writes a number. CEL has integers of 64 bits: longer ones are written as fractions.
func number(text string) string {
	if len(text) > 18 && strings.Trim(text, "-0123456789") == "" {
		return text + ".0"
	}
	return text
}
