package filter

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// maxYears bounds each calendar part of a period, so that no sum of parts
// leaves the years in which day numbers and milliseconds are exact.
const maxYears = 9_999

const (
	periodExpected = "must be an ISO 8601 period of whole numbers, such as P30D, P1Y6M or PT12H"
	periodNegative = "must not be negative: the operator says the direction"
)

// The units of a period in the order in which they must be written, before
// and after the T.
const (
	dateUnits = "YMWD"
	timeUnits = "HMS"
)

// parsePeriod reads an ISO 8601 duration such as P30D, P1Y6M or PT12H: upper
// case, whole numbers, each unit at most once and in order, weeks beside other
// units allowed, no sign. The fault is empty when the text is one.
func parsePeriod(s string) (p Period, fault string) {
	rest, ok := strings.CutPrefix(s, "P")
	if !ok {
		if strings.HasPrefix(s, "-") {
			return Period{}, periodNegative
		}
		return Period{}, periodExpected
	}
	if strings.Contains(rest, "-") {
		return Period{}, periodNegative
	}
	days, clock, timed := strings.Cut(rest, "T")
	dateParts, ok := parseParts(days, dateUnits)
	if !ok {
		return Period{}, periodExpected
	}
	timeParts, ok := parseParts(clock, timeUnits)
	if !ok || timed != (len(timeParts) > 0) || len(dateParts)+len(timeParts) == 0 {
		return Period{}, periodExpected
	}
	p, ok = newPeriod(dateParts, timeParts)
	if !ok {
		return Period{}, "is too long: at most " + strconv.Itoa(maxYears) + " years, and 292 years in hours, minutes and seconds"
	}
	return p, ""
}

// parseParts reads "1Y2M" into numbers by unit. A number too large for an
// int64 is read as the largest, which newPeriod refuses.
func parseParts(s, units string) (parts map[byte]int64, ok bool) {
	parts = map[byte]int64{}
	for s != "" {
		digits := 0
		for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
			digits++
		}
		if digits == 0 || digits == len(s) {
			return nil, false
		}
		unit := strings.IndexByte(units, s[digits])
		if unit < 0 {
			return nil, false
		}
		n, err := strconv.ParseInt(s[:digits], 10, 64)
		if err != nil {
			n = math.MaxInt64
		}
		parts[s[digits]] = n
		units = units[unit+1:]
		s = s[digits+1:]
	}
	return parts, true
}

func newPeriod(date, clock map[byte]int64) (Period, bool) {
	limits := map[byte]int64{'Y': maxYears, 'M': maxYears * 12, 'W': maxYears * 53, 'D': maxYears * 366}
	for unit, n := range date {
		if n > limits[unit] {
			return Period{}, false
		}
	}
	seconds := map[byte]int64{'H': 3600, 'M': 60, 'S': 1}
	const most = int64(math.MaxInt64 / time.Second)
	total := int64(0)
	for unit, n := range clock {
		if n > (most-total)/seconds[unit] {
			return Period{}, false
		}
		total += n * seconds[unit]
	}
	return Period{
		Years: int(date['Y']), Months: int(date['M']), Weeks: int(date['W']), Days: int(date['D']),
		Time: time.Duration(total) * time.Second,
	}, true
}

// String returns the period in ISO 8601, P0D when it is empty. Parts are
// written as they are, without carrying one into the next.
func (p Period) String() string {
	b := []byte("P")
	part := func(n int64, unit byte) {
		if n != 0 {
			b = append(strconv.AppendInt(b, n, 10), unit)
		}
	}
	part(int64(p.Years), 'Y')
	part(int64(p.Months), 'M')
	part(int64(p.Weeks), 'W')
	part(int64(p.Days), 'D')
	if p.Time != 0 {
		b = append(b, 'T')
		part(int64(p.Time/time.Hour), 'H')
		part(int64(p.Time%time.Hour/time.Minute), 'M')
		part(int64(p.Time%time.Minute/time.Second), 'S')
	}
	if len(b) == 1 {
		return "P0D"
	}
	return string(b)
}
