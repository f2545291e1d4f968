package fields

import (
	"strings"

	"github.com/spf13/cast"

	"github.com/ndoto/kundi/words"
)

// Coerce turns what a caller sent for a field into the form in which it is
// stored. raw is decoded JSON (string, json.Number, float64, bool, nil,
// map[string]any, []any), a []string, or the text of a CSV cell; null, "",
// blanks and an empty array give the missing Value. The second result is
// empty on success; otherwise it says what would be right, without repeating
// the value.
func (s *Schema) Coerce(f Field, raw any) (Value, string) {
	if f.Type == FieldMany {
		return s.coerceMany(f, raw)
	}
	v, fault := s.CoerceMember(f, raw)
	if fault == "" {
		fault = checkLimits(f, v)
	}
	if fault != "" {
		return Value{}, fault
	}
	return v, ""
}

// CoerceMember coerces one member of a many-valued field, or the whole value
// of any other. It is what the operand of a filter goes through: the form is
// checked as Coerce does, the limits of storage (length, min and max) are not.
func (s *Schema) CoerceMember(f Field, raw any) (Value, string) {
	if Blank(raw) {
		return Value{}, ""
	}
	if f.HasLines() {
		text, fault := CoerceLines(raw)
		if fault != "" {
			return Value{}, fault
		}
		return TextValue(text), ""
	}
	if typed, ok := raw.(string); ok {
		if clean := words.CleanText(typed); len(clean) < len(typed) {
			raw = clean
		}
	}
	switch f.Type {
	case FieldNumber:
		return coerceNumber(raw)
	case FieldCurrency:
		return coerceMoney(f.Attribute.Currency, raw)
	case FieldDate:
		return coerceDate(raw)
	case FieldInstant:
		return coerceInstant(raw)
	case FieldCheckbox:
		return coerceCheckbox(raw)
	}
	text, fault := CoerceText(raw)
	switch f.Type {
	case FieldID:
		text, fault = coerceExact(raw, words.VisibleText)
	case FieldEmail, FieldPhone:
		text = words.VisibleText(text)
	}
	if fault != "" {
		return Value{}, fault
	}
	return s.coerceWritten(f, text)
}

// coerceWritten coerces the fields whose values are text of some form.
func (s *Schema) coerceWritten(f Field, text string) (Value, string) {
	switch f.Type {
	case FieldEmail:
		return CoerceEmail(text)
	case FieldPhone:
		return CoercePhone(text, s.Settings.PhoneRegion)
	case FieldLink:
		return coerceLink(text, f.Attribute)
	case FieldOption, FieldMany:
		return s.coerceOption(f, text)
	}
	return TextValue(text), ""
}

// Blank reports whether raw, decoded JSON or the text of a cell, counts as no
// value at all: null, text that shows nothing, an empty array.
func Blank(raw any) bool {
	switch v := raw.(type) {
	case nil:
		return true
	case string:
		return words.ShowsNothing(v)
	case []any:
		return len(v) == 0
	case []string:
		return len(v) == 0
	}
	return false
}

// coerceCheckbox takes what cast takes for a boolean, of numbers only 0 and 1.
func coerceCheckbox(raw any) (Value, string) {
	const expected = "must be true or false"
	switch v := raw.(type) {
	case bool:
		return BoolValue(v), ""
	case string:
		if b, err := cast.ToBoolE(strings.TrimSpace(v)); err == nil {
			return BoolValue(b), ""
		}
		return Value{}, expected
	}
	d, ok := decimalOf(raw)
	switch {
	case ok && d.digits == "":
		return BoolValue(false), ""
	case ok && d == decimal{digits: "1"}:
		return BoolValue(true), ""
	}
	return Value{}, expected
}
