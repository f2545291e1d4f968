package filter

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

const (
	valueRequired = "a value is required: not absent, null, empty or blank"
	pairExpected  = "must be an array of two values, [from, to]"
)

// operand is one checked value of a rule.
type operand struct {
	value   fields.Value
	day     bool   // of an instant field: value is a calendar day
	spelled string // text as the caller wrote it, before folding
	segment *Group // of a segment rule
}

// value checks the value of a rule in the shape that its operator takes.
func (c *checker) value(r *Rule, v any, present bool, path string) {
	if r.Operator.alone() {
		if present && v != nil {
			c.faults.add(path, "must be absent: this operator takes no value")
		}
		return
	}
	if fields.Blank(v) {
		c.faults.add(path, valueRequired)
		return
	}
	if r.Field.Type == fields.FieldBucket {
		c.whole(r, v, fields.Buckets, path)
		return
	}
	switch r.Operator {
	case WithinLast, WithinNext, AnniversaryWithin:
		c.period(r, v, path)
	case InThis, InLast, InNext:
		c.units(r, v, path)
	case CountEq, CountGte, CountLte:
		c.whole(r, v, MaxCount, path)
	case Between:
		c.pair(r, v, path)
	case In, AnyOf, AllOf:
		c.list(r, v, path)
	default:
		c.single(r, v, path)
	}
}

func (c *checker) single(r *Rule, v any, path string) {
	if _, several := v.([]any); several {
		detail := "must be a single value"
		if slices.Contains(Operators(r.Field), "in") {
			detail += "; use in or not_in for several"
		}
		c.faults.add(path, detail)
		return
	}
	if o, ok := c.operand(r, v, path); ok {
		r.set([]operand{o})
	}
}

func (c *checker) list(r *Rule, v any, path string) {
	list, ok := v.([]any)
	if !ok {
		detail := "must be an array of values"
		if slices.Contains(Operators(r.Field), "eq") {
			detail += "; use eq or ne for a single value"
		}
		c.faults.add(path, detail)
		return
	}
	if len(list) > MaxValues {
		c.faults.add(path, fmt.Sprintf("must have at most %d values", MaxValues))
		return
	}
	operands := make([]operand, 0, len(list))
	for i, member := range list {
		if o, ok := c.operand(r, member, path+"["+strconv.Itoa(i)+"]"); ok {
			operands = append(operands, o)
		}
	}
	r.set(distinct(operands))
}

// distinct sorts operands and drops repeated ones, so that lists that mean the
// same are the same.
func distinct(operands []operand) []operand {
	slices.SortStableFunc(operands, func(a, b operand) int { return compareValues(a.value, b.value) })
	return slices.CompactFunc(operands, func(a, b operand) bool { return compareValues(a.value, b.value) == 0 })
}

// compareValues orders two values of one kind: text, numbers or integers.
func compareValues(a, b fields.Value) int {
	return cmp.Or(strings.Compare(a.Text, b.Text), cmp.Compare(a.Float, b.Float), cmp.Compare(a.Int, b.Int))
}

func (c *checker) pair(r *Rule, v any, path string) {
	list, ok := v.([]any)
	if !ok || len(list) != 2 {
		c.faults.add(path, pairExpected)
		return
	}
	from, ok1 := c.operand(r, list[0], path+"[0]")
	to, ok2 := c.operand(r, list[1], path+"[1]")
	if !ok1 || !ok2 {
		return
	}
	if c.reversed(from, to) {
		c.faults.add(path, "the first value must not come after the second")
		return
	}
	r.set([]operand{from, to})
}

// reversed reports whether from comes after to. A day and a moment compare by
// the zone of the workspace: a day as from is its start, as to its end.
func (c *checker) reversed(from, to operand) bool {
	zone := c.loader.decoder.Schema.Zone()
	switch {
	case from.day && !to.day:
		return startOfDay(from.value.Int, zone) > to.value.Int
	case to.day && !from.day:
		return from.value.Int >= startOfDay(to.value.Int+1, zone)
	}
	return compareValues(from.value, to.value) > 0
}

