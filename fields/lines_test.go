package fields

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTextOfSeveralLines(t *testing.T) {
	s := NewSchema(nil, DefaultSettings(), nil)
	f := Field{Name: "text", Type: FieldText, Standard: &Standard{Lines: true, Limit: 20}}
	for sent, want := range map[string]string{
		"one\n\ttwo\r\nthree":   "one\n\ttwo\r\nthree",
		"\n  both ends \n\n":    "both ends",
		"e\u0301":               "é",
		"\u200b \n":             "",
		"":                      "",
		"a\u202eb\u00adc":       "a\u202eb\u00adc", // what is invisible may mean something
		strings.Repeat("é", 20): strings.Repeat("é", 20),
	} {
		v, fault := s.Coerce(f, sent)
		require.Empty(t, fault, "%q", sent)
		require.Equal(t, want, v.Text, "%q", sent)
		require.Equal(t, want == "", v.IsMissing(), "%q", sent)
	}
	for sent, want := range map[any]string{
		"a\x00b":                "must not contain control characters other than line breaks and tabs",
		"a\x0cb":                "must not contain control characters other than line breaks and tabs",
		"a\u0085b":              "must not contain control characters other than line breaks and tabs",
		"a\xff":                 "must be text in UTF-8",
		strings.Repeat("é", 21): "must have at most 20 characters",
	} {
		_, fault := s.Coerce(f, sent)
		require.Equal(t, want, fault, "%q", sent)
	}
	_, fault := s.Coerce(f, []any{"a"})
	require.Equal(t, "must be text", fault)
	v, fault := s.Coerce(f, 12)
	require.Empty(t, fault)
	require.Equal(t, "12", v.Text)
}
