package filter

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
)

func TestDecodeEveryone(t *testing.T) {
	for _, raw := range []string{"", "null", " null ", "{}", `{"rules":[]}`, `{"combinator":"and","rules":[]}`, `{"id":"x","combinator":"or","not":false,"rules":[]}`} {
		f, err := testDecoder().Decode([]byte(raw), "filter")
		require.NoError(t, err, raw)
		require.Equal(t, &Group{}, f.Root, raw)
	}
}

func TestDecodeMalformed(t *testing.T) {
	for name, raw := range map[string]string{
		"cut off":        `{"combinator":"and"`,
		"blank":          ` `,
		"trailing":       `{"combinator":"and","rules":[]} x`,
		"comma":          `{"combinator":"and","rules":[1,]}`,
		"no UTF-8":       "{\"combinator\":\"\xff\"}",
		"twice":          `{"combinator":"and","combinator":"or","rules":[]}`,
		"twice, escaped": `{"rules":[],"r\u0075les":[]}`,
		"twice, deep":    `{"combinator":"and","rules":[{"field":"attributes.mrr","operator":"eq","value":{"amount":1,"amount":2}}]}`,
		"very deep":      strings.Repeat(`[`, 100_000) + strings.Repeat(`]`, 100_000),
	} {
		_, err := testDecoder().Decode([]byte(raw), "filter")
		require.Equal(t, fault.KindMalformed, fault.KindOf(err), "%s: %v", name, err)
	}
}

