package filter

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/ndoto/kundi/fields"
)

// String says in plain English whom the filter chooses, with segments by id:
//
//	Type is customer and MRR is at least 100 USD and (Country is Kenya or Last seen is within the last 30 days)
//
// Negative conditions say "or has none" where a contact without the value
// passes.
func (f *Filter) String() string { return f.Describe(nil) }

// Describe is String with segments by name. segmentName may be nil, and may
// return "" for a segment it does not know, which is then named by id.
func (f *Filter) Describe(segmentName func(id string) string) string {
	p := printer{segmentName: segmentName}
	return p.group(f.Root)
}

type printer struct {
	segmentName func(id string) string
}

// group writes a group without parentheses of its own.
func (p printer) group(g *Group) string {
	switch {
	case len(g.Rules) == 0 && g.Not:
		return "no one"
	case len(g.Rules) == 0:
		return "everyone"
	}
	parts := make([]string, len(g.Rules))
	for i, n := range g.Rules {
		parts[i] = p.node(n)
	}
	word := " and "
	if g.Or {
		word = " or "
	}
	text := strings.Join(parts, word)
	if g.Not {
		return "not (" + text + ")"
	}
	return text
}

func (p printer) node(n Node) string {
	switch n := n.(type) {
	case *Group:
		if n.Not || len(n.Rules) == 1 {
			return p.group(n)
		}
		return "(" + p.group(n) + ")"
	case *Rule:
		return p.rule(n)
	}
	return ""
}

func (p printer) rule(r *Rule) string {
	if r.Related != nil {
		return p.related(r)
	}
	text := fieldLabel(r.Field) + " " + p.condition(r)
	if r.Not && mayBeMissing(r) {
		text += " (or has none)"
	}
	return text
}

// mayBeMissing reports whether the complement lets contacts through because
// they have no value.
func mayBeMissing(r *Rule) bool {
	switch r.Field.Name {
	case "id", "type", "created_at", "updated_at", "segment":
		return false
	}
	_, ofCompany := r.Field.OfCompany()
	twoStates := !ofCompany && r.Field.Type == fields.FieldCheckbox && (r.Field.Attribute == nil || !r.Field.Attribute.ThreeState)
	return !twoStates && r.Operator != Exists
}

func (p printer) condition(r *Rule) string {
	switch r.Field.Type {
	case fields.FieldMany:
		return p.many(r)
	case fields.FieldSegment:
		return p.segment(r)
	}
	is := "is "
	if r.Not {
		is = "is not "
	}
	switch r.Operator {
	case Exists:
		return is + "set"
	case Eq:
		return is + p.operand(r, 0)
	case In:
		return is + p.oneOf(r)
	case Contains:
		return verb(r, "contains", "does not contain") + p.operand(r, 0)
	case StartsWith:
		return verb(r, "starts with", "does not start with") + p.operand(r, 0)
	case EndsWith:
		return verb(r, "ends with", "does not end with") + p.operand(r, 0)
	case Between:
		return is + "between " + p.operand(r, 0) + " and " + p.operand(r, 1)
	case WithinLast:
		return is + "within the last " + r.Period.english()
	case WithinNext:
		return is + "within the next " + r.Period.english()
	}
	return is + p.compared(r)
}

// compared writes the operators that compare with one number or day.
func (p printer) compared(r *Rule) string {
	dated := r.Field.Type == fields.FieldDate || r.Field.Type == fields.FieldInstant
	phrases := map[Operator]string{
		Gt: "more than", Gte: "at least", Lt: "less than", Lte: "at most",
		On: "on", Before: "before", After: "after",
	}
	if dated {
		phrases[Gte], phrases[Lte] = "on or after", "on or before"
		if !r.isDay(0) && r.Field.Type == fields.FieldInstant {
			phrases[On], phrases[Gte], phrases[Lte] = "exactly at", "at or after", "at or before"
		}
	}
	return phrases[r.Operator] + " " + p.operand(r, 0)
}

func (p printer) many(r *Rule) string {
	switch r.Operator {
	case AnyOf:
		if r.Not {
			return "include none of " + p.list(r, "or")
		}
		if len(r.Values) == 1 {
			return "include " + p.operand(r, 0)
		}
		return "include any of " + p.list(r, "or")
	case AllOf:
		return verb(r, "include", "do not include") + "all of " + p.list(r, "and")
	}
	return verb(r, "are", "are not") + "set"
}

