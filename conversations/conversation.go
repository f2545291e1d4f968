package conversations

import (
	"slices"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// The unique values of conversations and messages.
const (
	ClaimID     ledger.ClaimKind = 14 // the id of a conversation
	ClaimSource ledger.ClaimKind = 15 // the id that a message has where it came from, by channel

	ClaimHeld       ledger.ClaimKind = 17 // the id of a message that is kept aside
	ClaimHeldSource ledger.ClaimKind = 18 // its id where it came from, by channel
)

// Status is the state of a conversation. Numbers never change their meaning, here as for all
// numbers of words below.
type Status uint8

// The states.
const (
	Open Status = iota + 1
	Pending
	Snoozed
	Resolved
)

var statusNames = []string{Open: "open", Pending: "pending", Snoozed: "snoozed", Resolved: "resolved"}

// String is the word for it.
func (s Status) String() string { return nameOf(statusNames, s) }

// StatusNamed returns the state of a word, 0 for none.
func StatusNamed(word string) Status { return codeOf[Status](statusNames, word) }

// Priority is how urgent a conversation is, 0 when nobody has said.
type Priority uint8

var priorityNames = []string{1: "low", 2: "medium", 3: "high", 4: "urgent"}

// String is the word for it, "" for none.
func (p Priority) String() string { return nameOf(priorityNames, p) }

// PriorityNamed returns the priority of a word, 0 for none.
func PriorityNamed(word string) Priority { return codeOf[Priority](priorityNames, word) }

// Conversation is what a contact and those who answer write to each other on one channel about
// one thing. Empty members mean "has none", and one that came out of the store is shared.
//
// Owner is the ordinal of the contact whose address or id was named when it began. Another
// contact may have absorbed that one since: a merge moves nothing.
type Conversation struct {
	Ordinal uint32 // dense, given once by the store, never reused, from 1
	Owner   uint32
	ID      ledger.ID

	Channel      fields.Channel
	Status       Status
	Priority     Priority
	Subject      string
	Labels       []string // unique by Canonical, first spelling kept, in the order given
	Assignee     string
	Team         string
	Satisfaction uint8 // 1 to 5, 0 for none
	Attributes   fields.Attributes

	Messages uint32 // how many it has
	Inbound  uint32 // how many of them are the contact's

	// Instants have millisecond precision and are in UTC. All messages lie within CreatedAt and
	// LastMessageAt.
	CreatedAt     time.Time // of the earliest message
	UpdatedAt     time.Time
	LastMessageAt time.Time // of the latest message
	LastInboundAt time.Time // of the latest message of the contact
	FirstReplyAt  time.Time // of the earliest message of an agent or an assistant
	LastReplyAt   time.Time // of the latest of them
	ResolvedAt    time.Time // zero unless it is resolved
	SnoozedUntil  time.Time // zero unless it is snoozed

	// Version is the sequence number of the change that wrote this state.
	Version uint64
}

// Clone returns a deep copy.
func (c *Conversation) Clone() *Conversation {
	d := *c
	d.Labels = append([]string(nil), c.Labels...)
	d.Attributes = append(fields.Attributes(nil), c.Attributes...)
	return &d
}

// codeOf is the number of a name, 0 for none.
func codeOf[C ~uint8](names []string, name string) C { return C(max(0, slices.Index(names, name))) }

// nameOf is the name of a number, "" for none.
func nameOf[C ~uint8](names []string, code C) string {
	if int(code) < len(names) {
		return names[code]
	}
	return ""
}

// Owners are the ordinals of the contacts that conversations belong to, in their order, 0 for a
// nil one.
func Owners(list []*Conversation) []uint32 {
	owners := make([]uint32, len(list))
	for i, c := range list {
		if c != nil {
			owners[i] = c.Owner
		}
	}
	return owners
}
