package wire

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/ndoto/kundi/fields"
)

// encoding writes a value as JSON, so that no more than one element of its lists
// is in memory outside of the buffer.
type encoding struct {
	to   *buffer
	json *json.Encoder
}

func newEncoding(to *buffer) *encoding {
	e := &encoding{to: to, json: json.NewEncoder(unbroken{to})}
	e.json.SetEscapeHTML(false)
	return e
}

// unbroken leaves out the line break that an encoder ends each value with.
type unbroken struct{ to *buffer }

func (u unbroken) Write(b []byte) (int, error) {
	n, err := u.to.Write(bytes.TrimSuffix(b, []byte("\n")))
	if err != nil {
		return n, err
	}
	return len(b), nil
}

// encode adds a value. The lists that a struct has as members are added
// element by element: everything else is small.
func (e *encoding) encode(value any) error {
	v := reflect.ValueOf(value)
	if v.Kind() != reflect.Struct || !plain(v.Type()) {
		return e.json.Encode(value)
	}
	before := "{"
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if options == "omitempty" && empty(v.Field(i)) {
			continue
		}
		if err := e.text(before + `"` + name + `":`); err != nil {
			return err
		}
		if err := e.member(v.Field(i)); err != nil {
			return err
		}
		before = ","
	}
	if before == "{" {
		return e.text("{}")
	}
	return e.text("}")
}

// member adds the value of a member.
func (e *encoding) member(v reflect.Value) error {
	if v.Kind() != reflect.Slice || v.IsNil() || v.Type().Elem().Kind() == reflect.Uint8 {
		return e.json.Encode(v.Interface())
	}
	before := "["
	for i := range v.Len() {
		if err := e.text(before); err != nil {
			return err
		}
		if err := e.json.Encode(v.Index(i).Interface()); err != nil {
			return err
		}
		before = ","
	}
	if before == "[" {
		return e.text("[]")
	}
	return e.text("]")
}

// plain reports whether a struct is written member by member, under the names
// that their tags give.
func plain(t reflect.Type) bool {
	if t.Implements(reflect.TypeFor[json.Marshaler]()) {
		return false
	}
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "" || name == "-" || options != "" && options != "omitempty" {
			return false
		}
	}
	return true
}

// empty is what omitempty leaves out.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	default:
		return v.IsZero()
	}
}

func (e *encoding) text(s string) error {
	_, err := io.WriteString(e.to, s)
	return err
}

// Instant writes an instant in UTC with milliseconds, "" for none.
func Instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return fields.FormatInstant(t.UnixMilli())
}
