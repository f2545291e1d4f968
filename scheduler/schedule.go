package scheduler

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
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
// On some days the clock of a zone jumps forward or back. A line that names
// certain hours runs once on such a day: if the clock jumps over the time, the
// run is due at the jump; if the time comes twice, the run is due the first time.
// A line for every hour runs in both of two repeated hours, and not in an hour
// that is missing. Vixie cron does the same.
type Schedule struct {
	zone *time.Location
	// every is the period of an @every line. For all other lines it is 0, and
	// spec is set.
	every     time.Duration
	spec      *spec
	everyHour bool
	// delay is how much later than its line the schedule is due, in whole seconds.
	delay time.Duration
}

// delayed returns the schedule of one segment among many with the same line: it is due later by a
// part of the jitter that only the id decides. An @every line has no delay.
func (s Schedule) delayed(segment ledger.ID, jitter time.Duration) Schedule {
	if seconds := uint32(jitter / time.Second); seconds > 0 && s.every == 0 {
		s.delay = time.Duration(fields.SeedOf(segment)%seconds) * time.Second
	}
	return s
}

// Parse reads a cron line and the IANA name of a time zone. A line is one of:
//   - five fields: minute, hour, day of month, month, day of week. 0 and 7 are
//     Sunday. L is the last day of a month, 5L its last Friday, 1#2 its second
//     Monday;
//   - @hourly, @daily, @midnight, @weekly, @monthly, @yearly or @annually;
//   - @every with a Go duration of one minute to ten years, such as @every 1h30m.
//
// lineFault and zoneFault say what is wrong, in words that may be shown. Both are
// "" if the schedule is valid.
func Parse(line, zone string) (s Schedule, lineFault, zoneFault string) {
	s, lineFault = parseLine(line)
	s.zone, zoneFault = parseZone(zone)
	return s, lineFault, zoneFault
}

// Check checks a schedule that is about to be set. It refuses more than Parse:
// lists with an empty member ("1,,2") and numbers with a sign. Parse still reads
// them, because stored segments may have them.
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

// scheduleOf makes a schedule from the fields of a line. It refuses a line that
// never runs, such as one for 30 February.
func scheduleOf(s spec) (Schedule, string) {
	if s.next(time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Schedule{}, "must name a date that exists: this line never runs"
	}
	return Schedule{spec: &s, everyHour: s.everyHour()}, ""
}

// parseZone reads the name of a time zone. It refuses some names that
// time.LoadLocation accepts: the zone of the process, and variants with leap
// seconds.
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
