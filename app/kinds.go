package app

import (
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// Kinds are the kinds of records that a store has, in order of their numbers. A new
// noun is added here and nowhere else.
var Kinds = []ledger.AnyKind{contacts.Kind, companies.Kind}
