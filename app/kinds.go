package app

import (
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/watch"
)

// Kinds are the kinds of records that a store has, in order of their numbers. The
// store learns of a new noun here; CONTRIBUTING.md has all steps.
var Kinds = []ledger.AnyKind{contacts.Kind, companies.Kind, conversations.Kind, conversations.MessageKind, notes.Kind, conversations.HeldKind, audiences.EventsKind, watch.Kind}
