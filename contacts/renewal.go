package contacts

import "slices"

// renewTexts brings the texts of a contact that an older version stored into the
// form that they would get now: without what pasting brings along unseen, and of
// labels and options that are one now only the first. A text that shows nothing is
// missing. It reports whether it changed the contact, which must be nobody else's. k is
// contactKind, which it may not name itself.
func renewTexts(k *Kind[Contact], c *Contact, options RenewedOptions) (changed bool) {
	before := c.Clone()
	k.Renew(c)
	for i := range c.Absorbed {
		c.Absorbed[i].Name = CleanText(c.Absorbed[i].Name)
	}
	c.Attributes = slices.DeleteFunc(c.Attributes, func(a Attribute) bool { return a.renewed(options).IsMissing() })
	for i, a := range c.Attributes {
		c.Attributes[i].Value = a.renewed(options)
	}
	return !k.Same(before, c) || !slices.Equal(before.Absorbed, c.Absorbed)
}

func (a Attribute) renewed(options RenewedOptions) Value {
	clean := CleanText
	if list := options[a.Number]; list != nil {
		clean = func(text string) string {
			text = CleanText(text)
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
		return ListValue(renewedList(a.Value.List, clean))
	}
	return a.Value
}

// renewedList returns a list with every member brought into its form of now, and
// of those that are one by Canonical the first.
func renewedList(list []string, renewed func(string) string) []string {
	left := make([]string, 0, len(list))
	var forms []string
	for _, member := range list {
		if member = renewed(member); member == "" {
			continue
		}
		if len(list) > 1 {
			form := Canonical(member)
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
	if renewed := renewedList(a.Options, CleanText); len(renewed) > 0 && !slices.Equal(renewed, a.Options) {
		a.Options, changed = renewed, true
	}
	if len(a.Options) > 0 {
		r[a.Number] = &choices{options: a.Options}
	}
	return changed
}
