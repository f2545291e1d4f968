package filter

import (
	"slices"
	"strconv"
	"strings"

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
	return Describe(f.Root, segmentName)
}

// Describe says in plain English whom a group or a rule of a checked filter chooses, as
// Filter.Describe does for the whole. Of a long list it shows the first values and counts the
// others, and it cuts long texts.
func Describe(n Node, segmentName func(id string) string) string {
	p := printer{segmentName: segmentName}
	if g, ok := n.(*Group); ok {
		return p.group(g)
	}
	return p.node(n)
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
	text := fieldLabel(r.Field) + r.ofDraw() + " " + p.condition(r)
	if r.Not && mayBeMissing(r) {
		if r.Field.Type == fields.FieldMany {
			return text + " (or there are none)"
		}
		return text + " (or has none)"
	}
	return text
}

// mayBeMissing reports whether the complement lets contacts through because
// they have no value.
func mayBeMissing(r *Rule) bool {
	f := r.Field
	if _, ofCompany := f.OfCompany(); ofCompany || f.Changed != nil {
		return r.Operator != Exists
	}
	always := f.Standard != nil && (f.Standard.Required || f.Standard.Unset != "") || slices.Contains(neverMissing, f.Name)
	twoStates := f.Type == fields.FieldCheckbox && (f.Attribute == nil || !f.Attribute.ThreeState)
	return !always && !twoStates && r.Operator != Exists
}

// neverMissing are the fields that every record has which has them at all, beside those of which their
// declaration says so.
var neverMissing = []string{
	"id", "created_at", "updated_at", "segment", "random_bucket",
	"conversations_count", "open_conversations", "contacts_count", "messages_count", "inbound_count",
	"channel", "author.source", "campaign", "kind", "at",
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
		if r.Field.Type == fields.FieldCheckbox {
			return p.checkbox(r)
		}
		return is + p.operand(r, 0)
	case In:
		return p.oneOf(r)
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
	case InThis, InLast, InNext:
		return is + r.wholeUnits()
	case AnniversaryWithin:
		return verb(r, "has its anniversary", "does not have its anniversary") + "within the next " + r.Period.english()
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

// many writes a rule on a field with several values, whose label may be in the singular:
// "Labels include VIP", "Interest includes none of A, B or C".
func (p printer) many(r *Rule) string {
	several := strings.HasSuffix(fieldLabel(r.Field), "s")
	form := func(plural, singular string) string {
		if several {
			return plural
		}
		return singular
	}
	includes := form("include ", "includes ")
	excludes := form("do not include ", "does not include ")
	switch {
	case r.Operator == Exists:
		return verb(r, form("are", "is"), form("are not", "is not")) + "set"
	case r.Operator == AllOf:
		return form(verb(r, "include", "do not include"), verb(r, "includes", "does not include")) + "all of " + p.list(r, "and")
	case len(r.Values) == 1 && r.Not:
		return excludes + p.operand(r, 0)
	case len(r.Values) == 1:
		return includes + p.operand(r, 0)
	case r.Not:
		return includes + "none of " + p.list(r, "or")
	}
	return includes + "any of " + p.list(r, "or")
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

// checkbox writes yes and no. What is not yes is no, or missing if it may be.
func (p printer) checkbox(r *Rule) string { return "is " + yesOrNo(r.Values[0].Bool != r.Not) }

func yesOrNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// oneOf writes in: "is A or B", and its negative: "is neither A nor B".
func (p printer) oneOf(r *Rule) string {
	switch {
	case len(r.Values) == 1:
		return verb(r, "is", "is not") + p.operand(r, 0)
	case !r.Not:
		return "is " + p.list(r, "or")
	case len(r.Values) == 2:
		return "is neither " + p.list(r, "nor")
	}
	return "is none of " + p.list(r, "or")
}

// listedValues is how many values of a list are written.
const listedValues = 20

// list writes the values of a rule: "A, B or C".
func (p printer) list(r *Rule, word string) string {
	values := make([]string, min(len(r.Values), listedValues))
	for i := range values {
		values[i] = p.operand(r, i)
	}
	if more := len(r.Values) - len(values); more > 0 {
		values = append(values, grouped(strconv.Itoa(more))+" more")
	}
	last := len(values) - 1
	if last < 1 {
		return strings.Join(values, "")
	}
	return strings.Join(values[:last], ", ") + " " + word + " " + values[last]
}

// english writes a period as it stands behind "the last": "1 year and 2 months", "2 days" or "week".
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
		return strings.TrimPrefix(parts[0], "1 ")
	}
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}
