package fields

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func float(f float64) *float64 { return &f }

// sampleFields are standard fields of each type, as contacts have them.
var sampleFields = []Field{
	{Name: "id", Type: FieldID, Standard: &Standard{}},
	{Name: "type", Type: FieldOption, Standard: &Standard{Choices: []string{"visitor", "lead", "customer"}, Expected: "visitor, lead or customer"}},
	{Name: "name", Type: FieldText, Standard: &Standard{Limit: 500}},
	{Name: "first_name", Type: FieldText, Standard: &Standard{Limit: 200}},
	{Name: "last_name", Type: FieldText, Standard: &Standard{Limit: 200}},
	{Name: "email", Type: FieldEmail, Standard: &Standard{}},
	{Name: "phone", Type: FieldPhone, Standard: &Standard{}},
	{Name: "identifier", Type: FieldID, Standard: &Standard{Limit: 255}},
	{Name: "country", Type: FieldOption, Standard: &Standard{}},
	{Name: "city", Type: FieldText, Standard: &Standard{Limit: 200}},
	{Name: "company_id", Type: FieldID, Standard: &Standard{}},
	{Name: "company.name", Type: FieldText, Standard: &Standard{Limit: 255}},
	{Name: "labels", Type: FieldMany, Standard: &Standard{Limit: 100}},
	{Name: "channels", Type: FieldMany, Standard: &Standard{Choices: []string{"email", "live_chat", "sms", "voice", "whatsapp"}, Expected: "one of email, live_chat, sms, voice, whatsapp"}},
	{Name: "blocked", Type: FieldCheckbox, Standard: &Standard{}},
	{Name: "created_at", Type: FieldInstant, Standard: &Standard{}},
	{Name: "last_seen_at", Type: FieldInstant, Standard: &Standard{}},
}

var sampleNouns = []Noun{{Entity: EntityContact, Plural: "contacts", Fields: sampleFields, Defined: true}}

// sampleSchema has an attribute of every type, and Kenya as phone region.
func sampleSchema(t testing.TB) *Schema {
	t.Helper()
	settings := DefaultSettings()
	settings.PhoneRegion = "KE"
	return NewSchema(sampleNouns, settings, []*AttributeDefinition{
		{Number: 1, Key: "notes", Type: AttributeText},
		{Number: 2, Key: "score", Type: AttributeNumber, Min: float(-10), Max: float(1e9)},
		{Number: 3, Key: "mrr", Type: AttributeCurrency, Currency: "USD"},
		{Number: 4, Key: "share", Type: AttributePercentage},
		{Number: 5, Key: "site", Type: AttributeLink},
		{Number: 6, Key: "since", Type: AttributeDate},
		{Number: 7, Key: "tier", Type: AttributeList, Options: []string{"Free", "Größe", "12"}},
		{Number: 8, Key: "interests", Type: AttributeList, Multiple: true, Options: []string{"Tea", "Coffee"}},
		{Number: 9, Key: "vip", Type: AttributeCheckbox},
		{Number: 10, Key: "yen", Type: AttributeCurrency, Currency: "JPY"},
		{Number: 11, Key: "dinar", Type: AttributeCurrency, Currency: "KWD"},
		{Number: 12, Key: "mailing", Type: AttributeLink, Schemes: []string{"mailto"}},
		{Number: 13, Key: "any", Type: AttributeNumber},
	})
}

func sampleField(t testing.TB, s *Schema, name string) Field {
	t.Helper()
	f, ok := s.Field(name)
	require.True(t, ok, name)
	return f
}

