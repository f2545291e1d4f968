package contacts

import (
	"strings"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// Sketch is what is known of a person so far, as somebody fills in a form; ""
// is what is not known. E-mail and phone may be unfinished.
type Sketch struct {
	Name, FirstName, LastName string
	Email                     string
	Phone                     string // E.164, or the digits of a number without country code
	Identifier                string
	Company                   string // its name
	City                      string
}

// CheckSketch checks what was typed and returns it in the form in which contacts are
// stored, as far as that can be told of what is unfinished, or all faults. A
// name that is not given is composed of the first and the last name.
func CheckSketch(s *fields.Schema, typed Sketch) (Sketch, []fault.Fault) {
	out := typed
	var faults []fault.Fault
	for _, member := range []struct {
		path, field string
		value       *string
	}{
		{"name", "name", &out.Name}, {"first_name", "first_name", &out.FirstName}, {"last_name", "last_name", &out.LastName},
		{"email", "email", &out.Email}, {"phone", "phone", &out.Phone}, {"identifier", "identifier", &out.Identifier},
		{"company", "company.name", &out.Company}, {"city", "city", &out.City},
	} {
		f, _ := s.Field(member.field)
		v, wrong := s.Coerce(f, *member.value)
		if wrong != "" {
			v, wrong = unfinished(s, member.field, *member.value, wrong)
		}
		if wrong != "" {
			faults = append(faults, fault.Fault{Path: member.path, Detail: wrong})
		}
		*member.value = v.Text
	}
	if out.Name == "" {
		out.Name = strings.TrimSpace(out.FirstName + " " + out.LastName)
	}
	return out, faults
}

// unfinished takes what is not yet an e-mail or a phone number but may become
// one, or returns the fault.
func unfinished(s *fields.Schema, field, typed, fault string) (fields.Value, string) {
	typed = words.VisibleText(typed)
	switch field {
	case "email":
		if len(typed) > fields.MaxEmailLength || strings.Count(typed, "@") > 1 || strings.ContainsAny(typed, " ,;:<>()[]\"\\") {
			return fields.Value{}, fault
		}
		text, fault := fields.CoerceText(typed)
		return fields.TextValue(text), fault
	case "phone":
		digits, ok := fields.UnfinishedPhone(typed)
		if !ok {
			return fields.Value{}, fault
		}
		return fields.TextValue(digits), ""
	}
	return fields.Value{}, fault
}
