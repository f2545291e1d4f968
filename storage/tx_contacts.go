package storage

import "github.com/ndoto/kundi/contacts"

var (
	contactKind = contacts.ContactKind
	companyKind = contacts.CompanyKind
)

// usualKinds are those of a store that is given none.
var usualKinds = []contacts.AnyKind{contactKind, companyKind}

// setTyped sets the member of a change that knows the kind of its record.
func setTyped(c *contacts.Change) {
	switch r := c.Record.(type) {
	case *contacts.Contact:
		c.Contact = r
	case *contacts.Company:
		c.Company = r
	}
}
