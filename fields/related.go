package fields

import "strings"

// CompanyPrefix comes before the names of the fields of a contact's company, among those
// of contacts: company.country, company.attributes.tier.
const CompanyPrefix = "company."

// Field returns the field of contacts with a name: one of their own, when one of those changed, or one
// of their company.
func (s *Schema) Field(name string) (Field, bool) {
	if f, ok := s.Set.Field(name); ok {
		return f, true
	}
	if of, is := isChanged(name); is {
		return s.changedField(of)
	}
	rest, ok := strings.CutPrefix(name, CompanyPrefix)
	if !ok {
		return Field{}, false
	}
	f, ok := s.Of(EntityCompany).Field(rest)
	if !ok {
		return Field{}, false
	}
	f.Name = name
	if f.Standard != nil {
		standard := *f.Standard
		standard.Access = InFilters
		f.Standard = &standard
	}
	return f, true
}

// OfCompany returns the name that a field of contacts has among those of their company,
// false for a field of their own; company.name is one of both.
func (f Field) OfCompany() (string, bool) { return strings.CutPrefix(f.Name, CompanyPrefix) }

// Plain is the name of the field without that of the company, which it may be of.
func (f Field) Plain() string { return strings.TrimPrefix(f.Name, CompanyPrefix) }
