package scheduler

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParseAccepts(t *testing.T) {
	for _, line := range []string{
		"0 6 * * *", "*/15 8-18 * * mon-fri", "0 0 29 2 *", "0 0 1 JAN ?", " 5 4 * * 0 ", "0,30 * * * *",
		"0 0 * * 7", "0 0 * * 5-7", "0 0 * * Fri-Sun", "0 0 L * *", "0 0 15,l * *", "0 0 * * 5L", "0 0 * * friL,1", "0 0 * * 1#2", "0 0 * * MON#1,mon#3",
		"0 0 L 2 *", "0 0 * 2 1#5", // which comes in 2044
		"0 0 30 2 1", // with both days given either will do: Mondays of February
		"@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually",
		"@every 1m", "@every 1h30m", "@every 24h", "@every 87600h",
	} {
		for _, zone := range []string{"UTC", "Europe/Rome", "Africa/Nairobi", "Australia/Lord_Howe"} {
			s, lineFault, zoneFault := Parse(line, zone)
			require.Empty(t, lineFault, line)
			require.Empty(t, zoneFault, zone)
			require.False(t, s.Next(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)).IsZero(), line)
		}
	}
}

func TestParseRefusesLines(t *testing.T) {
	for _, c := range []struct{ line, fault string }{
		{"", "five fields"},
		{"   ", "five fields"},
		{"* * * *", "five fields"},
		{"0 * * * * *", "five fields"},
		{"TZ=Europe/Rome", "must not name a time zone"}, // panics robfig/cron
		{"CRON_TZ=Europe/Rome", "must not name a time zone"},
		{"TZ=Europe/Rome 0 6 * * *", "must not name a time zone"},
		{"CRON_TZ=UTC @daily", "must not name a time zone"},
		{" TZ=UTC 0 6 * * *", "must not name a time zone"},
		{"60 * * * *", "minutes 0-59"},
		{"60 * * * *", "write * or ? for all"},
		{"* 24 * * *", "hours 0-23"},
		{"* * 0 * *", "days of month 1-31"},
		{"* * 32 * *", "days of month 1-31"},
		{"* * L-1 * *", "days of month 1-31"},
		{"* * LW * *", "days of month 1-31"},
		{"* * 1#2 * *", "days of month 1-31"},
		{"* L * * *", "hours 0-23"},
		{"* * * 13 *", "months 1-12"},
		{"* * * L *", "months 1-12"},
		{"* * * * 8", "0 and 7 are Sunday"},
		{"* * * * 1-8", "0 and 7 are Sunday"},
		{"* * * * 7-1", "0 and 7 are Sunday"},
		{"* * * * sat-fri", "0 and 7 are Sunday"},
		{"* * * * L", "5L for the last Friday"},
		{"* * * * 8L", "5L for the last Friday"},
		{"* * * * 5L/2", "5L for the last Friday"},
		{"* * * * 1-5L", "5L for the last Friday"},
		{"* * * * 1#0", "1#2 for the second Monday"},
		{"* * * * 1#6", "1#2 for the second Monday"},
		{"* * * * 1#L", "1#2 for the second Monday"},
		{"* * * * 1#", "1#2 for the second Monday"},
		{"* * * * #1", "1#2 for the second Monday"},
		{"* * * * *#1", "1#2 for the second Monday"},
		{"* * * * 1-5#2", "1#2 for the second Monday"},
		{"* * * * 1#2#3", "1#2 for the second Monday"},
		{"* * * * 5-7/0", "0 and 7 are Sunday"},
		{"* * * * 5-7/x", "0 and 7 are Sunday"},
		{"* * * * monday", "0 and 7 are Sunday"},
		{"a b c d e", "minutes 0-59"},
		{"*/0 * * * *", "minutes 0-59"},
		{"5-1 * * * *", "minutes 0-59"},
		{"-1 * * * *", "minutes 0-59"},
		{"0 0 30 2 *", "never runs"},
		{"0 0 31 4,6,9,11 *", "never runs"},
		{",1 * * * *", "minutes 0-59"},
		{"1, * * * *", "minutes 0-59"},
		{"* 1,,2 * * *", "hours 0-23"},
		{"* * L, * *", "days of month 1-31"},
		{"* * * * ,1#2", "5L for the last Friday"},
		{"+5 * * * *", "minutes 0-59"},
		{"*/+5 * * * *", "minutes 0-59"},
		{"* 1-+5 * * *", "hours 0-23"},
		{"* * * * 1#+2", "1#2 for the second Monday"},
		{"0 0 * , 1#5", "never runs"},
		{", , , , ,", "never runs"},
		{"@reboot", "must be one of"},
		{"@Daily", "must be one of"},
		{"@", "must be one of"},
		{"@every", "must be one of"},
		{"@every ", "must be one of"},
		{"@every soon", "duration"},
		{"@every 59s", "at least"},
		{"@every -1h", "at least"},
		{"@every 300y", "duration"},
		{"@every 87601h", "at most @every 87600h"},
		{"@every 2500000h", "at most @every 87600h"},
		{"@every 2562047h47m16.854775807s", "at most @every 87600h"},
		{"0 6 * * *\x00", "control"},
		{"0 6\n* * *", "control"},
		{"0 6 * * \xff", "control"},
		{strings.Repeat("1,", 200) + "1 * * * *", "at most"},
	} {
		lineFault, zoneFault := Check(c.line, "UTC")
		require.Contains(t, lineFault, c.fault, "%q", c.line)
		require.Empty(t, zoneFault)
	}
}

func TestParseRefusesZones(t *testing.T) {
	for _, zone := range []string{
		"", "Local", "localtime", "Europe/Atlantis", "right/UTC", "posix/UTC", "../etc/passwd", "/etc/localtime",
		"UTC+2", "zone.tab", "\x00", strings.Repeat("a", 10_000),
	} {
		lineFault, zoneFault := Check("0 6 * * *", zone)
		require.Empty(t, lineFault)
		require.Contains(t, zoneFault, "IANA", "%q", zone)
	}
}

// TestSegmentsOfOldGoOn: what older versions took is still run, but for a period that
// no clock can count.
func TestSegmentsOfOldGoOn(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for _, line := range []string{",5 * * * *", "5, * * * *", "5,,5 * * * *", "+5 * * * *"} {
		s, fault, _ := Parse(line, "UTC")
		require.Empty(t, fault, line)
		require.Equal(t, noon.Add(5*time.Minute), s.Next(noon), line)
	}
	_, fault, _ := Parse("@every 2500000h", "UTC")
	require.NotEmpty(t, fault)
}

func TestCheckReportsBothFaults(t *testing.T) {
	lineFault, zoneFault := Check("never", "nowhere")
	require.NotEmpty(t, lineFault)
	require.NotEmpty(t, zoneFault)
}

// FuzzParse: no line hangs or panics, and a good one runs.
func FuzzParse(f *testing.F) {
	for _, line := range []string{"0 6 * * *", "TZ=", "CRON_TZ=A", "@every 1m", "*/9999999999 * * * *", "1-2-3 * * * *", "0 0 29 2 ?/2"} {
		f.Add(line, "Europe/Rome")
	}
	f.Fuzz(func(t *testing.T, line, zone string) {
		s, lineFault, zoneFault := Parse(line, zone)
		if lineFault != "" || zoneFault != "" {
			return
		}
		now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		if next := s.Next(now); !next.After(now) {
			t.Fatalf("next of %q in %q is %v", line, zone, next)
		}
	})
}
