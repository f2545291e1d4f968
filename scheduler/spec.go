package scheduler

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// spec is a cron line of five fields. robfig/cron does not know L (the last day)
// and # (the n-th day of week). So times has all days that may be meant, and days
// says which of them are meant.
//
// robfig/cron works in UTC, where the clock never changes. So a reading of a
// local clock is handed to it as if it were UTC.
type spec struct {
	times *cron.SpecSchedule
	days  days
}

// days are the days that the fields "day of month" and "day of week" name.
type days struct {
	ofMonth uint64   // bit n for day n, bit lastOne for the last day
	ofWeek  [7]uint8 // by weekday: bit n for the n-th one of a month, bit lastOne for the last one
	either  bool     // neither field is *, so a day that one of them names is enough
}

const (
	lastOne   = 0
	everyWeek = 0b111110
	allHours  = 1<<24 - 1
	// star is the bit that robfig/cron sets for the field *.
	star = 1 << 63
)

// The five fields of a line.
const (
	minutes = iota
	hours
	daysOfMonth
	months
	daysOfWeek
	fieldCount
)

// fieldFaults are the faults of wrong fields.
var fieldFaults = [fieldCount]string{
	minutes:     "must have minutes 0-59",
	hours:       "must have hours 0-23",
	daysOfMonth: "must have days of month 1-31, or L for the last one",
	months:      "must have months 1-12 or jan-dec",
	daysOfWeek:  "must have days of week 0-7 (0 and 7 are Sunday) or sun-sat, 5L for the last Friday of a month or 1#2 for the second Monday",
}

const fieldForms = "; write * or ? for all, n, n-m, */n, n-m/n or several of these with commas"

// parseSpec reads the five fields of a line.
func parseSpec(fields []string) (s spec, fault string) {
	var named days
	plain := slices.Clone(fields)
	plain[daysOfMonth] = named.takeDays(fields[daysOfMonth])
	var ok bool
	if plain[daysOfWeek], ok = named.takeWeekdays(fields[daysOfWeek]); !ok {
		return spec{}, fieldFaults[daysOfWeek] + fieldForms
	}
	asked := slices.Clone(plain)
	for i, field := range asked {
		if field == "" {
			asked[i] = every
		}
	}
	times, ok := standardSpec(strings.Join(asked, " "))
	if !ok {
		return spec{}, faultOf(asked)
	}
	if plain[daysOfMonth] == "" {
		times.Dom = 0
	}
	if plain[daysOfWeek] == "" {
		times.Dow = 0
	}
	return specOf(times, named), ""
}

// every is a field that names all values.
const every = "*"

// faultOf returns the fault of the first field that is wrong.
func faultOf(fields []string) string {
	for i, field := range fields {
		alone := slices.Repeat([]string{every}, fieldCount)
		alone[i] = field
		if _, ok := standardSpec(strings.Join(alone, " ")); !ok {
			return fieldFaults[i] + fieldForms
		}
	}
	return fieldFaults[minutes] + fieldForms
}

// carelessField returns the fault of the first field that Parse reads but Check
// refuses, "" if there is none. See Check.
func carelessField(line string) (fault string) {
	if strings.HasPrefix(strings.TrimSpace(line), "@") {
		return ""
	}
	for i, field := range strings.Fields(line) {
		if strings.Contains(field, "+") || slices.Contains(strings.Split(field, ","), "") {
			return fieldFaults[i] + fieldForms
		}
	}
	return ""
}

// specOf makes a spec from the times that robfig/cron knows and the days that it
// does not know.
func specOf(times *cron.SpecSchedule, named days) spec {
	named.either = times.Dom&star == 0 && times.Dow&star == 0
	named.ofMonth |= times.Dom &^ star
	for weekday, weeks := range named.ofWeek {
		if times.Dow>>weekday&1 == 1 {
			named.ofWeek[weekday] |= everyWeek
		}
		if weeks != 0 {
			times.Dow |= 1 << weekday
		}
	}
	if named.ofMonth>>lastOne&1 == 1 {
		times.Dom |= 0b1111 << 28
	}
	times.Location = time.UTC
	return spec{times: times, days: named}
}

// takeDays removes L from a field "day of month" and stores it in d. It returns
// the rest, "" if nothing is left.
func (d *days) takeDays(field string) string {
	var rest []string
	for _, part := range parts(field) {
		if strings.EqualFold(part, "L") {
			d.ofMonth |= 1 << lastOne
		} else {
			rest = append(rest, part)
		}
	}
	return strings.Join(rest, ",")
}

