package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/strictjson"
)

// shape is how one Go type is read from JSON. It is built once, when an
// operation is registered, from the same struct tags that describe the type in
// the OpenAPI document, so the two cannot differ:
//
//	json       the name; without omitempty the member is required
//	minimum, maximum, minLength, maxLength, minItems, maxItems, enum   bounds
//	default    what an absent member or parameter is
//
// Strings, booleans, integers, floats, structs, slices and pointers of these
// are read. Slices of bytes take the text of the value as it is, for readers of
// their own. Null is the same as absent, except in these.
type shape struct {
	kind    reflect.Kind
	raw     bool
	pointer *shape // of what a pointer points to
	element *shape // of what a slice holds
	fields  []field
	byName  map[string]int
	names   string // every member, for messages
}

// field is a member of a struct or a parameter.
type field struct {
	index    int
	name     string
	required bool
	shape    *shape
	bounds   bounds
	absent   string // what it is when absent
}

// bounds are the limits that a value must keep.
type bounds struct {
	min, max *int64
	enum     []string
}

// shapeOf returns the shape of a type. A type it cannot read is a mistake in
// this package, and panics when the operation is registered.
func shapeOf(t reflect.Type) *shape {
	s := &shape{kind: t.Kind()}
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Int, reflect.Int64, reflect.Uint64, reflect.Float64:
	case reflect.Pointer:
		s.pointer = shapeOf(t.Elem())
	case reflect.Slice:
		if s.raw = t.Elem().Kind() == reflect.Uint8; !s.raw {
			s.element = shapeOf(t.Elem())
		}
	case reflect.Struct:
		s.byName = map[string]int{}
		for i := range t.NumField() {
			tag, tagged := t.Field(i).Tag.Lookup("json")
			if !tagged {
				continue
			}
			name, options, _ := strings.Cut(tag, ",")
			s.byName[name] = len(s.fields)
			s.fields = append(s.fields, newField(t.Field(i), i, name, !strings.Contains(options, "omitempty")))
		}
		s.names = strings.Join(slices.Sorted(func(yield func(string) bool) {
			for _, f := range s.fields {
				if !yield(f.name) {
					return
				}
			}
		}), ", ")
	default:
		panic("wire: no way to read a " + t.String())
	}
	return s
}

func newField(f reflect.StructField, index int, name string, required bool) field {
	out := field{index: index, name: name, required: required, shape: shapeOf(f.Type), absent: f.Tag.Get("default")}
	for _, tag := range []string{"minimum", "minLength", "minItems"} {
		out.bounds.min = boundOf(f, tag, out.bounds.min)
	}
	for _, tag := range []string{"maximum", "maxLength", "maxItems"} {
		out.bounds.max = boundOf(f, tag, out.bounds.max)
	}
	if enum := f.Tag.Get("enum"); enum != "" {
		out.bounds.enum = strings.Split(enum, ",")
	}
	return out
}

func boundOf(f reflect.StructField, tag string, otherwise *int64) *int64 {
	text, ok := f.Tag.Lookup(tag)
	if !ok {
		return otherwise
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		panic("wire: the tag " + tag + " of " + f.Name + " is no number")
	}
	return &n
}

// Decoder reads JSON into Go values and collects what is wrong with it. The zero
// value is ready. Only one goroutine may use it.
//
// The JSON must have passed the checks that every body and every parameter of a
// request goes through. No fault may repeat a value or a name that was submitted.
type Decoder struct {
	Faults []fault.Fault

	elsewhere map[string]string // see Operation.Elsewhere
	called    map[string]string // see Operation.Called
}

// Fault adds what is wrong at a path like facets[2].field, "" for the body itself.
func (d *Decoder) Fault(path, format string, args ...any) {
	if path == "" {
		path = "body"
	}
	d.Faults = append(d.Faults, fault.Fault{Path: path, Detail: fmt.Sprintf(format, args...)})
}

// Err returns an error of KindInvalid with all faults, nil when there are none.
func (d *Decoder) Err() error { return InvalidRequest(d.Faults) }

// Reader reads JSON as a T, strictly: by the tags that say in the OpenAPI document
// what T may be. It is safe for concurrent use.
type Reader[T any] struct{ shape *shape }

// NewReader returns the reader of T. It panics when T has members of types that
// cannot be read.
func NewReader[T any]() Reader[T] { return Reader[T]{shapeOf(reflect.TypeFor[T]())} }

// Read reads a part of the JSON of a request that lies at path, "" for the body
// itself. It adds what is wrong to d.
func (r Reader[T]) Read(d *Decoder, text []byte, path string) (out T) {
	d.value(r.shape, bounds{}, text, reflect.ValueOf(&out).Elem(), path)
	return out
}

// value reads text into v, which lies at path.
func (d *Decoder) value(s *shape, b bounds, text []byte, v reflect.Value, path string) {
	if s.raw {
		v.SetBytes(text)
		return
	}
	switch s.kind {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(s.pointer, b, text, v.Elem(), path)
	case reflect.Struct:
		d.object(s, text, v, path)
	case reflect.Slice:
		d.array(s, b, text, v, path)
	case reflect.String:
		if text[0] != '"' {
			d.Fault(path, "must be a text")
			return
		}
		d.scalar(s, b, string(strictjson.Unquote(text)), v, path)
	case reflect.Bool:
		d.scalar(s, b, string(text), v, path)
	default:
		if text[0] == '"' { // a number is not a text here
			text = nil
		}
		d.scalar(s, b, string(text), v, path)
	}
}

