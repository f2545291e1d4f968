package storage

import (
	"fmt"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
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
// A kind of records has a newest version of its own (ledger.Shape.Version), and so have the
// store's own records (codecNewest). Adding a field takes a new number and a new
// version, so that an older program refuses the record instead of dropping the field.
const (
	codecKinds  = 6
	codecNewest = 6
)

// writeByKind writes what values has for each kind, but for zeros, in order of number.
func writeByKind[T byte | uint32 | uint64](e *codec.Encoder, values *[ledger.MaxKinds]T) {
	n := uint64(0)
	for _, v := range values {
		if v != 0 {
			n++
		}
	}
	e.Uvarint(n)
	for number, v := range values {
		if v != 0 {
			e.Uvarint(uint64(number))
			e.Uvarint(uint64(v))
		}
	}
}

// readByKind reads what writeByKind wrote into values, which must be zeros; those that are left
// out stay so. A number that no kind may have is an error that wraps engine.ErrNewer.
func readByKind(d *codec.Decoder, values *[ledger.MaxKinds]uint64) error {
	least := uint64(0)
	for n := d.Count(2); n > 0 && !d.Failed(); n-- {
		number, value := d.Uvarint(), d.Uvarint()
		switch {
		case d.Failed() || number < least || value == 0:
			d.Fail()
		case number >= ledger.MaxKinds:
			return unknownKind(number)
		default:
			values[number], least = value, number+1
		}
	}
	return d.Err()
}

// unknownKind is the error of a folder with records of a kind that this program does not
// have.
func unknownKind(number uint64) error {
	return newerFolder(fmt.Sprintf("it has records of kind %d, which this program does not know", number))
}
