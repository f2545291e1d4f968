package conversations

import (
	"time"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// The fields of a message that is kept aside. Its moment is in its key. Numbers are never reused.
const (
	heldVersionNumber     = 1
	heldIDNumber          = 2
	heldChannelNumber     = 3
	heldSourceNumber      = 4
	heldTextNumber        = 5
	heldAttachmentsNumber = 6
	heldSubjectNumber     = 7
	heldLabelsNumber      = 8
	heldSenderNumber      = 9
	heldIdentifierNumber  = 10
	heldEmailNumber       = 11
	heldPhoneNumber       = 12
	heldNameNumber        = 13
)

// heldRecord is the newest version of the records of messages that are kept aside.
const heldRecord = 1

// encodeHeld returns the record of a message that is kept aside.
func encodeHeld(h *Held) []byte {
	e := codec.New(heldRecord, 128+len(h.Text)+128*len(h.Attachments))
	e.UintField(heldVersionNumber, h.Version)
	e.Uvarint(heldIDNumber)
	e.ID(h.ID)
	e.UintField(heldChannelNumber, uint64(h.Channel))
	e.TextField(heldSourceNumber, h.SourceID)
	e.TextField(heldTextNumber, h.Text)
	attachmentsField(&e, heldAttachmentsNumber, h.Attachments)
	e.TextField(heldSubjectNumber, h.Subject)
	e.ListField(heldLabelsNumber, h.Labels)
	e.TextField(heldSenderNumber, h.SenderID)
	e.TextField(heldIdentifierNumber, h.Identifier)
	e.TextField(heldEmailNumber, h.Email)
	e.TextField(heldPhoneNumber, h.Phone)
	e.TextField(heldNameNumber, h.Name)
	return e.B
}

// decodeHeld reads the record of the message that is kept aside with a name.
func decodeHeld(r ledger.Ref, record []byte) (*Held, error) {
	d, err := codec.Open(record, heldRecord)
	if err != nil {
		return nil, err
	}
	h := &Held{Ordinal: r.Ordinal, Owner: r.Owner, At: time.UnixMilli(r.At).UTC()}
	for field, ok := d.Next(); ok; field, ok = d.Next() {
		readHeldField(&d, h, field)
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	return h, nil
}

// readHeldField reads one field into h.
func readHeldField(d *codec.Decoder, h *Held, field uint64) {
	texts := map[uint64]*string{
		heldSourceNumber: &h.SourceID, heldTextNumber: &h.Text, heldSubjectNumber: &h.Subject, heldSenderNumber: &h.SenderID,
		heldIdentifierNumber: &h.Identifier, heldEmailNumber: &h.Email, heldPhoneNumber: &h.Phone, heldNameNumber: &h.Name,
	}
	if text := texts[field]; text != nil {
		*text = d.String()
		return
	}
	switch field {
	case heldVersionNumber:
		h.Version = d.Uvarint()
	case heldIDNumber:
		d.ID(&h.ID)
	case heldChannelNumber:
		h.Channel = fields.Channel(readByte(d))
	case heldAttachmentsNumber:
		h.Attachments = readAttachments(d)
	case heldLabelsNumber:
		h.Labels = d.Strings()
	default:
		d.Fail()
	}
}
