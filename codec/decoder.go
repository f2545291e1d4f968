package codec

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fields"
)

// Decoder reads what Encoder wrote. After the first fault it yields zeros, and
// Failed says so. It allocates at most some sixty times what is left to read,
// whatever a length claims.
//
// It counts positions instead of cutting slices: moving a slice through a
// pointer costs the garbage collector's write barrier at every field.
type Decoder struct {
	b      []byte
	pos    int
	failed bool
	whole  string // a copy of b that texts share, see OpenWhole; else ""
}

// Failed reports whether there was a fault.
func (d *Decoder) Failed() bool { return d.failed }

// Version is that of the record.
func (d *Decoder) Version() byte { return d.b[0] }

// Fail is a fault that the caller has found.
func (d *Decoder) Fail() {
	d.failed = true
	d.pos = len(d.b)
}

// Err is ErrDamaged after a fault.
func (d *Decoder) Err() error {
	if d.failed {
		return ErrDamaged
	}
	return nil
}

// Finish is ErrDamaged after a fault and when something is left.
func (d *Decoder) Finish() error {
	if d.pos != len(d.b) {
		d.Fail()
	}
	return d.Err()
}

// Next reads the number of a field; ok is false at the end and after a fault.
func (d *Decoder) Next() (field uint64, ok bool) {
	if d.pos >= len(d.b) {
		return 0, false
	}
	field = d.Uvarint()
	return field, !d.failed
}

// Uvarint reads a number that is not negative.
func (d *Decoder) Uvarint() uint64 {
	// Most are one byte long.
	if d.pos < len(d.b) && d.b[d.pos] < 0x80 {
		d.pos++
		return uint64(d.b[d.pos-1])
	}
	return d.longUvarint()
}

func (d *Decoder) longUvarint() uint64 {
	v, n := binary.Uvarint(d.b[d.pos:])
	if n <= 0 {
		d.Fail()
		return 0
	}
	d.pos += n
	return v
}

// Varint reads a number.
func (d *Decoder) Varint() int64 {
	v, n := binary.Varint(d.b[d.pos:])
	if n <= 0 {
		d.Fail()
		return 0
	}
	d.pos += n
	return v
}

// Uint32 reads a number of at most 32 bits.
func (d *Decoder) Uint32() uint32 {
	v := d.Uvarint()
	if v > math.MaxUint32 {
		d.Fail()
		return 0
	}
	return uint32(v)
}

// Byte reads a byte.
func (d *Decoder) Byte() byte {
	if d.pos >= len(d.b) {
		d.Fail()
		return 0
	}
	d.pos++
	return d.b[d.pos-1]
}

// Bytes returns a part of the input.
func (d *Decoder) Bytes() []byte {
	n := d.Uvarint()
	if n > uint64(len(d.b)-d.pos) {
		d.Fail()
		return nil
	}
	b := d.b[d.pos : d.pos+int(n)]
	d.pos += int(n)
	return b
}

// String returns a copy: a substring of the whole record would keep all of it
// alive in whoever keeps one field. See OpenWhole.
func (d *Decoder) String() string {
	b := d.Bytes()
	if d.whole == "" {
		return string(b)
	}
	return d.whole[d.pos-len(b) : d.pos]
}

// Count reads a number of elements, each at least size bytes long.
func (d *Decoder) Count(size int) int {
	n := d.Uvarint()
	if n > uint64((len(d.b)-d.pos)/size) {
		d.Fail()
		return 0
	}
	return int(n)
}

// Strings reads a list, whose members share one copy of its bytes.
func (d *Decoder) Strings() []string {
	n := d.Count(1)
	if n == 0 {
		return nil
	}
	start := d.pos
	for range n {
		d.Bytes()
	}
	if d.failed {
		return nil
	}
	shared := string(d.b[start:d.pos])
	again := Decoder{b: d.b[:d.pos], pos: start}
	list := make([]string, n)
	for i := range list {
		size := int(again.Uvarint())
		from := again.pos - start
		list[i] = shared[from : from+size]
		again.pos += size
	}
	return list
}

// ID reads 16 bytes into id.
func (d *Decoder) ID(id *uuid.UUID) {
	if copy(id[:], d.b[d.pos:]) != len(id) {
		d.Fail()
		return
	}
	d.pos += len(id)
}

// Time reads an instant in milliseconds.
func (d *Decoder) Time() time.Time { return time.UnixMilli(d.Varint()).UTC() }

// Value reads into v, which must be zero.
func (d *Decoder) Value(v *fields.Value) {
	v.Kind = fields.ValueKind(d.Byte())
	switch v.Kind {
	case fields.Missing:
	case fields.KindText:
		v.Text = d.String()
	case fields.KindNumber:
		v.Float = d.float()
	case fields.KindInt:
		v.Int = d.Varint()
	case fields.KindBool:
		v.Bool = d.Uvarint() == 1
	case fields.KindList:
		v.List = d.Strings()
	default:
		d.Fail()
	}
}

func (d *Decoder) float() float64 {
	if len(d.b)-d.pos < 8 {
		d.Fail()
		return 0
	}
	bits := binary.LittleEndian.Uint64(d.b[d.pos:])
	d.pos += 8
	return math.Float64frombits(bits)
}

// Attributes reads custom attributes.
func (d *Decoder) Attributes() fields.Attributes {
	attributes := make(fields.Attributes, d.Count(2))
	for i := range attributes {
		attributes[i].Number = d.Uint32()
		d.Value(&attributes[i].Value)
	}
	return attributes
}

// Flag reads a flag, which is only written when it is set.
func (d *Decoder) Flag() bool {
	if d.Uvarint() != 1 {
		d.Fail()
	}
	return true
}
