package contacts

import "github.com/ndoto/kundi/fields"

// ValueOf returns the value that contact c, of company co (nil for none), has in
// the field. A checkbox that is not three-state is false until set. Segments
// are no value of a contact and always missing.
func ValueOf(f fields.Field, c *Contact, co *Company) fields.Value {
	if f.Attribute != nil {
		return f.Among(c.Attributes)
	}
	d := contactKind.declaration(f.Standard, f.Name)
	switch {
	case d == nil:
		return fields.Value{}
	case d.Get != nil:
		return d.Get(c)
	case d.To == fields.EntityCompany:
		return ofCompany(d, co)
	}
	return fields.Value{}
}

// ofCompany returns the value of a field that shows a contact's company.
func ofCompany(d *FieldOf[Contact], co *Company) fields.Value {
	switch {
	case co == nil:
		return fields.Value{}
	case d.Ref != nil:
		return fields.TextValue(co.ID.String())
	}
	return fields.TextValue(co.Name)
}
