package contacts

import (
	"strconv"
	"strings"
	"time"

	"github.com/ndoto/kundi/fields"
)

// DayOrder is the order in which a file writes the parts of a day.
type DayOrder string

// The orders of a day's parts.
const (
	DayFirst   DayOrder = "dmy" // 25/12/2026
	MonthFirst DayOrder = "mdy" // 12/25/2026
)

const (
	dayOfTwoReadings = "could be two days: say with --day-order dmy or --day-order mdy how the file writes days"
	missingOffset    = "has no offset: write one, like 2026-11-22T09:30:00+03:00, or say --local-times when the times are in the time zone of the workspace"
	noSuchDay        = "has a month or a day that does not exist"
	noSuchDayInOrder = noSuchDay + ": is the order of days right that --day-order or the other days of the file say?"
)

// DayOrderOf returns the order that a text gives away, the text of a day or of
// a time with its day: "25/12/2026" has the day first. It is "" when both would
// do, and when it is no such text.
func DayOrderOf(text string) DayOrder {
	day, _ := splitTime(strings.TrimSpace(text))
	parts, separator := dayParts(day)
	if len(parts) != 3 || parts[2] < 1000 || separator == '.' {
		return ""
	}
	switch first, second := parts[0], parts[1]; {
	case first > 12 && first <= 31 && second <= 12:
		return DayFirst
	case second > 12 && second <= 31 && first <= 12:
		return MonthFirst
	}
	return ""
}

// day reads a day in the forms of files into YYYY-MM-DD. What it cannot read
// it leaves to the domain.
func (r *cellReader) day(text string) (string, string) {
	if _, ok := fields.ParseDay(text); ok {
		return text, ""
	}
	date, clock := splitTime(text)
	if clock != "" && strings.Trim(clock, "0:. ") != "" && !strings.EqualFold(clock, "12:00 am") {
		return text, ""
	}
	year, month, day, fault := r.calendarDay(date)
	if fault != "" {
		return "", fault
	}
	if year == 0 {
		return text, ""
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), ""
}

// instant reads a time in the forms of files into RFC 3339.
func (r *cellReader) instant(text string) (string, string) {
	if _, ok := fields.ParseInstant(text); ok {
		return text, ""
	}
	date, rest := splitTime(text)
	year, month, day, fault := r.calendarDay(date)
	if fault != "" {
		return "", fault
	}
	clock, zone := r.splitZone(rest)
	at, ok := clockTime(clock)
	if year == 0 || !ok {
		return "", fields.ExpectedInstant
	}
	if zone == nil {
		return "", missingOffset
	}
	hour, minute, second := at.Clock()
	t := time.Date(year, time.Month(month), day, hour, minute, second, at.Nanosecond(), zone)
	return t.Format(time.RFC3339Nano), ""
}

// calendarDay reads a day in numbers; the year is 0 for what is none.
func (r *cellReader) calendarDay(text string) (year, month, day int, fault string) {
	parts, separator := dayParts(text)
	if len(parts) != 3 {
		return 0, 0, 0, ""
	}
	order := r.rules.DayOrder
	switch {
	case parts[0] >= 1000:
		year, month, day = parts[0], parts[1], parts[2]
	case parts[2] < 1000: // a year of two digits could be one of two centuries
		return 0, 0, 0, ""
	case separator == '.' || order == DayFirst:
		day, month, year = parts[0], parts[1], parts[2]
	case order == MonthFirst:
		month, day, year = parts[0], parts[1], parts[2]
	case parts[0] == parts[1]:
		month, day, year = parts[0], parts[1], parts[2]
	default:
		rules := *r.rules
		switch rules.DayOrder = DayOrderOf(text); {
		case rules.DayOrder != "":
		case max(parts[0], parts[1]) > 12:
			return 0, 0, 0, noSuchDay
		default:
			return 0, 0, 0, dayOfTwoReadings
		}
		return (&cellReader{rules: &rules}).calendarDay(text)
	}
	if t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC); t.Day() != day || t.Month() != time.Month(month) {
		if order != "" && parts[0] < 1000 && separator != '.' && DayOrderOf(text) != "" {
			return 0, 0, 0, noSuchDayInOrder
		}
		return 0, 0, 0, noSuchDay
	}
	return year, month, day, ""
}

// dayParts are the three numbers of a day, between the same separators.
func dayParts(text string) (parts []int, separator rune) {
	at := strings.IndexAny(text, "/.-")
	if at < 0 {
		return nil, 0
	}
	separator = rune(text[at])
	for part := range strings.SplitSeq(text, string(separator)) {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n < 1 || n > 9999 || len(parts) == 3 {
			return nil, 0
		}
		parts = append(parts, n)
	}
	return parts, separator
}

// splitTime takes the day of a time from what follows it.
func splitTime(text string) (day, rest string) {
	at := strings.IndexAny(text, "Tt ")
	if at < 0 {
		return text, ""
	}
	return text[:at], strings.TrimSpace(text[at+1:])
}

// splitZone takes the offset from a time of day. A time without one has the
// zone of the workspace when the file says so, else nil.
func (r *cellReader) splitZone(text string) (clock string, zone *time.Location) {
	for _, name := range []string{"UTC", "GMT", "Z", "z"} {
		if clock, ok := strings.CutSuffix(text, name); ok {
			return strings.TrimSpace(clock), time.UTC
		}
	}
	if at := strings.LastIndexAny(text, "+-"); at > 0 {
		for _, layout := range []string{"-07:00", "-0700", "-07"} {
			if t, err := time.Parse(layout, text[at:]); err == nil {
				return strings.TrimSpace(text[:at]), t.Location()
			}
		}
	}
	if !r.rules.LocalTimes {
		return text, nil
	}
	return text, r.schema.Zone()
}

// clockTime reads a time of day; none is midnight.
func clockTime(text string) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{"15:04", "15:04:05", "3:04 PM", "3:04:05 PM", "3:04PM", "3:04:05PM"} {
		if t, err := time.Parse(layout, strings.ToUpper(text)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
