package scheduler

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "github.com/ndoto/kundi/repeatable"
)

// part is a part of a field of days, and which days it means: told by the day
// itself, the day a week later and the days before it.
type part struct {
	text string
	has  func(day time.Time) bool
}

func weekdayPart(t *rapid.T) part {
	name := func(weekday int, ofSeven bool) string {
		names := []string{"sun", "Mon", "TUE", "wed", "thu", "fri", "sat"}
		if rapid.Bool().Draw(t, "named") {
			return names[weekday%7]
		}
		if weekday%7 == 0 && ofSeven {
			return "7"
		}
		return fmt.Sprint(weekday % 7)
	}
	weekday := rapid.IntRange(0, 6).Draw(t, "weekday")
	is := func(day time.Time) bool { return int(day.Weekday()) == weekday }
	switch rapid.IntRange(0, 3).Draw(t, "form") {
	case 0:
		return part{name(weekday, true), is}
	case 1:
		return part{name(weekday, true) + "L", func(day time.Time) bool { return is(day) && day.AddDate(0, 0, 7).Month() != day.Month() }}
	case 2:
		n := rapid.IntRange(1, 5).Draw(t, "n")
		return part{fmt.Sprintf("%s#%d", name(weekday, true), n), func(day time.Time) bool {
			before := 0
			for d := day; d.Month() == day.Month(); d = d.AddDate(0, 0, -7) {
				before++
			}
			return is(day) && before == n
		}}
	}
	from := rapid.IntRange(1, 7).Draw(t, "from")
	to, step := rapid.IntRange(from, 7).Draw(t, "to"), rapid.IntRange(1, 3).Draw(t, "step")
	first, end := name(from, true), name(to, true)
	if from == 7 {
		first, end = "7", "7" // 0-7 is another range
	}
	return part{fmt.Sprintf("%s-%s/%d", first, end, step), func(day time.Time) bool {
		n := int(day.Weekday()+6)%7 + 1 // Monday is 1, Sunday 7
		return n >= from && n <= to && (n-from)%step == 0
	}}
}

func dayPart(t *rapid.T) part {
	n := rapid.IntRange(1, 31).Draw(t, "day")
	switch rapid.IntRange(0, 2).Draw(t, "form") {
	case 0:
		return part{fmt.Sprint(n), func(day time.Time) bool { return day.Day() == n }}
	case 1:
		to, step := rapid.IntRange(n, 31).Draw(t, "to"), rapid.IntRange(1, 9).Draw(t, "step")
		return part{fmt.Sprintf("%d-%d/%d", n, to, step), func(day time.Time) bool {
			return day.Day() >= n && day.Day() <= to && (day.Day()-n)%step == 0
		}}
	}
	return part{"L", func(day time.Time) bool { return day.AddDate(0, 0, 1).Day() == 1 }}
}

// field draws a field of days: everything, or a list of parts.
func field(t *rapid.T, draw func(*rapid.T) part) (text string, has func(time.Time) bool, all bool) {
	if rapid.IntRange(0, 2).Draw(t, "all") == 0 {
		return "*", func(time.Time) bool { return true }, true
	}
	parts := rapid.SliceOfN(rapid.Custom(draw), 1, 3).Draw(t, "parts")
	var texts []string
	for _, p := range parts {
		texts = append(texts, p.text)
	}
	return strings.Join(texts, ","), func(day time.Time) bool {
		for _, p := range parts {
			if p.has(day) {
				return true
			}
		}
		return false
	}, false
}

// TestNextAgreesWithTheCalendar holds Next against a walk through every day of
// some years.
func TestNextAgreesWithTheCalendar(t *testing.T) {
	met := 0
	rapid.Check(t, func(t *rapid.T) {
		ofMonth, inMonth, allDays := field(t, dayPart)
		ofWeek, inWeek, allWeekdays := field(t, weekdayPart)
		month := rapid.SampledFrom([]string{"*", "2", "2,jun"}).Draw(t, "month")
		line := fmt.Sprintf("30 6,18 %s %s %s", ofMonth, month, ofWeek)
		s, fault, _ := Parse(line, "UTC")
		if fault != "" {
			require.Contains(t, fault, "never runs", line)
			require.Contains(t, month, "2", line)
			return
		}
		from := time.Date(rapid.IntRange(1995, 2105).Draw(t, "year"), 1, 1, 0, 0, 0, 0, time.UTC)
		at, until := from, from.AddDate(3, 0, 0)
		for day := from; day.Before(until); day = day.AddDate(0, 0, 1) {
			named := inMonth(day) && inWeek(day)
			if !allDays && !allWeekdays {
				named = inMonth(day) || inWeek(day)
			}
			if month != "*" && day.Month() != time.February && (month == "2" || day.Month() != time.June) {
				named = false
			}
			if !named {
				continue
			}
			for _, hour := range []int{6, 18} {
				met++
				at = s.Next(at)
				require.Equal(t, day.Add(time.Duration(hour)*time.Hour+30*time.Minute), at, line)
			}
		}
		next := s.Next(at)
		require.False(t, next.Before(until), "%s: %s", line, next)
	})
	require.Positive(t, met)
}

// TestLinesOfOldKeepTheirMeaning: what robfig/cron takes means here what it
// means there.
func TestLinesOfOldKeepTheirMeaning(t *testing.T) {
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.SampledFrom([]string{"*", "?", "0", "1", "5", "12", "1-5", "*/2", "2/2", "1,3", "0-6/2", "jan", "sun", "fri", "mon-fri", "*/1", "?/3", "07", "1,,2", ","})
		fields := []string{"0", "0", one.Draw(t, "day"), one.Draw(t, "month"), one.Draw(t, "weekday")}
		line := strings.Join(fields, " ")
		parsed, err := cron.ParseStandard(line)
		s, fault, _ := Parse(line, "UTC")
		if err != nil {
			if fields[4] != "07" {
				require.NotEmpty(t, fault, line)
			}
			return
		}
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		if parsed.Next(at).IsZero() {
			require.Contains(t, fault, "never runs", line)
			return
		}
		taken++
		require.Empty(t, fault, line)
		parsed.(*cron.SpecSchedule).Location = time.UTC
		for range 20 {
			want := parsed.Next(at)
			require.Equal(t, want, s.Next(at), line)
			at = want
		}
	})
	require.Positive(t, taken)
}
