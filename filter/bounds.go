package filter

import (
	"math"
	"time"

	"github.com/ndoto/kundi/fields"
)

// Bounds gives the values that the positive form of a rule accepts as one
// interval, both ends included, in the integers the field stores: minor units
// of a currency, days of a date, milliseconds of an instant. An end that is
// open is the smallest or largest int64; an interval with lo > hi accepts
// nothing. ok is false for rules that are no interval (in, exists,
// anniversary_within) and for fields of other types.
//
// It does not look at Not: the columns take the complement.
func (r *Rule) Bounds(env Env) (lo, hi int64, ok bool) {
	switch r.Field.Type {
	case fields.FieldCurrency, fields.FieldDate, fields.FieldInstant:
	default:
		return 0, 0, false
	}
	switch r.Operator {
	case WithinLast, WithinNext:
		return r.window(env)
	case InThis, InLast, InNext:
		lo, hi = r.calendar(env)
		return lo, hi, true
	case Eq, On:
		return r.first(0, env.Zone), r.last(0, env.Zone), true
	case Lt, Before:
		return math.MinInt64, r.first(0, env.Zone) - 1, true
	case Lte:
		return math.MinInt64, r.last(0, env.Zone), true
	case Gt, After:
		return r.last(0, env.Zone) + 1, math.MaxInt64, true
	case Gte:
		return r.first(0, env.Zone), math.MaxInt64, true
	case Between:
		return r.first(0, env.Zone), r.last(1, env.Zone), true
	}
	return 0, 0, false
}

// first and last are the ends of what one value of the rule stands for.
func (r *Rule) first(i int, zone *time.Location) int64 {
	if r.isDay(i) {
		return startOfDay(r.Values[i].Int, zone)
	}
	return r.Values[i].Int
}

func (r *Rule) last(i int, zone *time.Location) int64 {
	if r.isDay(i) {
		return startOfDay(r.Values[i].Int+1, zone) - 1
	}
	return r.Values[i].Int
}

func (r *Rule) isDay(i int) bool { return r.Days != nil && r.Days[i] }

// window gives the interval of within_last and within_next.
func (r *Rule) window(env Env) (lo, hi int64, ok bool) {
	direction := int64(1)
	if r.Operator == WithinLast {
		direction = -1
	}
	now := env.Now.UnixMilli()
	far := shiftInstant(now, r.Period, direction, env.Zone)
	if r.Field.Type == fields.FieldDate {
		now, _ = floorDiv(now+offsetAt(now, env.Zone), msPerDay)
		far = shiftDay(now, r.Period, direction)
	}
	if direction < 0 {
		return far, now, true
	}
	return now, far, true
}

// calendar gives the interval of whole units of the calendar.
func (r *Rule) calendar(env Env) (lo, hi int64) {
	now := env.Now.UnixMilli()
	today, _ := floorDiv(now+offsetAt(now, env.Zone), msPerDay)
	first, n := r.from()
	from, until := startOfUnit(today, r.Units.Unit, first, env.WeekStart), startOfUnit(today, r.Units.Unit, first+n, env.WeekStart)
	if r.Field.Type == fields.FieldInstant {
		return startOfDay(from, env.Zone), startOfDay(until, env.Zone) - 1
	}
	return from, until - 1
}

// startOfUnit gives the first day of a unit: of that which a day lies in, or of the nth after it.
func startOfUnit(day int64, unit Unit, n int, weekStart time.Weekday) int64 {
	months := int64(1)
	switch unit {
	case Day:
		return day + int64(n)
	case Week:
		_, into := floorDiv(day+int64(time.Thursday-weekStart), 7) // 1970-01-01 was a Thursday
		return day - into + 7*int64(n)
	case Quarter:
		months = 3
	case Year:
		months = 12
	}
	month, _ := monthOf(day)
	_, into := floorDiv(month, months)
	return firstOfMonth(month - into + months*int64(n))
}

const msPerDay = 24 * 60 * 60 * 1000

// shiftInstant moves a moment by a period. Without a calendar part the way to
// the wall clock and back is left out: it may change a moment whose wall clock
// comes twice.
func shiftInstant(ms int64, p Period, direction int64, zone *time.Location) int64 {
	exact := direction * p.Time.Milliseconds()
	if p.Years|p.Months|p.Weeks|p.Days == 0 {
		return ms + exact
	}
	c := clock{zone: zone}
	day, timeOfDay := floorDiv(ms+c.offsetAt(ms), msPerDay)
	return c.instantOf(shiftDay(day, p, direction)*msPerDay+timeOfDay) + exact
}

// shiftDay moves a day (since 1970-01-01) by the calendar part of a period.
func shiftDay(day int64, p Period, direction int64) int64 {
	month, dayOfMonth := monthOf(day)
	month += direction * (12*int64(p.Years) + int64(p.Months))
	start := firstOfMonth(month)
	length := firstOfMonth(month+1) - start
	return start + min(dayOfMonth, length-1) + direction*(7*int64(p.Weeks)+int64(p.Days))
}

// Days of the proleptic Gregorian calendar (ISO 8601): 146,097 days make 400
// years. Years begin in March here, so that the leap day is a year's last and
// the months before it are a pattern of 153 days in five.
const (
	daysPer400Years = 146_097
	daysToEpoch     = 719_468 // from 0000-03-01 to 1970-01-01
	marchOfYear0    = 2       // months since January of year 0
)

// firstOfMonth gives the day (since 1970-01-01) of the first of a month, which
// is counted in months since January of year 0.
func firstOfMonth(month int64) int64 {
	year, m := floorDiv(month-marchOfYear0, 12)
	era, y := floorDiv(year, 400)
	return era*daysPer400Years + 365*y + y/4 - y/100 + (153*m+2)/5 - daysToEpoch
}

// monthOf inverts firstOfMonth: the month a day lies in and how many days of
// the month come before it.
func monthOf(day int64) (month, dayOfMonth int64) {
	// The mean month is 30.436875 days long, so the guess is at most one off.
	month = 12*1970 + int64(math.Floor(float64(day)/30.436875))
	for firstOfMonth(month) > day {
		month--
	}
	for firstOfMonth(month+1) <= day {
		month++
	}
	return month, day - firstOfMonth(month)
}

// startOfDay is that of a clock.
func startOfDay(day int64, zone *time.Location) int64 {
	c := clock{zone: zone}
	return c.startOfDay(day)
}

// offsetAt gives how far the clocks of a zone are ahead of UTC, in
// milliseconds.
func offsetAt(ms int64, zone *time.Location) int64 {
	_, seconds := time.UnixMilli(ms).In(zone).Zone()
	return int64(seconds) * 1000
}

// floorDiv divides towards minus infinity; the remainder is not negative.
func floorDiv(a, b int64) (quotient, remainder int64) {
	quotient, remainder = a/b, a%b
	if remainder < 0 {
		return quotient - 1, remainder + b
	}
	return quotient, remainder
}
