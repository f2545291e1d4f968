package filter

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
)

func zoneOf(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	require.NoError(t, err)
	return zone
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339Nano, s)
	require.NoError(t, err)
	return v
}

func dayNumber(t testing.TB, s string) int64 {
	t.Helper()
	day, ok := fields.ParseDay(s)
	require.True(t, ok, s)
	return day
}

// TestStartOfDay holds both calendars to days on which the clocks change.
func TestStartOfDay(t *testing.T) {
	for _, test := range []struct{ zone, day, start, why string }{
		{"UTC", "2026-11-22", "2026-11-22T00:00:00Z", "a plain day"},
		{"UTC", "1969-12-31", "1969-12-31T00:00:00Z", "before 1970"},
		{"Asia/Kathmandu", "2026-11-22", "2026-11-21T18:15:00Z", "an offset of 5:45"},
		{"Europe/Rome", "2026-03-29", "2026-03-28T23:00:00Z", "the day clocks go forward"},
		{"Europe/Rome", "2026-03-30", "2026-03-29T22:00:00Z", "the day after"},
		{"Europe/Rome", "2026-10-25", "2026-10-24T22:00:00Z", "the day clocks go back"},
		{"Europe/Rome", "2026-10-26", "2026-10-25T23:00:00Z", "the day after"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z", "00:00 to 01:00 is skipped"},
		{"America/Sao_Paulo", "2018-11-05", "2018-11-05T02:00:00Z", "the day after"},
		{"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z", "00:00 went back to 23:00"},
		{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z", "before the date line moved"},
		{"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z", "a day that never was"},
		{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", "and the next"},
		{"America/St_Johns", "2010-11-07", "2010-11-07T02:30:00Z", "00:01 went back to 23:01: the first 00:00"},
		{"America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z", "23:30 to 00:30 is skipped"},
		{"Europe/Rome", "2072-12-31", "2072-12-30T23:00:00Z", "day 366, of which time.ZoneBounds is wrong"},
		{"Europe/Rome", "2073-01-01", "2072-12-31T23:00:00Z", "and the next"},
		{"Pacific/Kwajalein", "1993-08-21", "1993-08-21T12:00:00Z", "another day that never was"},
	} {
		zone, day := zoneOf(t, test.zone), dayNumber(t, test.day)
		require.Equal(t, test.start, time.UnixMilli(startOfDay(day, zone)).UTC().Format(time.RFC3339), "startOfDay: %s", test.why)
		require.Equal(t, test.start, midnight(day, zone).UTC().Format(time.RFC3339), "midnight: %s", test.why)
	}
}

// TestPeriodFrom holds both calendars to what java.time and Temporal give.
func TestPeriodFrom(t *testing.T) {
	for _, test := range []struct{ zone, now, period, last, next string }{
		{"UTC", "2026-11-22T10:00:00Z", "P30D", "2026-10-23T10:00:00Z", "2026-12-22T10:00:00Z"},
		{"UTC", "2026-11-22T10:00:00Z", "P0D", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"},
		{"UTC", "2026-03-31T10:00:00Z", "P1M", "2026-02-28T10:00:00Z", "2026-04-30T10:00:00Z"},
		{"UTC", "2024-03-31T10:00:00Z", "P1M", "2024-02-29T10:00:00Z", "2024-04-30T10:00:00Z"},
		{"UTC", "2024-02-29T10:00:00Z", "P1Y", "2023-02-28T10:00:00Z", "2025-02-28T10:00:00Z"},
		{"UTC", "2024-02-29T10:00:00Z", "P4Y", "2020-02-29T10:00:00Z", "2028-02-29T10:00:00Z"},
		{"UTC", "2026-03-31T10:00:00Z", "P1M1D", "2026-02-27T10:00:00Z", "2026-05-01T10:00:00Z"},
		{"UTC", "2026-01-15T10:00:00Z", "P1Y2M3W4DT5H6M7S", "2024-10-21T04:53:53Z", "2027-04-09T15:06:07Z"},
		{"UTC", "2026-01-15T10:00:00Z", "P13M", "2024-12-15T10:00:00Z", "2027-02-15T10:00:00Z"},
		// A calendar day across a change of the clocks is not 24 hours.
		{"Europe/Rome", "2026-03-29T10:00:00Z", "P1D", "2026-03-28T11:00:00Z", "2026-03-30T10:00:00Z"},
		{"Europe/Rome", "2026-03-29T10:00:00Z", "PT24H", "2026-03-28T10:00:00Z", "2026-03-30T10:00:00Z"},
		// 02:30 does not exist on the 29th: it is 03:30 then.
		{"Europe/Rome", "2026-03-30T00:30:00Z", "P1D", "2026-03-29T01:30:00Z", "2026-03-31T00:30:00Z"},
		// 02:30 comes twice on the 25th: the first one counts.
		{"Europe/Rome", "2026-10-26T01:30:00Z", "P1D", "2026-10-25T00:30:00Z", "2026-10-27T01:30:00Z"},
		// Exact time takes no notice of a doubled hour.
		{"Europe/Rome", "2026-10-25T01:30:00Z", "PT0S", "2026-10-25T01:30:00Z", "2026-10-25T01:30:00Z"},
		{"Europe/Rome", "2026-10-25T01:30:00Z", "PT1H", "2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z"},
		{"America/Sao_Paulo", "2018-11-05T02:30:00Z", "P1D", "2018-11-04T03:30:00Z", "2018-11-06T02:30:00Z"},
		{"Pacific/Apia", "2011-12-30T20:00:00Z", "P1D", "2011-12-30T20:00:00Z", "2011-12-31T20:00:00Z"},
		{"Pacific/Apia", "2011-12-30T20:00:00Z", "P2D", "2011-12-29T20:00:00Z", "2012-01-01T20:00:00Z"},
	} {
		zone, now := zoneOf(t, test.zone), at(t, test.now)
		p, fault := parsePeriod(test.period)
		require.Empty(t, fault)
		for direction, want := range map[int]string{-1: test.last, +1: test.next} {
			what := test.now + " " + test.period + " " + test.zone
			require.Equal(t, want, moved(now, p, direction, zone).UTC().Format(time.RFC3339), "moved: %s", what)
			require.Equal(t, want, time.UnixMilli(shiftInstant(now.UnixMilli(), p, int64(direction), zone)).UTC().Format(time.RFC3339), "shiftInstant: %s", what)
		}
	}
}

// TestCalendarsAgree compares the two calendars over all of the zones' history
// and in the hours around every change of their clocks.
func TestCalendarsAgree(t *testing.T) {
	names := []string{
		"UTC", "Europe/Rome", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu", "America/St_Johns", "America/Toronto",
		"Pacific/Kwajalein", "Asia/Manila", "Australia/Lord_Howe", "Africa/Casablanca", "Antarctica/Troll", "America/Scoresbysund",
	}
	rapid.Check(t, func(t *rapid.T) {
		zone, err := time.LoadLocation(rapid.SampledFrom(names).Draw(t, "zone"))
		require.NoError(t, err)
		kept := clock{zone: zone} // remembers from one moment to the next
		for range 30 {
			now := drawMoment(t, zone)
			p := Period{
				Years: rapid.IntRange(0, 3).Draw(t, "years"), Months: rapid.IntRange(0, 30).Draw(t, "months"),
				Weeks: rapid.IntRange(0, 5).Draw(t, "weeks"), Days: rapid.IntRange(0, 400).Draw(t, "days"),
				Time: time.Duration(rapid.IntRange(0, 200_000).Draw(t, "seconds")) * time.Second,
			}
			day := dayOf(localDay(Env{Now: now, Zone: zone}))
			require.Equal(t, offsetAt(now.UnixMilli(), zone), kept.offsetAt(now.UnixMilli()), "%s in %s", now, zone)
			require.Equal(t, midnight(day, zone).UnixMilli(), kept.startOfDay(day), "%s in %s", fields.FormatDay(day), zone)
			require.Equal(t, midnight(day, zone).UnixMilli(), startOfDay(day, zone), "%s in %s", fields.FormatDay(day), zone)
			for _, direction := range []int{-1, 1} {
				require.Equal(t, moved(now, p, direction, zone).UnixMilli(), shiftInstant(now.UnixMilli(), p, int64(direction), zone), "%s %s %d %s", now, p, direction, zone)
				wall := time.Unix(day*86400, 0).UTC()
				require.Equal(t, dayOf(movedDate(wall, p, direction)), shiftDay(day, p, int64(direction)), "%s %s %d", wall, p, direction)
			}
		}
	})
}

// drawMoment draws a moment of the years 1850 to 2100, half of the time within
// a day and a half of a change of the zone's clocks.
func drawMoment(t *rapid.T, zone *time.Location) time.Time {
	from, to := time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	moment := time.Unix(rapid.Int64Range(from.Unix(), to.Unix()).Draw(t, "moment"), 0).In(zone)
	if _, end := moment.ZoneBounds(); !end.IsZero() && rapid.Bool().Draw(t, "at a change") {
		moment = end.Add(time.Duration(rapid.IntRange(-36*60, 36*60).Draw(t, "minutes")) * time.Minute)
	}
	return moment
}

func TestMonths(t *testing.T) {
	for day := dayNumber(t, "0001-01-01"); day <= dayNumber(t, "2400-12-31"); day++ {
		y, m, d := time.Unix(day*86400, 0).UTC().Date()
		month, before := monthOf(day)
		if month != int64(y)*12+int64(m)-1 || before != int64(d)-1 {
			require.Fail(t, "monthOf", "%04d-%02d-%02d: %d, %d", y, m, d, month, before)
		}
	}
	for _, far := range []string{"0001-01-01", "9999-12-31"} {
		p := Period{Years: maxYears, Months: maxYears * 12, Weeks: maxYears * 53, Days: maxYears * 366}
		for _, direction := range []int64{-1, 1} {
			day := shiftDay(dayNumber(t, far), p, direction)
			require.Equal(t, day, dayOf(movedDate(time.Unix(dayNumber(t, far)*86400, 0).UTC(), p, int(direction))))
		}
	}
}

func TestParsePeriod(t *testing.T) {
	for text, want := range map[string]Period{
		"P30D":             {Days: 30},
		"P0D":              {},
		"PT0S":             {},
		"P1Y2M3W4DT5H6M7S": {1, 2, 3, 4, 5*time.Hour + 6*time.Minute + 7*time.Second},
		"P2W":              {Weeks: 2},
		"P1W2D":            {Weeks: 1, Days: 2},
		"PT90M":            {Time: 90 * time.Minute},
		"P1MT1M":           {Months: 1, Time: time.Minute},
		"P007D":            {Days: 7},
		"P9999Y":           {Years: 9999},
	} {
		p, fault := parsePeriod(text)
		require.Empty(t, fault, text)
		require.Equal(t, want, p, text)
		again, fault := parsePeriod(p.String())
		require.Empty(t, fault)
		require.Equal(t, p, again, p.String())
	}
	for text, says := range map[string]string{
		"": "ISO", "P": "ISO", "PT": "ISO", "P1DT": "ISO", "30D": "ISO", "P30": "ISO", "PD": "ISO", "P1D1D": "ISO", "P1D1Y": "ISO",
		"P1H": "ISO", "PT1D": "ISO", "p30d": "ISO", "P30d": "ISO", "P1.5D": "ISO", "PT0.5S": "ISO", "P1,5D": "ISO", "+P1D": "ISO",
		"P1D ": "ISO", "P 1D": "ISO", "P1DT1HT1M": "ISO", "P٣D": "ISO", "P+1D": "ISO",
		"-P1D": "negative", "P-1D": "negative", "PT-1H": "negative",
		"P10000Y": "too long", "P99999999999999999999D": "too long", "P999999999M": "too long", "PT9999999999H": "too long",
		"PT2562047H60M": "too long",
	} {
		_, fault := parsePeriod(text)
		require.Contains(t, fault, says, text)
	}
}
