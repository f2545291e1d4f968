package ledger

import (
	"time"

	"github.com/ndoto/kundi/codec"
)

// MaxAbsorbed is how many records one may have absorbed, those included that
// they had absorbed themselves.
const MaxAbsorbed = 100

// Absorbed is what a record keeps of one that was merged into it: what it is still found
// by. Its id means the survivor from then on, and no other can take its unique values.
type Absorbed struct {
	Ordinal  uint32 // not given again
	ID       ID
	Merge    ID // the id of the merge
	MergedAt time.Time

	// Those that records of the kind have.
	Name, Email, Phone, Identifier string
}

// Alias is a value by which a record is found beside its first ones. One of the values is set.
type Alias struct {
	Field                    string // as in highlights, like "emails[1]"
	Email, Phone, Identifier string
}

// Redirect is what has become of a record that was merged into another.
type Redirect struct {
	ID       ID     // its own
	Survivor uint32 // ordinal of the record that its id means now
}

// AbsorbedField writes the records that one has absorbed unless there are none.
func AbsorbedField(e *codec.Encoder, field uint64, absorbed []Absorbed) {
	if len(absorbed) == 0 {
		return
	}
	e.Uvarint(field)
	e.Uvarint(uint64(len(absorbed)))
	for i := range absorbed {
		a := &absorbed[i]
		e.Uvarint(uint64(a.Ordinal))
		e.ID(a.ID)
		e.ID(a.Merge)
		e.Varint(a.MergedAt.UnixMilli())
		e.String(a.Name)
		e.String(a.Email)
		e.String(a.Phone)
		e.String(a.Identifier)
	}
}

// absorbedSize is the least that one takes in a record.
const absorbedSize = 1 + 16 + 16 + 1 + 4

// ReadAbsorbed reads the records that one has absorbed.
func ReadAbsorbed(d *codec.Decoder) []Absorbed {
	absorbed := make([]Absorbed, d.Count(absorbedSize))
	for i := range absorbed {
		a := &absorbed[i]
		a.Ordinal = d.Uint32()
		d.ID(&a.ID)
		d.ID(&a.Merge)
		a.MergedAt = d.Time()
		a.Name = d.String()
		a.Email = d.String()
		a.Phone = d.String()
		a.Identifier = d.String()
	}
	return absorbed
}
