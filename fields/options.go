package fields

import (
	"fmt"
	"slices"
	"sync"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/words"
)

// How many members lists of standard fields may have.
const (
	MaxLabels  = 200 // of a contact or company
	MaxDomains = 100 // of a company
)

// coerceOption takes one value of a closed list, in the spelling of the list,
// or one label, which is free.
func (s *Schema) coerceOption(f Field, text string) (Value, string) {
	switch f.Plain() {
	case "labels":
		return f.Present(TextValue(text)), ""
	case "country":
		return coerceCountry(text)
	case "domains":
		return coerceDomain(text)
	}
	if f.HasExactMembers() {
		return coerceKeyed(f.Standard, text)
	}
	if s := f.Standard; s != nil && s.Choices != nil {
		if !slices.Contains(s.Choices, text) {
			return Value{}, "must be " + s.Expected
		}
		return TextValue(text), ""
	}
	option, ok := f.Attribute.choices.spelling(text)
	if !ok {
		return Value{}, "must be one of the options of the attribute"
	}
	return TextValue(option), ""
}

// Read is Coerce, with the place of each thing that is wrong: of a list each member that is,
// as in "labels[2]".
func (s *Schema) Read(f Field, raw any) (Value, []fault.Fault) {
	v, wrong := s.Coerce(f, raw)
	if wrong == "" {
		return v, nil
	}
	var faults []fault.Fault
	if members, ok := Members(raw); ok && f.Type == FieldMany {
		for i, member := range members {
			if _, wrong := s.coerceListed(f, member); wrong != "" {
				faults = append(faults, fault.Fault{Path: fmt.Sprintf("%s[%d]", f.Name, i), Detail: wrong})
			}
		}
	}
	if len(faults) == 0 {
		faults = []fault.Fault{{Path: f.Name, Detail: wrong}}
	}
	return Value{}, faults
}

// coerceListed takes one member of an array.
func (s *Schema) coerceListed(f Field, member any) (Value, string) {
	v, wrong := s.CoerceMember(f, member)
	if wrong == "" {
		wrong = checkLimits(f, v)
	}
	return v, wrong
}

// coerceMany takes an array. Blank members are none; of members that are equal
// by Canonical, or exactly (see Standard.Keyed), the first is kept.
func (s *Schema) coerceMany(f Field, raw any) (Value, string) {
	members, ok := Members(raw)
	if !ok {
		return Value{}, "must be an array"
	}
	list := make([]string, 0, len(members))
	seen := make(map[string]bool, len(members))
	for _, member := range members {
		v, fault := s.coerceListed(f, member)
		if fault != "" {
			return Value{}, "every member " + fault
		}
		key := v.Text
		if !f.HasExactMembers() {
			key = words.Canonical(v.Text)
		}
		if v.Text != "" && !seen[key] {
			seen[key] = true
			list = append(list, v.Text)
		}
	}
	return s.manyValue(f, list)
}

func (s *Schema) manyValue(f Field, list []string) (Value, string) {
	switch f.Name {
	case "labels":
		if len(list) > MaxLabels {
			return Value{}, fmt.Sprintf("must have at most %d labels", MaxLabels)
		}
	case "domains":
		if len(list) > MaxDomains {
			return Value{}, fmt.Sprintf("must have at most %d domains", MaxDomains)
		}
	case "channels":
		slices.Sort(list) // the enumeration is alphabetical
	}
	return ListValue(list), ""
}

// Members are those of an array, or of what stands for an empty one: null and blank text.
func Members(raw any) ([]any, bool) {
	switch v := raw.(type) {
	case nil:
		return nil, true
	case []any:
		return v, true
	case []string:
		return anySlice(v), true
	case string: // null in other words; a text is no list
		return nil, Blank(v)
	}
	return nil, false
}

func anySlice(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

// choices finds the options of a list by their Canonical form. The index is
// built when it is first needed: folding 1,000 long options takes 10 ms, which
// neither a start nor the one writer has for each list. It is safe for
// concurrent use.
type choices struct {
	options []string // as defined
	former  []FormerOption
	once    sync.Once
	places  map[string]int // by Canonical: where in options
}

// foldedChoices are choices whose index is there already.
func foldedChoices(options []string, places map[string]int) *choices {
	c := &choices{options: options, places: places}
	c.once.Do(func() {})
	return c
}

// place returns where the option stands whose Canonical form this is.
func (c *choices) place(form string) (place int, ok bool) {
	if c == nil {
		return 0, false
	}
	c.once.Do(func() {
		c.places = make(map[string]int, len(c.options))
		for i, option := range c.options {
			c.places[words.Canonical(option)] = i
		}
		for _, f := range c.former {
			c.places[words.Canonical(f.Name)] = slices.Index(c.options, f.Option)
		}
	})
	place, ok = c.places[form]
	return place, ok
}

// spelling returns the option that equals text by Canonical, as it is defined.
func (c *choices) spelling(text string) (string, bool) {
	place, ok := c.place(words.Canonical(text))
	if !ok {
		return "", false
	}
	return c.options[place], true
}

// OptionLike returns the option that equals text by Canonical, as it is defined.
func (a *AttributeDefinition) OptionLike(text string) (string, bool) { return a.choices.spelling(text) }

// SharesOptions reports whether two definitions have the very same options, because one
// was made of the other and kept them.
func (a *AttributeDefinition) SharesOptions(b *AttributeDefinition) bool {
	return a.choices == b.choices
}

// OptionPlace returns where among the options of a list the one stands whose
// Canonical form this is, and behind all of them for what is no option: a
// contact may keep one that was removed while it was written.
func (a *AttributeDefinition) OptionPlace(form string) int {
	if place, ok := a.choices.place(form); ok {
		return place
	}
	return len(a.Options)
}
