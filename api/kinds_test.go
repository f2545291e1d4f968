package api

import "github.com/ndoto/kundi/contacts"

// bothKinds are the kinds of the stores that these tests open.
var bothKinds = []contacts.AnyKind{contacts.ContactKind, contacts.CompanyKind}
