package contacts

import (
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Type says how far a contact has come. It is one of the Type constants.
type Type string

// The types of a contact. One that is Identified is at least a lead.
const (
	TypeVisitor  Type = "visitor"
	TypeLead     Type = "lead"
	TypeCustomer Type = "customer"
)

// Types lists every Type in rising order.
var Types = []Type{TypeVisitor, TypeLead, TypeCustomer}

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

	Email       string // the primary one, as typed; unique by lower case unless it is shared
	EmailShared bool
	EmailOf     uint32    // as Address.Of
	MoreEmails  []Address // the others, in the order given
	Phone       string    // the primary one, E.164; unique unless it is shared
	PhoneShared bool
	PhoneOf     uint32
	MorePhones  []Address
	Identifier  string // exact; the customer's own id of the person
	Identities  []Identity

	Country string // ISO 3166 alpha-2, upper case
	City    string

	Company uint32 // ordinal of the company, 0 for none

	Labels   []string // unique by Canonical, first spelling kept, in the order given
	Channels []string // in the order of the enumeration

	Attributes fields.Attributes

	// Blocked says that whoever this is shall not be served: conversations from
	// them are refused. The rest says more of it, see Block.
	Blocked     bool
	BlockReason string
	BlockUntil  time.Time
	BlockedAt   time.Time
	BlockSource ledger.Source
	BlockActor  string
	// Consents are what is known of its consent, at most one a channel, in the order of the channels.
	Consents []Consent
	// Suppressed are the addresses of the contact to which nothing is sent, see suppress.
	Suppressed []Suppressed
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
	d.MoreEmails, d.MorePhones, d.Identities = slices.Clone(c.MoreEmails), slices.Clone(c.MorePhones), slices.Clone(c.Identities)
	d.Consents, d.Suppressed = slices.Clone(c.Consents), slices.Clone(c.Suppressed)
	d.Absorbed = append([]ledger.Absorbed(nil), c.Absorbed...)
	return &d
}
