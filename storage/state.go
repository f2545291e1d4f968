package storage

import (
	"encoding/binary"
	"fmt"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage/engine"
)

// state is what every commit carries on: the numbers given so far.
type state struct {
	Seq  uint64                    // of the newest change
	Last [contacts.MaxKinds]uint32 // the highest ordinal ever given, by number of the kind
}

// last is the highest ordinal that a record of the kind has ever had.
func (s *state) last(k *kind) uint32 { return s.Last[k.Number] }

func (s state) encode() []byte {
	e := newRecord(codecNewest, 32)
	e.uvarint(s.Seq)
	byKind(&e, &s.Last)
	return e.b
}

// decodeState reads a state of any version.
func decodeState(record []byte) (state, error) {
	d, err := openRecord(record, codecNewest)
	if err != nil {
		return state{}, err
	}
	s := state{Seq: d.uvarint()}
	var last [contacts.MaxKinds]uint64
	if record[0] < codecKinds {
		last[firstKind], last[secondKind] = d.uvarint(), d.uvarint()
	} else if err := d.byKind(&last); err != nil {
		return state{}, err
	}
	for number, ordinal := range last {
		if ordinal > maxOrdinal {
			d.fail()
		}
		s.Last[number] = uint32(ordinal)
	}
	if err := d.finish(); err != nil {
		return state{}, err
	}
	return s, nil
}

// The numbers of the kinds that states and totals before codec 6 have, in their order.
const (
	firstKind  = 0
	secondKind = 1
)

// readState reads the state of a view.
func readState(v engine.View) (state, error) {
	record, err := v.Get(keyState)
	if err != nil {
		return state{}, err
	}
	return decodeState(record)
}

// encodeNumber and decodeNumber are for ordinals and counters kept by
// themselves.
func encodeNumber(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

func decodeNumber(b []byte) (uint32, error) {
	if len(b) != 4 {
		return 0, fmt.Errorf("%w: a number of %d bytes", errRecord, len(b))
	}
	return binary.BigEndian.Uint32(b), nil
}
