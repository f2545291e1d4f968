package codec

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fields"
)

// Encoder appends what a record has to B. Its methods that end with Field write a
// field with its number, and leave out one that is empty.
type Encoder struct{ B []byte }

// Uvarint writes a number that is not negative, small ones in few bytes.
func (e *Encoder) Uvarint(v uint64) { e.B = binary.AppendUvarint(e.B, v) }

// Varint writes a number.
func (e *Encoder) Varint(v int64) { e.B = binary.AppendVarint(e.B, v) }

// String writes a text.
func (e *Encoder) String(s string) {
	e.Uvarint(uint64(len(s)))
	e.B = append(e.B, s...)
}

// Strings writes a list of texts.
func (e *Encoder) Strings(list []string) {
	e.Uvarint(uint64(len(list)))
	for _, s := range list {
		e.String(s)
	}
}

// ID writes the 16 bytes of an id.
func (e *Encoder) ID(id uuid.UUID) { e.B = append(e.B, id[:]...) }

// UintField writes v unless it is 0.
func (e *Encoder) UintField(field, v uint64) {
	if v != 0 {
		e.Uvarint(field)
		e.Uvarint(v)
	}
}

// TextField writes s unless it is empty.
func (e *Encoder) TextField(field uint64, s string) {
	if s != "" {
		e.Uvarint(field)
		e.String(s)
	}
}

// ListField writes list unless it is empty.
func (e *Encoder) ListField(field uint64, list []string) {
	if len(list) > 0 {
		e.Uvarint(field)
		e.Strings(list)
	}
}

// TimeField writes t in milliseconds unless it is zero.
func (e *Encoder) TimeField(field uint64, t time.Time) {
	if !t.IsZero() {
		e.Uvarint(field)
		e.Varint(t.UnixMilli())
	}
}

// Value writes a value as its kind and what that kind holds.
func (e *Encoder) Value(v fields.Value) {
	e.B = append(e.B, byte(v.Kind))
	switch v.Kind {
	case fields.KindText:
		e.String(v.Text)
	case fields.KindNumber:
		e.B = binary.LittleEndian.AppendUint64(e.B, math.Float64bits(v.Float))
	case fields.KindInt:
		e.Varint(v.Int)
	case fields.KindBool:
		e.Uvarint(bit(v.Bool))
	case fields.KindList:
		e.Strings(v.List)
	}
}

// AttributesField writes attributes unless there are none.
func (e *Encoder) AttributesField(field uint64, attributes fields.Attributes) {
	if len(attributes) == 0 {
		return
	}
	e.Uvarint(field)
	e.Uvarint(uint64(len(attributes)))
	for i := range attributes {
		e.Uvarint(uint64(attributes[i].Number))
		e.Value(attributes[i].Value)
	}
}

// FlagField writes 1 for a flag that is set, and nothing else.
func (e *Encoder) FlagField(field uint64, set bool) {
	if set {
		e.UintField(field, 1)
	}
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
