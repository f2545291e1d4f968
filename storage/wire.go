package storage

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// The wire form of records: a version byte, then fields. A field is its
// number, then its value in the form that the number stands for. Fields that
// are missing are left out, so an older record is a newer one with less in it.

// errRecord is what every decoder says to bytes that are no record.
var errRecord = errors.New("a stored record is damaged")

// encoder appends fields to b.
type encoder struct{ b []byte }

func (e *encoder) uvarint(v uint64) { e.b = binary.AppendUvarint(e.b, v) }
func (e *encoder) varint(v int64)   { e.b = binary.AppendVarint(e.b, v) }

func (e *encoder) string(s string) {
	e.uvarint(uint64(len(s)))
	e.b = append(e.b, s...)
}

func (e *encoder) strings(list []string) {
	e.uvarint(uint64(len(list)))
	for _, s := range list {
		e.string(s)
	}
}

func (e *encoder) id(id contacts.ID) { e.b = append(e.b, id[:]...) }

// uintField writes v unless it is 0.
func (e *encoder) uintField(field, v uint64) {
	if v != 0 {
		e.uvarint(field)
		e.uvarint(v)
	}
}

// textField writes s unless it is empty.
func (e *encoder) textField(field uint64, s string) {
	if s != "" {
		e.uvarint(field)
		e.string(s)
	}
}

// listField writes list unless it is empty.
func (e *encoder) listField(field uint64, list []string) {
	if len(list) > 0 {
		e.uvarint(field)
		e.strings(list)
	}
}

// timeField writes t in milliseconds unless it is zero.
func (e *encoder) timeField(field uint64, t time.Time) {
	if !t.IsZero() {
		e.uvarint(field)
		e.varint(t.UnixMilli())
	}
}

// value writes a value as its kind and what that kind holds.
func (e *encoder) value(v fields.Value) {
	e.b = append(e.b, byte(v.Kind))
	switch v.Kind {
	case fields.KindText:
		e.string(v.Text)
	case fields.KindNumber:
		e.b = binary.LittleEndian.AppendUint64(e.b, math.Float64bits(v.Float))
	case fields.KindInt:
		e.varint(v.Int)
	case fields.KindBool:
		e.uvarint(boolBit(v.Bool))
	case fields.KindList:
		e.strings(v.List)
	}
}

func boolBit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// decoder reads what encoder wrote. After the first fault it yields zeros and
// failed is set. It allocates at most some sixty times what is left to read,
// whatever a length claims.
//
// It counts positions instead of cutting slices: moving a slice through a
// pointer costs the garbage collector's write barrier at every field.
type decoder struct {
	b      []byte
	pos    int
	failed bool
}

func (d *decoder) fail() {
	d.failed = true
	d.pos = len(d.b)
}

// err is errRecord after a fault.
func (d *decoder) err() error {
	if d.failed {
		return errRecord
	}
	return nil
}

// finish is errRecord after a fault and when something is left.
func (d *decoder) finish() error {
	if d.pos != len(d.b) {
		d.fail()
	}
	return d.err()
}

// next reads the number of a field; ok is false at the end and after a fault.
func (d *decoder) next() (field uint64, ok bool) {
	if d.pos >= len(d.b) {
		return 0, false
	}
	field = d.uvarint()
	return field, !d.failed
}

func (d *decoder) uvarint() uint64 {
	// Most are one byte long.
	if d.pos < len(d.b) && d.b[d.pos] < 0x80 {
		d.pos++
		return uint64(d.b[d.pos-1])
	}
	return d.longUvarint()
}

func (d *decoder) longUvarint() uint64 {
	v, n := binary.Uvarint(d.b[d.pos:])
	if n <= 0 {
		d.fail()
		return 0
	}
	d.pos += n
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b[d.pos:])
	if n <= 0 {
		d.fail()
		return 0
	}
	d.pos += n
	return v
}

func (d *decoder) uint32() uint32 {
	v := d.uvarint()
	if v > math.MaxUint32 {
		d.fail()
		return 0
	}
	return uint32(v)
}

func (d *decoder) byte() byte {
	if d.pos >= len(d.b) {
		d.fail()
		return 0
	}
	d.pos++
	return d.b[d.pos-1]
}

// bytes returns a part of the input.
func (d *decoder) bytes() []byte {
	n := d.uvarint()
	if n > uint64(len(d.b)-d.pos) {
		d.fail()
		return nil
	}
	b := d.b[d.pos : d.pos+int(n)]
	d.pos += int(n)
	return b
}

// string returns a copy: a substring of the whole record would keep all of it
// alive in whoever keeps one field.
func (d *decoder) string() string { return string(d.bytes()) }

// count reads a number of elements, each at least size bytes long.
func (d *decoder) count(size int) int {
	n := d.uvarint()
	if n > uint64((len(d.b)-d.pos)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

// strings reads a list, whose members share one copy of its bytes.
func (d *decoder) strings() []string {
	n := d.count(1)
	if n == 0 {
		return nil
	}
	start := d.pos
	for range n {
		d.bytes()
	}
	if d.failed {
		return nil
	}
	shared := string(d.b[start:d.pos])
	again := decoder{b: d.b[:d.pos], pos: start}
	list := make([]string, n)
	for i := range list {
		size := int(again.uvarint())
		from := again.pos - start
		list[i] = shared[from : from+size]
		again.pos += size
	}
	return list
}

// id reads 16 bytes into id.
func (d *decoder) id(id *contacts.ID) {
	if copy(id[:], d.b[d.pos:]) != len(id) {
		d.fail()
		return
	}
	d.pos += len(id)
}

func (d *decoder) time() time.Time { return time.UnixMilli(d.varint()).UTC() }

// value reads into v, which must be zero.
func (d *decoder) value(v *fields.Value) {
	v.Kind = fields.ValueKind(d.byte())
	switch v.Kind {
	case fields.Missing:
	case fields.KindText:
		v.Text = d.string()
	case fields.KindNumber:
		v.Float = d.float()
	case fields.KindInt:
		v.Int = d.varint()
	case fields.KindBool:
		v.Bool = d.uvarint() == 1
	case fields.KindList:
		v.List = d.strings()
	default:
		d.fail()
	}
}

func (d *decoder) float() float64 {
	if len(d.b)-d.pos < 8 {
		d.fail()
		return 0
	}
	bits := binary.LittleEndian.Uint64(d.b[d.pos:])
	d.pos += 8
	return math.Float64frombits(bits)
}
