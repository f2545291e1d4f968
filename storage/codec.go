package storage

import "fmt"

// Codec versions, the first byte of every record. A record of an older
// version is read as it is and written in the newest when it next changes.
//
//	1  the first
//	2  contacts have a city
//	3  contacts may be blocked and may have absorbed others
//	4  companies may have been made on purpose
//	5  companies may be twins; the channels web and phone are live_chat and voice
//
// Adding a field takes a new number and a new version, so that an older
// program refuses the record instead of dropping the field.
const (
	codecFirst    = 1
	codecChannels = 5
	codecNewest   = 5
)

// openRecord checks the version byte and returns a decoder of the fields.
func openRecord(b []byte) (decoder, error) {
	if len(b) == 0 {
		return decoder{}, errRecord
	}
	if v := b[0]; v < codecFirst || v > codecNewest {
		return decoder{}, fmt.Errorf("a stored record has version %d, this program knows %d to %d", v, codecFirst, codecNewest)
	}
	return decoder{b: b, pos: 1}, nil
}

// newRecord starts a record with room for size bytes.
func newRecord(size int) encoder {
	return encoder{b: append(make([]byte, 0, size), codecNewest)}
}
