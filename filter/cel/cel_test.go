package cel_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/filter/cel"
	"github.com/ndoto/kundi/filter/filtertest"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	_ "github.com/ndoto/kundi/repeatable"
)

// TestRoundTrip: every filter is text that reads back as a filter with the same hash, and that
// is written in the same way again.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := filtertest.Draw(t, 2)
		w.DrawChanges(t)
		filters := []*filter.Filter{w.Filter(t), w.Filter(t), w.Filter(t)}
		filters = append(filters, w.EveryOperator(t)...)
		filters = append(filters, w.Related(t)...)
		for _, f := range filters {
			requireRoundTrip(t, w.Decoder(), f)
		}
	})
}

func requireRoundTrip(t require.TestingT, d filter.Decoder, f *filter.Filter) {
	text := cel.Print(f)
	again, err := cel.Parse(d, text)
	require.NoError(t, err, text)
	require.Equal(t, string(f.Canonical()), string(again.Canonical()), text)
	require.Equal(t, f.Hash(), again.Hash())
	require.Equal(t, text, cel.Print(again))
	saved, err := d.Decode(again.Saved(), "filter")
	require.NoError(t, err, string(again.Saved()))
	require.Equal(t, f.Hash(), saved.Hash())
}

// decoder has attributes of every type, one of them with a key that is a word of CEL.
func decoder() filter.Decoder {
	schema := ledger.NewSchema(fields.DefaultSettings(), []*fields.AttributeDefinition{
		{Number: 1, Key: "note", Label: "Note", Type: fields.AttributeText},
		{Number: 2, Key: "visits", Label: "Visits", Type: fields.AttributeNumber},
		{Number: 3, Key: "mrr", Label: "MRR", Type: fields.AttributeCurrency, Currency: "USD"},
		{Number: 4, Key: "renewal", Label: "Renewal", Type: fields.AttributeDate},
		{Number: 5, Key: "opted_in", Label: "Opted in", Type: fields.AttributeCheckbox},
		{Number: 6, Key: "in", Label: "In", Type: fields.AttributeNumber},
		{Number: 7, Key: "package", Label: "Package", Type: fields.AttributeText},
		{Number: 8, Entity: fields.EntityCompany, Key: "true", Label: "True", Type: fields.AttributeNumber},
		{Number: 9, Entity: fields.EntityConversation, Key: "null", Label: "Null", Type: fields.AttributeNumber},
	}, contacts.Kind, companies.Kind, conversations.Kind, notes.Kind)
	return filter.Decoder{Schema: schema, Segments: func(id string) (filter.Saved, bool, error) {
		return filter.Saved{Name: "Customers"}, id == "0199", nil
	}}
}

func decode(t *testing.T, raw string) *filter.Filter {
	t.Helper()
	if strings.HasPrefix(raw, `{"field"`) {
		raw = `{"combinator":"and","rules":[` + raw + `]}`
	}
	f, err := decoder().Decode([]byte(raw), "filter")
	require.NoError(t, err, raw)
	return f
}

