package fields

import (
	"regexp"
	"strconv"
	"time"
)

// Span is a length of time of one unit, such as 7 days. Years, months, weeks and days are those of
// a calendar.
type Span struct {
	number int
	unit   string // Y, M, W, D, or TH, TM for hours and minutes
}

// span is the part of ISO 8601 that a Span has.
var span = regexp.MustCompile(`^P(?:([1-9][0-9]{0,5})([YMWD])|T([1-9][0-9]{0,5})([HM]))$`)

// ParseSpan reads a span like P7D or PT12H, which is longer than nothing.
func ParseSpan(text string) (Span, bool) {
	part := span.FindStringSubmatch(text)
	if part == nil {
		return Span{}, false
	}
	s := Span{unit: part[2]}
	digits := part[1]
	if digits == "" {
		digits, s.unit = part[3], "T"+part[4]
	}
	n, err := strconv.Atoi(digits)
	s.number = n
	return s, err == nil
}

// After is the moment that is a span after another, in a time zone. It is in UTC.
func (s Span) After(t time.Time, zone *time.Location) time.Time {
	local := t.In(zone)
	switch s.unit {
	case "Y":
		return monthsAfter(local, 12*s.number).UTC()
	case "M":
		return monthsAfter(local, s.number).UTC()
	case "W":
		return local.AddDate(0, 0, 7*s.number).UTC()
	case "D":
		return local.AddDate(0, 0, s.number).UTC()
	case "TH":
		return t.Add(time.Duration(s.number) * time.Hour).UTC()
	}
	return t.Add(time.Duration(s.number) * time.Minute).UTC()
}

// monthsAfter is so many months later, at the end of a month that is too short for the day.
func monthsAfter(t time.Time, months int) time.Time {
	first := t.AddDate(0, 0, 1-t.Day()).AddDate(0, months, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

// defaultReopening is Settings.ReopenWithin of a workspace in which nobody has said.
const defaultReopening = "P7D"

// Reopening is for how long after it was resolved a conversation is opened again by a message.
func (s Settings) Reopening() string {
	if s.ReopenWithin == "" {
		return defaultReopening
	}
	return s.ReopenWithin
}

// ReopensUntil is until when a conversation that was resolved at a moment is opened again.
func (s *Schema) ReopensUntil(resolved time.Time) time.Time {
	within, _ := ParseSpan(s.Settings.Reopening())
	return within.After(resolved, s.zone)
}
