package scheduler

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// maxLine is how many characters a cron line may have.
	maxLine = 200
	// minEvery is the shortest period of @every.
	minEvery = time.Minute
	// maxEvery is the longest one, ten years.
	maxEvery = 87600 * time.Hour

	everyPrefix = "@every "
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
	every     time.Duration
	spec      *spec
	everyHour bool
}

// Parse reads a cron line of five fields (minute, hour, day of month, month,
// day of week, of which 0 and 7 are Sunday; L is the last day of a month, 5L
// its last Friday and 1#2 its second Monday) or one of @hourly, @daily, @midnight, @weekly, @monthly,
// @yearly, @annually and @every with a Go duration of a minute to ten years, and
// the IANA name of a time zone.
//
// What is wrong is said apart for the line and for the zone, as the safe
// detail of a fault; both are "" when the schedule is good.
func Parse(line, zone string) (s Schedule, lineFault, zoneFault string) {
	s, lineFault = parseLine(line)
	s.zone, zoneFault = parseZone(zone)
	return s, lineFault, zoneFault
}

// Check is Parse for a schedule that is about to be set. It also refuses what Parse
// goes on reading, since segments of old have it: lists with nothing between or beside
// their commas, and numbers with a sign.
func Check(line, zone string) (lineFault, zoneFault string) {
	_, lineFault, zoneFault = Parse(line, zone)
	if lineFault == "" {
		lineFault = carelessField(line)
	}
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
		times, ok := standardSpec(line)
		if !ok {
			return Schedule{}, "must be one of @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually, or @every with a duration like 1h30m"
		}
		return scheduleOf(specOf(times, days{}))
	}
	fields := strings.Fields(line)
	if len(fields) != fieldCount {
		return Schedule{}, "must have five fields: minute, hour, day of month, month, day of week"
	}
	s, fault := parseSpec(fields)
	if fault != "" {
		return Schedule{}, fault
	}
	return scheduleOf(s)
}

func parseEvery(line string) (Schedule, string) {
	every, err := time.ParseDuration(strings.TrimSpace(strings.TrimPrefix(line, everyPrefix)))
	if err != nil {
		return Schedule{}, "must give @every a duration like 15m or 1h30m"
	}
	if every < minEvery {
		return Schedule{}, "must be at least @every 1m"
	}
	if every > maxEvery {
		return Schedule{}, "must be at most @every 87600h, which are ten years"
	}
	return Schedule{every: every.Truncate(time.Second)}, ""
}

// scheduleOf refuses a line that names no day that there is.
func scheduleOf(s spec) (Schedule, string) {
	if s.next(time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Schedule{}, "must name a date that exists: this line never runs"
	}
	return Schedule{spec: &s, everyHour: s.everyHour()}, ""
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