func (c *checker) period(r *Rule, v any, path string) {
	text, ok := v.(string)
	if !ok || utf8.RuneCountInString(text) > MaxValueLength {
		c.faults.add(path, periodExpected)
		return
	}
	p, fault := parsePeriod(words.VisibleText(text))
	switch {
	case fault != "" || p.Time == 0:
	case r.Operator == AnniversaryWithin:
		fault = "must not have hours, minutes or seconds: anniversaries are days"
	case r.Field.Type == fields.FieldDate:
		fault = "must not have hours, minutes or seconds: the field holds dates"
	}
	if fault != "" {
		c.faults.add(path, fault)
		return
	}
	r.Period = p
}

// operand checks one value.
func (c *checker) operand(r *Rule, v any, path string) (operand, bool) {
	if fields.Blank(v) {
		c.faults.add(path, valueRequired)
		return operand{}, false
	}
	if length(v) > MaxValueLength {
		c.faults.add(path, fmt.Sprintf("must have at most %d characters", MaxValueLength))
		return operand{}, false
	}
	if r.Field.Type == fields.FieldSegment {
		return c.segmentOperand(r.Field, v, path)
	}
	o, fault := c.coerce(r, v)
	if fault == "" && o.value.Kind == fields.KindText && o.value.Text == "" {
		fault = "must have a letter, a digit or a sign"
	}
	if fault != "" {
		c.faults.add(path, fault)
		return operand{}, false
	}
	return o, true
}

func length(v any) int {
	switch v := v.(type) {
	case string:
		return utf8.RuneCountInString(v)
	case json.Number:
		return len(v)
	}
	return 0
}

// coerce brings a value into the form in which it is compared.
func (c *checker) coerce(r *Rule, v any) (operand, string) {
	switch r.Operator {
	case Contains, StartsWith, EndsWith:
		return c.fragment(r.Field, v)
	}
	if text, ok := v.(string); ok && r.Field.Type == fields.FieldInstant {
		if day, ok := fields.ParseDay(words.VisibleText(text)); ok {
			return operand{value: fields.IntValue(day), day: true}, ""
		}
	}
	value, fault := c.loader.decoder.Schema.CoerceMember(r.Field, v)
	if fault != "" {
		if r.Field.Type == fields.FieldInstant {
			fault += ", or a day like 2026-11-22"
		}
		return operand{}, fault
	}
	return operand{value: folded(r.Field, value), spelled: value.Text}, ""
}

// fragment brings a piece of text into the form in which it is looked for. It
// need not have the form of the field's values: "@example" is no e-mail.
func (c *checker) fragment(f fields.Field, v any) (operand, string) {
	// An identifier keeps every byte, all else is brought to NFC. A text of lines may have line
	// breaks in its parts, too.
	plain := fields.Field{Type: fields.FieldText}
	switch {
	case f.Type == fields.FieldID:
		plain.Type = fields.FieldID
	case f.HasLines():
		plain = f
	}
	value, fault := c.loader.decoder.Schema.CoerceMember(plain, v)
	if fault != "" {
		return operand{}, fault
	}
	text := value.Text
	if f.Type == fields.FieldPhone {
		digits := fields.PhonePart(text)
		if digits == "" {
			return operand{}, "must have digits: phone numbers compare by their digits"
		}
		return operand{value: fields.Value{Kind: fields.KindText, Text: digits}, spelled: digits}, ""
	}
	if f.Type == fields.FieldEmail {
		return operand{value: fields.TextValue(fields.EmailPart(text)), spelled: text}, ""
	}
	return operand{value: folded(f, value), spelled: text}, ""
}

// folded brings a value into the form in which its field compares. Text that
// folds to nothing keeps its kind, so that it is not taken for missing.
func folded(f fields.Field, v fields.Value) fields.Value {
	if f.HasExactMembers() {
		return v
	}
	switch f.Type {
	case fields.FieldText, fields.FieldLink, fields.FieldOption, fields.FieldMany:
		v.Text = words.Canonical(v.Text)
	case fields.FieldEmail:
		v.Text = fields.CanonicalEmail(v.Text)
	}
	return v
}

// set fills in the values of the rule.
func (r *Rule) set(operands []operand) {
	for _, o := range operands {
		r.Values = append(r.Values, o.value)
		r.spelled = append(r.spelled, o.spelled)
		if r.Field.Type == fields.FieldInstant {
			r.Days = append(r.Days, o.day)
		}
		if o.segment != nil {
			r.Segments = append(r.Segments, o.segment)
		}
	}
}
