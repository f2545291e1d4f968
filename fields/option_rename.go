package fields

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/words"
)

// FormerOption is a name that an option had. It means the option for ever: to filters, to
// files and to whoever writes records.
type FormerOption struct {
	Name   string `json:"name"`
	Option string `json:"option"` // as it is now
}

// OptionRenamed returns the definition of a list in which an option has another name, and
// the name that the option had. Faults are at from and to.
func (a *AttributeDefinition) OptionRenamed(from, to any) (after *AttributeDefinition, was string, faults []fault.Fault) {
	refuse := func(path, detail string) (*AttributeDefinition, string, []fault.Fault) {
		return nil, "", []fault.Fault{{Path: path, Detail: detail}}
	}
	if a.Type != AttributeList {
		return refuse("", "cannot be taken: only attributes of type list have options")
	}
	old, wrong := CoerceText(from)
	at := a.optionAt(old)
	if wrong != "" || at < 0 {
		return refuse("from", "must be one of the options of the attribute")
	}
	name, wrong := CoerceText(to)
	switch {
	case wrong == "" && name == "":
		wrong = "must be given"
	case wrong == "" && utf8.RuneCountInString(name) > MaxOptionLength:
		wrong = tooLong(MaxOptionLength)
	case wrong == "" && len(a.Former) >= MaxOptions:
		wrong = fmt.Sprintf("must not be given: the options have had %d names before", MaxOptions)
	}
	was = a.Options[at]
	if wrong == "" {
		if taken, ok := a.choices.spelling(name); ok && taken != was {
			wrong = "must not be another option, nor a former name of one"
		}
	}
	if wrong != "" {
		return refuse("to", wrong)
	}
	return a.renamed(at, name), was, nil
}

// HasOption reports whether a text, as it was sent, is the present name of an option.
func (a *AttributeDefinition) HasOption(option any) bool {
	text, wrong := CoerceText(option)
	return wrong == "" && a.optionAt(text) >= 0
}

// optionAt returns where an option stands whose present name a text is, -1 for none.
func (a *AttributeDefinition) optionAt(text string) int {
	form := words.Canonical(text)
	return slices.IndexFunc(a.Options, func(o string) bool { return form != "" && words.Canonical(o) == form })
}

func (a *AttributeDefinition) renamed(at int, name string) *AttributeDefinition {
	after, was := *a, a.Options[at]
	after.Options, after.choices = slices.Clone(a.Options), nil
	after.Options[at] = name
	after.Former = nil
	for _, f := range append(slices.Clone(a.Former), FormerOption{Name: was, Option: was}) {
		if f.Option == was {
			f.Option = name
		}
		if words.Canonical(f.Name) != words.Canonical(name) { // it has that name again
			after.Former = append(after.Former, f)
		}
	}
	after.Default = renamedJSON(a.Default, was, name)
	return &after
}

// renamedJSON is a default in which an option has another name.
func renamedJSON(value any, was, name string) any {
	switch v := value.(type) {
	case string:
		if v == was {
			return name
		}
	case []any:
		list := slices.Clone(v)
		for i := range list {
			list[i] = renamedJSON(list[i], was, name)
		}
		return list
	}
	return value
}

// PresentOptions returns a value of a list with the options as they are called and spelled
// now, and whether that is another value. What is no option stays.
func (a *AttributeDefinition) PresentOptions(v Value) (Value, bool) {
	if a.Type != AttributeList {
		return v, false
	}
	present := func(text string) string {
		if option, is := a.choices.spelling(text); is {
			return option
		}
		return text
	}
	switch v.Kind {
	case KindText:
		option := present(v.Text)
		return TextValue(option), option != v.Text
	case KindList:
		list := RenewedList(v.List, present)
		return ListValue(list), !slices.Equal(list, v.List)
	}
	return v, false
}

// keepFormer drops the former names of options that are gone, and adds the others to the
// places of the options.
func (a *AttributeDefinition) keepFormer(places map[string]int) {
	var kept []FormerOption
	for _, f := range a.Former {
		if at := slices.Index(a.Options, f.Option); at >= 0 {
			kept = append(kept, f)
			places[words.Canonical(f.Name)] = at
		}
	}
	a.Former = kept
}