// TestDecodeFaults holds each kind of mistake to its path and to what its text
// must tell.
func TestDecodeFaults(t *testing.T) {
	one := func(rule string) string { return `{"combinator":"and","rules":[` + rule + `]}` }
	for _, test := range []struct{ name, raw, path, says string }{
		{"no group", `[]`, "filter", "group"},
		{"text", `"x"`, "filter", "group"},
		{"bare rule", `{"field":"name","operator":"eq","value":"x"}`, "filter", "group"},
		{"no combinator", `{"rules":[{"field":"name","operator":"exists"}]}`, "filter.combinator", `"and" or "or"`},
		{"upper case", `{"combinator":"AND","rules":[]}`, "filter.combinator", `"and" or "or"`},
		{"combinator of another type", `{"combinator":1,"rules":[]}`, "filter.combinator", `"and" or "or"`},
		{"not as text", `{"combinator":"and","not":"true","rules":[]}`, "filter.not", "true or false"},
		{"not null", `{"combinator":"and","not":null,"rules":[]}`, "filter.not", "true or false"},
		{"rules an object", `{"combinator":"and","rules":{}}`, "filter.rules", "array"},
		{"rules null", `{"combinator":"and","rules":null}`, "filter.rules", "array"},
		{"unknown member of a group", `{"combinator":"and","rules":[],"extra":1}`, "filter", "combinator, not and rules"},
		{"empty nested group", one(`{"combinator":"and","rules":[]}`), "filter.rules[0].rules", "empty"},
		{"nested group without rules", one(`{"combinator":"and"}`), "filter.rules[0].rules", "empty"},
		{"nothing of either", one(`{}`), "filter.rules[0].field", "name of a field"},
		{"null rule", one(`null`), "filter.rules[0]", "a rule"},
		{"combinator between rules", one(`"and"`), "filter.rules[0]", "a rule"},
		{"unknown member of a rule", one(`{"field":"name","operator":"eq","value":"x","vlaue":"x"}`), "filter.rules[0]", "field, operator and value, on related records where, and of random_bucket salt; id, path, disabled, muted and valueSource of query builders"},
		{"compared with a field", one(`{"field":"name","operator":"eq","value":"email","valueSource":"field"}`), "filter.rules[0].valueSource", "never with another field"},
		{"source null", one(`{"field":"name","operator":"eq","value":"x","valueSource":null}`), "filter.rules[0].valueSource", `"value" or absent`},
		{"disabled rule", one(`{"field":"name","operator":"eq","value":"x","disabled":true}`), "filter.rules[0].disabled", "false or absent"},
		{"muted rule", one(`{"field":"name","operator":"eq","value":"x","muted":[1]}`), "filter.rules[0].muted", "false or absent"},
		{"muted group", `{"combinator":"and","rules":[],"muted":true}`, "filter.muted", "false or absent"},
		{"disabled nested group", one(`{"combinator":"and","disabled":1,"rules":[{"field":"name","operator":"exists"}]}`), "filter.rules[0].disabled", "false or absent"},
		{"source of a group", `{"combinator":"and","rules":[],"valueSource":"value"}`, "filter", "combinator, not and rules; id, path, disabled and muted of query builders"},
		{"not in a rule", one(`{"field":"name","operator":"eq","value":"x","not":true}`), "filter.rules[0]", "unknown member"},
		{"unknown field", one(`{"field":"shoe_size","operator":"eq","value":1}`), "filter.rules[0].field", "no such field"},
		{"unknown attribute", one(`{"field":"attributes.nope","operator":"eq","value":1}`), "filter.rules[0].field", "no such field"},
		{"field in another case", one(`{"field":"Name","operator":"eq","value":"x"}`), "filter.rules[0].field", "no such field"},
		{"field of a company", one(`{"field":"company","operator":"eq","value":"x"}`), "filter.rules[0].field", "did you mean company.name?"},
		{"attribute without its prefix", one(`{"field":"visits","operator":"eq","value":1}`), "filter.rules[0].field", "did you mean attributes.visits?"},
		{"no field", one(`{"operator":"eq","value":1}`), "filter.rules[0].field", "name of a field"},
		{"no operator", one(`{"field":"name","value":"x"}`), "filter.rules[0].operator", "name of an operator"},
		{"unknown operator", one(`{"field":"name","operator":"like","value":"x"}`), "filter.rules[0].operator", "eq, ne, in"},
		{"operator in upper case", one(`{"field":"name","operator":"EQ","value":"x"}`), "filter.rules[0].operator", "eq, ne, in"},
		{"text has no gt", one(`{"field":"name","operator":"gt","value":"x"}`), "filter.rules[0].operator", "contains"},
		{"option has no contains", one(`{"field":"country","operator":"contains","value":"K"}`), "filter.rules[0].operator", "eq, ne, in, not_in, exists, not_exists"},
		{"many has no eq", one(`{"field":"labels","operator":"eq","value":"vip"}`), "filter.rules[0].operator", "use any_of"},
		{"many has no in", one(`{"field":"attributes.topics","operator":"in","value":["News"]}`), "filter.rules[0].operator", "use any_of"},
		{"many has no not_in", one(`{"field":"channels","operator":"not_in","value":["sms"]}`), "filter.rules[0].operator", "use none_of"},
		{"number has no contains", one(`{"field":"attributes.visits","operator":"contains","value":1}`), "filter.rules[0].operator", "between"},
		{"date has no in", one(`{"field":"attributes.renewal","operator":"in","value":["2026-01-01"]}`), "filter.rules[0].operator", "within_last"},
		{"checkbox has no exists", one(`{"field":"attributes.opted_in","operator":"exists"}`), "filter.rules[0].operator", "eq, ne"},
		{"checkbox has no in", one(`{"field":"attributes.vip","operator":"in","value":[true]}`), "filter.rules[0].operator", "eq, ne, exists"},
		{"segment has no eq", one(`{"field":"segment","operator":"eq","value":"customers"}`), "filter.rules[0].operator", "in, not_in"},
		{"segment has no exists", one(`{"field":"segment","operator":"exists"}`), "filter.rules[0].operator", "in, not_in"},
		{"change of what has no history", one(`{"field":"changed.id","operator":"exists"}`), "filter.rules[0].field", "no such field"},
		{"change of a change", one(`{"field":"changed.changed.city","operator":"exists"}`), "filter.rules[0].field", "no such field"},
		{"change of a count", one(`{"field":"changed.conversations_count","operator":"exists"}`), "filter.rules[0].field", "no such field"},
		{"change as a text", one(`{"field":"changed.city","operator":"contains","value":"x"}`), "filter.rules[0].operator", "within_last"},
		{"no unit", one(`{"field":"created_at","operator":"in_this","value":"fortnight"}`), "filter.rules[0].value", "must be one of day, week, month, quarter, year"},
		{"unit in upper case", one(`{"field":"created_at","operator":"in_last","value":"Month"}`), "filter.rules[0].value", `or several of them like {"n": 3, "unit": "month"}`},
		{"unit as a number", one(`{"field":"created_at","operator":"in_last","value":3}`), "filter.rules[0].value", "must be one of day"},
		{"number of present units", one(`{"field":"created_at","operator":"in_this","value":{"n":1,"unit":"day"}}`), "filter.rules[0].value", "one present unit"},
		{"units without a unit", one(`{"field":"created_at","operator":"in_next","value":{"n":1}}`), "filter.rules[0].value.unit", "must be one of day"},
		{"units without a number", one(`{"field":"created_at","operator":"in_next","value":{"unit":"week"}}`), "filter.rules[0].value.n", "whole number from 1 to 529947"},
		{"no units at all", one(`{"field":"created_at","operator":"in_next","value":{"unit":"week","n":0}}`), "filter.rules[0].value.n", "whole number from 1"},
		{"half a unit", one(`{"field":"created_at","operator":"in_next","value":{"unit":"year","n":0.5}}`), "filter.rules[0].value.n", "whole number from 1"},
		{"too many units", one(`{"field":"created_at","operator":"not_in_last","value":{"unit":"quarter","n":39997}}`), "filter.rules[0].value.n", "from 1 to 39996"},
		{"another member of units", one(`{"field":"created_at","operator":"in_last","value":{"unit":"day","n":1,"of":"x"}}`), "filter.rules[0].value", "n and unit"},
		{"empty units", one(`{"field":"created_at","operator":"in_last","value":{}}`), "filter.rules[0].value.unit", "must be one of day"},
		{"text has no units", one(`{"field":"name","operator":"in_this","value":"day"}`), "filter.rules[0].operator", "contains"},
		{"hours to an anniversary", one(`{"field":"created_at","operator":"anniversary_within","value":"PT1H"}`), "filter.rules[0].value", "anniversaries are days"},
		{"no period to an anniversary", one(`{"field":"attributes.renewal","operator":"anniversary_within","value":"month"}`), "filter.rules[0].value", "ISO 8601"},
		{"random bucket has no eq", one(`{"field":"random_bucket","operator":"eq","value":1}`), "filter.rules[0].operator", "lt, gte"},
		{"random bucket below 0", one(`{"field":"random_bucket","operator":"lt","value":-1}`), "filter.rules[0].value", "whole number from 0 to 10000"},
		{"random bucket beyond all", one(`{"field":"random_bucket","operator":"gte","value":10001}`), "filter.rules[0].value", "whole number from 0 to 10000"},
		{"half a random bucket", one(`{"field":"random_bucket","operator":"lt","value":0.5}`), "filter.rules[0].value", "whole number from 0 to 10000"},
		{"random bucket as text", one(`{"field":"random_bucket","operator":"lt","value":"x"}`), "filter.rules[0].value", "number"},
		{"salt of another field", one(`{"field":"name","operator":"eq","value":"x","salt":"spring"}`), "filter.rules[0].salt", "only rules on random_bucket"},
		{"salt as a list", one(`{"field":"random_bucket","operator":"lt","value":1,"salt":["a"]}`), "filter.rules[0].salt", "text"},
		{"long salt", one(`{"field":"random_bucket","operator":"lt","value":1,"salt":"` + strings.Repeat("é", 101) + `"}`), "filter.rules[0].salt", "100 characters"},

		{"no value", one(`{"field":"name","operator":"eq"}`), "filter.rules[0].value", "required"},
		{"null value", one(`{"field":"name","operator":"eq","value":null}`), "filter.rules[0].value", "required"},
		{"empty text", one(`{"field":"name","operator":"contains","value":""}`), "filter.rules[0].value", "required"},
		{"blanks", one(`{"field":"name","operator":"ne","value":" \t\u00a0"}`), "filter.rules[0].value", "required"},
		{"empty list", one(`{"field":"name","operator":"in","value":[]}`), "filter.rules[0].value", "required"},
		{"null in a list", one(`{"field":"name","operator":"in","value":["a",null]}`), "filter.rules[0].value[1]", "required"},
		{"empty text in a list", one(`{"field":"labels","operator":"any_of","value":["a","b","c",""]}`), "filter.rules[0].value[3]", "required"},
		{"list in a list", one(`{"field":"name","operator":"in","value":[["a"]]}`), "filter.rules[0].value[0]", "text"},
		{"scalar for in", one(`{"field":"country","operator":"in","value":"KE"}`), "filter.rules[0].value", "use eq"},
		{"scalar for any_of", one(`{"field":"labels","operator":"any_of","value":"vip"}`), "filter.rules[0].value", "array"},
		{"list for eq", one(`{"field":"country","operator":"eq","value":["KE"]}`), "filter.rules[0].value", "use in"},
		{"list for contains", one(`{"field":"name","operator":"contains","value":["a","b"]}`), "filter.rules[0].value", "single"},
		{"object for eq", one(`{"field":"name","operator":"eq","value":{"a":1}}`), "filter.rules[0].value", "text"},
		{"value for exists", one(`{"field":"name","operator":"exists","value":true}`), "filter.rules[0].value", "absent"},
		{"empty value for exists", one(`{"field":"name","operator":"not_exists","value":""}`), "filter.rules[0].value", "absent"},
		{"long text", one(`{"field":"name","operator":"eq","value":"` + strings.Repeat("é", 1001) + `"}`), "filter.rules[0].value", "1000 characters"},
		{"long number", one(`{"field":"attributes.visits","operator":"eq","value":` + strings.Repeat("1", 1001) + `}`), "filter.rules[0].value", "1000 characters"},
		{"control characters", one(`{"field":"name","operator":"eq","value":"a\u0000b"}`), "filter.rules[0].value", "control"},
		{"many values", one(`{"field":"name","operator":"in","value":[` + strings.Repeat(`"a",`, 10_000) + `"a"]}`), "filter.rules[0].value", "10000 values"},

		{"unknown type", one(`{"field":"type","operator":"eq","value":"friend"}`), "filter.rules[0].value", "visitor, lead or customer"},
		{"type in upper case", one(`{"field":"type","operator":"eq","value":"Customer"}`), "filter.rules[0].value", "visitor"},
		{"unknown country", one(`{"field":"country","operator":"in","value":["KE","ZZ"]}`), "filter.rules[0].value[1]", "alpha-2"},
		{"unknown option", one(`{"field":"attributes.tier","operator":"eq","value":"Bronze"}`), "filter.rules[0].value", "options"},
		{"unknown option of a multiple list", one(`{"field":"attributes.topics","operator":"any_of","value":["Sport"]}`), "filter.rules[0].value[0]", "options"},
		{"unknown channel", one(`{"field":"channels","operator":"any_of","value":["pigeon"]}`), "filter.rules[0].value[0]", "whatsapp"},
		{"no e-mail", one(`{"field":"email","operator":"eq","value":"nobody"}`), "filter.rules[0].value", "e-mail"},
		{"no phone", one(`{"field":"phone","operator":"eq","value":"call me"}`), "filter.rules[0].value", "phone"},
		{"no digits", one(`{"field":"phone","operator":"contains","value":"+-"}`), "filter.rules[0].value", "digits"},
		{"no link", one(`{"field":"attributes.site","operator":"eq","value":"example"}`), "filter.rules[0].value", "link"},
		{"thousands", one(`{"field":"attributes.visits","operator":"eq","value":"1,234"}`), "filter.rules[0].value", "number"},
		{"boolean number", one(`{"field":"attributes.visits","operator":"eq","value":true}`), "filter.rules[0].value", "number"},
		{"16 digits", one(`{"field":"attributes.visits","operator":"gt","value":1234567890123456}`), "filter.rules[0].value", "15"},
		{"other currency", one(`{"field":"attributes.mrr","operator":"gt","value":{"amount":1,"currency":"EUR"}}`), "filter.rules[0].value", "USD"},
		{"decimals of money", one(`{"field":"attributes.mrr","operator":"gt","value":"1.005"}`), "filter.rules[0].value", "decimals"},
		{"too much money", one(`{"field":"attributes.mrr","operator":"gt","value":"99999999999999999999"}`), "filter.rules[0].value", "at most"},
		{"no boolean", one(`{"field":"attributes.vip","operator":"eq","value":"maybe"}`), "filter.rules[0].value", "true or false"},
		{"no date", one(`{"field":"attributes.renewal","operator":"on","value":"2026-02-30"}`), "filter.rules[0].value", "date"},
		{"time on a date", one(`{"field":"attributes.renewal","operator":"on","value":"2026-02-03T10:00:00Z"}`), "filter.rules[0].value", "midnight"},
		{"no offset", one(`{"field":"last_seen_at","operator":"before","value":"2026-02-03T10:00:00"}`), "filter.rules[0].value", "offset"},
		{"number for a date", one(`{"field":"last_seen_at","operator":"before","value":20260203}`), "filter.rules[0].value", "day"},
		{"pair of one", one(`{"field":"attributes.visits","operator":"between","value":[1]}`), "filter.rules[0].value", "[from, to]"},
		{"pair of three as text", one(`{"field":"attributes.visits","operator":"between","value":"1,234,5"}`), "filter.rules[0].value", "[from, to]"},
		{"pair of one as text", one(`{"field":"attributes.visits","operator":"between","value":"1"}`), "filter.rules[0].value", "[from, to]"},
		{"half a pair as text", one(`{"field":"attributes.visits","operator":"between","value":"1,"}`), "filter.rules[0].value[1]", "required"},
		{"reversed pair as text", one(`{"field":"attributes.visits","operator":"notBetween","value":"2,1"}`), "filter.rules[0].value", "first"},
		{"list as text", one(`{"field":"country","operator":"in","value":"KE,TZ"}`), "filter.rules[0].value", "array"},
		{"alias that text has not", one(`{"field":"name","operator":">","value":"x"}`), "filter.rules[0].operator", "contains"},
		{"alias that many has not", one(`{"field":"labels","operator":"=","value":"vip"}`), "filter.rules[0].operator", "use any_of"},
		{"alias that an option has not", one(`{"field":"country","operator":"beginsWith","value":"K"}`), "filter.rules[0].operator", "eq, ne, in"},
		{"alias in another case", one(`{"field":"name","operator":"beginswith","value":"x"}`), "filter.rules[0].operator", "eq, ne, in"},
		{"no value for an alias", one(`{"field":"name","operator":"=","value":""}`), "filter.rules[0].value", "required"},
		{"pair with null", one(`{"field":"attributes.visits","operator":"between","value":[1,null]}`), "filter.rules[0].value[1]", "required"},
		{"reversed numbers", one(`{"field":"attributes.visits","operator":"between","value":[2,1]}`), "filter.rules[0].value", "first"},
		{"reversed money", one(`{"field":"attributes.mrr","operator":"not_between","value":[2,1]}`), "filter.rules[0].value", "first"},
		{"reversed days", one(`{"field":"created_at","operator":"between","value":["2026-02-02","2026-02-01"]}`), "filter.rules[0].value", "first"},
		{"reversed moments", one(`{"field":"created_at","operator":"between","value":["2026-02-02T00:00:01Z","2026-02-02T02:00:00+02:00"]}`), "filter.rules[0].value", "first"},
		{"moment before its day", one(`{"field":"created_at","operator":"between","value":["2026-02-02","2026-02-02T02:59:59Z"]}`), "filter.rules[0].value", "first"},
		{"moment after its day", one(`{"field":"created_at","operator":"between","value":["2026-02-03T03:00:00Z","2026-02-02"]}`), "filter.rules[0].value", "first"},
		{"no period", one(`{"field":"created_at","operator":"within_last","value":"30 days"}`), "filter.rules[0].value", "ISO 8601"},
		{"period as number", one(`{"field":"created_at","operator":"within_last","value":30}`), "filter.rules[0].value", "ISO 8601"},
		{"period as list", one(`{"field":"created_at","operator":"within_last","value":["P1D"]}`), "filter.rules[0].value", "ISO 8601"},
		{"negative period", one(`{"field":"created_at","operator":"within_last","value":"-P1D"}`), "filter.rules[0].value", "negative"},
		{"hours on a date", one(`{"field":"attributes.renewal","operator":"within_next","value":"PT1H"}`), "filter.rules[0].value", "hours"},
		{"unknown segment", one(`{"field":"segment","operator":"in","value":["customers","nope"]}`), "filter.rules[0].value[1]", "no such segment"},
		{"lone segment", one(`{"field":"segment","operator":"in","value":"customers"}`), "filter.rules[0].value", "array"},
		{"segment in itself", one(`{"field":"segment","operator":"in","value":["self"]}`), "filter.rules[0].value[0]", "circular: self -> self"},
		{"segments in a circle", one(`{"field":"segment","operator":"not_in","value":["ping"]}`), "filter.rules[0].value[0]", "circular: ping -> pong -> ping"},
		{"stale segment", one(`{"field":"segment","operator":"in","value":["stale"]}`), "filter.rules[0].value[0]", "not valid any more"},
		{"broken segment", one(`{"field":"segment","operator":"in","value":["broken"]}`), "filter.rules[0].value[0]", "not valid any more"},
	} {
		t.Run(test.name, func(t *testing.T) {
			faults := faultsOf(t, testDecoder(), test.raw)
			require.Contains(t, paths(faults), test.path, "%v", faults)
			for _, f := range faults {
				if f.Path == test.path {
					require.Contains(t, f.Detail, test.says)
				}
			}
		})
	}
}

