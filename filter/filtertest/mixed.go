package filtertest

import (
	"strings"

	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// Mixed draws a filter that joins what a contact is with what its company is, with what belongs to it, and
// with when its fields changed: at least one rule each on three of a field of the company, conversations,
// notes, events of campaigns and, in a world that has them, changes, with any others beside and around them.
func (w *World) Mixed(t *rapid.T) *filter.Filter {
	rules := []any{w.rule(t), w.group(t, 2)}[:rapid.IntRange(0, 2).Draw(t, "others")]
	all := []fields.Field{w.companyField(t)}
	for _, name := range []string{"conversations", "notes", "campaign_events"} {
		f, _ := w.Schema.Field(name)
		all = append(all, f)
	}
	if asked := w.changes.asked(w.Schema); len(asked) > 0 {
		all = append(all, rapid.SampledFrom(asked).Draw(t, "changed"))
	}
	for _, f := range rapid.Permutation(all).Draw(t, "about")[:3] {
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

// companyField draws a field of the company.
func (w *World) companyField(t *rapid.T) fields.Field {
	var all []fields.Field
	for _, f := range w.fields() {
		if strings.HasPrefix(f.Name, fields.CompanyPrefix) {
			all = append(all, f)
		}
	}
	return rapid.SampledFrom(all).Draw(t, "field")
}
