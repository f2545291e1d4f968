package ledgertest

import (
	"fmt"
	"reflect"
	"time"

	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// Draw draws a T at random, with all that is in it. Members of a struct T are empty now
// and then. A list that is empty is nil, and attributes are in order, as in what the store
// gives.
func Draw[T any](t *rapid.T, label string) *T {
	out := new(T)
	drawer{t, label}.members(reflect.ValueOf(out).Elem())
	return out
}

// DrawInto is Draw of a type that is only known at run time. v must be settable.
func DrawInto(t *rapid.T, label string, v reflect.Value) { drawer{t, label}.members(v) }

// Full returns a T of which every member has a value, and all that is in it.
func Full[T any]() *T {
	out := new(T)
	fill(reflect.ValueOf(out).Elem())
	return out
}

type drawer struct {
	*rapid.T
	label string
}

// members draws those of a struct, or the value itself.
func (d drawer) members(v reflect.Value) {
	if v.Kind() != reflect.Struct || special(v) {
		d.value(v)
		return
	}
	for i := range v.NumField() {
		one := drawer{d.T, d.label + "." + v.Type().Field(i).Name}
		if rapid.IntRange(0, 3).Draw(d.T, one.label+" has a value") > 0 {
			one.value(v.Field(i))
		}
	}
}

// special reports whether values of a type are drawn as a whole.
func special(v reflect.Value) bool {
	switch v.Interface().(type) {
	case time.Time, fields.Value, fields.Attributes, ledger.ID:
		return true
	}
	return false
}

func (d drawer) value(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		ms := rapid.Int64Range(-1<<44, 1<<44).Draw(d.T, d.label)
		v.Set(reflect.ValueOf(time.UnixMilli(ms).UTC()))
		return
	case fields.Value:
		v.Set(reflect.ValueOf(d.fieldValue()))
		return
	case fields.Attributes:
		v.Set(reflect.ValueOf(d.attributes()))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			drawer{d.T, d.label + "." + v.Type().Field(i).Name}.value(v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			d.value(v.Index(i))
		}
	case reflect.Slice:
		n := rapid.IntRange(0, 4).Draw(d.T, d.label)
		if n == 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			d.value(v.Index(i))
		}
	case reflect.String:
		v.SetString(rapid.OneOf(rapid.Just(""), rapid.String()).Draw(d.T, d.label))
	case reflect.Bool:
		v.SetBool(rapid.Bool().Draw(d.T, d.label))
	case reflect.Int64:
		v.SetInt(rapid.Int64().Draw(d.T, d.label))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(rapid.Uint64Max(1<<v.Type().Bits()-1).Draw(d.T, d.label))
	default:
		panic(fmt.Sprintf("ledgertest: no way to draw a %s", v.Type()))
	}
}

// fieldValue draws a value of any kind.
func (d drawer) fieldValue() fields.Value {
	switch rapid.IntRange(1, 5).Draw(d.T, d.label+" kind") {
	case 1:
		return fields.TextValue(rapid.StringN(1, 20, -1).Draw(d.T, d.label))
	case 2:
		return fields.NumberValue(rapid.Float64().Draw(d.T, d.label))
	case 3:
		return fields.IntValue(rapid.Int64().Draw(d.T, d.label))
	case 4:
		return fields.BoolValue(rapid.Bool().Draw(d.T, d.label))
	}
	return fields.ListValue(rapid.SliceOfN(rapid.String(), 1, 4).Draw(d.T, d.label))
}

func (d drawer) attributes() (list fields.Attributes) {
	for _, number := range rapid.SliceOfNDistinct(rapid.Uint32(), 0, 5, rapid.ID).Draw(d.T, d.label) {
		list = list.With(number, drawer{d.T, fmt.Sprint(d.label, ".", number)}.fieldValue())
	}
	return list
}

// fill gives a value something that is not zero.
func fill(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.UnixMilli(1_795_000_000_123).UTC()))
		return
	case fields.Value:
		v.Set(reflect.ValueOf(fields.ListValue([]string{"red"})))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("sms")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int64:
		v.SetInt(-5)
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(5)
	default:
		panic(fmt.Sprintf("ledgertest: no value for a %s", v.Type()))
	}
}
