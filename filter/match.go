package filter

import (
	"slices"
	"strings"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/words"
)

// Facts is what is known of one record, like a contact.
type Facts = fields.Facts

// Match reports whether a record passes a filter. It is the reference
// meaning of the language, written to be read and not to be fast: what the
// columns answer must be what Match accepts. It shares no code with Bounds or
// the columns.
func Match(n Node, facts Facts, env Env) bool {
	switch n := n.(type) {
	case *Group:
		return n.Not != matchGroup(n, facts, env)
	case *Rule:
		// The complement is taken outside, so that it holds for records
		// without a value too.
		return n.Not != matchRule(n, facts, env)
	case *Picked:
		return matchPicked(n, facts)
	}
	return false
}

func matchGroup(g *Group, facts Facts, env Env) bool {
	passes := func(n Node) bool { return Match(n, facts, env) }
	if g.Or {
		return len(g.Rules) == 0 || slices.ContainsFunc(g.Rules, passes)
	}
	for _, n := range g.Rules {
		if !passes(n) {
			return false
		}
	}
	return true
}

// matchRule evaluates the positive form of a rule.
func matchRule(r *Rule, facts Facts, env Env) bool {
	if r.Field.Type == fields.FieldSegment {
		return slices.ContainsFunc(r.Segments, func(segment Node) bool { return Match(segment, facts, env) })
	}
	if r.Related != nil {
		return matchRelated(r, facts, env)
	}
	return slices.ContainsFunc(facts.Values(r.Field), func(v fields.Value) bool { return matchValue(r, v, env) })
}

// matchRelated evaluates a rule on related records, one by one.
func matchRelated(r *Rule, facts Facts, env Env) bool {
	n := int64(0)
	for _, one := range facts.Records(r.Related.Of) {
		if r.Related.Where == nil || Match(r.Related.Where, one, env) {
			n++
		}
	}
	switch r.Operator {
	case Any:
		return n > 0
	case CountEq:
		return n == r.Values[0].Int
	case CountGte:
		return n >= r.Values[0].Int
	case CountLte:
		return n <= r.Values[0].Int
	}
	return false
}

// matchValue evaluates the positive form of a rule on one value.
func matchValue(r *Rule, v fields.Value, env Env) bool {
	if r.Operator == Exists {
		return true
	}
	switch r.Field.Type {
	case fields.FieldMany:
		return matchMany(r, v.List)
	case fields.FieldNumber:
		return matchNumber(r, v.Float)
	case fields.FieldCurrency:
		return matchCurrency(r, v.Int)
	case fields.FieldDate:
		return matchDate(r, v.Int, env)
	case fields.FieldInstant:
		return matchInstant(r, time.UnixMilli(v.Int), env)
	case fields.FieldCheckbox:
		return v.Bool == r.Values[0].Bool
	case fields.FieldBucket:
		return matchBucket(r, uint32(v.Int))
	}
	return matchText(r, v.Text)
}

// matchBucket draws the bucket of a seed.
func matchBucket(r *Rule, seed uint32) bool {
	bucket := int64(fields.SaltOf(r.Salt).Bucket(seed))
	if r.Operator == Lt {
		return bucket < r.Values[0].Int
	}
	return bucket >= r.Values[0].Int
}

// compared is the form in which a field's text compares.
func compared(f fields.Field, text string) string {
	if f.HasExactMembers() {
		return text
	}
	switch f.Type {
	case fields.FieldEmail:
		return fields.CanonicalEmail(text)
	case fields.FieldPhone:
		return fields.RenewedPhone(text)
	case fields.FieldID:
		return words.VisibleText(text)
	}
	return words.Canonical(text)
}

func matchText(r *Rule, stored string) bool {
	text := compared(r.Field, stored)
	want := r.Values[0].Text
	switch r.Operator {
	case Eq:
		return text == want
	case In:
		return slices.ContainsFunc(r.Values, func(v fields.Value) bool { return text == v.Text })
	}
	for _, form := range writtenForms(r.Field, text) {
		switch {
		case r.Operator == Contains && strings.Contains(form, want),
			r.Operator == StartsWith && strings.HasPrefix(form, want),
			r.Operator == EndsWith && strings.HasSuffix(form, want):
			return true
		}
	}
	return false
}

// writtenForms are the texts that parts are looked for in: of a phone its digits
// with the country code, and as they are written within the country.
func writtenForms(f fields.Field, text string) []string {
	if f.Type != fields.FieldPhone {
		return []string{text}
	}
	digits := strings.TrimPrefix(text, "+")
	n := fields.NationalOf(digits)
	forms := []string{digits}
	if n.Rest != "" {
		forms = append(forms, n.Trunk+n.Rest)
	}
	if n.Bare {
		forms = append(forms, n.Rest)
	}
	return forms
}

