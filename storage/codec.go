package storage

import (
	"fmt"

	"github.com/ndoto/kundi/contacts"
)

// Codec versions, the first byte of every record. A record of an older
// version is read as it is and written in the newest when it next changes.
//
//	1  the first
//	2  contacts have a city
//	3  contacts may be blocked and may have absorbed others
//	4  companies may have been made on purpose
//	5  companies may be twins; the channels web and phone are live_chat and voice
//	6  the state and the totals have kinds by number, the log has owners and
//	   actors, history has attributes by number; companies have all that
//	   they have but their names
//
// A kind of records has a newest version of its own (contacts.Shape.Version), and so have the
// store's own records (codecNewest). Adding a field takes a new number and a new
// version, so that an older program refuses the record instead of dropping the field.
const (
	codecFirst    = 1
	codecChannels = 5
	codecKinds    = 6
	codecNewest   = 6
)

// openRecord checks the version byte, of which newest is the highest that is known, and
// returns a decoder of the fields.
func openRecord(b []byte, newest byte) (decoder, error) {
	if len(b) == 0 {
		return decoder{}, errRecord
	}
	if v := b[0]; v < codecFirst || v > newest {
		return decoder{}, fmt.Errorf("a stored record has version %d, this program knows %d to %d", v, codecFirst, newest)
	}
	return decoder{b: b, pos: 1}, nil
}

// newRecord starts a record of a version with room for size bytes.
func newRecord(version byte, size int) encoder {
	return encoder{b: append(make([]byte, 0, size), version)}
}

// byKind writes what values has for each kind, but for zeros, in order of number.
func byKind[T byte | uint32 | uint64](e *encoder, values *[contacts.MaxKinds]T) {
	n := uint64(0)
	for _, v := range values {
		if v != 0 {
			n++
		}
	}
	e.uvarint(n)
	for number, v := range values {
		if v != 0 {
			e.uvarint(uint64(number))
			e.uvarint(uint64(v))
		}
	}
}

// byKind reads what byKind wrote into values, which must be zeros; those that are left
// out stay so. A number that no kind may have is an error that wraps engine.ErrNewer.
func (d *decoder) byKind(values *[contacts.MaxKinds]uint64) error {
	least := uint64(0)
	for n := d.count(2); n > 0 && !d.failed; n-- {
		number, value := d.uvarint(), d.uvarint()
		switch {
		case d.failed || number < least || value == 0:
			d.fail()
		case number >= contacts.MaxKinds:
			return unknownKind(number)
		default:
			values[number], least = value, number+1
		}
	}
	return d.err()
}

// unknownKind is the error of a folder with records of a kind that this program does not
// have.
func unknownKind(number uint64) error {
	return newerFolder(fmt.Sprintf("it has records of kind %d, which this program does not know", number))
}
