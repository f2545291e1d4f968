package filter

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
)

// rangesOf reads bounds in the zone of the test schema, where 4 November 2018
// had no midnight: it began at 01:00.
func rangesOf(t *testing.T, field, bounds string) ([]any, []fault.Fault) {
	t.Helper()
	f, ok := testSchema().Field(field)
	require.True(t, ok, field)
	var raw []json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(bounds), &raw))
	zone := testSchema().Zone()
	env := Env{Now: time.Date(2018, 11, 14, 23, 30, 0, 123_456_789, zone), Zone: zone}
	values, faults := testDecoder().Ranges(f, raw, env, "facets[0].ranges")
	answered := []any{}
	for _, v := range values {
		answered = append(answered, f.JSON(v))
	}
	return answered, faults
}

func TestRanges(t *testing.T) {
	for _, test := range []struct {
		field, bounds string
		want          []any
	}{
		{"attributes.visits", `[-1.5, "0", 1e2]`, []any{json.Number("-1.5"), json.Number("0"), json.Number("100")}},
		{"attributes.score", `[250]`, []any{json.Number("250")}},
		{"attributes.mrr", `[0, "50.5", {"amount": 100, "currency": "USD"}]`, []any{json.Number("0"), json.Number("50.5"), json.Number("100")}},
		{"attributes.renewal", `["-P1M", "2018-11-13", "P0D", " P1Y "]`, []any{"2018-10-14", "2018-11-13", "2018-11-14", "2019-11-14"}},
		{"created_at", `["2018-11-03", "2018-11-04", "2018-11-05", "2018-11-05T02:00:00.001Z"]`,
			[]any{"2018-11-03T03:00:00.000Z", "2018-11-04T03:00:00.000Z", "2018-11-05T02:00:00.000Z", "2018-11-05T02:00:00.001Z"}},
		{"last_seen_at", `["-P1M", "-P10D", "-PT1H", "P0D", "PT1H", "P1D"]`, []any{
			"2018-10-15T02:30:00.123Z", "2018-11-05T01:30:00.123Z", "2018-11-15T00:30:00.123Z", "2018-11-15T01:30:00.123Z", "2018-11-15T02:30:00.123Z", "2018-11-16T01:30:00.123Z",
		}},
	} {
		got, faults := rangesOf(t, test.field, test.bounds)
		require.Empty(t, faults, test.bounds)
		require.Equal(t, test.want, got, test.bounds)
	}
}

func TestRangesRefused(t *testing.T) {
	for _, test := range []struct{ field, bounds, path, says string }{
		{"name", `["a"]`, "", "must be absent"},
		{"country", `["KE"]`, "", "must be absent"},
		{"labels", `[1]`, "", "must be absent"},
		{"attributes.opted_in", `[true]`, "", "must be absent"},
		{"attributes.visits", `[0, 0]`, "[1]", "after the bound before it"},
		{"attributes.visits", `[0, -0]`, "[1]", "after the bound before it"},
		{"attributes.visits", `[5, 4, 3]`, "[1]", "after the bound before it"},
		{"attributes.visits", `[1, "x"]`, "[1]", "number"},
		{"attributes.visits", `[1, null]`, "[1]", "required"},
		{"attributes.visits", `["P1D"]`, "[0]", "number"},
		{"attributes.visits", `[[1]]`, "[0]", "number"},
		{"attributes.mrr", `[1.234]`, "[0]", "decimals"},
		{"attributes.mrr", `[{"amount": 1, "currency": "EUR"}]`, "[0]", "USD"},
		{"attributes.mrr", `[{"amount": 1, "amount": 2}]`, "[0]", "value of the field"},
		{"attributes.renewal", `["PT1H"]`, "[0]", "hours"},
		{"attributes.renewal", `["soon"]`, "[0]", "date"},
		{"attributes.renewal", `["-P9999Y"]`, "[0]", "years 1 to 9999"},
		{"attributes.renewal", `["P9999Y"]`, "[0]", "years 1 to 9999"},
		{"created_at", `["P1D", "-P1D"]`, "[1]", "after the bound before it"},
		{"created_at", `["2018-11-04", "2018-11-04T03:00:00Z"]`, "[1]", "after the bound before it"},
		{"created_at", `["--P1D"]`, "[0]", "day"},
		{"created_at", `["P1.5D"]`, "[0]", "ISO 8601"},
		{"created_at", `["P9999Y"]`, "[0]", "years 1 to 9999"},
	} {
		_, faults := rangesOf(t, test.field, test.bounds)
		require.NotEmpty(t, faults, "%s %s", test.field, test.bounds)
		require.Equal(t, "facets[0].ranges"+test.path, faults[0].Path, "%s %s", test.field, test.bounds)
		require.Contains(t, faults[0].Detail, test.says, "%s %s", test.field, test.bounds)
	}
}