func TestCoerceAccepts(t *testing.T) {
	s := sampleSchema(t)
	days := func(day string) Value { n, ok := ParseDay(day); require.True(t, ok); return IntValue(n) }
	cases := []struct {
		field string
		raw   any
		want  Value
	}{
		{"name", "  Ada\tLovelace "[0:5], TextValue("Ada")},
		{"name", json.Number("12"), TextValue("12")},
		{"name", true, TextValue("true")},
		{"name", "e\u0301", TextValue("é")},
		{"name", " \n\t ", Value{}},
		{"name", []any{}, Value{}},
		{"name", nil, Value{}},
		{"identifier", "e\u0301", TextValue("e\u0301")},
		{"attributes.score", "12", NumberValue(12)},
		{"attributes.score", json.Number("1.50"), NumberValue(1.5)},
		{"attributes.score", " 1e3 ", NumberValue(1000)},
		{"attributes.score", json.Number("-0"), NumberValue(0)},
		{"attributes.score", json.Number("-0.0e5"), NumberValue(0)},
		{"attributes.any", json.Number("123456789012345"), NumberValue(123456789012345)},
		{"attributes.any", json.Number("1234567890123450000"), NumberValue(1234567890123450000)},
		{"attributes.any", json.Number("0.000000123456789012345"), NumberValue(0.000000123456789012345)},
		{"attributes.any", 0.1, NumberValue(0.1)},
		{"attributes.any", "5e-324", NumberValue(5e-324)},
		{"attributes.any", ".5", NumberValue(.5)},
		{"attributes.share", json.Number("25"), NumberValue(25)},
		{"attributes.share", json.Number("250"), NumberValue(250)},
		{"attributes.mrr", json.Number("12.5"), IntValue(1250)},
		{"attributes.mrr", "12.500", IntValue(1250)},
		{"attributes.mrr", "-0.01", IntValue(-1)},
		{"attributes.mrr", json.Number("-0"), IntValue(0)},
		{"attributes.mrr", map[string]any{"amount": "9.99", "currency": "usd"}, IntValue(999)},
		{"attributes.mrr", "90071992547409.91", IntValue(MaxMinorUnits)},
		{"attributes.yen", "1200", IntValue(1200)},
		{"attributes.yen", "1200.00", IntValue(1200)},
		{"attributes.dinar", "1.234", IntValue(1234)},
		{"attributes.since", "2024-02-29", days("2024-02-29")},
		{"attributes.since", "2024-02-29T00:00:00+14:00", days("2024-02-29")},
		{"attributes.since", "2024-02-29T00:00:00.000-11:00", days("2024-02-29")},
		{"attributes.since", "0001-01-01", days("0001-01-01")},
		{"last_seen_at", "1970-01-01T01:00:00.0019+01:00", IntValue(1)},
		{"last_seen_at", "1969-12-31T23:59:59.9995Z", IntValue(-1)},
		{"attributes.vip", true, BoolValue(true)},
		{"attributes.vip", "FALSE", BoolValue(false)},
		{"attributes.vip", json.Number("1"), BoolValue(true)},
		{"attributes.vip", "0", BoolValue(false)},
		{"attributes.site", "https://Example.com/Ä?q=1", TextValue("https://Example.com/Ä?q=1")},
		{"attributes.site", "HTTP://example.com", TextValue("HTTP://example.com")},
		{"attributes.mailing", "mailto:a@b.example", TextValue("mailto:a@b.example")},
		{"attributes.tier", "FREE", TextValue("Free")},
		{"attributes.tier", "grosse", TextValue("Größe")},
		{"attributes.tier", json.Number("12"), TextValue("12")},
		{"attributes.interests", []any{"coffee", "Tea", "TEA", "", nil}, ListValue([]string{"Coffee", "Tea"})},
		{"attributes.interests", " ", Value{}},
		{"labels", []any{"Vip", "VIP", "new"}, ListValue([]string{"Vip", "new"})},
		{"labels", []any{"", " "}, Value{}},
		{"channels", []any{"whatsapp", "email", "email"}, ListValue([]string{"email", "whatsapp"})},
		{"country", "ke", TextValue("KE")},
		{"country", "XK", TextValue("XK")},
		{"type", "lead", TextValue("lead")},
		{"phone", "0712 345 678", TextValue("+254712345678")},
		{"phone", json.Number("712345678"), TextValue("+254712345678")},
		{"phone", "+1 (555) 123-4567", TextValue("+15551234567")},
		{"phone", "tel:+49-30-123456", TextValue("+4930123456")},
		{"phone", "٠٧١٢٣٤٥٦٧٨", TextValue("+254712345678")},
		{"email", "Ada.Lovelace+x@Example.COM", TextValue("Ada.Lovelace+x@Example.COM")},
		{"email", " josé@bücher.example ", TextValue("josé@bücher.example")},
	}
	for _, c := range cases {
		v, fault := s.Coerce(sampleField(t, s, c.field), c.raw)
		require.Empty(t, fault, "%s %#v", c.field, c.raw)
		require.Equal(t, c.want, v, "%s %#v", c.field, c.raw)
	}
}