// takeWeekdays removes from a field "day of week" what robfig/cron does not know
// (5L, 1#2), and stores it in d. It writes 7 as 0. It returns the rest, "" if
// nothing is left. ok is false if the field is wrong.
func (d *days) takeWeekdays(field string) (rest string, ok bool) {
	var plain []string
	for _, part := range parts(field) {
		if name, n, special := strings.Cut(part, "#"); special {
			weekday, ok := weekdayOf(name)
			week, err := strconv.Atoi(n)
			if !ok || err != nil || week < 1 || week > 5 {
				return "", false
			}
			d.ofWeek[weekday%7] |= 1 << week
		} else if name, special := strings.CutSuffix(strings.ToUpper(part), "L"); special {
			weekday, ok := weekdayOf(name)
			if !ok {
				return "", false
			}
			d.ofWeek[weekday%7] |= 1 << lastOne
		} else {
			plain = append(plain, sundayFirst(part))
		}
	}
	return strings.Join(plain, ","), true
}

// sundayFirst rewrites a part of a field "day of week" that ends with Sunday,
// because robfig/cron begins the week with it: 5-7 becomes 5,6,0.
func sundayFirst(part string) string {
	span, step, stepped := strings.Cut(part, "/")
	from, to, ranged := strings.Cut(span, "-")
	if !ranged {
		if weekday, _ := weekdayOf(span); weekday == 7 {
			return "0"
		}
		return part
	}
	first, ok := weekdayOf(from)
	end, toOK := weekdayOf(to)
	if end == 0 && first > 0 {
		end = 7 // as in fri-sun
	}
	by, err := strconv.Atoi(step)
	if !stepped {
		by, err = 1, nil
	}
	if !ok || !toOK || end != 7 || err != nil || by < 1 {
		return part
	}
	var list []string
	for weekday := first; weekday <= 7; weekday += by {
		list = append(list, strconv.Itoa(weekday%7))
	}
	return strings.Join(list, ",")
}

// weekdayOf reads a day of week: 0-7 or its name in three letters.
func weekdayOf(text string) (weekday int, ok bool) {
	for weekday := time.Sunday; weekday <= time.Saturday; weekday++ {
		if strings.EqualFold(text, weekday.String()[:3]) {
			return int(weekday), true
		}
	}
	weekday, err := strconv.Atoi(text)
	return weekday, err == nil && weekday >= 0 && weekday <= 7
}

func parts(field string) []string {
	return strings.FieldsFunc(field, func(r rune) bool { return r == ',' })
}

// standardSpec parses the line with robfig/cron, which panics on some.
func standardSpec(line string) (times *cron.SpecSchedule, ok bool) {
	defer func() {
		if recover() != nil {
			times, ok = nil, false
		}
	}()
	parsed, err := cron.ParseStandard(line)
	if err != nil {
		return nil, false
	}
	times, ok = parsed.(*cron.SpecSchedule)
	return times, ok
}

// everyHour reports whether the line names every hour.
func (s spec) everyHour() bool { return s.times.Hour&allHours == allHours }

// furthest is the number of years after which a line is known never to run. The
// longest time between two runs is 40 years: a February with five Sundays comes
// in 2088 and then in 2128.
const furthest = 41

// next returns the first reading after clock that the line names, the zero time
// if there is none.
func (s spec) next(clock time.Time) time.Time {
	for end := clock.AddDate(furthest, 0, 0); clock.Before(end); {
		due := s.times.Next(clock)
		switch {
		case due.IsZero():
			clock = clock.AddDate(5, 0, 0) // robfig/cron looks five years ahead
		case s.days.has(due):
			return due
		default:
			clock = time.Date(due.Year(), due.Month(), due.Day(), 23, 59, 59, 0, time.UTC)
		}
	}
	return time.Time{}
}

// has reports whether the line names a day.
func (d days) has(day time.Time) bool {
	n := day.Day()
	length := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	weeks := d.ofWeek[day.Weekday()]
	ofMonth := d.ofMonth>>n&1 == 1 || d.ofMonth>>lastOne&1 == 1 && n == length
	ofWeek := weeks>>((n-1)/7+1)&1 == 1 || weeks>>lastOne&1 == 1 && n+7 > length
	if d.either {
		return ofMonth || ofWeek
	}
	return ofMonth && ofWeek
}
