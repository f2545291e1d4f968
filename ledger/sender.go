package ledger

import "github.com/ndoto/kundi/fields"

// Sender is by what somebody is known who writes. Its texts are in stored form, "" for none.
type Sender struct {
	Channel  fields.Channel
	SourceID string // who it is on the channel; compared exactly

	Identifier, Email, Phone string
	Name                     string // says nothing of who it is
}

// Met is the record that somebody was found to be, or was made for somebody.
type Met struct {
	ID       ID // as it is now, also where the id of an absorbed record was named
	Ordinal  uint32
	Ordinals []uint32 // see Ordinals
	// Bearer is the one of Ordinals that was met: where it is not Ordinal, that of an absorbed
	// record that has, or had, what was named. What is written of the meeting belongs to it, so
	// that an undone merge gives it back without moving anything.
	Bearer uint32
	// Blocked says that nobody serves this one. Nothing was made or changed then. Where somebody
	// is blocked of whom there is no record, all other members are zero.
	Blocked bool
	Created bool
}