// TestForms: how each operator and each group is written, and read.
func TestForms(t *testing.T) {
	group := func(members, rules string) string { return `{` + members + `,"rules":[` + rules + `]}` }
	const and, or, none = `"combinator":"and"`, `"combinator":"or"`, `"combinator":"and","not":true`
	const a, b = `{"field":"city","operator":"eq","value":"A"}`, `{"field":"city","operator":"exists"}`
	for _, test := range []struct{ json, text string }{
		{group(and, ""), `true`},
		{group(none, ""), `false`},
		{a, `city == "A"`},
		{group(and, a+","+b), `city == "A" && has(city)`},
		{group(or, a+","+b), `city == "A" || has(city)`},
		{group(none, a+","+b), `!(city == "A" && has(city))`},
		{group(and, a+","+group(or, a+","+b)), `city == "A" && (city == "A" || has(city))`},
		{group(and, a+","+group(and, a+","+b)), `city == "A" && (city == "A" && has(city))`},
		{group(and, a+","+group(and, b)), `city == "A" && group(has(city))`},
		{group(and, group(and, group(and, b))), `group(group(group(has(city))))`},
		{group(none, a), `!group(city == "A")`},
		{group(and, group(none, a)), `group(!group(city == "A"))`},
		{group(none, group(none, a+","+b)), `!group(!(city == "A" && has(city)))`},
		{`{"field":"city","operator":"ne","value":"A"}`, `city != "A"`},
		{`{"field":"city","operator":"not_exists"}`, `!has(city)`},
		{`{"field":"city","operator":"in","value":["A"]}`, `city in ["A"]`},
		{`{"field":"city","operator":"not_in","value":["A","B"]}`, `!(city in ["A", "B"])`},
		{`{"field":"city","operator":"not_contains","value":"é\"\\\n"}`, `!city.contains("é\"\\")`},
		{`{"field":"city","operator":"starts_with","value":"क्\u200dष"}`, `city.startsWith("क्\u200dष")`},
		{`{"field":"city","operator":"not_ends_with","value":"x"}`, `!city.endsWith("x")`},
		{`{"field":"labels","operator":"any_of","value":["VIP"]}`, `"VIP" in labels`},
		{`{"field":"labels","operator":"none_of","value":["VIP"]}`, `!("VIP" in labels)`},
		{`{"field":"labels","operator":"none_of","value":["VIP","new"]}`, `!labels.any_of(["new", "VIP"])`},
		{`{"field":"labels","operator":"all_of","value":["VIP"]}`, `labels.all_of(["VIP"])`},
		{`{"field":"attributes.visits","operator":"gte","value":1e20}`, `attributes.visits >= 100000000000000000000.0`},
		{`{"field":"attributes.visits","operator":"lt","value":-0.5}`, `attributes.visits < -0.5`},
		{`{"field":"attributes.visits","operator":"not_between","value":[1,2.25]}`, `!attributes.visits.between(1, 2.25)`},
		{`{"field":"attributes.mrr","operator":"gt","value":{"amount":"10.50","currency":"USD"}}`, `attributes.mrr > 10.5`},
		{`{"field":"attributes.renewal","operator":"on","value":"2026-01-31"}`, `attributes.renewal == "2026-01-31"`},
		{`{"field":"attributes.renewal","operator":"not_on","value":"2026-01-31"}`, `attributes.renewal != "2026-01-31"`},
		{`{"field":"created_at","operator":"not_before","value":"2026-01-31"}`, `!(created_at < "2026-01-31")`},
		{`{"field":"created_at","operator":"gte","value":"2026-01-31T10:00:00+03:00"}`, `created_at >= "2026-01-31T07:00:00.000Z"`},
		{`{"field":"last_seen_at","operator":"not_within_last","value":"P30D"}`, `!last_seen_at.within_last("P30D")`},
		{`{"field":"attributes.opted_in","operator":"ne","value":true}`, `attributes.opted_in != true`},
		{`{"field":"segment","operator":"not_in","value":["0199"]}`, `!(segment in ["0199"])`},
		{`{"field":"attributes.in","operator":"eq","value":1}`, `attributes["in"] == 1`},
		{`{"field":"attributes.package","operator":"exists"}`, `has(attributes.package)`},
		{`{"field":"company.attributes.true","operator":"exists"}`, `has(company.attributes["true"])`},
		{`{"field":"created_at","operator":"not_in_last","value":{"n":3,"unit":"month"}}`, `!created_at.in_last(3, "month")`},
		{`{"field":"attributes.renewal","operator":"in_next","value":{"n":1,"unit":"week"}}`, `attributes.renewal.in_next("week")`},
		{`{"field":"attributes.renewal","operator":"in_this","value":"quarter"}`, `attributes.renewal.in_this("quarter")`},
		{`{"field":"attributes.renewal","operator":"anniversary_within","value":"P7D"}`, `attributes.renewal.anniversary_within("P7D")`},
		{`{"field":"random_bucket","operator":"lt","value":500}`, `random_bucket < 500`},
		{`{"field":"random_bucket","operator":"gte","value":500,"salt":"autumn \"26\""}`, `random_bucket("autumn \"26\"") >= 500`},
		{`{"field":"conversations","operator":"any"}`, `conversations.any()`},
		{`{"field":"conversations","operator":"none","where":{"combinator":"and","rules":[{"field":"attributes.null","operator":"eq","value":1}]}}`, `!conversations.any(c, c.attributes["null"] == 1)`},
		{`{"field":"conversations","operator":"any","where":{"not":true}}`, `conversations.any(c, false)`},
		{`{"field":"conversations","operator":"count_lte","value":0}`, `conversations.count() <= 0`},
		{`{"field":"notes","operator":"count_gte","value":2,"where":{"combinator":"or","not":true,"rules":[{"field":"pinned","operator":"eq","value":true},{"field":"author.source","operator":"eq","value":"agent"}]}}`,
			`notes.count(n, !(n.pinned == true || n.author.source == "agent")) >= 2`},
	} {
		f := decode(t, test.json)
		require.Equal(t, test.text, cel.Print(f), test.json)
		requireRoundTrip(t, decoder(), f)
	}
}