func TestDecodeTellsEveryFault(t *testing.T) {
	faults := faultsOf(t, testDecoder(), `{"combinator":"nor","not":1,"rules":[
		{"field":"type","operator":"eq","value":"marker"},
		{"field":"marker","operator":"marker","value":"marker"},
		{"combinator":"or","rules":[
			{"field":"country","operator":"in","value":["KE","marker",null]},
			{"field":"marker","operator":"eq"},
			{"marker":1}]},
		3]}`)
	require.Equal(t, []string{
		"filter.not", "filter.combinator",
		"filter.rules[0].value",
		"filter.rules[1].field", "filter.rules[1].operator",
		"filter.rules[2].rules[0].value[1]", "filter.rules[2].rules[0].value[2]",
		"filter.rules[2].rules[1].field", "filter.rules[2].rules[1].value",
		"filter.rules[2].rules[2]", "filter.rules[2].rules[2].field", "filter.rules[2].rules[2].operator",
		"filter.rules[3]",
	}, paths(faults))
	for _, f := range faults {
		require.NotContains(t, f.Path+f.Detail, "marker")
	}
}

func nestedGroups(levels int) string {
	return strings.Repeat(`{"combinator":"and","rules":[`, levels) + `{"field":"name","operator":"exists"}` + strings.Repeat(`]}`, levels)
}

