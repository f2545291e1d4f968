package fields

import (
	"slices"

	"github.com/ndoto/kundi/words"
)

// Renewed returns the value of an attribute in the form that it would get now.
func (a Attribute) Renewed(options RenewedOptions) Value {
	clean := words.CleanText
	if list := options[a.Number]; list != nil {
		clean = func(text string) string {
			text = words.CleanText(text)
			if option, ok := list.spelling(text); ok {
				return option
			}
			return text
		}
	}
	switch a.Value.Kind {
	case KindText:
		return TextValue(clean(a.Value.Text))
	case KindList:
		return ListValue(RenewedList(a.Value.List, clean))
	}
	return a.Value
}

// RenewedList returns a list with every member brought into its form of now, and
// of those that are one by Canonical the first.
func RenewedList(list []string, renewed func(string) string) []string {
	left := make([]string, 0, len(list))
	var forms []string
	for _, member := range list {
		if member = renewed(member); member == "" {
			continue
		}
		if len(list) > 1 {
			form := words.Canonical(member)
			if slices.Contains(forms, form) {
				continue
			}
			forms = append(forms, form)
		}
		left = append(left, member)
	}
	return left
}

// RenewedOptions are the options of lists, by the number of the attribute.
type RenewedOptions map[uint32]*choices

// Renew brings the options of a definition into the form that they would get now,
// and reports whether that changed any. Of those that are one now the first stays,
// in the spelling of which contacts get it.
func (r RenewedOptions) Renew(a *AttributeDefinition) (changed bool) {
	if renewed := RenewedList(a.Options, words.CleanText); len(renewed) > 0 && !slices.Equal(renewed, a.Options) {
		a.Options, changed = renewed, true
	}
	if len(a.Options) > 0 {
		r[a.Number] = &choices{options: a.Options}
	}
	return changed
}
