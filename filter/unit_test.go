package filter

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// TestWholeUnits holds units of the calendar to their first and last days, in zones whose clocks
// change. in and out are written as values of the field are.
func TestWholeUnits(t *testing.T) {
	for _, test := range []struct {
		why, zone, now string
		week           time.Weekday
		rule           string
		in, out        string
	}{
		{"a plain day", "UTC", "2026-11-22T12:00:00Z", 0, `"in_this","value":"day"`, "2026-11-22", "2026-11-21 2026-11-23"},
		{"the day before", "UTC", "2026-11-22T12:00:00Z", 0, `"in_last","value":"day"`, "2026-11-21", "2026-11-20 2026-11-22"},
		{"two days to come", "UTC", "2026-11-22T12:00:00Z", 0, `"in_next","value":{"n":2,"unit":"day"}`, "2026-11-23 2026-11-24", "2026-11-22 2026-11-25"},
		{"a Sunday in weeks from Monday", "UTC", "2026-11-22T12:00:00Z", time.Monday, `"in_this","value":"week"`, "2026-11-16 2026-11-22", "2026-11-15 2026-11-23"},
		{"a Sunday in weeks from Sunday", "UTC", "2026-11-22T12:00:00Z", time.Sunday, `"in_this","value":"week"`, "2026-11-22 2026-11-28", "2026-11-21 2026-11-29"},
		{"a Sunday in weeks from Saturday", "UTC", "2026-11-22T12:00:00Z", time.Saturday, `"in_this","value":"week"`, "2026-11-21 2026-11-27", "2026-11-20 2026-11-28"},
		{"before 1970", "UTC", "1969-12-31T12:00:00Z", time.Monday, `"in_this","value":"week"`, "1969-12-29 1970-01-04", "1969-12-28 1970-01-05"},
		{"two weeks before", "UTC", "2026-11-22T12:00:00Z", time.Monday, `"in_last","value":{"n":2,"unit":"week"}`, "2026-11-02 2026-11-15", "2026-11-01 2026-11-16"},
		{"the month before", "UTC", "2024-03-31T12:00:00Z", 0, `"in_last","value":"month"`, "2024-02-01 2024-02-29", "2024-01-31 2024-03-01"},
		{"thirteen months before", "UTC", "2024-03-31T12:00:00Z", 0, `"in_last","value":{"n":13,"unit":"month"}`, "2023-02-01 2024-02-29", "2023-01-31 2024-03-01"},
		{"the quarter", "UTC", "2026-11-22T12:00:00Z", 0, `"in_this","value":"quarter"`, "2026-10-01 2026-12-31", "2026-09-30 2027-01-01"},
		{"the next quarter", "UTC", "2026-11-22T12:00:00Z", 0, `"in_next","value":"quarter"`, "2027-01-01 2027-03-31", "2026-12-31 2027-04-01"},
		{"the year before", "UTC", "2026-01-01T00:00:00Z", 0, `"in_last","value":"year"`, "2025-01-01 2025-12-31", "2024-12-31 2026-01-01"},
		{"the local day counts", "Asia/Kathmandu", "2026-11-21T18:15:00Z", 0, `"in_this","value":"day"`, "2026-11-22", "2026-11-21"},
		{"clocks go forward", "Europe/Rome", "2026-03-29T12:00:00Z", 0, `"in_this","value":"day"`, "2026-03-28T23:00:00Z 2026-03-29T21:59:59.999Z", "2026-03-28T22:59:59.999Z 2026-03-29T22:00:00Z"},
		{"clocks go back", "Europe/Rome", "2026-10-25T12:00:00Z", 0, `"in_this","value":"day"`, "2026-10-24T22:00:00Z 2026-10-25T22:59:59.999Z", "2026-10-24T21:59:59.999Z 2026-10-25T23:00:00Z"},
		{"midnight is skipped", "America/Sao_Paulo", "2018-11-04T12:00:00Z", 0, `"in_this","value":"day"`, "2018-11-04T03:00:00Z 2018-11-05T01:59:59.999Z", "2018-11-04T02:59:59.999Z 2018-11-05T02:00:00Z"},
		{"a month with a change", "America/Sao_Paulo", "2018-12-04T12:00:00Z", 0, `"in_last","value":"month"`, "2018-11-01T03:00:00Z 2018-12-01T01:59:59.999Z", "2018-11-01T02:59:59.999Z 2018-12-01T02:00:00Z"},
		{"a day that never was", "Pacific/Apia", "2011-12-30T12:00:00Z", 0, `"in_last","value":"day"`, "", "2011-12-30T09:59:59.999Z 2011-12-30T10:00:00Z"},
		{"the day before that", "Pacific/Apia", "2011-12-30T12:00:00Z", 0, `"in_last","value":{"n":2,"unit":"day"}`, "2011-12-29T10:00:00Z 2011-12-30T09:59:59.999Z", "2011-12-29T09:59:59.999Z 2011-12-30T10:00:00Z"},
	} {
		t.Run(test.why, func(t *testing.T) {
			env := Env{Now: at(t, test.now), Zone: zoneOf(t, test.zone), WeekStart: test.week}
			requireDays(t, test.rule, env, test.in, test.out)
		})
	}
}