func matchMany(r *Rule, members []string) bool {
	has := func(want fields.Value) bool {
		return slices.ContainsFunc(members, func(member string) bool { return compared(r.Field, member) == want.Text })
	}
	lacks := func(want fields.Value) bool { return !has(want) }
	switch r.Operator {
	case AnyOf:
		return slices.ContainsFunc(r.Values, has)
	case AllOf:
		return !slices.ContainsFunc(r.Values, lacks)
	}
	return false
}

func matchNumber(r *Rule, x float64) bool {
	want := r.Values[0].Float
	switch r.Operator {
	case Eq:
		return x == want
	case In:
		return slices.ContainsFunc(r.Values, func(v fields.Value) bool { return x == v.Float })
	case Gt:
		return x > want
	case Gte:
		return x >= want
	case Lt:
		return x < want
	case Lte:
		return x <= want
	case Between:
		return x >= want && x <= r.Values[1].Float
	}
	return false
}

func matchCurrency(r *Rule, minor int64) bool {
	want := r.Values[0].Int
	switch r.Operator {
	case Eq:
		return minor == want
	case In:
		return slices.ContainsFunc(r.Values, func(v fields.Value) bool { return minor == v.Int })
	case Gt:
		return minor > want
	case Gte:
		return minor >= want
	case Lt:
		return minor < want
	case Lte:
		return minor <= want
	case Between:
		return minor >= want && minor <= r.Values[1].Int
	}
	return false
}

func matchDate(r *Rule, day int64, env Env) bool {
	today := localDay(env)
	switch r.Operator {
	case WithinLast:
		return day >= dayOf(movedDate(today, r.Period, -1)) && day <= dayOf(today)
	case WithinNext:
		return day >= dayOf(today) && day <= dayOf(movedDate(today, r.Period, +1))
	case InThis, InLast, InNext:
		from, until := calendarSpan(r, env)
		return day >= dayOf(from) && day < dayOf(until)
	case AnniversaryWithin:
		return matchAnniversary(wallOf(day), r.Period, env)
	}
	want := r.Values[0].Int
	switch r.Operator {
	case On:
		return day == want
	case Before:
		return day < want
	case After:
		return day > want
	case Gte:
		return day >= want
	case Lte:
		return day <= want
	case Between:
		return day >= want && day <= r.Values[1].Int
	}
	return false
}

// matchInstant compares a moment. Every value stands for a span of time: a day
// for the local day [start, next start), a moment for itself.
func matchInstant(r *Rule, t time.Time, env Env) bool {
	now := env.Now.Truncate(time.Millisecond)
	switch r.Operator {
	case WithinLast:
		return !t.Before(moved(now, r.Period, -1, env.Zone)) && !t.After(now)
	case WithinNext:
		return !t.Before(now) && !t.After(moved(now, r.Period, +1, env.Zone))
	case InThis, InLast, InNext:
		from, until := calendarSpan(r, env)
		return !t.Before(midnight(dayOf(from), env.Zone)) && t.Before(midnight(dayOf(until), env.Zone))
	case AnniversaryWithin:
		return matchAnniversary(localDayOf(t, env.Zone), r.Period, env)
	}
	begins := func(i int) bool { // t is at or after the start of the span
		if r.Days[i] {
			return !t.Before(midnight(r.Values[i].Int, env.Zone))
		}
		return t.UnixMilli() >= r.Values[i].Int
	}
	ended := func(i int) bool { // t is after the span
		if r.Days[i] {
			return !t.Before(midnight(r.Values[i].Int+1, env.Zone))
		}
		return t.UnixMilli() > r.Values[i].Int
	}
	switch r.Operator {
	case On:
		return begins(0) && !ended(0)
	case Before:
		return !begins(0)
	case After:
		return ended(0)
	case Gte:
		return begins(0)
	case Lte:
		return !ended(0)
	case Between:
		return begins(0) && !ended(1)
	}
	return false
}

// calendarSpan returns the first day of whole units of the calendar, and the first day after them.
func calendarSpan(r *Rule, env Env) (from, until time.Time) {
	present := unitOf(localDay(env), r.Units.Unit, env.WeekStart)
	switch n := r.Units.N; r.Operator {
	case InLast:
		return movedUnits(present, r.Units.Unit, -n), present
	case InNext:
		return movedUnits(present, r.Units.Unit, 1), movedUnits(present, r.Units.Unit, 1+n)
	}
	return present, movedUnits(present, r.Units.Unit, 1)
}

// matchAnniversary reports whether the month and day of a day come again from today to the end of
// a period. The year of the day does not matter.
func matchAnniversary(day time.Time, p Period, env Env) bool {
	today := localDay(env)
	last := movedDate(today, p, +1)
	for year := today.Year(); year <= last.Year(); year++ {
		if on := anniversary(day, year); !on.Before(today) && !on.After(last) {
			return true
		}
	}
	return false
}