func flatRules(n int) string {
	rule := `{"field":"name","operator":"exists"}`
	return `{"combinator":"and","rules":[` + strings.Repeat(rule+",", n-1) + rule + `]}`
}

func TestDecodeLimits(t *testing.T) {
	decodeAll(t, nestedGroups(MaxDepth))
	decodeAll(t, flatRules(MaxRules))
	decodeAll(t, `{"combinator":"and","rules":[{"field":"name","operator":"in","value":["`+strings.Repeat("é", MaxValueLength)+`"`+
		strings.Repeat(`,"a"`, MaxValues-1)+`]}]}`)

	tooDeep := faultsOf(t, testDecoder(), nestedGroups(MaxDepth+1))
	require.Len(t, tooDeep, 1)
	require.Equal(t, "filter"+strings.Repeat(".rules[0]", MaxDepth), tooDeep[0].Path)
	require.Contains(t, tooDeep[0].Detail, "32 deep")
	require.Equal(t, []fault.Fault{{Path: "filter", Detail: "must have at most 500 rules"}}, faultsOf(t, testDecoder(), flatRules(MaxRules+1)))
}

// allocated is how many bytes it takes to refuse a filter.
func allocated(t *testing.T, raw string) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	faultsOf(t, testDecoder(), raw)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Paths that grow with the depth would make the work grow with its square.
func TestHugeFiltersTakeNoMoreThanTheirSize(t *testing.T) {
	require.Less(t, allocated(t, nestedGroups(4_000)), 6*allocated(t, nestedGroups(1_000)))
	require.Less(t, allocated(t, flatRules(20_000)), 6*allocated(t, flatRules(5_000)))
	wrong := faultsOf(t, testDecoder(), `{"combinator":"and","rules":[`+strings.Repeat(`{},`, 100_000)+`{}]}`)
	require.Len(t, wrong, maxFaults+1)
	require.Regexp(t, `^and \d+ more faults$`, wrong[maxFaults].Detail)
	require.Equal(t, "filter", wrong[maxFaults].Path)
}