// TestOtherSpellings: texts that are not as Print writes them.
func TestOtherSpellings(t *testing.T) {
	for text, printed := range map[string]string{
		"((city=='A'))":                                  `city == "A"`,
		"has(city)&&has(name)&&has(email)":               `has(city) && has(name) && has(email)`,
		"!!has(city)":                                    `has(city)`,
		"!(!has(city))":                                  `!group(!has(city))`,
		"!(city != 'A')":                                 `!group(city != "A")`,
		"!(attributes.visits >= 1)":                      `!group(attributes.visits >= 1)`,
		"!labels.all_of(['a', 'b'])":                     `!group(labels.all_of(["a", "b"]))`,
		"'a' in labels":                                  `"a" in labels`,
		"labels.any_of(['a'])":                           `"a" in labels`,
		"attributes.visits > .5":                         `attributes.visits > 0.5`,
		"attributes.visits > - 5":                        `attributes.visits > -5`,
		"attributes.visits > 1.50e2":                     `attributes.visits > 150`,
		"attributes.visits in [0x10, -1.5,]":             `attributes.visits in [-1.5, 16]`,
		`attributes["visits"] > 1`:                       `attributes.visits > 1`,
		"conversations.count() > 1":                      `conversations.count() >= 2`,
		"conversations.count() < 1":                      `conversations.count() <= 0`,
		"conversations.count() != 1":                     `!group(conversations.count() == 1)`,
		"conversations.any(x, true)":                     `conversations.any()`,
		"conversations.any(type, type.channel == 'sms')": `conversations.any(c, c.channel == "sms")`,
		"// who\ncity == 'A' // lives there":             `city == "A"`,
		`city == r"a\b" || city == """x"""`:              `city == "a\\b" || city == "x"`,
		"has(city) && has(name) || has(email)":           `(has(city) && has(name)) || has(email)`,
	} {
		f, err := cel.Parse(decoder(), text)
		require.NoError(t, err, text)
		require.Equal(t, printed, cel.Print(f), text)
		requireRoundTrip(t, decoder(), f)
	}
}

// TestLongTextsHaveLines: one condition a line, so that a change of one shows as such.
func TestLongTextsHaveLines(t *testing.T) {
	text := `type == "customer" &&
(city == "Nairobi" || city == "Mombasa") &&
!(
  name.contains("a name that is long enough to fill a line") ||
  email.contains("and another one that is as long")
) &&
conversations.count(c,
  c.channel in ["whatsapp", "telegram"] &&
  c.last_message_at.within_last("P30D") &&
  c.assignee.contains("somebody with a long name")
) >= 2 &&
city in [
  "` + strings.Repeat("x", 50) + `",
  "` + strings.Repeat("y", 50) + `"
]`
	f, err := cel.Parse(decoder(), text)
	require.NoError(t, err)
	require.Equal(t, strings.Replace(text, `["whatsapp", "telegram"]`, `["telegram", "whatsapp"]`, 1), cel.Print(f))
	requireRoundTrip(t, decoder(), f)
}