func TestCoerceRefuses(t *testing.T) {
	s := sampleSchema(t)
	const (
		number = "must be a number like 1234.5, without thousands separators"
		money  = "must be an amount like 1234.5, or {amount, currency}"
		option = "must be one of the options of the attribute"
		array  = "must be an array"
		link   = "must be a link that starts with http: or https:"
		truth  = "must be true or false"
		ctrl   = "must not contain control characters such as line breaks or tabs"
	)
	cases := []struct {
		field string
		raw   any
		want  string
	}{
		{"name", "a\nb", ctrl},
		{"attributes.interests", "tea; coffee", array},
		{"labels", "vip", array},
		{"channels", "email", array},
		{"name", "a\tb", ctrl},
		{"name", "a\x00", ctrl},
		{"name", "a\u0085b", ctrl},
		{"attributes.notes", "line\nbreak", ctrl},
		{"name", "\xff", "must be text in UTF-8"},
		{"name", map[string]any{"a": 1}, "must be text"},
		{"name", []any{"a"}, "must be text"},
		{"name", strings.Repeat("ä", 501), "must have at most 500 characters"},
		{"first_name", strings.Repeat("ä", 201), "must have at most 200 characters"},
		{"identifier", strings.Repeat("a", 256), "must have at most 255 characters"},
		{"attributes.notes", strings.Repeat("a", 4001), "must have at most 4000 characters"},
		{"attributes.score", "1,234", number},
		{"attributes.score", true, number},
		{"attributes.score", "25%", number},
		{"attributes.score", "0x10", number},
		{"attributes.score", "1_000", number},
		{"attributes.score", "NaN", number},
		{"attributes.score", "Infinity", number},
		{"attributes.score", math.NaN(), number},
		{"attributes.score", math.Inf(1), number},
		{"attributes.score", "1e", number},
		{"attributes.score", ".", number},
		{"attributes.score", "1e99999", number},
		{"attributes.score", []any{json.Number("1")}, number},
		{"attributes.score", map[string]any{}, number},
		{"attributes.any", "1234567890123456", "must have at most 15 significant digits"},
		{"attributes.any", 0.1 + 0.2 + 0.00000000000000004, "must have at most 15 significant digits"},
		{"attributes.any", "1e309", "must be a number between 1e-307 and 1e308 in size, or 0"},
		{"attributes.any", "4.94065645841247e-324", "must be a number between 1e-307 and 1e308 in size, or 0"},
		{"attributes.any", "1e-400", "must be a number between 1e-307 and 1e308 in size, or 0"},
		{"attributes.score", "-10.5", "must be at least -10"},
		{"attributes.score", "1000000001", "must be at most 1000000000"},
		{"attributes.mrr", "1.005", "must have at most 2 decimals, as USD has"},
		{"attributes.mrr", "90071992547409.92", "must be at most 90071992547409.91 in size"},
		{"attributes.mrr", "1e30", "must be at most 90071992547409.91 in size"},
		{"attributes.mrr", "1e9999", "must be at most 90071992547409.91 in size"},
		{"attributes.mrr", "$5", money},
		{"attributes.mrr", true, money},
		{"attributes.mrr", map[string]any{"amount": json.Number("5")}, money},
		{"attributes.mrr", map[string]any{"amount": json.Number("5"), "currency": "USD", "x": 1}, money},
		{"attributes.mrr", map[string]any{"amount": nil, "currency": "USD"}, money},
		{"attributes.mrr", map[string]any{"amount": json.Number("5"), "currency": "EUR"}, "must be in the currency of the attribute, USD"},
		{"attributes.yen", "1.5", "must have at most 0 decimals, as JPY has"},
		{"attributes.since", "2023-02-29", expectedDate},
		{"attributes.since", "2024-2-9", expectedDate},
		{"attributes.since", "0000-01-01", expectedDate},
		{"attributes.since", "29/02/2024", expectedDate},
		{"attributes.since", json.Number("20240229"), expectedDate},
		{"attributes.since", "2024-02-29T01:00:00Z", expectedDate + ", or a time that is exactly midnight"},
		{"attributes.since", "2024-02-29T00:00:00", expectedDate},
		{"last_seen_at", "2024-02-29T01:00:00", ExpectedInstant},
		{"last_seen_at", "2024-02-29", ExpectedInstant},
		{"last_seen_at", "2024-02-29T1:00:00Z", ExpectedInstant},
		{"last_seen_at", "2024-02-29 01:00:00Z", ExpectedInstant},
		{"last_seen_at", "0001-01-01T00:00:00Z", ExpectedInstant},
		{"last_seen_at", "9999-12-31T23:59:59-01:00", ExpectedInstant},
		{"last_seen_at", json.Number("1700000000"), ExpectedInstant},
		{"attributes.vip", "yes", truth},
		{"attributes.vip", json.Number("2"), truth},
		{"attributes.vip", []any{true}, truth},
		{"attributes.site", "example.com", link},
		{"attributes.site", "javascript:alert(1)", link},
		{"attributes.site", "https://a b.example", link},
		{"attributes.site", "https:///path", link + " and names a host"},
		{"attributes.site", "https://a.example/" + strings.Repeat("a", 2048), "must have at most 2048 characters"},
		{"attributes.mailing", "https://a.example", "must be a link that starts with mailto:"},
		{"attributes.tier", "Gold", option},
		{"attributes.tier", []any{"Free"}, "must be text"},
		{"attributes.interests", []any{"Tea", "Wine"}, "every member " + option},
		{"attributes.interests", map[string]any{}, array},
		{"attributes.interests", true, array},
		{"labels", []any{[]any{"a"}}, "every member must be text"},
		{"labels", []any{strings.Repeat("ä", 101)}, "every member must have at most 100 characters"},
		{"labels", manyLabels(201), "must have at most 200 labels"},
		{"channels", []any{"Email"}, "every member must be one of email, live_chat, sms, voice, whatsapp"},
		{"country", "UK", "must be an ISO 3166 alpha-2 country code like KE"},
		{"country", "Kenya", "must be an ISO 3166 alpha-2 country code like KE"},
		{"country", "ZZ", "must be an ISO 3166 alpha-2 country code like KE"},
		{"type", "Lead", "must be visitor, lead or customer"},
		{"phone", "call me +254712345678", expectedPhone},
		{"phone", "+254712345678 ext 5", phoneExtension},
		{"phone", "12", phoneUnassigned},
		{"phone", "+999123456789", expectedPhone},
		{"phone", "+", expectedPhone},
		{"phone", "2547+12345678", expectedPhone},
		{"email", "Ada <ada@example.com>", expectedEmail},
		{"email", "<ada@example.com", expectedEmail},
		{"email", "mailto:Ada <ada@example.com>", expectedEmail},
		{"email", "mailto:ada%20l@example.com", expectedEmail},
		{"email", "mailto:", expectedEmail},
		{"email", `"ada l"@example.com`, expectedEmail},
		{"email", "ada@example.com (home)", expectedEmail},
		{"email", "ada@localhost", expectedEmail},
		{"email", "ada@[127.0.0.1]", expectedEmail},
		{"email", "ada@127.0.0.1", expectedEmail},
		{"email", "ada@example..com", expectedEmail},
		{"email", "ada@example.com..", expectedEmail},
		{"email", "ada@-example.com", expectedEmail},
		{"email", "a..b@example.com", expectedEmail},
		{"email", "a@b@example.com", expectedEmail},
		{"email", "ada", expectedEmail},
		{"email", "a@b.example, c@d.example", expectedEmail},
		{"email", strings.Repeat("a", 65) + "@example.com", expectedEmail},
		{"email", "a@" + strings.Repeat("a.", 130) + "example", "must be an e-mail address of at most 254 bytes"},
	}
	for _, c := range cases {
		v, fault := s.Coerce(sampleField(t, s, c.field), c.raw)
		require.Equal(t, c.want, fault, "%s %#v", c.field, c.raw)
		require.True(t, v.IsMissing(), "%s %#v", c.field, c.raw)
	}
}