func TestDecodePathPrefix(t *testing.T) {
	_, err := testDecoder().Decode([]byte(`{"combinator":"and","rules":[{}]}`), "segments[2].filter")
	require.Equal(t, "segments[2].filter.rules[0].field", err.(*fault.Error).Faults[0].Path)
}

func TestDecodeSelfIsCircular(t *testing.T) {
	d := testDecoder()
	d.Self = "nested"
	_, err := d.Decode([]byte(testSegments["nested"]), "filter")
	require.NoError(t, err)
	for filter, circle := range map[string]string{"nested": "circular: nested -> nested", "outer": "circular: nested -> outer -> nested"} {
		testSegments := map[string]string{"nested": "", "outer": testSegments["nested"]}
		testSegments["outer"] = `{"combinator":"and","rules":[{"field":"segment","operator":"in","value":["nested"]}]}`
		d.Segments = func(id string) (Saved, bool, error) {
			return Saved{Name: id, Filter: json.RawMessage(testSegments[id])}, true, nil
		}
		raw := `{"combinator":"and","rules":[{"field":"segment","operator":"in","value":["` + filter + `"]}]}`
		require.Equal(t, []fault.Fault{{Path: "filter.rules[0].value[0]", Detail: circle}}, faultsOf(t, d, raw))
	}
}

