package audiences

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// ClaimEvent is the claim on the id of an event, and so on its row, kind and moment.
const ClaimEvent ledger.ClaimKind = 20

// EventKind is what became of what a campaign sent. Numbers stand in records and never change their
// meaning.
type EventKind uint8

// The kinds of events.
const (
	Delivered EventKind = iota + 1
	Opened
	Clicked
	Bounced
	Replied
	Failed
)

var kindWords = []string{"", "delivered", "opened", "clicked", "bounced", "replied", "failed"}

// EventKinds are the words of the kinds.
var EventKinds = kindWords[1:]

// String is the word for it, "" for none.
func (k EventKind) String() string {
	if int(k) < len(kindWords) {
		return kindWords[k]
	}
	return ""
}

// EventKindNamed returns the kind of a word, 0 for none.
func EventKindNamed(word string) EventKind {
	for i, w := range kindWords {
		if w == word {
			return EventKind(i)
		}
	}
	return 0
}

// Event is what a campaign reported of a row. It belongs to the contact of the row, also when another
// one has absorbed that, and never changes. One that came out of the store is shared.
type Event struct {
	Ordinal uint32 // dense, given once by the store, never reused, from 1
	Owner   uint32 // the ordinal of the contact of the row
	// ID follows from the audience, the row, the kind and the moment.
	ID ledger.ID

	Campaign string // of the audience
	Kind     EventKind
	At       time.Time // in UTC, in milliseconds; it is in the key of the record
	Audience ledger.ID
	Row      uint32

	Version uint64 // the sequence number of the change that wrote it
}

// eventID is the id of an event.
func eventID(audience ledger.ID, row uint32, kind EventKind, at time.Time) ledger.ID {
	return uuid.NewSHA1(audience, fmt.Appendf(nil, "%d/%d/%d", row, kind, at.UnixMilli()))
}

// EventsKind declares events.
var EventsKind = ledger.Declare(ledger.Kind[Event]{
	Shape: ledger.Shape{
		Entity: fields.EntityCampaignEvent, Plural: "campaign events", Number: 6, Prefix: 'j', Version: eventRecord, Owner: fields.EntityContact, Dated: true,
		Unique: []ledger.Unique{{Claim: ClaimEvent, Field: "id", Noun: "id"}},
	},
	Stamp: func(e *Event) ledger.Stamp {
		return ledger.Stamp{Ordinal: &e.Ordinal, Owner: &e.Owner, At: &e.At, ID: &e.ID, Version: &e.Version}
	},
	Encode: encodeEvent,
	Decode: decodeEvent,
	Clone:  func(e *Event) *Event { c := *e; return &c },
	Claims: func(e *Event) []ledger.Claim { return []ledger.Claim{{Kind: ClaimEvent, Value: e.ID.String()}} },
	Fields: []ledger.FieldOf[Event]{
		ledger.ExactField("campaign", fields.FieldID, func(e *Event) *string { return &e.Campaign }, ledger.Limit(MaxCampaign), ledger.SetByServer).Merged(ledger.Own[Event]()),
		ledger.CodeField("kind", func(e *Event) *EventKind { return &e.Kind }, EventKinds, EventKindNamed, ledger.SetByServer).Merged(ledger.Own[Event]()),
		ledger.InstantField("at", func(e *Event) *time.Time { return &e.At }, ledger.SetByServer).Merged(ledger.Own[Event]()),
	},
})

// The fields of an event. Its moment is in its key. Numbers are never reused.
const (
	eventVersionNumber  = 1
	eventCampaignNumber = 2
	eventKindNumber     = 3
	eventAudienceNumber = 4
	eventRowNumber      = 5
	eventIDNumber       = 6
)

// eventRecord is the newest version of the records of events.
const eventRecord = 1

func encodeEvent(e *Event) []byte {
	r := codec.New(eventRecord, 64+len(e.Campaign))
	r.UintField(eventVersionNumber, e.Version)
	r.TextField(eventCampaignNumber, e.Campaign)
	r.UintField(eventKindNumber, uint64(e.Kind))
	r.Uvarint(eventAudienceNumber)
	r.ID(e.Audience)
	r.UintField(eventRowNumber, uint64(e.Row))
	r.Uvarint(eventIDNumber)
	r.ID(e.ID)
	return r.B
}

func decodeEvent(ref ledger.Ref, record []byte) (*Event, error) {
	d, err := codec.Open(record, eventRecord)
	if err != nil {
		return nil, err
	}
	e := &Event{Ordinal: ref.Ordinal, Owner: ref.Owner, At: ref.Moment()}
	for field, ok := d.Next(); ok; field, ok = d.Next() {
		switch field {
		case eventVersionNumber:
			e.Version = d.Uvarint()
		case eventCampaignNumber:
			e.Campaign = d.String()
		case eventKindNumber:
			e.Kind = EventKind(d.Uvarint())
		case eventAudienceNumber:
			d.ID(&e.Audience)
		case eventRowNumber:
			e.Row = d.Uint32()
		case eventIDNumber:
			d.ID(&e.ID)
		default:
			d.Fail()
		}
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	return e, nil
}
