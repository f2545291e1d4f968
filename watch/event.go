package watch

import (
	"math"
	"time"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// ClaimEvent is the claim on the id of an event.
const ClaimEvent ledger.ClaimKind = 21

// Event is that a contact entered a segment or left it.
type Event struct {
	Segment ledger.ID
	Entered bool // or left
	Cause   Cause
}

// ContactEvents are the events of a contact that one commit has stored. They belong to the contact, also
// when another one has absorbed that, and never change. Those that came out of the store are shared.
type ContactEvents struct {
	Ordinal uint32 // dense, given once by the store, never reused, from 1
	Owner   uint32 // the ordinal of the contact
	ID      ledger.ID

	At     time.Time // when they were noted, in UTC, in milliseconds; it is in the key of the record
	Events []Event   // at least one, of different segments

	Version uint64 // the sequence number of the change that wrote them
}

// Kind declares the events of contacts. They have no fields: filters ask for the segment itself.
var Kind = ledger.Declare(ledger.Kind[ContactEvents]{
	Shape: ledger.Shape{
		Entity: fields.EntitySegmentEvent, Plural: "segment events", Number: 8, Prefix: 'z', Version: eventRecord, Owner: fields.EntityContact, Dated: true,
		Unique: []ledger.Unique{{Claim: ClaimEvent, Field: "id", Noun: "id"}},
	},
	Stamp: func(e *ContactEvents) ledger.Stamp {
		return ledger.Stamp{Ordinal: &e.Ordinal, Owner: &e.Owner, At: &e.At, ID: &e.ID, Version: &e.Version}
	},
	Encode: encodeEvents,
	Decode: decodeEvents,
	Clone:  func(e *ContactEvents) *ContactEvents { c := *e; return &c },
	Claims: func(e *ContactEvents) []ledger.Claim {
		return []ledger.Claim{{Kind: ClaimEvent, Value: e.ID.String()}}
	},
})

// The fields of a record. Its moment is in its key. Numbers are never reused. A record of version 1 has a
// single event, in fields of its own.
const (
	eventVersionNumber = 1
	eventIDNumber      = 2
	eventSegmentNumber = 3 // of version 1
	eventEnteredNumber = 4 // of version 1: 1, absent of one who left
	eventCauseNumber   = 5 // of version 1
	eventListNumber    = 6 // how many, then of each the segment and its turn
)

// eventRecord is the newest version of the records of events.
const eventRecord = 2

func encodeEvents(e *ContactEvents) []byte {
	r := codec.New(eventRecord, 32+18*len(e.Events))
	r.UintField(eventVersionNumber, e.Version)
	r.Uvarint(eventIDNumber)
	r.ID(e.ID)
	if len(e.Events) > 0 {
		r.UintField(eventListNumber, uint64(len(e.Events)))
		for i := range e.Events {
			r.ID(e.Events[i].Segment)
			r.Uvarint(turnOf(e.Events[i].Entered, e.Events[i].Cause))
		}
	}
	return r.B
}

func decodeEvents(ref ledger.Ref, record []byte) (*ContactEvents, error) {
	d, err := codec.Open(record, eventRecord)
	if err != nil {
		return nil, err
	}
	e := &ContactEvents{Ordinal: ref.Ordinal, Owner: ref.Owner, At: ref.Moment()}
	for field, ok := d.Next(); ok; field, ok = d.Next() {
		switch field {
		case eventVersionNumber:
			e.Version = d.Uvarint()
		case eventIDNumber:
			d.ID(&e.ID)
		case eventSegmentNumber:
			e.Events = make([]Event, 1)
			d.ID(&e.Events[0].Segment)
		case eventEnteredNumber:
			single(&d, e).Entered = d.Uvarint() == 1
		case eventCauseNumber:
			single(&d, e).Cause = Cause(d.Uvarint())
		case eventListNumber:
			e.Events = readEvents(&d)
		default:
			d.Fail()
		}
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	return e, nil
}

// single is the event of a record of version 1, whose segment comes first.
func single(d *codec.Decoder, e *ContactEvents) *Event {
	if len(e.Events) != 1 {
		d.Fail()
		return &Event{}
	}
	return &e.Events[0]
}

func readEvents(d *codec.Decoder) []Event {
	list := make([]Event, d.Count(17))
	for i := range list {
		d.ID(&list[i].Segment)
		list[i].Entered, list[i].Cause = readTurn(d)
	}
	return list
}

// A turn is one number for what happened and why.
func turnOf(entered bool, c Cause) uint64 {
	turn := uint64(c) << 1
	if entered {
		turn |= 1
	}
	return turn
}

func readTurn(d *codec.Decoder) (entered bool, c Cause) {
	turn := d.Uvarint()
	if turn > turnOf(true, math.MaxUint8) {
		d.Fail()
	}
	return turn&1 == 1, Cause(turn >> 1)
}