func TestDecodeSegmentsOnceAndShared(t *testing.T) {
	asked := map[string]int{}
	d := testDecoder()
	inner := d.Segments
	d.Segments = func(id string) (Saved, bool, error) { asked[id]++; return inner(id) }
	f, err := d.Decode([]byte(`{"combinator":"or","rules":[
		{"field":"segment","operator":"in","value":["nested","customers","nested"]},
		{"field":"segment","operator":"not_in","value":["customers"]}]}`), "filter")
	require.NoError(t, err)
	require.Equal(t, map[string]int{"customers": 1, "nested": 1}, asked)
	first, second := f.Root.Rules[0].(*Rule), f.Root.Rules[1].(*Rule)
	require.Equal(t, []fields.Value{fields.TextValue("customers"), fields.TextValue("nested")}, first.Values)
	require.True(t, second.Not)
	require.Same(t, first.Segments[0], second.Segments[0])
	require.Same(t, first.Segments[0], first.Segments[1].(*Group).Rules[0].(*Rule).Segments[0])
}

// chain answers for segments named 0 to n-1, each naming the next twice.
func chain(n int) func(string) (Saved, bool, error) {
	return func(id string) (Saved, bool, error) {
		var i int
		if _, err := fmt.Sscan(id, &i); err != nil || i >= n {
			return Saved{}, false, nil
		}
		if i == n-1 {
			return Saved{}, true, nil
		}
		rule := fmt.Sprintf(`{"field":"segment","operator":"in","value":["%d"]}`, i+1)
		return Saved{Filter: json.RawMessage(`{"combinator":"or","rules":[` + rule + `,` + rule + `]}`)}, true, nil
	}
}

