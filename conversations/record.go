package conversations

import (
	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// The fields of a conversation. Numbers are never reused.
const (
	versionNumber      = 1
	idNumber           = 2
	channelNumber      = 3
	statusNumber       = 4
	priorityNumber     = 5
	subjectNumber      = 6
	labelsNumber       = 7
	assigneeNumber     = 8
	teamNumber         = 9
	satisfactionNumber = 10
	attributesNumber   = 11
	messagesNumber     = 12
	inboundNumber      = 13
	createdNumber      = 14
	updatedNumber      = 15
	lastMessageNumber  = 16
	lastInboundNumber  = 17
	firstReplyNumber   = 18
	lastReplyNumber    = 19
	resolvedNumber     = 20
	snoozedNumber      = 21
)

// conversationRecord is the newest version of the records of conversations.
const conversationRecord = 1

// encodeConversation returns the record of a conversation.
func encodeConversation(c *Conversation) []byte {
	e := codec.New(conversationRecord, 96+len(c.Subject)+32*len(c.Attributes))
	e.UintField(versionNumber, c.Version)
	e.Uvarint(idNumber)
	e.ID(c.ID)
	e.UintField(channelNumber, uint64(c.Channel))
	e.UintField(statusNumber, uint64(c.Status))
	e.UintField(priorityNumber, uint64(c.Priority))
	e.TextField(subjectNumber, c.Subject)
	e.ListField(labelsNumber, c.Labels)
	e.TextField(assigneeNumber, c.Assignee)
	e.TextField(teamNumber, c.Team)
	e.UintField(satisfactionNumber, uint64(c.Satisfaction))
	e.AttributesField(attributesNumber, c.Attributes)
	e.UintField(messagesNumber, uint64(c.Messages))
	e.UintField(inboundNumber, uint64(c.Inbound))
	e.TimeField(createdNumber, c.CreatedAt)
	e.TimeField(updatedNumber, c.UpdatedAt)
	e.TimeField(lastMessageNumber, c.LastMessageAt)
	e.TimeField(lastInboundNumber, c.LastInboundAt)
	e.TimeField(firstReplyNumber, c.FirstReplyAt)
	e.TimeField(lastReplyNumber, c.LastReplyAt)
	e.TimeField(resolvedNumber, c.ResolvedAt)
	e.TimeField(snoozedNumber, c.SnoozedUntil)
	return e.B
}

// decodeConversation reads the record of the conversation with a name.
func decodeConversation(r ledger.Ref, record []byte) (*Conversation, error) {
	d, err := codec.Open(record, conversationRecord)
	if err != nil {
		return nil, err
	}
	c := &Conversation{Ordinal: r.Ordinal, Owner: r.Owner}
	for field, ok := d.Next(); ok; field, ok = d.Next() {
		if field < createdNumber {
			readField(&d, c, field)
		} else {
			readInstant(&d, c, field)
		}
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

// readField reads one field into c, unless it is an instant.
func readField(d *codec.Decoder, c *Conversation, field uint64) {
	switch field {
	case versionNumber:
		c.Version = d.Uvarint()
	case idNumber:
		d.ID(&c.ID)
	case channelNumber:
		c.Channel = fields.Channel(readByte(d))
	case statusNumber:
		c.Status = Status(readByte(d))
	case priorityNumber:
		c.Priority = Priority(readByte(d))
	case subjectNumber:
		c.Subject = d.String()
	case labelsNumber:
		c.Labels = d.Strings()
	case assigneeNumber:
		c.Assignee = d.String()
	case teamNumber:
		c.Team = d.String()
	case satisfactionNumber:
		c.Satisfaction = readByte(d)
	case attributesNumber:
		c.Attributes = d.Attributes()
	case messagesNumber:
		c.Messages = d.Uint32()
	case inboundNumber:
		c.Inbound = d.Uint32()
	default:
		d.Fail()
	}
}

// readInstant reads an instant into c.
func readInstant(d *codec.Decoder, c *Conversation, field uint64) {
	switch field {
	case createdNumber:
		c.CreatedAt = d.Time()
	case updatedNumber:
		c.UpdatedAt = d.Time()
	case lastMessageNumber:
		c.LastMessageAt = d.Time()
	case lastInboundNumber:
		c.LastInboundAt = d.Time()
	case firstReplyNumber:
		c.FirstReplyAt = d.Time()
	case lastReplyNumber:
		c.LastReplyAt = d.Time()
	case resolvedNumber:
		c.ResolvedAt = d.Time()
	case snoozedNumber:
		c.SnoozedUntil = d.Time()
	default:
		d.Fail()
	}
}

// readByte reads the number of a word.
func readByte(d *codec.Decoder) uint8 {
	n := d.Uvarint()
	if n > 255 {
		d.Fail()
		return 0
	}
	return uint8(n)
}
