package fields

import (
	"regexp"
	"strings"
	"time"
)

const (
	expectedDate    = "must be a date like 2026-11-22"
	ExpectedInstant = "must be a time with an offset, like 2026-11-22T09:30:00Z"

	instantLayout = "2006-01-02T15:04:05.000Z07:00"
	secondsPerDay = 24 * 60 * 60
)

// ParseDay reads YYYY-MM-DD, from the year 1 on, into days since 1970-01-01.
func ParseDay(s string) (days int64, ok bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 {
		return 0, false
	}
	return t.Unix() / secondsPerDay, true
}

// FormatDay writes days since 1970-01-01 as YYYY-MM-DD.
func FormatDay(days int64) string {
	return time.Unix(days*secondsPerDay, 0).UTC().Format(time.DateOnly)
}

// ParseInstant reads an RFC 3339 time with its offset into milliseconds since
// 1970-01-01T00:00Z, cutting what is finer. The year, in UTC, is 1 to 9999;
// the very first instant of year 1 is refused, because systems send it for
// "none".
func ParseInstant(s string) (ms int64, ok bool) {
	t, ok := parseRFC3339(s)
	if !ok {
		return 0, false
	}
	t = t.UTC().Truncate(time.Millisecond)
	if t.IsZero() || t.Year() < 1 || t.Year() > 9999 {
		return 0, false
	}
	return t.UnixMilli(), true
}

// FormatInstant writes milliseconds since 1970-01-01T00:00Z as RFC 3339 in
// UTC, with milliseconds.
func FormatInstant(ms int64) string {
	return time.UnixMilli(ms).UTC().Format(instantLayout)
}

// rfc3339 is the form of RFC 3339, section 5.6. The time package alone is
// laxer: it takes "T9:30:00", a comma for the point and offsets of 99 hours.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,18})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

func parseRFC3339(s string) (time.Time, bool) {
	s = strings.ToUpper(s) // the letters may be in either case
	if !rfc3339.MatchString(s) {
		return time.Time{}, false
	}
	t, err := time.Parse(time.RFC3339, s)
	return t, err == nil
}

// coerceDate takes a day, or a time that is midnight where it was written:
// its written day counts and is never shifted.
func coerceDate(raw any) (Value, string) {
	text, ok := raw.(string)
	if !ok {
		return Value{}, expectedDate
	}
	text = strings.TrimSpace(text)
	if days, ok := ParseDay(text); ok {
		return IntValue(days), ""
	}
	t, ok := parseRFC3339(text)
	if !ok {
		return Value{}, expectedDate
	}
	if h, m, s := t.Clock(); h+m+s+t.Nanosecond() != 0 {
		return Value{}, expectedDate + ", or a time that is exactly midnight"
	}
	days, ok := ParseDay(t.Format(time.DateOnly))
	if !ok {
		return Value{}, expectedDate
	}
	return IntValue(days), ""
}

func coerceInstant(raw any) (Value, string) {
	text, ok := raw.(string)
	if !ok {
		return Value{}, ExpectedInstant
	}
	ms, ok := ParseInstant(strings.TrimSpace(text))
	if !ok {
		return Value{}, ExpectedInstant
	}
	return IntValue(ms), ""
}