// TestFaultsHavePlaces: every fault has its line and column, and says what would be right.
func TestFaultsHavePlaces(t *testing.T) {
	for text, faults := range map[string][]string{
		"":                               {"cel:1:1 ends too early"},
		"has(city) &&\n  contry == 'KE'": {"cel:2:3 there is no such field; did you mean country?"},
		"country == 'Kenya' && type in ['lead', 'x']": {"cel:1:12 must be an ISO 3166", "cel:1:40 must be visitor, lead or customer"},
		"city":                                    {"cel:1:1 must be compared with a value"},
		"true && has(city)":                       {"cel:1:1 true and false stand for everyone"},
		"city == name":                            {"cel:1:9 must be a value: a text in quotes"},
		"'A' == city":                             {"cel:1:1 must be a field"},
		"city == null":                            {"cel:1:9 null is no value: has(field)"},
		"city == b'A'":                            {"cel:1:9 must be a value"},
		"attributes.visits == 12u":                {"cel:1:22 must be a value"},
		"attributes.visits == 1 + 1":              {"cel:1:22 must be a value"},
		"city in 'A'":                             {"cel:1:9 must be a list of values"},
		"city in [['A']]":                         {"cel:1:10 must be a single value"},
		"city.size('A')":                          {"cel:1:6 there is no such function of fields; there are contains"},
		"size(city) > 1":                          {"cel:1:1 must be a field, with its value on the right"},
		"upper(city)":                             {"cel:1:1 there is no such function: has(field)"},
		"_in_()":                                  {"cel:1:1 write field in"},
		"has()":                                   {"cel:1:1 there is no such function"},
		"city.contains()":                         {"cel:1:6 takes one value"},
		"city.between('a')":                       {"cel:1:6 takes two values"},
		"created_at.in_last(0, 'moon')":           {"cel:1:20 must be a whole number from 1 to 9999", "cel:1:23 must be one of day, week"},
		"created_at.in_last()":                    {"cel:1:12 takes a unit of the calendar"},
		"random_bucket('a') <= 1":                 {"cel:1:20 is not an operator"},
		"labels.any_of('a')":                      {"cel:1:15 must be a list of values"},
		"has(city) ? has(name) : has(email)":      {"cel:1:1 is no part of filters"},
		"city > 'A'":                              {"cel:1:6 is not an operator of this field"},
		"conversations.count()":                   {"cel:1:1 must be compared with a number"},
		"conversations.any(has(x))":               {"cel:1:15 takes nothing, or a name"},
		"conversations.any(c, channel == 'sms')":  {"cel:1:22 must be a field of the related record"},
		"conversations.any(c, c.chanel == 'sms')": {"cel:1:22 there is no such field; did you mean channel?"},
		"conversations.count(c, c.channel == 'x') >= -1": {"cel:1:37 must be one of", "cel:1:45 must be a whole number"},
		"segment in ['0200']":                            {"cel:1:13 there is no such segment"},
		"attributes.visits > 0.1234567890123456":         {"cel:1:21 must have at most 15 significant digits"},
		"city == 'A":                                     {"cel:1:9 is a text without its closing quote"},
		"city == 'A' &&":                                 {"cel:1:15 ends too early"},
		"(city == 'A'":                                   {"cel:1:13 a closing parenthesis"},
		"city == 'A')":                                   {"cel:1:12 is not CEL"},
		"city == 'A', has(name)":                         {"cel:1:12 is not CEL"},
		"package == 'A'":                                 {"cel:1:1 is a word that CEL keeps"},
		`city == "\q"`:                                   {"cel:1:9 is a text with"},
		strings.Repeat("(", 200) + "has(city)" + strings.Repeat(")", 200): {"cel:1:1 is nested too deep"},
	} {
		_, err := cel.Parse(decoder(), text)
		var e *fault.Error
		require.True(t, errors.As(err, &e), "%s: %v", text, err)
		require.Equal(t, "invalid-cel", e.Type)
		var got []string
		for _, x := range e.Faults {
			got = append(got, x.Path+" "+x.Detail)
		}
		require.Len(t, got, len(faults), "%s: %q", text, got)
		for i, x := range e.Faults {
			require.True(t, strings.HasPrefix(x.Path+" "+x.Detail, faults[i]), "%s: %q", text, got)
		}
	}
}

