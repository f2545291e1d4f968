package contacts

import (
	"cmp"
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Type says how far a contact has come. It is one of the Type constants.
type Type string

// The types of a contact. A contact with any identity (e-mail, phone or
// identifier) is at least a lead.
const (
	TypeVisitor  Type = "visitor"
	TypeLead     Type = "lead"
	TypeCustomer Type = "customer"
)

// Types lists every Type in rising order.
var Types = []Type{TypeVisitor, TypeLead, TypeCustomer}

// Channels lists every channel a contact can be reached on, in alphabetical
// order. The enumeration is closed: a value outside it is refused.
var Channels = []string{
	"api", "email", "facebook", "instagram", "line", "live_chat", "sms",
	"telegram", "tiktok", "twitter", "viber", "voice", "wechat", "whatsapp",
}

// PresentChannel returns the name that a channel has now: those of two were
// other ones once, which older folders, files and filters have.
func PresentChannel(name string) string { return cmp.Or(formerChannels[name], name) }

// formerChannels are the names of now by those of older programs.
var formerChannels = map[string]string{"web": "live_chat", "phone": "voice"}

// PresentChannels gives the channels of a contact their present names, in place,
// in the order of the enumeration.
func PresentChannels(list []string) {
	for i, name := range list {
		list[i] = PresentChannel(name)
	}
	slices.Sort(list)
}

// Contact is one person as stored. Empty strings, nil slices and zero times
// mean "has none".
//
// A Contact that came out of the store or the index is shared and must not be
// changed; Clone it first.
type Contact struct {
	// Ordinal is the dense number of the contact: given once by the store,
	// never reused, 1 for the first.
	Ordinal uint32
	ID      ledger.ID
	Type    Type

	Name      string
	FirstName string
	LastName  string

	Email      string // as typed; unique by lower case
	Phone      string // E.164
	Identifier string // exact; the customer's own id of the person

	Country string // ISO 3166 alpha-2, upper case
	City    string

	Company uint32 // ordinal of the company, 0 for none

	Labels   []string // unique by Canonical, first spelling kept, in the order given
	Channels []string // in the order of the Channels enumeration

	Attributes fields.Attributes

	// Blocked says that whoever this is shall not be served: conversations from
	// them are refused.
	Blocked bool
	// Absorbed are the contacts that were merged into this one, in the order in
	// which they came to it.
	Absorbed []ledger.Absorbed

	// Instants have millisecond precision and are in UTC.
	CreatedAt  time.Time
	UpdatedAt  time.Time
	LastSeenAt time.Time

	// Version is the sequence number of the change that wrote this state.
	Version uint64
}

// Clone returns a deep copy.
func (c *Contact) Clone() *Contact {
	d := *c
	d.Labels = append([]string(nil), c.Labels...)
	d.Channels = append([]string(nil), c.Channels...)
	d.Attributes = append(fields.Attributes(nil), c.Attributes...)
	d.Absorbed = append([]ledger.Absorbed(nil), c.Absorbed...)
	return &d
}

// Identified reports whether the contact has any identity of its own.
func (c *Contact) Identified() bool {
	return c.Email != "" || c.Phone != "" || c.Identifier != ""
}
