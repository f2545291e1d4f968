package filtertest

import (
	"strings"

	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// Mixed draws a filter that joins what a contact is with what its company is, and with what belongs to
// it: at least one rule on a field of the company, one on conversations and one on notes, with any
// others beside and around them.
func (w *World) Mixed(t *rapid.T) *filter.Filter {
	rules := []any{w.rule(t), w.group(t, 2)}[:rapid.IntRange(0, 2).Draw(t, "others")]
	for _, name := range []string{"company", "conversations", "notes"} {
		f := w.fieldAbout(t, name)
		rule := w.ruleOf(t, f, rapid.SampledFrom(filter.Operators(f)).Draw(t, "operator"))
		if rapid.IntRange(0, 2).Draw(t, "nest") == 0 {
			inner := w.group(t, 1)
			inner["rules"] = append(inner["rules"].([]any), rule)
			rule = inner
		}
		rules = append(rules, rule)
	}
	g := groupOf(rapid.Permutation(rules).Draw(t, "order")...)
	if rapid.Bool().Draw(t, "or") {
		g["combinator"] = "or"
	}
	if rapid.Bool().Draw(t, "not") {
		g["not"] = true
	}
	return w.decode(t, g)
}

// fieldAbout draws a field of the company, or returns the one about related records.
func (w *World) fieldAbout(t *rapid.T, name string) fields.Field {
	if name != "company" {
		f, _ := w.Schema.Field(name)
		return f
	}
	var all []fields.Field
	for _, f := range w.fields() {
		if strings.HasPrefix(f.Name, fields.CompanyPrefix) {
			all = append(all, f)
		}
	}
	return rapid.SampledFrom(all).Draw(t, "field")
}