// TestAnniversaries: the month and the day count, and the year does not.
func TestAnniversaries(t *testing.T) {
	for _, test := range []struct{ why, zone, now, period, in, out string }{
		{"today alone", "UTC", "2026-11-22T12:00:00Z", "P0D", "1990-11-22 2026-11-22 2031-11-22", "1990-11-21 1990-11-23"},
		{"a week", "UTC", "2026-11-22T12:00:00Z", "P1W", "1990-11-22 1990-11-29", "1990-11-21 1990-11-30"},
		{"over the end of the year", "UTC", "2026-12-20T12:00:00Z", "P1M", "1990-12-20 1990-12-31 1990-01-01 1990-01-20", "1990-12-19 1990-01-21"},
		{"a month that is shorter", "UTC", "2026-01-31T12:00:00Z", "P1M", "1990-02-28 1992-02-29", "1990-03-01"},
		{"a leap day in a common year", "UTC", "2026-02-28T12:00:00Z", "P0D", "1992-02-28 1992-02-29", "1992-02-27 1992-03-01"},
		{"the day before it in a leap year", "UTC", "2028-02-28T12:00:00Z", "P0D", "1992-02-28", "1992-02-29"},
		{"a leap day in a leap year", "UTC", "2028-02-29T12:00:00Z", "P0D", "1992-02-29", "1992-02-28 1991-02-28 1991-03-01"},
		{"the day after it", "UTC", "2026-03-01T12:00:00Z", "P0D", "1992-03-01", "1992-02-29"},
		{"a year", "UTC", "2026-11-22T12:00:00Z", "P1Y", "1990-11-21 1992-02-29", ""},
		{"two days less than a year", "UTC", "2026-11-22T12:00:00Z", "P363D", "1990-11-22 1992-02-29", "1990-11-21"},
		{"of a local day", "America/Sao_Paulo", "2026-11-04T12:00:00Z", "P0D", "2018-11-04T03:00:00Z 2018-11-05T01:59:59.999Z", "2018-11-04T02:59:59.999Z 2018-11-05T02:00:00Z"},
		{"clocks that went back over midnight", "America/St_Johns", "2026-11-07T12:00:00Z", "P0D", "2010-11-07T02:30:00Z 2010-11-07T03:00:00Z", "2010-11-07T02:29:59.999Z"},
	} {
		t.Run(test.why, func(t *testing.T) {
			env := Env{Now: at(t, test.now), Zone: zoneOf(t, test.zone)}
			rule := `"anniversary_within","value":"` + test.period + `"`
			requireDays(t, rule, env, test.in, test.out)
			for _, accepted := range []bool{true, false} {
				for _, text := range strings.Fields(map[bool]string{true: test.in, false: test.out}[accepted]) {
					r, v := datedRule(t, rule, text)
					a := r.Anniversaries(env)
					require.Equal(t, accepted, a.Has(v.Int), text)
					inSpan := false
					for _, s := range a.Spans(v.Int, v.Int) {
						inSpan = inSpan || s.From <= v.Int && v.Int <= s.To
					}
					require.Equal(t, accepted, inSpan, text)
				}
			}
		})
	}
}

// requireDays holds Match, and the interval of a rule that has one, to values that are accepted and
// values that are not.
func requireDays(t *testing.T, rule string, env Env, in, out string) {
	t.Helper()
	for accepted, values := range map[bool]string{true: in, false: out} {
		for _, text := range strings.Fields(values) {
			r, v := datedRule(t, rule, text)
			c := &contacts.Contact{LastSeenAt: time.UnixMilli(v.Int).UTC()}
			if r.Field.Type == fields.FieldDate {
				c = &contacts.Contact{Attributes: fields.Attributes{{Number: r.Field.Attribute.Number, Value: v}}}
			}
			require.Equal(t, accepted, Match(r, contacts.Kind.Facts(c), env), text)
			negative := *r
			negative.Not = true
			require.Equal(t, !accepted, Match(&negative, contacts.Kind.Facts(c), env), text)
			if lo, hi, ok := r.Bounds(env); ok {
				require.Equal(t, accepted, lo <= v.Int && v.Int <= hi, text)
			}
		}
	}
}

// datedRule is a rule on a date or an instant, whichever a text is, and the text as a value.
func datedRule(t *testing.T, rule, text string) (*Rule, fields.Value) {
	t.Helper()
	name := "attributes.renewal"
	if strings.Contains(text, "T") {
		name = "last_seen_at"
	}
	r := decodeRule(t, `{"field":"`+name+`","operator":`+rule+`}`)
	v, fault := testSchema().Coerce(r.Field, text)
	require.Empty(t, fault)
	return r, v
}