// TestHints: who writes what other languages have is told what to write instead, and where.
func TestHints(t *testing.T) {
	for text, hint := range map[string]string{
		"city = 'A'":                           "cel:1:6 write == for equal, and != for not equal",
		"has(city) &&\n  city = 'A'":           "cel:2:8 write == for equal",
		"city === 'A'":                         "cel:1:8 write == for ===",
		"city <> 'A'":                          "cel:1:7 write != for <>",
		"attributes.visits => 1":               "cel:1:19 write >= for =>",
		"attributes.visits =< 1":               "cel:1:19 write <= for =<",
		"city is 'A'":                          "cel:1:6 write == for equal, and != for not equal; has(field)",
		"city EQ 'A'":                          "cel:1:6 write == for equal",
		"city.eq('A')":                         "cel:1:6 write == for equal",
		"has(city) and has(name)":              "cel:1:11 write && for and, and || for or",
		"has(city) && (has(name) OR has(id))":  "cel:1:25 write && for and, and || for or",
		"has(city) & has(name)":                "cel:1:11 write && for and, and || for or",
		"has(city) | has(name)":                "cel:1:11 write && for and, and || for or",
		"has(name) && not has(city)":           "cel:1:14 write ! for not",
		"NOT (has(city))":                      "cel:1:1 write ! for not",
		"!country in ['KE']":                   "cel:1:1 write what ! negates in parentheses",
		"!city == 'A'":                         "cel:1:1 write what ! negates in parentheses",
		"country in ('KE', 'TZ')":              "cel:1:12 write a list in brackets: field in [",
		"country in {'KE', 'TZ'}":              "cel:1:12 write a list in brackets: field in [",
		"(has(city)) && country in ('KE','T')": "cel:1:27 write a list in brackets",
		"country not in ['KE']":                "cel:1:9 write !(field in [",
		"country.in(['KE'])":                   "cel:1:9 write field in [",
		"name.starts_with('a')":                `cel:1:6 write field.startsWith("a")`,
		"name.notContains('a')":                `cel:1:6 write !field.contains("a")`,
		"endswith(name, 'a')":                  `cel:1:1 write field.endsWith("a")`,
		"name.hasPrefix('a')":                  `cel:1:6 write field.startsWith("a")`,
		"name like 'a%'":                       `cel:1:6 write field.contains("a")`,
		"attributes.visits between 1 and 2":    "cel:1:19 write field.between(1, 2)",
		"labels anyOf ['a']":                   `cel:1:8 write field.any_of(["a", "b"])`,
		"created_at inLast 'month'":            `cel:1:12 write field.in_last("month")`,
		`conversations.exists(c, c.a == "b")`:  `cel:1:15 write field.any(x, x.created_at < "2026-01-31") if there must be one`,
		"exists(city)":                         "cel:1:1 write has(field) if there must be a value",
		"city.is_null()":                       "cel:1:6 write has(field)",
		"city == “A”":                          "cel:1:9 write texts in straight quotes",
		"created_at < 2026-01-31":              "cel:1:14 must be a value: a text or a day in quotes",

		"has(city) &&\n labels == 'a'":                  `cel:2:9 this field holds several values: write "a" in field for ==, !("a" in field) for !=`,
		"labels != 'a'":                                 `cel:1:8 this field holds several values: write "a" in field`,
		"labels in ['a']":                               `cel:1:8 this field holds several values: write "a" in field`,
		"labels.contains('a')":                          `cel:1:8 this field holds several values: write "a" in field`,
		"!labels.contains('a')":                         `cel:1:9 this field holds several values: write "a" in field`,
		"company.labels == 'a'":                         `cel:1:16 this field holds several values: write "a" in field`,
		"conversations.any(c, c.labels == 'a')":         `cel:1:31 this field holds several values: write "a" in field`,
		"segment == 'a'":                                "cel:1:9 write field in [...], with the ids of segments in quotes",
		"'a' in segment":                                "cel:1:5 write field in [...], with the ids of segments in quotes",
		"segment in ['VIP']":                            "cel:1:13 there is no such segment: rules name segments by their ids, not by their names",
		"has(conversations)":                            "cel:1:1 this field is about related records: write field.any(",
		"conversations >= 2":                            "cel:1:15 this field is about related records: write field.any(",
		"attributes.opted_in > 'a'":                     "cel:1:21 is not an operator of this field, which has ==, !=",
		"attributes.renewal.contains('a')":              "cel:1:20 is not an operator of this field, which has ==, <, >, between, within_last, within_next, in_this, in_last, in_next, anniversary_within, !=, >=, <=, has(field)",
		"'a' in city":                                   "cel:1:5 is not an operator of this field, which has ==, !=, in, contains, startsWith, endsWith, has(field)",
		"created_at > now - 30d":                        "cel:1:14 write field.within_last(\"P30D\") for the last 30 days",
		"created_at > now() - 30d":                      "cel:1:14 write field.within_last(\"P30D\")",
		"created_at > now":                              "cel:1:14 write field.within_last(\"P30D\")",
		"created_at > now - 30":                         "cel:1:14 write field.within_last(\"P30D\")",
		"created_at > today() - duration('720h')":       "cel:1:14 write field.within_last(\"P30D\")",
		"created_at > now.minus('P30D')":                "cel:1:14 write field.within_last(\"P30D\")",
		"now - created_at < 30":                         "cel:1:1 write field.within_last(\"P30D\")",
		"now < created_at":                              "cel:1:1 write field.within_last(\"P30D\")",
		"has(city) && created_at.within_last(30d)":      "cel:1:37 write field.within_last(\"P30D\")",
		"created_at > now() - interval '30 days'":       "cel:1:22 write field.within_last(\"P30D\")",
		"created_at > 1 - 30d":                          "cel:1:18 write field.within_last(\"P30D\")",
		"tags == 'a'":                                   "cel:1:1 there is no such field; did you mean labels?",
		"company.tags == 'a'":                           "cel:1:1 there is no such field; did you mean company.labels?",
		"attributes.visits == 1 && Organization == 'a'": "cel:1:27 there is no such field; did you mean company.name?",
		"conversations.any(c, c.tags == 'a')":           "cel:1:22 there is no such field; did you mean labels?",
	} {
		_, err := cel.Parse(decoder(), text)
		var e *fault.Error
		require.True(t, errors.As(err, &e), "%s: %v", text, err)
		require.NotEmpty(t, e.Faults)
		require.True(t, strings.HasPrefix(e.Faults[0].Path+" "+e.Faults[0].Detail, hint), "%s: %v", text, e.Faults)
	}
}

