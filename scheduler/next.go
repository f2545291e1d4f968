package scheduler

import (
	"sort"
	"time"
)

// Next returns the first time after t at which the schedule is due, in UTC. For an
// @every line that is one period after t. It is the zero time if the schedule is
// never due again.
func (s Schedule) Next(t time.Time) time.Time {
	if s.every > 0 {
		return t.Truncate(time.Second).Add(s.every)
	}
	at := s.byLine(t.Add(-s.delay))
	if at.IsZero() {
		return at
	}
	return at.Add(s.delay)
}

// Upcoming returns when a schedule is due next after a moment, in UTC and without a delay: n times, or fewer
// when it ends or is not valid.
func Upcoming(line, zone string, after time.Time, n int) (list []time.Time) {
	s, lineFault, zoneFault := Parse(line, zone)
	if lineFault != "" || zoneFault != "" {
		return nil
	}
	for len(list) < n {
		if after = s.Next(after); after.IsZero() {
			break
		}
		list = append(list, after)
	}
	return list
}

// byLine is Next without the delay, for lines that name times.
func (s Schedule) byLine(t time.Time) time.Time {
	t = t.In(s.zone)
	start, _ := t.ZoneBounds()
	clock := reading(t)
	if floor := s.firstReading(start); !start.IsZero() && clock.Before(floor) {
		clock = floor.Add(-time.Second)
	}
	for {
		// Between two changes of the clock, its distance from UTC is the same.
		end := nextChange(t)
		due := s.spec.next(clock)
		if due.IsZero() {
			return time.Time{}
		}
		at := due.Add(-offset(t))
		if at.Before(start) {
			at = start // the clock jumped over it
		}
		if end.IsZero() || at.Before(end) {
			return at.UTC()
		}
		start, t = end, end.In(s.zone)
		clock = s.firstReading(start).Add(-time.Second)
	}
}

// nextChange returns a time after t until which the zone of t keeps its offset.
// It is the zero time if the offset never changes. On the 366th day of a year,
// ZoneBounds returns the start of that day (Go 1.26), and Next would never end.
// Then nextChange returns the end of the day in UTC, and the offset holds until
// there.
func nextChange(t time.Time) time.Time {
	_, end := t.ZoneBounds()
	if end.IsZero() || end.After(t) {
		return end
	}
	return t.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
}

// firstReading returns the first reading of the clock that counts after a change
// of the clock. A reading is what the clock shows. For lines of every hour it is
// what the clock shows after the change. For other lines it is what the clock
// would show without the change: so readings that were jumped over still count,
// and readings that come again do not.
func (s Schedule) firstReading(change time.Time) time.Time {
	change = change.In(s.zone)
	if s.everyHour {
		return reading(change)
	}
	before := change.Add(-time.Nanosecond)
	return change.UTC().Add(offset(before))
}

// Last returns the latest time at which the schedule was due, up to t. It is the
// zero time if that is more than nine years before t. It is also the zero time
// for an @every line, which has no fixed times.
func (s Schedule) Last(t time.Time) time.Time {
	if s.every > 0 {
		return time.Time{}
	}
	t = t.Truncate(time.Second)
	const horizon = 9 * 366 * 24 * 60 * 60 // seconds
	// A schedule is due at whole seconds, and a later argument of Next never
	// gives an earlier result. So search for the latest second whose Next is
	// not after t.
	back := 1 + sort.Search(horizon, func(i int) bool {
		next := s.Next(t.Add(-time.Duration(i+1) * time.Second))
		return !next.IsZero() && !next.After(t)
	})
	if back > horizon {
		return time.Time{}
	}
	return s.Next(t.Add(-time.Duration(back) * time.Second))
}

// reading returns what the clock of t's zone shows at t, as if it were UTC.
func reading(t time.Time) time.Time { return t.UTC().Add(offset(t)) }

func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}
