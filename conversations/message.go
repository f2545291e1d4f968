package conversations

import (
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// AuthorKind is what wrote a message.
type AuthorKind uint8

// The kinds of authors.
const (
	AuthorContact AuthorKind = iota + 1
	AuthorAgent
	AuthorAI
	AuthorRule
	AuthorSystem
)

var authorNames = []string{AuthorContact: "contact", AuthorAgent: "agent", AuthorAI: "ai", AuthorRule: "rule", AuthorSystem: "system"}

// String is the word for it.
func (k AuthorKind) String() string { return nameOf(authorNames, k) }

// Author is who wrote a message.
type Author struct {
	Kind AuthorKind
	Name string
}

// Replies reports whether a message of the author is an answer to the contact. What rules and the
// system write is none.
func (a Author) Replies() bool { return a.Kind == AuthorAgent || a.Kind == AuthorAI }

// Attachment is a file that was sent with a message, by where it is.
type Attachment struct {
	URL       string
	Name      string
	MediaType string
	Bytes     uint64 // 0 when nobody has said
}

// Message is one message of a conversation. It never changes. Empty members mean "has none", and
// one that came out of the store is shared.
type Message struct {
	Ordinal uint32 // as of a Conversation
	Owner   uint32 // the ordinal of its conversation
	ID      ledger.ID
	At      time.Time // when it was written, in whole milliseconds and in UTC

	Channel     fields.Channel // that of its conversation
	Author      Author
	SourceID    string // its id where it came from, compared exactly; of a channel, one message has it
	Text        string // of several lines
	Attachments []Attachment

	// Version is the sequence number of the change that made it.
	Version uint64
}

// Inbound reports whether the message is the contact's. All others are outbound.
func (m *Message) Inbound() bool { return m.Author.Kind == AuthorContact }

// Direction is inbound or outbound.
func (m *Message) Direction() string {
	if m.Inbound() {
		return inbound
	}
	return outbound
}

// The directions of a message.
const (
	inbound  = "inbound"
	outbound = "outbound"
)

// Texts are what a search finds the message by: its text and the names of its attachments.
func (m *Message) Texts() []string {
	texts := make([]string, 1, 1+len(m.Attachments))
	texts[0] = m.Text
	for i := range m.Attachments {
		texts = append(texts, m.Attachments[i].Name)
	}
	return texts
}

// Clone returns a deep copy.
func (m *Message) Clone() *Message {
	d := *m
	d.Attachments = append([]Attachment(nil), m.Attachments...)
	return &d
}

// sourceClaim is what a message of a channel claims by its source id.
func sourceClaim(c fields.Channel, sourceID string) ledger.Claim {
	return ledger.Claim{Kind: ClaimSource, Value: c.String() + "\x00" + sourceID}
}

// MessageKind declares messages. They have no fields, for no filter knows them: so they are in no
// column.
var MessageKind = ledger.Declare(ledger.Kind[Message]{
	Shape: ledger.Shape{
		Entity: fields.EntityMessage, Plural: "messages", Number: 3, Prefix: 'g', Version: messageRecord, Owner: fields.EntityConversation, Dated: true,
		Unique: []ledger.Unique{{Claim: ClaimSource, Field: "source_id", Noun: "source id of a message"}},
	},
	Stamp: func(m *Message) ledger.Stamp {
		return ledger.Stamp{Ordinal: &m.Ordinal, Owner: &m.Owner, At: &m.At, ID: &m.ID, Version: &m.Version}
	},
	Encode: encodeMessage,
	Decode: decodeMessage,
	Clone:  (*Message).Clone,
	Claims: func(m *Message) []ledger.Claim {
		if m.SourceID == "" {
			return nil
		}
		return []ledger.Claim{sourceClaim(m.Channel, m.SourceID)}
	},
})