// TestLimits of texts are those of filters, and of length.
func TestLimits(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("group(", n) + "has(city)" + strings.Repeat(")", n) }
	f, err := cel.Parse(decoder(), deep(filter.MaxDepth))
	require.NoError(t, err)
	requireRoundTrip(t, decoder(), f)
	_, err = cel.Parse(decoder(), deep(filter.MaxDepth+1))
	require.ErrorContains(t, err, "32 deep")
	rules := func(n int) string { return strings.Repeat("has(city) && ", n-1) + "has(city)" }
	f, err = cel.Parse(decoder(), rules(filter.MaxRules))
	require.NoError(t, err)
	requireRoundTrip(t, decoder(), f)
	_, err = cel.Parse(decoder(), rules(filter.MaxRules+1))
	require.ErrorContains(t, err, "first at cel:1:6501: must have at most 500 rules")
	_, err = cel.Parse(decoder(), "("+rules(300)+") || ("+rules(300)+")")
	require.ErrorContains(t, err, "first at cel:1:2: must have at most 500 rules")
	_, err = cel.Parse(decoder(), "has(city)"+strings.Repeat(" ", cel.MaxLength))
	require.ErrorContains(t, err, "at most 1000000 characters")
	_, err = cel.Parse(decoder(), "city == '\xff'")
	require.ErrorContains(t, err, "UTF-8")
}

// FuzzParse: whatever comes in, Parse does not panic, repeats nothing of it, and what it reads
// is written and read again.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`type == "customer" && (country in ["KE", "TZ"] || last_seen_at.within_last("P30D"))`, `!group(has(city))`,
		`conversations.count(c, c.channel == "sms") >= 2`, `"VIP" in labels`, `attributes["in"] > -.5e1`, `_in_()`, `a?b:c`, `{1:2}`,
		`zq9Qmarker.zq9Qmarker("zq9Qmarker") == zq9Qmarker{zq9Qmarker: 1}`, "'''\n'''", `city == "zq9Qmarker`, `!-1`, `.city == ""`, `city == - - 1`,
	} {
		f.Add(text)
	}
	d := decoder()
	f.Fuzz(func(t *testing.T, text string) {
		read, err := cel.Parse(d, text)
		if err == nil {
			requireRoundTrip(t, d, read)
			return
		}
		var e *fault.Error
		require.True(t, errors.As(err, &e))
		require.Equal(t, fault.KindInvalid, e.Kind)
		for _, x := range e.Faults {
			require.True(t, strings.HasPrefix(x.Path, "cel"), x.Path)
			require.NotContains(t, x.Detail, "zq9Qmarker")
		}
	})
}
