package conversations

import (
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// The most characters that the texts of a conversation have.
const (
	MaxSubjectLength  = 500
	MaxAssigneeLength = 200
	MaxTeamLength     = 200
)

// MaxSatisfaction is the best that a contact can say of a conversation; 1 is the worst.
const MaxSatisfaction = 5

// Kind declares conversations. They are never merged.
var Kind = ledger.Declare(ledger.Kind[Conversation]{
	Shape: ledger.Shape{
		Entity: fields.EntityConversation, Plural: "conversations", Number: 2, Prefix: 'v', Version: conversationRecord, Owner: fields.EntityContact,
		Reserved: []string{"id", "contact_id", "subject", "snoozed_until", "attributes", "messages", "message", "version"},
		Unique:   []ledger.Unique{{Claim: ClaimID, Field: "id", Noun: "conversation id"}},
	},
	Stamp: func(c *Conversation) ledger.Stamp {
		return ledger.Stamp{Ordinal: &c.Ordinal, Owner: &c.Owner, ID: &c.ID, Version: &c.Version, UpdatedAt: &c.UpdatedAt}
	},
	Encode:     encodeConversation,
	Decode:     decodeConversation,
	Clone:      (*Conversation).Clone,
	Claims:     func(c *Conversation) []ledger.Claim { return []ledger.Claim{{Kind: ClaimID, Value: c.ID.String()}} },
	Attributes: func(c *Conversation) *fields.Attributes { return &c.Attributes },
	Labels:     func(c *Conversation) *[]string { return &c.Labels },
	Rollups: []ledger.Rollup{
		{Field: "channels", By: ledger.UnionOf, Of: "channel", Words: fields.Channels},
		{Field: "last_seen_at", By: ledger.GreatestOf, Of: "last_inbound_at"},
		{Field: "conversations_count", By: ledger.CountOf},
		{Field: "open_conversations", By: ledger.CountOf, Of: "status", Only: Open.String()},
		{Field: "last_message_at", By: ledger.GreatestOf, Of: "last_message_at"},
		{Field: "first_reply_at", By: ledger.LeastOf, Of: "first_reply_at"},
		{Field: "last_reply_at", By: ledger.GreatestOf, Of: "last_reply_at"},
	},
	Fields: []ledger.FieldOf[Conversation]{
		ownerField(),
		kept(ledger.CodeField("channel", func(c *Conversation) *fields.Channel { return &c.Channel }, fields.Channels, fields.ChannelNamed, ledger.ReadOnly("is that of its messages and cannot be changed"))),
		kept(ledger.CodeField("status", func(c *Conversation) *Status { return &c.Status }, statusNames[1:], StatusNamed, ledger.Required)),
		kept(ledger.CodeField("priority", func(c *Conversation) *Priority { return &c.Priority }, priorityNames[1:], PriorityNamed)),
		kept(ledger.TextField("subject", func(c *Conversation) *string { return &c.Subject }, ledger.Limit(MaxSubjectLength), ledger.Unfiltered)),
		kept(ledger.ListField("labels", func(c *Conversation) *[]string { return &c.Labels }, ledger.Limit(fields.MaxLabelLength))),
		kept(ledger.TextField("assignee", func(c *Conversation) *string { return &c.Assignee }, ledger.Limit(MaxAssigneeLength))),
		kept(ledger.TextField("team", func(c *Conversation) *string { return &c.Team }, ledger.Limit(MaxTeamLength))),
		satisfactionField(),
		kept(ledger.CountField("messages_count", func(c *Conversation) *uint32 { return &c.Messages }, counted)),
		kept(ledger.CountField("inbound_count", func(c *Conversation) *uint32 { return &c.Inbound }, counted)),
		kept(ledger.InstantField("created_at", func(c *Conversation) *time.Time { return &c.CreatedAt }, followed)),
		kept(ledger.InstantField("updated_at", func(c *Conversation) *time.Time { return &c.UpdatedAt }, ledger.SetByServer, ledger.Quiet)),
		kept(ledger.InstantField("last_message_at", func(c *Conversation) *time.Time { return &c.LastMessageAt }, followed)),
		kept(ledger.InstantField("last_inbound_at", func(c *Conversation) *time.Time { return &c.LastInboundAt }, followed, ledger.Unfiltered)),
		kept(ledger.InstantField("first_reply_at", func(c *Conversation) *time.Time { return &c.FirstReplyAt }, followed)),
		kept(ledger.InstantField("last_reply_at", func(c *Conversation) *time.Time { return &c.LastReplyAt }, followed)),
		kept(ledger.InstantField("resolved_at", func(c *Conversation) *time.Time { return &c.ResolvedAt }, ledger.ReadOnly("follows from the status and cannot be sent"))),
		kept(ledger.InstantField("snoozed_until", func(c *Conversation) *time.Time { return &c.SnoozedUntil }, ledger.Unfiltered)),
	},
})

var (
	counted  = ledger.ReadOnly("is counted by the server and cannot be sent")
	followed = ledger.ReadOnly("follows from the messages and cannot be sent")
)

// ownerField declares the id of the contact.
func ownerField() ledger.FieldOf[Conversation] {
	f := ledger.OwnerField[Conversation](fields.EntityContact)
	f.Standard.Refusal = "is that of who wrote, and cannot be sent"
	return f
}

// kept returns a field of records that are never merged.
func kept(f ledger.FieldOf[Conversation]) ledger.FieldOf[Conversation] {
	return f.Merged(ledger.Own[Conversation]())
}

// satisfactionField declares what the contact thought of it.
func satisfactionField() ledger.FieldOf[Conversation] {
	f := ledger.ValueField("satisfaction", fields.FieldNumber, func(*Conversation) *fields.Value { return nil }, ledger.Whole)
	f.Get = func(c *Conversation) fields.Value {
		if c.Satisfaction == 0 {
			return fields.Value{}
		}
		return fields.NumberValue(float64(c.Satisfaction))
	}
	f.Set = func(c *Conversation, v fields.Value) { c.Satisfaction = uint8(v.Float) }
	f.Same = func(a, b *Conversation) bool { return a.Satisfaction == b.Satisfaction }
	return kept(f)
}

// StandardFields are the standard fields of conversations that filters, facets and sorts know.
var StandardFields = Kind.StandardFields()
