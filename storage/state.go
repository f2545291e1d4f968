package storage

import (
	"encoding/binary"
	"fmt"

	"github.com/ndoto/kundi/storage/engine"
)

// state is what every commit carries on: the numbers given so far.
type state struct {
	Seq  uint64           // of the newest change
	Last [maxKinds]uint32 // the highest ordinal ever given, by number of the kind
}

// last is the highest ordinal that a record of the kind has ever had.
func (s *state) last(k *shape) uint32 { return s.Last[k.number] }

func (s state) encode() []byte {
	e := newRecord(24)
	e.uvarint(s.Seq)
	e.uvarint(uint64(s.last(&contactShape)))
	e.uvarint(uint64(s.last(&companyShape)))
	return e.b
}

func decodeState(record []byte) (state, error) {
	d, err := openRecord(record)
	if err != nil {
		return state{}, err
	}
	s := state{Seq: d.uvarint()}
	s.Last[contactShape.number], s.Last[companyShape.number] = d.uint32(), d.uint32()
	if err := d.finish(); err != nil {
		return state{}, err
	}
	return s, nil
}

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
