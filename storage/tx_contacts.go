package storage

import (
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
)

var (
	contactKind = contacts.Kind
	companyKind = companies.Kind
)
