package app

import "github.com/ndoto/kundi/contacts"

// Kinds are the kinds of records that a store has, in order of their numbers. A new
// noun is added here and nowhere else.
var Kinds = []contacts.AnyKind{contacts.ContactKind, contacts.CompanyKind}
