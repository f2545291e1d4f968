package contacts

import "strings"

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

// Sketch checks what was typed and returns it in the form in which contacts are
// stored, as far as that can be told of what is unfinished, or all faults. A
// name that is not given is composed of the first and the last name.
func (s *Schema) Sketch(typed Sketch) (Sketch, []Fault) {
	out := typed
	var faults []Fault
	for _, member := range []struct {
		path, field string
		value       *string
	}{
		{"name", "name", &out.Name}, {"first_name", "first_name", &out.FirstName}, {"last_name", "last_name", &out.LastName},
		{"email", "email", &out.Email}, {"phone", "phone", &out.Phone}, {"identifier", "identifier", &out.Identifier},
		{"company", "company.name", &out.Company}, {"city", "city", &out.City},
	} {
		f, _ := s.Field(member.field)
		v, fault := s.Coerce(f, *member.value)
		if fault != "" {
			v, fault = s.unfinished(member.field, *member.value, fault)
		}
		if fault != "" {
			faults = append(faults, Fault{Path: member.path, Detail: fault})
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
func (s *Schema) unfinished(field, typed, fault string) (Value, string) {
	typed = VisibleText(typed)
	switch field {
	case "email":
		if len(typed) > MaxEmailLength || strings.Count(typed, "@") > 1 || strings.ContainsAny(typed, " ,;:<>()[]\"\\") {
			return Value{}, fault
		}
		text, fault := CoerceText(typed)
		return TextValue(text), fault
	case "phone":
		digits, ok := UnfinishedPhone(typed)
		if !ok {
			return Value{}, fault
		}
		return TextValue(digits), ""
	}
	return Value{}, fault
}
