package imports

import (
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/ledger"
)

// kinds are those of the stores that these tests open.
var kinds = []ledger.AnyKind{contacts.Kind, companies.Kind, conversations.Kind, conversations.MessageKind}