func (p printer) segment(r *Rule) string {
	noun := "the segment "
	if len(r.Values) > 1 {
		noun = "any of the segments "
	}
	return verb(r, "is in", "is not in") + noun + p.list(r, "or")
}

func verb(r *Rule, positive, negative string) string {
	if r.Not {
		return negative + " "
	}
	return positive + " "
}

func (p printer) oneOf(r *Rule) string {
	if len(r.Values) == 1 {
		return p.operand(r, 0)
	}
	return "one of " + p.list(r, "or")
}

// list writes the values of a rule: "A, B or C".
func (p printer) list(r *Rule, word string) string {
	values := make([]string, len(r.Values))
	for i := range values {
		values[i] = p.operand(r, i)
	}
	last := len(values) - 1
	if last < 1 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:last], ", ") + " " + word + " " + values[last]
}

// lowerFirst writes a label in the middle of a phrase; one of capitals stays.
func lowerFirst(label string) string {
	first, size := utf8.DecodeRuneInString(label)
	if second, _ := utf8.DecodeRuneInString(label[size:]); unicode.IsUpper(second) {
		return label
	}
	return string(unicode.ToLower(first)) + label[size:]
}

// operand writes one value of a rule.
func (p printer) operand(r *Rule, i int) string {
	v := r.Values[i]
	text := v.Text
	if i < len(r.spelled) && r.spelled[i] != "" {
		text = r.spelled[i]
	}
	switch r.Field.Type {
	case fields.FieldOption:
		if r.Field.Plain() == "country" {
			return countryName(text)
		}
		return text
	case fields.FieldSegment:
		if p.segmentName != nil {
			if name := p.segmentName(v.Text); name != "" {
				return strconv.Quote(name)
			}
		}
		return v.Text
	case fields.FieldMany, fields.FieldID, fields.FieldPhone:
		return text
	case fields.FieldText, fields.FieldLink, fields.FieldEmail:
		return strconv.Quote(text)
	case fields.FieldCheckbox:
		return strconv.FormatBool(v.Bool)
	}
	return numeric(r, i)
}

func numeric(r *Rule, i int) string {
	if r.isDay(i) {
		return fields.FormatDay(r.Values[i].Int)
	}
	written := fmt.Sprint(r.Field.JSON(r.Values[i]))
	a := r.Field.Attribute
	switch {
	case a == nil:
		return written
	case a.Type == fields.AttributeCurrency:
		return written + " " + a.Currency
	case a.Type == fields.AttributePercentage:
		return written + "%"
	}
	return written
}

func countryName(code string) string {
	region, err := language.ParseRegion(strings.ToUpper(code))
	if err != nil {
		return strings.ToUpper(code)
	}
	return display.English.Regions().Name(region)
}

// fieldLabel is what people call a field.
func fieldLabel(f fields.Field) string {
	if name, ok := f.OfCompany(); ok && name != "name" {
		f.Name = name
		return "Company " + lowerFirst(fieldLabel(f))
	}
	if f.Attribute != nil {
		if f.Attribute.Label != "" {
			return f.Attribute.Label
		}
		return f.Attribute.Key
	}
	switch f.Name {
	case "id":
		return "ID"
	case "company_id":
		return "Company ID"
	case "company.name":
		return "Company"
	case "created_at":
		return "Created"
	case "updated_at":
		return "Updated"
	case "last_seen_at":
		return "Last seen"
	case "segment":
		return "Contact"
	}
	words := strings.ReplaceAll(f.Name, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// english writes a period as "1 year and 2 months".
func (p Period) english() string {
	hours, rest := int(p.Time.Hours()), int(p.Time.Seconds())%3600
	parts := []string{}
	for _, part := range []struct {
		n    int
		unit string
	}{
		{p.Years, "year"}, {p.Months, "month"}, {p.Weeks, "week"}, {p.Days, "day"},
		{hours, "hour"}, {rest / 60, "minute"}, {rest % 60, "second"},
	} {
		switch part.n {
		case 0:
		case 1:
			parts = append(parts, "1 "+part.unit)
		default:
			parts = append(parts, strconv.Itoa(part.n)+" "+part.unit+"s")
		}
	}
	last := len(parts) - 1
	if last < 0 {
		return "0 days"
	}
	if last == 0 {
		return parts[0]
	}
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}
