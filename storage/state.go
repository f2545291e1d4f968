package storage

import (
	"encoding/binary"
	"fmt"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// state is what every commit carries on: the numbers given so far.
type state struct {
	Seq  uint64                  // of the newest change
	Last [ledger.MaxKinds]uint32 // the highest ordinal ever given, by number of the kind
}

// last is the highest ordinal that a record of the kind has ever had.
func (s *state) last(k *kind) uint32 { return s.Last[k.Number] }

func (s state) encode() []byte {
	e := codec.New(codecNewest, 32)
	e.Uvarint(s.Seq)
	writeByKind(&e, &s.Last)
	return e.B
}

// decodeState reads a state of any version.
func decodeState(record []byte) (state, error) {
	d, err := codec.Open(record, codecNewest)
	if err != nil {
		return state{}, err
	}
	s := state{Seq: d.Uvarint()}
	var last [ledger.MaxKinds]uint64
	if record[0] < codecKinds {
		last[firstKind], last[secondKind] = d.Uvarint(), d.Uvarint()
	} else if err := readByKind(&d, &last); err != nil {
		return state{}, err
	}
	for number, ordinal := range last {
		if ordinal > maxOrdinal {
			d.Fail()
		}
		s.Last[number] = uint32(ordinal)
	}
	if err := d.Finish(); err != nil {
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
		return 0, fmt.Errorf("%w: a number of %d bytes", codec.ErrDamaged, len(b))
	}
	return binary.BigEndian.Uint32(b), nil
}
