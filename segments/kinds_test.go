package segments_test

import (
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// bothKinds are the kinds of the stores that these tests open.
var bothKinds = []ledger.AnyKind{contacts.Kind, companies.Kind}
