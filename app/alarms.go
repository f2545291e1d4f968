package app

import (
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/scheduler"
)

// alarmed are the entities that have alarms; bells has each.
var alarmed = []fields.Entity{fields.EntityContact, contacts.KeptBlocks, fields.EntityConversation}

// bells are what is done when alarms ring.
func (a *App) bells() map[fields.Entity]scheduler.Bell {
	return map[fields.Entity]scheduler.Bell{
		fields.EntityContact:      {Name: "the block is over", Ring: a.Contacts.EndBlock},
		contacts.KeptBlocks:       {Name: "the block is over", Ring: contacts.EndKeptBlocks},
		fields.EntityConversation: {Name: "the snooze is over", Ring: conversations.Wake},
	}
}
