package filter

import "time"

// The calendar of Match, on package time. A wall clock is written as a
// time.Time in UTC that shows the same date and time of day.

const oneDay = 24 * time.Hour

// localDay is the present day in the zone, as the wall clock of its midnight.
func localDay(env Env) time.Time {
	y, m, d := env.Now.In(env.Zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// localDayOf is the day that a moment is on, likewise. Where clocks go back over midnight, the
// day begins the first time.
func localDayOf(t time.Time, zone *time.Location) time.Time {
	day := localDay(Env{Now: t, Zone: zone})
	if next := day.AddDate(0, 0, 1); !t.Before(midnight(dayOf(next), zone)) {
		return next
	}
	return day
}

// wallOf is the wall clock of the midnight of a day, counted from 1970-01-01.
func wallOf(day int64) time.Time { return time.Unix(day*int64(oneDay/time.Second), 0).UTC() }

// unitOf returns the first day of the unit that a day lies in.
func unitOf(day time.Time, unit Unit, weekStart time.Weekday) time.Time {
	y, m, d := day.Date()
	switch unit {
	case Week:
		for day.Weekday() != weekStart {
			day = day.AddDate(0, 0, -1)
		}
		return day
	case Month:
		d = 1
	case Quarter:
		m, d = m-(m-1)%3, 1
	case Year:
		m, d = time.January, 1
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// movedUnits moves the first day of a unit by a number of units.
func movedUnits(first time.Time, unit Unit, n int) time.Time {
	switch unit {
	case Week:
		return first.AddDate(0, 0, 7*n)
	case Month:
		return first.AddDate(0, n, 0)
	case Quarter:
		return first.AddDate(0, 3*n, 0)
	case Year:
		return first.AddDate(n, 0, 0)
	}
	return first.AddDate(0, 0, n)
}

// anniversary returns when a month and day come in a year: 29 February on the 28th in a common one.
func anniversary(day time.Time, year int) time.Time {
	on := time.Date(year, day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
	if on.Month() != day.Month() {
		return on.AddDate(0, 0, -1)
	}
	return on
}

// dayOf counts the days from 1970-01-01 to a wall clock at midnight.
func dayOf(wall time.Time) int64 { return wall.Unix() / int64(oneDay/time.Second) }

// movedDate moves a wall clock by the calendar part of a period, forward or
// back: by years and months first, where a day that the month does not have
// becomes its last, then by weeks and days.
func movedDate(wall time.Time, p Period, direction int) time.Time {
	y, m, d := wall.Date()
	hour, minute, second := wall.Clock()
	month := time.Date(y+direction*p.Years, m+time.Month(direction*p.Months), 1, hour, minute, second, wall.Nanosecond(), time.UTC)
	last := month.AddDate(0, 1, -1).Day()
	return month.AddDate(0, 0, min(d, last)-1+direction*(7*p.Weeks+p.Days))
}

// moved moves a moment by a period: the calendar part on the wall clock of the
// zone, then the exact part. A wall clock that is skipped is read as if the
// clock had not been put forward, of one that comes twice the first counts
// ("compatible" in Temporal and RFC 5545).
func moved(t time.Time, p Period, direction int, zone *time.Location) time.Time {
	exact := time.Duration(direction) * p.Time
	if p.Years == 0 && p.Months == 0 && p.Weeks == 0 && p.Days == 0 {
		return t.Add(exact)
	}
	_, offset := t.In(zone).Zone()
	wall := movedDate(t.UTC().Add(time.Duration(offset)*time.Second), p, direction)
	return atWall(wall, zone).Add(exact)
}

// atWall returns the moment at which the clocks of the zone show wall.
func atWall(wall time.Time, zone *time.Location) time.Time {
	var before time.Time // what wall would be under the offset before
	for period := range periodsAround(wall, zone) {
		t := wall.Add(-period.offset)
		switch {
		case t.Before(period.start):
			return before
		case period.contains(t):
			return t
		}
		before = t
	}
	return before
}

// midnight returns the start of a day: the first moment at which the clocks of
// the zone show its 00:00 or later. Where 00:00 is skipped it is the moment of
// the skip; a day that is skipped whole starts when the next one does.
func midnight(day int64, zone *time.Location) time.Time {
	wall := wallOf(day)
	for period := range periodsAround(wall, zone) {
		t := wall.Add(-period.offset)
		if t.Before(period.start) {
			return period.start
		}
		if period.contains(t) {
			return t
		}
	}
	return wall
}

// offsetPeriod is a time in which a zone keeps one offset from UTC.
type offsetPeriod struct {
	start, end time.Time // the end is not part of it; zero for none
	offset     time.Duration
}

func (p offsetPeriod) contains(t time.Time) bool {
	return !t.Before(p.start) && (p.end.IsZero() || t.Before(p.end))
}

// periodsAround yields, in order, the periods of a zone in which its clocks
// may show wall: no offset is as much as two days. The first one begins there.
func periodsAround(wall time.Time, zone *time.Location) func(yield func(offsetPeriod) bool) {
	return func(yield func(offsetPeriod) bool) {
		for t := wall.Add(-2 * oneDay); ; {
			local := t.In(zone)
			_, seconds := local.Zone()
			end := boundAfter(local)
			p := offsetPeriod{start: t, end: end, offset: time.Duration(seconds) * time.Second}
			if !yield(p) || end.IsZero() {
				return
			}
			t = end
		}
	}
}

// boundAfter returns when the offset that a zone has at t may end, later than
// t; zero for never. On the 366th day of a year ZoneBounds may answer with the
// start of that day (seen in Go 1.26), which would hold periodsAround for
// ever; the offset is good for the rest of that day, in UTC.
func boundAfter(t time.Time) time.Time {
	_, end := t.ZoneBounds()
	if end.IsZero() || end.After(t) {
		return end
	}
	return t.UTC().Truncate(oneDay).Add(oneDay)
}