func manyLabels(n int) []any {
	labels := make([]any, n)
	for i := range labels {
		labels[i] = json.Number(formatNumber(float64(i)))
	}
	return labels
}

func TestCoercePhoneWithoutRegion(t *testing.T) {
	s := NewSchema(sampleNouns, DefaultSettings(), nil)
	_, fault := s.Coerce(sampleField(t, s, "phone"), "0712345678")
	require.Equal(t, ExpectedPhoneRegion, fault)
	v, fault := s.Coerce(sampleField(t, s, "phone"), "+254 712 345 678")
	require.Empty(t, fault)
	require.Equal(t, "+254712345678", v.Text)
}

// Operands of filters have the form of stored values, not their limits.
func TestCoerceMemberHasNoLimits(t *testing.T) {
	s := sampleSchema(t)
	v, fault := s.CoerceMember(sampleField(t, s, "attributes.score"), json.Number("-1000"))
	require.Empty(t, fault)
	require.Equal(t, NumberValue(-1000), v)
	_, fault = s.CoerceMember(sampleField(t, s, "first_name"), strings.Repeat("a", 900))
	require.Empty(t, fault)
	v, fault = s.CoerceMember(sampleField(t, s, "labels"), json.Number("12"))
	require.Empty(t, fault)
	require.Equal(t, TextValue("12"), v)
	v, fault = s.CoerceMember(sampleField(t, s, "attributes.interests"), "TEA")
	require.Empty(t, fault)
	require.Equal(t, TextValue("Tea"), v)
}

func TestFieldJSON(t *testing.T) {
	s := sampleSchema(t)
	cases := []struct {
		field string
		value Value
		want  string
	}{
		{"name", TextValue("Ada"), `"Ada"`},
		{"name", Value{}, `null`},
		{"attributes.score", NumberValue(1e21), `1e+21`},
		{"attributes.score", NumberValue(0.1), `0.1`},
		{"attributes.mrr", IntValue(-5), `-0.05`},
		{"attributes.mrr", IntValue(1250), `12.5`},
		{"attributes.mrr", IntValue(1200), `12`},
		{"attributes.mrr", IntValue(0), `0`},
		{"attributes.yen", IntValue(1200), `1200`},
		{"attributes.since", IntValue(-1), `"1969-12-31"`},
		{"created_at", IntValue(-1), `"1969-12-31T23:59:59.999Z"`},
		{"labels", ListValue([]string{"a"}), `["a"]`},
		{"labels", TextValue("a"), `"a"`},
		{"attributes.vip", BoolValue(true), `true`},
	}
	for _, c := range cases {
		got, err := json.Marshal(sampleField(t, s, c.field).JSON(c.value))
		require.NoError(t, err)
		require.Equal(t, c.want, string(got), c.field)
	}
}
