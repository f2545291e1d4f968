package storage

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"github.com/ndoto/kundi/contacts"
)

// The wire form of records: a version byte, then fields. A field is a tag
// (its number and form), then its value. Fields that are missing are left
// out, so an older record is a newer one with less in it.
const (
	formVarint = iota // an unsigned or zigzag varint
	formFixed         // 8 bytes, little endian
	formBytes         // a varint length and as many bytes
)

// errRecord is what every decoder says to bytes that are no record.
var errRecord = errors.New("a stored record is damaged")

// encoder appends fields to b.
type encoder struct{ b []byte }

func (e *encoder) tag(field, form uint64) {
	e.b = binary.AppendUvarint(e.b, field<<2|form)
}

func (e *encoder) uvarint(v uint64) { e.b = binary.AppendUvarint(e.b, v) }
func (e *encoder) varint(v int64)   { e.b = binary.AppendVarint(e.b, v) }

func (e *encoder) string(s string) {
	e.uvarint(uint64(len(s)))
	e.b = append(e.b, s...)
}

// uintField writes v unless it is 0.
func (e *encoder) uintField(field, v uint64) {
	if v != 0 {
		e.tag(field, formVarint)
		e.uvarint(v)
	}
}

// textField writes s unless it is empty.
func (e *encoder) textField(field uint64, s string) {
	if s != "" {
		e.tag(field, formBytes)
		e.string(s)
	}
}

// timeField writes t in milliseconds unless it is zero.
func (e *encoder) timeField(field uint64, t time.Time) {
	if !t.IsZero() {
		e.tag(field, formVarint)
		e.varint(t.UnixMilli())
	}
}

// value writes a value as its kind and what that kind holds.
func (e *encoder) value(v contacts.Value) {
	e.b = append(e.b, byte(v.Kind))
	switch v.Kind {
	case contacts.KindText:
		e.string(v.Text)
	case contacts.KindNumber:
		e.b = binary.LittleEndian.AppendUint64(e.b, math.Float64bits(v.Float))
	case contacts.KindInt:
		e.varint(v.Int)
	case contacts.KindBool:
		e.uvarint(boolBit(v.Bool))
	case contacts.KindList:
		e.uvarint(uint64(len(v.List)))
		for _, s := range v.List {
			e.string(s)
		}
	}
}

func boolBit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// decoder reads what encoder wrote. After the first fault it yields zeros and
// failed is set. It never allocates more than a few times what is left to
// read, whatever a length claims.
type decoder struct {
	b      []byte
	failed bool
}

func (d *decoder) fail() {
	d.failed = true
	d.b = nil
}

// err is errRecord after a fault.
func (d *decoder) err() error {
	if d.failed {
		return errRecord
	}
	return nil
}

// next reads a tag; ok is false at the end and after a fault.
func (d *decoder) next() (field, form uint64, ok bool) {
	if len(d.b) == 0 {
		return 0, 0, false
	}
	tag := d.uvarint()
	return tag >> 2, tag & 3, !d.failed
}

func (d *decoder) uvarint() uint64 {
	// Most are one byte long.
	if len(d.b) > 0 && d.b[0] < 0x80 {
		v := d.b[0]
		d.b = d.b[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
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
	if len(d.b) == 0 {
		d.fail()
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

// bytes returns a part of the input.
func (d *decoder) bytes() []byte {
	n := d.uvarint()
	if n > uint64(len(d.b)) {
		d.fail()
		return nil
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

// string returns a copy: a substring of the whole record would keep all of it
// alive in whoever keeps one field.
func (d *decoder) string() string { return string(d.bytes()) }

// count reads a number of elements, each at least size bytes long.
func (d *decoder) count(size int) int {
	n := d.uvarint()
	if n > uint64(len(d.b)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) strings() []string {
	n := d.count(1)
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = d.string()
	}
	return list
}

func (d *decoder) time() time.Time { return time.UnixMilli(d.varint()).UTC() }

func (d *decoder) value() contacts.Value {
	v := contacts.Value{Kind: contacts.ValueKind(d.byte())}
	switch v.Kind {
	case contacts.Missing:
	case contacts.KindText:
		v.Text = d.string()
	case contacts.KindNumber:
		if len(d.b) < 8 {
			d.fail()
			break
		}
		v.Float = math.Float64frombits(binary.LittleEndian.Uint64(d.b))
		d.b = d.b[8:]
	case contacts.KindInt:
		v.Int = d.varint()
	case contacts.KindBool:
		v.Bool = d.uvarint() == 1
	case contacts.KindList:
		v.List = d.strings()
	default:
		d.fail()
	}
	return v
}
