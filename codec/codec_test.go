package codec_test

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger/ledgertest"
)

// readers has the method of Decoder that reads what a method of Encoder writes. Those that
// end with Field write a number before it, or nothing for what is empty.
var readers = map[string]string{
	"Uvarint": "Uvarint", "Varint": "Varint", "String": "String", "Strings": "Strings", "ID": "ID", "Value": "Value",
	"UintField": "Uvarint", "TextField": "String", "ListField": "Strings", "TimeField": "Time", "AttributesField": "Attributes", "FlagField": "Flag",
}

// plain and numbered are the methods of Encoder that write no number, and those that do.
func methods() (plain, numbered []string) {
	for _, name := range slices.Sorted(maps.Keys(readers)) {
		if methodOf(&codec.Encoder{}, name).Type().NumIn() == 1 {
			plain = append(plain, name)
		} else {
			numbered = append(numbered, name)
		}
	}
	return plain, numbered
}

func methodOf(of any, name string) reflect.Value { return reflect.ValueOf(of).MethodByName(name) }

// drawn draws what a method of Encoder takes last.
func drawn(t *rapid.T, method string) reflect.Value {
	of := methodOf(&codec.Encoder{}, method).Type()
	v := reflect.New(of.In(of.NumIn() - 1)).Elem()
	if of.NumIn() == 1 || rapid.IntRange(0, 3).Draw(t, method+" has a value") > 0 {
		ledgertest.DrawInto(t, method, v)
	}
	return v
}

// read calls the method of Decoder for what a method of Encoder has written.
func read(d *codec.Decoder, method string) any {
	m := methodOf(d, readers[method])
	if m.Type().NumIn() == 1 {
		into := reflect.New(m.Type().In(0).Elem())
		m.Call([]reflect.Value{into})
		return into.Elem().Interface()
	}
	return m.Call(nil)[0].Interface()
}

func TestEveryMethodOfTheEncoderIsTested(t *testing.T) {
	for i := range reflect.TypeFor[*codec.Encoder]().NumMethod() {
		require.Contains(t, readers, reflect.TypeFor[*codec.Encoder]().Method(i).Name)
	}
}

// TestWhatIsWrittenIsRead in the order in which it was written.
func TestWhatIsWrittenIsRead(t *testing.T) {
	plain, _ := methods()
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SliceOfN(rapid.SampledFrom(plain), 0, 12).Draw(t, "order")
		e, values := codec.New(3, 16), make([]any, len(order))
		for i, method := range order {
			v := drawn(t, method)
			methodOf(&e, method).Call([]reflect.Value{v})
			values[i] = v.Interface()
		}
		d, err := codec.Open(e.B, 4)
		require.NoError(t, err)
		require.EqualValues(t, 3, d.Version())
		for i, method := range order {
			require.Equal(t, values[i], read(&d, method), method)
		}
		require.NoError(t, d.Finish())
		e.B = append(e.B, 0)
		longer, err := codec.Open(e.B, 4)
		require.NoError(t, err)
		for _, method := range order {
			read(&longer, method)
		}
		require.NoError(t, longer.Err())
		require.ErrorIs(t, longer.Finish(), codec.ErrDamaged, "something is left")
	})
}

// TestFieldsAreReadByTheirNumbers, and empty ones are not written.
func TestFieldsAreReadByTheirNumbers(t *testing.T) {
	_, numbered := methods()
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.SliceOfN(rapid.SampledFrom(numbered), 0, 12).Draw(t, "order")
		e, written := codec.New(1, 16), map[uint64]any{}
		for i, method := range order {
			number, v := uint64(i)+rapid.SampledFrom([]uint64{1, 100, 1 << 40}).Draw(t, "number"), drawn(t, method) // all differ
			before := len(e.B)
			methodOf(&e, method).Call([]reflect.Value{reflect.ValueOf(number), v})
			require.Equal(t, v.IsZero(), len(e.B) == before, method)
			if !v.IsZero() {
				written[number] = []any{method, v.Interface()}
			}
		}
		d, err := codec.Open(e.B, 1)
		require.NoError(t, err)
		for number, ok := d.Next(); ok; number, ok = d.Next() {
			want := written[number].([]any)
			require.Equal(t, want[1], read(&d, want[0].(string)), want[0])
			delete(written, number)
		}
		require.NoError(t, d.Finish())
		require.Empty(t, written)
	})
}

