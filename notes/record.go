package notes

import (
	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/ledger"
)

// The fields of a note. Numbers are never reused.
const (
	versionNumber  = 1
	idNumber       = 2
	textNumber     = 3
	pinnedNumber   = 4
	sourceNumber   = 5
	nameNumber     = 6
	updatedNumber  = 7
	versionsNumber = 8
)

// noteRecord is the newest version of the records of notes.
const noteRecord = 1

// encode returns the record of a note.
func encode(n *Note) []byte {
	e := codec.New(noteRecord, 64+len(n.Text)+len(n.Name))
	e.UintField(versionNumber, n.Version)
	e.Uvarint(idNumber)
	e.ID(n.ID)
	e.TextField(textNumber, n.Text)
	e.FlagField(pinnedNumber, n.Pinned)
	e.TextField(sourceNumber, string(n.Source))
	e.TextField(nameNumber, n.Name)
	e.TimeField(updatedNumber, n.UpdatedAt)
	e.UintField(versionsNumber, uint64(n.Versions))
	return e.B
}

// decode reads the record of the note with a name.
func decode(r ledger.Ref, record []byte) (*Note, error) {
	d, err := codec.Open(record, noteRecord)
	if err != nil {
		return nil, err
	}
	n := &Note{Ordinal: r.Ordinal, Owner: r.Owner, CreatedAt: r.Moment()}
	for field, ok := d.Next(); ok; field, ok = d.Next() {
		readField(&d, n, field)
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	return n, nil
}

// readField reads one field into n.
func readField(d *codec.Decoder, n *Note, field uint64) {
	switch field {
	case versionNumber:
		n.Version = d.Uvarint()
	case idNumber:
		d.ID(&n.ID)
	case textNumber:
		n.Text = d.String()
	case pinnedNumber:
		n.Pinned = d.Flag()
	case sourceNumber:
		n.Source = ledger.Source(d.String())
	case nameNumber:
		n.Name = d.String()
	case updatedNumber:
		n.UpdatedAt = d.Time()
	case versionsNumber:
		n.Versions = d.Uint32()
	default:
		d.Fail()
	}
}