// scalar reads a text, a number or true and false, as they are in parameters.
func (d *Decoder) scalar(s *shape, b bounds, text string, v reflect.Value, path string) {
	switch s.kind {
	case reflect.String:
		if n := int64(utf8.RuneCountInString(text)); !b.hold(n) {
			d.Fault(path, "must have %s", b.count("character"))
			return
		}
		if b.enum != nil && !slices.Contains(b.enum, text) {
			d.Fault(path, "must be one of %s", strings.Join(b.enum, ", "))
			return
		}
		v.SetString(text)
	case reflect.Bool:
		if text != "true" && text != "false" {
			d.Fault(path, "must be true or false")
			return
		}
		v.SetBool(text == "true")
	case reflect.Int, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || !b.hold(n) {
			d.Fault(path, "must be a whole number%s", b.span())
			return
		}
		v.SetInt(n)
	case reflect.Uint64:
		n, err := strconv.ParseUint(text, 10, 64)
		if least := int64(0); b.min == nil {
			b.min = &least
		}
		if err != nil || !b.hold(int64(min(n, math.MaxInt64))) {
			d.Fault(path, "must be a whole number%s", b.span())
			return
		}
		v.SetUint(n)
	case reflect.Float64:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || !json.Valid([]byte(text)) {
			d.Fault(path, "must be a number")
			return
		}
		v.SetFloat(n)
	}
}

// Instant reads a moment with an offset that was sent at path. It returns it in UTC,
// and the zero time when it is none.
func (d *Decoder) Instant(text, path string) time.Time {
	ms, ok := fields.ParseInstant(text)
	if !ok {
		d.Fault(path, "must be an instant with an offset, like 2027-12-31T23:59:59Z")
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func (d *Decoder) object(s *shape, text []byte, v reflect.Value, path string) {
	if text[0] != '{' {
		d.Fault(path, "must be an object")
		return
	}
	present := make([]bool, len(s.fields))
	unknown := false
	for name, value := range strictjson.Members(text) {
		i, known := s.byName[name]
		switch {
		case !known && path == "" && d.toldElsewhere(name):
		case !known:
			unknown = true
		case !bytes.Equal(value, []byte("null")) || s.fields[i].shape.raw:
			present[i] = true
			f := &s.fields[i]
			d.value(f.shape, f.bounds, value, v.Field(f.index), join(path, name))
		}
	}
	if unknown {
		d.Fault(path, "has a member that is not known; known are %s", s.names)
	}
	for i := range s.fields {
		if !present[i] {
			d.missing(&s.fields[i], v, join(path, s.fields[i].name))
		}
	}
}

// toldElsewhere adds what is known of a name that is not taken here, see
// Operation.Elsewhere and Called. It reports whether anything is known of it.
func (d *Decoder) toldElsewhere(name string) bool {
	if here, told := d.called[name]; told {
		d.Fault(name, "is called %s here", here)
		return true
	}
	detail, told := d.elsewhere[name]
	if told {
		d.Fault(name, "%s", detail)
	}
	return told
}

// callOtherwise reports whether one of the names that were sent is another one for this:
// then it is not missing, since what it is called is said.
func (d *Decoder) callOtherwise(name string, sent iter.Seq[string]) bool {
	for other := range sent {
		if d.called[other] == name {
			return true
		}
	}
	return false
}

// missing gives an absent member or parameter its default.
func (d *Decoder) missing(f *field, v reflect.Value, path string) {
	switch {
	case f.required:
		d.Fault(path, "is required")
	case f.absent != "":
		d.scalar(f.shape, bounds{}, f.absent, v.Field(f.index), path)
	}
}

func (d *Decoder) array(s *shape, b bounds, text []byte, v reflect.Value, path string) {
	if text[0] != '[' {
		d.Fault(path, "must be an array")
		return
	}
	out := reflect.MakeSlice(v.Type(), 0, 8)
	for i, value := range strictjson.Elements(text) {
		if b.max != nil && int64(i) >= *b.max {
			d.Fault(path, "must have %s", b.count("item"))
			return
		}
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(s.element, bounds{}, value, element, fmt.Sprintf("%s[%d]", path, i))
		out = reflect.Append(out, element)
	}
	if !b.hold(int64(out.Len())) {
		d.Fault(path, "must have %s", b.count("item"))
		return
	}
	v.Set(out)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (b bounds) hold(n int64) bool {
	return (b.min == nil || n >= *b.min) && (b.max == nil || n <= *b.max)
}

// span says which numbers hold, for the end of a message.
func (b bounds) span() string {
	switch {
	case b.min != nil && b.max != nil:
		return fmt.Sprintf(" from %d to %d", *b.min, *b.max)
	case b.min != nil:
		return fmt.Sprintf(" of at least %d", *b.min)
	case b.max != nil:
		return fmt.Sprintf(" of at most %d", *b.max)
	}
	return ""
}

// count says how many of a noun there may be.
func (b bounds) count(noun string) string {
	switch {
	case b.min != nil && b.max != nil:
		return fmt.Sprintf("%d to %d %ss", *b.min, *b.max, noun)
	case b.min != nil:
		return fmt.Sprintf("at least %d %s(s)", *b.min, noun)
	default:
		return fmt.Sprintf("at most %d %ss", *b.max, noun)
	}
}
