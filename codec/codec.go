// Package codec is the form of records on disk: a version byte, then fields. A
// field is its number, then its value in the form that the number stands for.
// Fields that are missing are left out, so an older record is a newer one with
// less in it.
//
// It knows no kind of record. What the numbers stand for is with each kind.
package codec

import (
	"errors"
	"fmt"
)

// ErrDamaged is what every decoder says to bytes that are no record.
var ErrDamaged = errors.New("a stored record is damaged")

// first is the version of the oldest records there may be.
const first = 1

// New starts a record of a version with room for size bytes.
func New(version byte, size int) Encoder {
	return Encoder{B: append(make([]byte, 0, size), version)}
}

// Open returns a decoder of the fields of a record, of which newest is the highest
// version that is known.
func Open(record []byte, newest byte) (Decoder, error) {
	if len(record) == 0 {
		return Decoder{}, ErrDamaged
	}
	if v := record[0]; v < first || v > newest {
		return Decoder{}, fmt.Errorf("a stored record has version %d, this program knows %d to %d", v, first, newest)
	}
	return Decoder{b: record, pos: 1}, nil
}

// OpenWhole is Open for a record whose texts are kept or dropped together: they share one copy
// of it.
func OpenWhole(record []byte, newest byte) (Decoder, error) {
	d, err := Open(record, newest)
	d.whole = string(record)
	return d, err
}
