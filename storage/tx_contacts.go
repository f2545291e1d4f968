package storage

import "github.com/ndoto/kundi/contacts"

var (
	contactKind = contacts.ContactKind
	companyKind = contacts.CompanyKind
)

// usualKinds are those of a store that is given none.
var usualKinds = []contacts.AnyKind{contactKind, companyKind}