func TestVersionsThatAreNotKnown(t *testing.T) {
	_, err := codec.Open(nil, 3)
	require.ErrorIs(t, err, codec.ErrDamaged)
	for version, known := range map[byte]bool{0: false, 1: true, 3: true, 4: false, 255: false} {
		_, err := codec.Open([]byte{version}, 3)
		if known {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, fmt.Sprintf("a stored record has version %d, this program knows 1 to 3", version))
	}
}

// TestDecodedTextsDoNotKeepTheRecord: whoever changes its bytes changes nothing of them.
func TestDecodedTextsDoNotKeepTheRecord(t *testing.T) {
	e := codec.New(1, 16)
	e.String("Amina")
	e.Strings([]string{"vip", "beta"})
	d, err := codec.Open(e.B, 1)
	require.NoError(t, err)
	text, list := d.String(), d.Strings()
	copy(e.B, bytes.Repeat([]byte{'x'}, len(e.B)))
	require.Equal(t, "Amina", text)
	require.Equal(t, []string{"vip", "beta"}, list)
}

// reads are all the ways to read. Each returns whether what it yields is nothing.
var reads = []func(*codec.Decoder) (nothing bool){
	func(d *codec.Decoder) bool { return d.Uvarint() == 0 },
	func(d *codec.Decoder) bool { return d.Varint() == 0 },
	func(d *codec.Decoder) bool { return d.Uint32() == 0 },
	func(d *codec.Decoder) bool { return d.Byte() == 0 },
	func(d *codec.Decoder) bool { return len(d.Bytes()) == 0 },
	func(d *codec.Decoder) bool { return d.String() == "" },
	func(d *codec.Decoder) bool { return d.Count(7) == 0 },
	func(d *codec.Decoder) bool { return d.Strings() == nil },
	func(d *codec.Decoder) bool { var id uuid.UUID; d.ID(&id); return id == uuid.UUID{} },
	func(d *codec.Decoder) bool { return d.Time().UnixMilli() == 0 },
	func(d *codec.Decoder) bool { var v fields.Value; d.Value(&v); return v.IsMissing() },
	func(d *codec.Decoder) bool { return len(d.Attributes()) == 0 },
	func(d *codec.Decoder) bool { d.Flag(); return true },
	func(d *codec.Decoder) bool { number, ok := d.Next(); return number == 0 && !ok },
}

// FuzzDecoder demands that no input makes a decoder panic, and that it yields nothing more
// after the first fault. order says in which order it is read.
func FuzzDecoder(f *testing.F) {
	e := codec.New(1, 64)
	e.TextField(3, "Amina")
	e.ListField(4, []string{"vip", "beta"})
	e.AttributesField(5, fields.Attributes{{Number: 1, Value: fields.NumberValue(1.5)}})
	f.Add(e.B, []byte{13, 5, 13, 7, 13, 11})
	f.Add([]byte{1, 0xff, 0xff, 0xff, 0xff, 0x7f}, []byte{7})
	for way := range reads { // of which none may read on after the text that is cut
		f.Add([]byte{1, 9, 3, 1, 1, 3}, []byte{5, byte(way)})
	}
	f.Fuzz(func(t *testing.T, record, order []byte) {
		d, err := codec.Open(record, 1)
		if err != nil {
			return
		}
		for _, way := range order {
			failed := d.Failed()
			nothing := reads[int(way)%len(reads)](&d)
			if failed {
				require.True(t, nothing, "way %d yields something after a fault", way)
				require.True(t, d.Failed())
			}
		}
		if d.Failed() {
			require.ErrorIs(t, d.Err(), codec.ErrDamaged)
			require.ErrorIs(t, d.Finish(), codec.ErrDamaged)
			return
		}
		require.NoError(t, d.Err())
	})
}

// TestHostileLengthsAllocateLittle: a length is not believed before the input bears it out.
func TestHostileLengthsAllocateLittle(t *testing.T) {
	for i, way := range reads {
		for _, length := range [][]byte{
			{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, {0xff, 0xff, 0xff, 0x7f},
		} {
			d, err := codec.Open(append([]byte{1}, length...), 1)
			require.NoError(t, err)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			way(&d)
			runtime.ReadMemStats(&after)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<16), "way %d", i)
		}
	}
}
