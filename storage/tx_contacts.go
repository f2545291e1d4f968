package storage

import "github.com/ndoto/kundi/contacts"

var (
	contactKind = contacts.ContactKind
	companyKind = contacts.CompanyKind
)
