package watch

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
)

// eventsDocument are some events of a segment that were noted together.
type eventsDocument struct {
	At     time.Time `json:"at"`
	Events []line    `json:"events"` // in rising order of Seq
}

// line is one event.
type line struct {
	Seq     uint64 `json:"seq"`
	Contact uint32 `json:"contact"` // its ordinal
	Entered bool   `json:"entered,omitempty"`
	Cause   Cause  `json:"cause"`
	Record  uint32 `json:"record,omitempty"` // the ordinal of its record, 0 of a contact that was gone
}

// eventsVersion is the form of documents. The first documents are JSON.
const eventsVersion = 1

// encode writes how far each line is from the one before: neighbours have been noted one after the other.
func (d *eventsDocument) encode() []byte {
	e := codec.New(eventsVersion, 16+10*len(d.Events))
	e.Varint(d.At.UnixMilli())
	e.Uvarint(uint64(len(d.Events)))
	var before line
	for _, l := range d.Events {
		e.Uvarint(l.Seq - before.Seq)
		e.Varint(int64(l.Contact) - int64(before.Contact))
		e.Varint(int64(l.Record) - int64(before.Record))
		e.Uvarint(turnOf(l.Entered, l.Cause))
		before = l
	}
	return e.B
}

func decodeDocument(d ledger.Document) (e eventsDocument, err error) {
	if len(d.Value) > 0 && d.Value[0] == '{' {
		err = json.Unmarshal(d.Value, &e)
	} else {
		e, err = readDocument(d.Value)
	}
	if err != nil {
		err = fmt.Errorf("decode events of a segment: %w", err)
	}
	return e, err
}

func readDocument(document []byte) (e eventsDocument, err error) {
	d, err := codec.Open(document, eventsVersion)
	if err != nil {
		return e, err
	}
	e.At = d.Time()
	e.Events = make([]line, d.Count(4))
	var before line
	for i := range e.Events {
		l := &e.Events[i]
		l.Seq = before.Seq + d.Uvarint()
		l.Contact = uint32(int64(before.Contact) + d.Varint())
		l.Record = uint32(int64(before.Record) + d.Varint())
		l.Entered, l.Cause = readTurn(&d)
		before = *l
	}
	return e, d.Finish()
}
