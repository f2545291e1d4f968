package scheduler

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/robfig/cron/v3"
)

const (
	// maxLine is how many characters a cron line may have.
	maxLine = 200
	// minEvery is the shortest period of @every.
	minEvery = time.Minute

	everyPrefix = "@every "
	allHours    = 1<<24 - 1
)

// Schedule is a cron line in a time zone. It is immutable and safe for
// concurrent use.
//
// Days on which the zone's clock changes: a moment that the clock jumps over
// counts as the first one after the jump, and a moment that comes twice
// counts the first time, so a daily line runs once every day. Lines for every
// hour keep their rhythm instead: they run in both of two repeated hours and
// not at all in one that is missing. (This is how Vixie cron treats the two
// sorts of lines.)
type Schedule struct {
	zone *time.Location
	// every is the period of an @every line, else 0 and spec is set.
	every time.Duration
	// spec is always asked in UTC, with readings of the local clock passed
	// off as UTC: there the clock never changes.
	spec      *cron.SpecSchedule
	everyHour bool
}

// Parse reads a cron line of five fields (minute, hour, day of month, month,
// day of week) or one of @hourly, @daily, @midnight, @weekly, @monthly,
// @yearly, @annually and @every with a Go duration of at least a minute, and
// the IANA name of a time zone.
//
// What is wrong is said apart for the line and for the zone, as the safe
// detail of a fault; both are "" when the schedule is good.
func Parse(line, zone string) (s Schedule, lineFault, zoneFault string) {
	s, lineFault = parseLine(line)
	s.zone, zoneFault = parseZone(zone)
	return s, lineFault, zoneFault
}

// Check is Parse for those who only want to know what is wrong.
func Check(line, zone string) (lineFault, zoneFault string) {
	_, lineFault, zoneFault = Parse(line, zone)
	return lineFault, zoneFault
}

func parseLine(line string) (Schedule, string) {
	line = strings.TrimSpace(line)
	switch {
	case line == "":
		return Schedule{}, `must be five fields like "0 6 * * *", or @hourly, @daily, @weekly, @monthly, @yearly or @every 1h`
	case !utf8.ValidString(line) || strings.ContainsFunc(line, unicode.IsControl):
		return Schedule{}, "must not contain control characters"
	case utf8.RuneCountInString(line) > maxLine:
		return Schedule{}, fmt.Sprintf("must have at most %d characters", maxLine)
	case strings.Contains(line, "TZ="):
		return Schedule{}, "must not name a time zone: time_zone does"
	case strings.HasPrefix(line, everyPrefix):
		return parseEvery(line)
	case strings.HasPrefix(line, "@"):
		return parseSpec(line, "must be one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually, or @every with a duration like 1h30m")
	case len(strings.Fields(line)) != 5:
		return Schedule{}, "must have five fields: minute, hour, day of month, month, day of week"
	}
	return parseSpec(line, "must have minutes 0-59, hours 0-23, days of month 1-31, months 1-12 or jan-dec, days of week 0-6 (0 is Sunday) or sun-sat, as *, n, n-m, */n or lists of them")
}

func parseEvery(line string) (Schedule, string) {
	every, err := time.ParseDuration(strings.TrimSpace(strings.TrimPrefix(line, everyPrefix)))
	if err != nil {
		return Schedule{}, "must give @every a duration like 15m or 1h30m"
	}
	if every < minEvery {
		return Schedule{}, "must be at least @every 1m"
	}
	return Schedule{every: every.Truncate(time.Second)}, ""
}

func parseSpec(line, fault string) (Schedule, string) {
	spec, ok := standardSpec(line)
	if !ok {
		return Schedule{}, fault
	}
	spec.Location = time.UTC
	// A date that comes at all comes within five years of this one, which
	// takes in a leap year.
	if spec.Next(time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Schedule{}, "must name a date that exists: this line never runs"
	}
	return Schedule{spec: spec, everyHour: spec.Hour&allHours == allHours}, ""
}

// standardSpec parses the line with robfig/cron, which panics on some.
func standardSpec(line string) (spec *cron.SpecSchedule, ok bool) {
	defer func() {
		if recover() != nil {
			spec, ok = nil, false
		}
	}()
	parsed, err := cron.ParseStandard(line)
	if err != nil {
		return nil, false
	}
	spec, ok = parsed.(*cron.SpecSchedule)
	return spec, ok
}

// parseZone refuses what LoadLocation takes beyond the names of places: the
// zone of the process, and the variants with leap seconds.
func parseZone(name string) (*time.Location, string) {
	const fault = "must be the IANA name of a time zone, like Europe/Rome or UTC"
	switch {
	case name == "", name == "Local", name == "localtime",
		strings.HasPrefix(name, "right/"), strings.HasPrefix(name, "posix/"):
		return nil, fault
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fault
	}
	return zone, ""
}