func TestDecodeBoundsSegments(t *testing.T) {
	raw := `{"combinator":"and","rules":[{"field":"segment","operator":"in","value":["0"]}]}`
	d := Decoder{Schema: testSchema(), Segments: chain(10)}
	_, err := d.Decode([]byte(raw), "filter")
	require.NoError(t, err)

	d.Segments = chain(20) // 2^20 rules once put in place
	require.Contains(t, faultsOf(t, d, raw)[0].Detail, "10000 rules")

	d.Segments = chain(10_000)
	require.Equal(t, segmentTooDeep, faultsOf(t, d, raw)[0].Detail)

	// The depth counts from the outermost filter, whichever way is met first.
	d.Segments = func(id string) (Saved, bool, error) {
		var i int
		if _, err := fmt.Sscan(id, &i); err != nil || i == MaxSegmentDepth {
			return Saved{}, true, nil
		}
		return Saved{Filter: fmt.Appendf(nil, `{"combinator":"and","rules":[{"field":"segment","operator":"in","value":["%d"]}]}`, i+1)}, true, nil
	}
	_, err = d.Decode([]byte(`{"combinator":"and","rules":[{"field":"segment","operator":"in","value":["1"]}]}`), "filter")
	require.NoError(t, err)
	require.Equal(t, segmentTooDeep, faultsOf(t, d, `{"combinator":"and","rules":[
		{"field":"segment","operator":"in","value":["1"]},{"field":"segment","operator":"in","value":["0"]}]}`)[0].Detail)
}
