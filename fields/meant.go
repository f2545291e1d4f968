package fields

import (
	"slices"
	"strings"

	"github.com/ndoto/kundi/spelling"
)

// Meant returns the name of the field that somebody most likely meant who wrote another
// name, "" when none is near. fits says which fields would be right, nil for all.
func (s *Set) Meant(name string, fits func(Field) bool) string {
	return Meant(name, fitting(s.Field, s.names(), fits))
}

// Meant returns the name of the field of contacts, or of their company, that somebody most
// likely meant who wrote another name, "" when none is near. fits says which fields would be right, nil for all.
func (s *Schema) Meant(name string, fits func(Field) bool) string {
	names := s.names()
	for _, of := range s.Of(EntityCompany).names() {
		names = append(names, CompanyPrefix+of)
	}
	return Meant(name, fitting(s.Field, names, fits))
}

// fitting returns the names of those fields that there are and that would be right.
func fitting(field func(string) (Field, bool), names []string, fits func(Field) bool) []string {
	return slices.DeleteFunc(names, func(name string) bool {
		f, has := field(name)
		return !has || fits != nil && !fits(f)
	})
}

// NotShown says why records are not shown with a field, "" when they can be.
func (f Field) NotShown() string {
	switch {
	case !f.Type.HasValues():
		return "must not be a field that only filters have: contacts have no value in it"
	case f.Changed != nil:
		return "must not be when a field changed: only filters know that"
	}
	return ""
}

// IsShown reports whether records can be shown with a field.
func IsShown(f Field) bool { return f.NotShown() == "" }

// DidYouMean is what an error says of the field that was meant, "" for none.
func DidYouMean(meant string) string {
	if meant == "" {
		return ""
	}
	return "; did you mean " + meant + "?"
}

// Elsewhere says of the name of a field that filters of an entity, "" for contacts, do not have
// whose field it is, "" when it is nobody's.
func (s *Schema) Elsewhere(e Entity, name string) string {
	if e != "" && e != EntityContact {
		if _, has := s.Set.Field(name); has && !strings.HasPrefix(name, CompanyPrefix) {
			return "; it is a field of contacts"
		}
		return ""
	}
	for _, related := range s.related() {
		if _, has := s.Of(related.Standard.Records).Field(strings.TrimPrefix(name, related.Name+".")); has {
			return "; it is a field of " + related.Name + ": ask for it in the where of a rule on these"
		}
	}
	return ""
}

// related returns the fields of a set that are about other records, by name.
func (s *Set) related() (list []Field) {
	for _, name := range s.names() {
		if f := s.fields[name]; f.Type == FieldRelated {
			list = append(list, f)
		}
	}
	return list
}

// otherNames are the standard fields that other programs call otherwise, by what they call them, without
// underscores.
var otherNames = map[string]string{
	"tag": "labels", "tags": "labels", "lists": "segment", "list": "segment", "group": "segment", "groups": "segment",
	"mail": "email", "emailaddress": "email", "tel": "phone", "telephone": "phone", "mobile": "phone", "phonenumber": "phone",
	"fullname": "name", "displayname": "name", "firstname": "first_name", "givenname": "first_name", "surname": "last_name", "lastname": "last_name", "familyname": "last_name",
	"externalid": "identifier", "userid": "identifier", "lifecyclestage": "type", "countrycode": "country", "town": "city",
	"organisation": CompanyPrefix + "name", "organization": CompanyPrefix + "name", "account": CompanyPrefix + "name",
	"created": "created_at", "signedupat": "created_at", "updated": "updated_at", "lastseen": "last_seen_at", "lastactivity": "last_seen_at",
}

// longestName is how many bytes the name of a field has at most, with some to spare.
const longestName = 100

func (s *Set) names() []string {
	names := make([]string, 0, len(s.fields))
	for name := range s.fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Meant returns which of the names of fields somebody most likely meant who wrote another
// name, "" when none is near. It knows names that lack "attributes." or "company." or have
// them where they do not belong, what other programs call a field, and slips of the pen. What was written is never what was meant.
func Meant(name string, names []string) string {
	if len(name) > longestName {
		return ""
	}
	if slices.Contains(names, name) {
		names = slices.DeleteFunc(slices.Clone(names), func(other string) bool { return other == name })
	}
	forms := formsOf(strings.ToLower(strings.TrimSpace(name)))
	for _, form := range forms {
		if slices.Contains(names, form) {
			return form
		}
	}
	if other := otherName(name, names); other != "" {
		return other
	}
	for _, form := range forms {
		slips := min(3, (len(plainKey(form))+1)/3)
		if near := spelling.Nearest(form, names, slips); near != "" {
			return near
		}
	}
	return ""
}

// formsOf are the names that a name may stand for, the likeliest first.
func formsOf(name string) []string {
	if name == strings.TrimSuffix(CompanyPrefix, ".") {
		return []string{CompanyPrefix + "name", "name"}
	}
	rest, ofCompany := strings.CutPrefix(name, CompanyPrefix)
	key := plainKey(name)
	own := []string{rest, AttributePrefix + key, key}
	companys := []string{CompanyPrefix + rest, CompanyPrefix + AttributePrefix + key, CompanyPrefix + key}
	if ofCompany {
		return append(companys, own...)
	}
	return append(own, companys...)
}

// otherName returns the name of the field that other programs call by a name, "" for none.
func otherName(name string, names []string) string {
	name = strings.ToLower(strings.TrimSpace(name))
	other, known := otherNames[strings.ReplaceAll(plainKey(name), "_", "")]
	if !known {
		return ""
	}
	for _, form := range formsOf(strings.TrimSuffix(name, plainKey(name)) + other) {
		if slices.Contains(names, form) {
			return form
		}
	}
	return ""
}

// plainKey is a name without the prefixes of fields.
func plainKey(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, CompanyPrefix), AttributePrefix)
}
