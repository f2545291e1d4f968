package scheduler

import (
	"sort"
	"time"
)

// Next returns the first moment of the schedule after t; of an @every line,
// one period after t. It is the zero time when none comes any more.
func (s Schedule) Next(t time.Time) time.Time {
	if s.every > 0 {
		return t.Truncate(time.Second).Add(s.every)
	}
	t = t.In(s.zone)
	start, _ := t.ZoneBounds()
	clock := reading(t)
	if floor := s.firstReading(start); !start.IsZero() && clock.Before(floor) {
		clock = floor.Add(-time.Second)
	}
	for {
		// Between two changes of the clock its readings are a fixed distance
		// from UTC.
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

// nextChange returns when the clock of t's zone may change next, later than t;
// zero for never. On the 366th day of a year ZoneBounds answers with the start
// of that day (Go 1.26), of which Next would never get past; the offset holds
// for the rest of that day, in UTC.
func nextChange(t time.Time) time.Time {
	_, end := t.ZoneBounds()
	if end.IsZero() || end.After(t) {
		return end
	}
	return t.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
}

// firstReading is the reading of the clock from which readings count after it
// was changed at a moment. For lines of every hour that is what it shows.
// For others it is what it would show unchanged: so readings that were jumped
// over still count, and those that come again do not.
func (s Schedule) firstReading(change time.Time) time.Time {
	change = change.In(s.zone)
	if s.everyHour {
		return reading(change)
	}
	before := change.Add(-time.Nanosecond)
	return change.UTC().Add(offset(before))
}

// Last returns the latest moment of the schedule that is not after t, or the
// zero time when it is more than nine years ago. An @every line has no fixed
// moments: it is always the zero time.
func (s Schedule) Last(t time.Time) time.Time {
	if s.every > 0 {
		return time.Time{}
	}
	t = t.Truncate(time.Second)
	const horizon = 9 * 366 * 24 * 60 * 60 // seconds
	// Moments are whole seconds, and Next never falls while its argument
	// rises: look for the shortest way back from which Next is not after t.
	back := 1 + sort.Search(horizon, func(i int) bool {
		next := s.Next(t.Add(-time.Duration(i+1) * time.Second))
		return !next.IsZero() && !next.After(t)
	})
	if back > horizon {
		return time.Time{}
	}
	return s.Next(t.Add(-time.Duration(back) * time.Second))
}

// reading is what the clock shows at t, passed off as UTC.
func reading(t time.Time) time.Time { return t.UTC().Add(offset(t)) }

func offset(t time.Time) time.Duration {
	_, seconds := t.Zone()
	return time.Duration(seconds) * time.Second
}
