package conversations

import (
	"time"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// The fields of a message. Its moment is in its key. Numbers are never reused.
const (
	messageVersionNumber     = 1
	messageIDNumber          = 2
	messageChannelNumber     = 3
	messageAuthorNumber      = 4
	messageAuthorNameNumber  = 5
	messageSourceNumber      = 6
	messageTextNumber        = 7
	messageAttachmentsNumber = 8
)

// messageRecord is the newest version of the records of messages.
const messageRecord = 1

// encodeMessage returns the record of a message.
func encodeMessage(m *Message) []byte {
	e := codec.New(messageRecord, 64+len(m.Text)+128*len(m.Attachments))
	e.UintField(messageVersionNumber, m.Version)
	e.Uvarint(messageIDNumber)
	e.ID(m.ID)
	e.UintField(messageChannelNumber, uint64(m.Channel))
	e.UintField(messageAuthorNumber, uint64(m.Author.Kind))
	e.TextField(messageAuthorNameNumber, m.Author.Name)
	e.TextField(messageSourceNumber, m.SourceID)
	e.TextField(messageTextNumber, m.Text)
	attachmentsField(&e, messageAttachmentsNumber, m.Attachments)
	return e.B
}

// attachmentsField writes attachments unless there are none.
func attachmentsField(e *codec.Encoder, field uint64, list []Attachment) {
	if len(list) == 0 {
		return
	}
	e.Uvarint(field)
	e.Uvarint(uint64(len(list)))
	for i := range list {
		a := &list[i]
		e.String(a.URL)
		e.String(a.Name)
		e.String(a.MediaType)
		e.Uvarint(a.Bytes)
	}
}

// decodeMessage reads the record of the message with a name.
func decodeMessage(r ledger.Ref, record []byte) (*Message, error) {
	d, err := codec.Open(record, messageRecord)
	if err != nil {
		return nil, err
	}
	m := &Message{Ordinal: r.Ordinal, Owner: r.Owner, At: time.UnixMilli(r.At).UTC()}
	for field, ok := d.Next(); ok; field, ok = d.Next() {
		readMessageField(&d, m, field)
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// readMessageField reads one field into m.
func readMessageField(d *codec.Decoder, m *Message, field uint64) {
	switch field {
	case messageVersionNumber:
		m.Version = d.Uvarint()
	case messageIDNumber:
		d.ID(&m.ID)
	case messageChannelNumber:
		m.Channel = fields.Channel(readByte(d))
	case messageAuthorNumber:
		m.Author.Kind = AuthorKind(readByte(d))
	case messageAuthorNameNumber:
		m.Author.Name = d.String()
	case messageSourceNumber:
		m.SourceID = d.String()
	case messageTextNumber:
		m.Text = d.String()
	case messageAttachmentsNumber:
		m.Attachments = readAttachments(d)
	default:
		d.Fail()
	}
}

// attachmentBytes is what an attachment takes at least.
const attachmentBytes = 4

func readAttachments(d *codec.Decoder) []Attachment {
	list := make([]Attachment, d.Count(attachmentBytes))
	for i := range list {
		list[i] = Attachment{URL: d.String(), Name: d.String(), MediaType: d.String(), Bytes: d.Uvarint()}
	}
	return list
}
