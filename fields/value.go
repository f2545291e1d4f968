package fields

import "slices"

// ValueKind says which member of a Value holds it.
type ValueKind uint8

// The kinds of a Value.
const (
	Missing ValueKind = iota
	KindText
	KindNumber // Float
	KindInt    // Int: minor units, days or milliseconds, by the field's type
	KindBool
	KindList
)

// Value is the value of one field of one contact in the form it is stored and
// compared in. The zero Value is missing.
//
//	field type                      kind        holds
//	text, link, email, phone, id    KindText    Text
//	type, country, list             KindText    Text (the option as defined)
//	labels, channels, multiple list KindList    List, never empty
//	number, percentage              KindNumber  Float: at most 15 significant digits, -0 is 0
//	currency                        KindInt     Int: minor units, |Int| <= 2^53-1
//	date                            KindInt     Int: days since 1970-01-01
//	instant                         KindInt     Int: milliseconds since 1970-01-01T00:00Z
//	checkbox                        KindBool    Bool
type Value struct {
	Kind  ValueKind
	Bool  bool
	Text  string
	Float float64
	Int   int64
	List  []string
}

// TextValue returns a text value, missing when s is empty.
func TextValue(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Kind: KindText, Text: s}
}

// NumberValue returns a number.
func NumberValue(f float64) Value {
	if f == 0 {
		f = 0 // -0 is 0
	}
	return Value{Kind: KindNumber, Float: f}
}

// IntValue returns minor units, days or milliseconds.
func IntValue(n int64) Value { return Value{Kind: KindInt, Int: n} }

// BoolValue returns the value of a checkbox.
func BoolValue(b bool) Value { return Value{Kind: KindBool, Bool: b} }

// ListValue returns a many-valued value, missing when list is empty. The list
// is kept, not copied.
func ListValue(list []string) Value {
	if len(list) == 0 {
		return Value{}
	}
	return Value{Kind: KindList, List: list}
}

// IsMissing reports whether there is no value.
func (v Value) IsMissing() bool { return v.Kind == Missing }

// Equal reports whether both are the same value, exactly.
func (v Value) Equal(w Value) bool {
	return v.Kind == w.Kind && v.Bool == w.Bool && v.Text == w.Text && v.Float == w.Float && v.Int == w.Int &&
		slices.Equal(v.List, w.List)
}

// Attribute is the value of one custom attribute of one contact.
type Attribute struct {
	Number uint32 // AttributeDefinition.Number
	Value  Value
}

// Attributes are the custom attributes of a contact, in rising order of
// Number, without missing values. Values of definitions that were deleted may
// still be there; readers go through the Schema and so never see them.
type Attributes []Attribute

// Get returns the value of the attribute with the given number.
func (a Attributes) Get(number uint32) Value {
	for i := range a {
		if a[i].Number == number {
			return a[i].Value
		}
	}
	return Value{}
}

// With returns a copy in which the attribute has the given value; a missing
// value removes it.
func (a Attributes) With(number uint32, v Value) Attributes {
	out := make(Attributes, 0, len(a)+1)
	placed := v.IsMissing()
	for _, x := range a {
		if !placed && x.Number >= number {
			out, placed = append(out, Attribute{number, v}), true
		}
		if x.Number != number {
			out = append(out, x)
		}
	}
	if !placed {
		out = append(out, Attribute{number, v})
	}
	return out
}
