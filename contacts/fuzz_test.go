package contacts

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// checkField demands of whatever was sent: no panic, either a value or a
// fault, a fault that does not repeat it, and a value that comes back.
func checkField(t *testing.T, s *fields.Schema, f fields.Field, raw any) fields.Value {
	v, fault := s.Coerce(f, raw)
	if fault != "" {
		require.True(t, v.IsMissing())
		if text, ok := raw.(string); ok && len(text) > 40 {
			require.NotContains(t, fault, text)
		}
		return v
	}
	wire, err := json.Marshal(f.JSON(v))
	require.NoError(t, err)
	again, fault := s.Coerce(f, decodeJSON(t, wire))
	require.Empty(t, fault, "%s %q", f.Name, wire)
	require.Equal(t, v, again, "%s %q", f.Name, wire)
	return v
}

// FuzzCoerce sends any JSON to every field.
func FuzzCoerce(f *testing.F) {
	for _, seed := range []string{
		`null`, `"x"`, `12`, `1e400`, `-0`, `true`, `[]`, `["a",null,[1]]`, `{"amount":"1.5","currency":"USD"}`, `{"a":{}}`,
		`"2024-02-29"`, `"2024-02-29T00:00:00Z"`, `"0712345678"`, `"a@b.example"`, `"https://a.example"`, `"\u0000"`,
	} {
		f.Add([]byte(seed))
	}
	s := testSchema(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		var decoded any
		if decoder.Decode(&decoded) != nil {
			decoded = string(raw) // as from a file
		}
		for _, f := range StandardFields {
			checkField(t, s, f, decoded)
		}
		for _, a := range s.Attributes() {
			checkField(t, s, field(t, s, fields.AttributePrefix+a.Key), decoded)
		}
		NewPatch(s, fields.Draft{"company": decoded, "attributes": decoded})
	})
}

func FuzzEmail(f *testing.F) {
	for _, seed := range []string{"a@b.example", `"a b"@c.example`, "é@ü.example", "a@[::1]", "a@b.example (c)", "=?utf-8?q?a?=@b.example"} {
		f.Add(seed)
	}
	s := testSchema(f)
	email, _ := s.Field("email")
	f.Fuzz(func(t *testing.T, raw string) {
		v := checkField(t, s, email, raw)
		if v.IsMissing() {
			return
		}
		require.LessOrEqual(t, len(v.Text), fields.MaxEmailLength)
		require.Equal(t, 1, strings.Count(v.Text, "@"))
		require.NotContains(t, v.Text, " ")
		require.True(t, utf8.ValidString(v.Text))
	})
}

func FuzzPhone(f *testing.F) {
	for _, seed := range []string{"0712345678", "+1 (555) 123-4567", "tel:+49-30-123456", "٠٧١٢٣٤٥٦٧٨", "+39 06 1234", "00254712345678"} {
		f.Add(seed)
	}
	s := testSchema(f)
	phone, _ := s.Field("phone")
	f.Fuzz(func(t *testing.T, raw string) {
		if v := checkField(t, s, phone, raw); !v.IsMissing() {
			require.Regexp(t, `^\+[0-9]{4,18}$`, v.Text)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, seed := range []string{"2024-02-29", "2024-02-29T00:00:00+14:00", "0001-01-01T00:00:00.001Z", "9999-12-31T23:59:59.9999-00:01"} {
		f.Add(seed)
	}
	s := testSchema(f)
	day, _ := s.Field("attributes.since")
	instant, _ := s.Field("last_seen_at")
	f.Fuzz(func(t *testing.T, raw string) {
		checkField(t, s, day, raw)
		checkField(t, s, instant, raw)
	})
}

func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"12", "-0.0", "1e309", "5e-324", "123456789012345", "1234567890123456", ".5", "5.", "0x1p4", "1_0", "+1e+5"} {
		f.Add(seed)
	}
	s := testSchema(f)
	number, _ := s.Field("attributes.any")
	dollars, _ := s.Field("attributes.mrr")
	dinars, _ := s.Field("attributes.dinar")
	f.Fuzz(func(t *testing.T, raw string) {
		v := checkField(t, s, number, raw)
		require.False(t, math.IsInf(v.Float, 0) || math.IsNaN(v.Float))
		for _, money := range []fields.Field{dollars, dinars} {
			v := checkField(t, s, money, raw)
			require.LessOrEqual(t, max(v.Int, -v.Int), int64(fields.MaxMinorUnits))
		}
	})
}
