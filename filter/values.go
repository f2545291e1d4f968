package filter

import (
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// ValueOf returns the value that contact c, of company co (nil for none), has in
// the field, which may be one of the company. A checkbox that is not three-state is
// false until set, but missing where there is no company. Segments are no value of a
// contact and always missing.
func ValueOf(f fields.Field, c *contacts.Contact, co *companies.Company) fields.Value {
	if name, ok := f.OfCompany(); ok {
		if co == nil {
			return fields.Value{}
		}
		f.Name, f.Standard = name, nil
		return companies.Kind.Value(f, co)
	}
	if f.Attribute != nil {
		return f.Among(c.Attributes)
	}
	d := contacts.Kind.Declaration(f.Standard, f.Name)
	switch {
	case d == nil:
		return fields.Value{}
	case d.Get != nil:
		return f.Present(d.Get(c))
	case d.Ref != nil && co != nil: // company_id
		return fields.TextValue(co.ID.String())
	}
	return fields.Value{}
}
