package filter

import (
	"time"

	"github.com/ndoto/kundi/fields"
)

// Anniversaries are what a rule with anniversary_within accepts, for those who look at many values
// at once. It is immutable and safe for concurrent use.
type Anniversaries struct {
	days    [leapYear]bool // of a leap year, from 1 January
	runs    [][2]int       // of days that follow each other, without the last one
	zone    *time.Location
	instant bool
}

// Places of days in a leap year, from 1 January, which is 0.
const (
	leapYear = 366
	leapDay  = 31 + 28
)

// Anniversaries returns what the positive form of the rule accepts. Its operator must be
// AnniversaryWithin.
func (r *Rule) Anniversaries(env Env) *Anniversaries {
	a := &Anniversaries{zone: env.Zone, instant: r.Field.Type == fields.FieldInstant}
	now := env.Now.UnixMilli()
	today, _ := floorDiv(now+offsetAt(now, env.Zone), msPerDay)
	last := min(shiftDay(today, r.Period, +1), today+leapYear)
	for day := today; day <= last; day++ {
		place, leap := placeInYear(day)
		a.days[place] = true
		if place == leapDay-1 && !leap {
			a.days[leapDay] = true
		}
	}
	for place := range leapYear {
		switch {
		case !a.days[place]:
		case place > 0 && a.days[place-1]:
			a.runs[len(a.runs)-1][1] = place + 1
		default:
			a.runs = append(a.runs, [2]int{place, place + 1})
		}
	}
	return a
}

// Has reports whether a value, days of a date or milliseconds of an instant, is accepted.
func (a *Anniversaries) Has(n int64) bool {
	if a.instant {
		c := clock{zone: a.zone}
		n = c.dayOfInstant(n)
	}
	place, _ := placeInYear(n)
	return a.days[place]
}

// Span is an interval of values, both ends included.
type Span struct{ From, To int64 }

// Spans returns the accepted values of from to to, both included, as intervals in rising order. The
// first and the last may reach beyond from and to. There are at most three for each year.
func (a *Anniversaries) Spans(from, to int64) (spans []Span) {
	c := &clock{zone: a.zone}
	if a.instant {
		from, to = c.dayOfInstant(from), c.dayOfInstant(to)
	}
	first, _ := monthOf(from)
	last, _ := monthOf(to)
	year, _ := floorDiv(first, 12)
	for ; year*12 <= last; year++ {
		spans = a.ofYear(c, year, spans)
	}
	return spans
}

// ofYear appends the intervals of a year.
func (a *Anniversaries) ofYear(c *clock, year int64, spans []Span) []Span {
	start := firstOfMonth(year * 12)
	leap := firstOfMonth(year*12+12)-start == leapYear
	day := func(place int) int64 {
		if place > leapDay && !leap {
			place--
		}
		return start + int64(place)
	}
	for _, run := range a.runs {
		if first, until := day(run[0]), day(run[1]); first < until {
			spans = append(spans, a.span(c, first, until))
		}
	}
	return spans
}

// span is the interval of the days from first until another.
func (a *Anniversaries) span(c *clock, first, until int64) Span {
	if a.instant {
		return Span{c.startOfDay(first), c.startOfDay(until) - 1}
	}
	return Span{first, until - 1}
}

// placeInYear returns the place of a day in a leap year, and whether it is of one.
func placeInYear(day int64) (place int, leap bool) {
	month, _ := monthOf(day)
	year, _ := floorDiv(month, 12)
	start := firstOfMonth(year * 12)
	place = int(day - start)
	leap = firstOfMonth(year*12+12)-start == leapYear
	if !leap && place >= leapDay {
		place++
	}
	return place, leap
}
