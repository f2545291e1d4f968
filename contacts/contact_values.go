package contacts

// Of returns the value that contact c, of company co (nil for none), has in
// the field. A checkbox that is not three-state is false until set. Segments
// are no value of a contact and always missing.
func (f Field) Of(c *Contact, co *Company) Value {
	if f.Attribute != nil {
		return f.Among(c.Attributes)
	}
	d := contactKind.declaration(f.Standard, f.Name)
	switch {
	case d == nil:
		return Value{}
	case d.Get != nil:
		return d.Get(c)
	case d.To == EntityCompany:
		return ofCompany(d, co)
	}
	return Value{}
}

// ofCompany returns the value of a field that shows a contact's company.
func ofCompany(d *FieldOf[Contact], co *Company) Value {
	switch {
	case co == nil:
		return Value{}
	case d.Ref != nil:
		return TextValue(co.ID.String())
	}
	return TextValue(co.Name)
}
