package watch

import (
	"time"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// ClaimEvent is the claim on the id of an event.
const ClaimEvent ledger.ClaimKind = 21

// Event is that a contact entered a segment or left it. It belongs to the contact, also when another
// one has absorbed that, and never changes. One that came out of the store is shared.
type Event struct {
	Ordinal uint32 // dense, given once by the store, never reused, from 1
	Owner   uint32 // the ordinal of the contact
	ID      ledger.ID

	Segment ledger.ID
	Entered bool // or left
	Cause   Cause
	At      time.Time // when it was noted, in UTC, in milliseconds; it is in the key of the record

	Version uint64 // the sequence number of the change that wrote it
}

// Kind declares events. They have no fields: filters ask for the segment itself.
var Kind = ledger.Declare(ledger.Kind[Event]{
	Shape: ledger.Shape{
		Entity: fields.EntitySegmentEvent, Plural: "segment events", Number: 8, Prefix: 'z', Version: eventRecord, Owner: fields.EntityContact, Dated: true,
		Unique: []ledger.Unique{{Claim: ClaimEvent, Field: "id", Noun: "id"}},
	},
	Stamp: func(e *Event) ledger.Stamp {
		return ledger.Stamp{Ordinal: &e.Ordinal, Owner: &e.Owner, At: &e.At, ID: &e.ID, Version: &e.Version}
	},
	Encode: encodeEvent,
	Decode: decodeEvent,
	Clone:  func(e *Event) *Event { c := *e; return &c },
	Claims: func(e *Event) []ledger.Claim { return []ledger.Claim{{Kind: ClaimEvent, Value: e.ID.String()}} },
})

// The fields of an event. Its moment is in its key. Numbers are never reused.
const (
	eventVersionNumber = 1
	eventIDNumber      = 2
	eventSegmentNumber = 3
	eventEnteredNumber = 4 // 1, absent of one who left
	eventCauseNumber   = 5
)

// eventRecord is the newest version of the records of events.
const eventRecord = 1

func encodeEvent(e *Event) []byte {
	r := codec.New(eventRecord, 56)
	r.UintField(eventVersionNumber, e.Version)
	r.Uvarint(eventIDNumber)
	r.ID(e.ID)
	r.Uvarint(eventSegmentNumber)
	r.ID(e.Segment)
	if e.Entered {
		r.UintField(eventEnteredNumber, 1)
	}
	r.UintField(eventCauseNumber, uint64(e.Cause))
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
		case eventIDNumber:
			d.ID(&e.ID)
		case eventSegmentNumber:
			d.ID(&e.Segment)
		case eventEnteredNumber:
			e.Entered = d.Uvarint() == 1
		case eventCauseNumber:
			e.Cause = Cause(d.Uvarint())
		default:
			d.Fail()
		}
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	return e, nil
}
