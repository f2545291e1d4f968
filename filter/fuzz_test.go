package filter

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
)

// marker stands for what a caller must not hear back.
const marker = "zq9Qmarker"

// FuzzDecode: whatever comes in, Decode does not panic, answers with one of
// its two kinds of errors, repeats nothing of the input, and what it accepts
// has a canonical form that it accepts again.
func FuzzDecode(f *testing.F) {
	golden, err := os.ReadFile(filepath.Join("testdata", "english.txt"))
	require.NoError(f, err)
	for line := range strings.Lines(string(golden)) {
		if strings.HasPrefix(line, "{") {
			f.Add([]byte(english(line)))
		}
	}
	for _, operator := range []string{"eq", "in", "between", "within_last", "exists", "any_of", "=", "null", "notBetween", marker} {
		for _, field := range []string{"name", "email", "phone", "country", "attributes.mrr", "created_at", "labels", "segment", marker} {
			rule := `{"field":"` + field + `","operator":"` + operator + `","value":`
			f.Add([]byte(english(rule + `"` + marker + `"}`)))
			f.Add([]byte(english(rule + `["` + marker + `",{"` + marker + `":1}],"` + marker + `":1}`)))
		}
	}
	f.Add([]byte(`{"combinator":"` + marker + `","not":"` + marker + `","rules":["` + marker + `"],"` + marker + `":[]}`))
	f.Add([]byte(`{"` + marker + `":1,"` + marker + `":2}`))
	f.Add([]byte(english(`{"field":"name","operator":"contains","value":"a¨"}`)))
	f.Add([]byte(english(`{"field":"attributes.site","operator":"eq","value":"https://example.com/％"}`)))

	d := testDecoder()
	f.Fuzz(func(t *testing.T, raw []byte) {
		decoded, err := d.Decode(raw, "filter")
		if err != nil {
			requireSafe(t, err)
			return
		}
		canonical := decoded.Canonical()
		again, err := d.Decode(canonical, "filter")
		require.NoError(t, err, string(canonical))
		require.Equal(t, string(canonical), string(again.Canonical()))
		require.NotEmpty(t, decoded.String())
		again, err = d.Decode(decoded.Saved(), "filter")
		require.NoError(t, err, string(decoded.Saved()))
		require.Equal(t, string(canonical), string(again.Canonical()))
	})
}

func requireSafe(t *testing.T, err error) {
	t.Helper()
	var e *fault.Error
	require.True(t, errors.As(err, &e))
	require.Contains(t, []fault.ErrorKind{fault.KindMalformed, fault.KindInvalid}, e.Kind)
	require.Equal(t, e.Kind == fault.KindInvalid, len(e.Faults) > 0)
	require.NotContains(t, e.Error(), marker)
	if e.Err != nil {
		require.NotContains(t, e.Err.Error(), marker)
	}
	for _, fault := range e.Faults {
		require.True(t, strings.HasPrefix(fault.Path, "filter"), fault.Path)
		require.NotContains(t, fault.Path+fault.Detail, marker)
	}
}

// TestCanonicalOfAwkwardText: folding must not end in what Decode refuses or
// reads as something else.
func TestCanonicalOfAwkwardText(t *testing.T) {
	for _, rule := range []string{
		`{"field":"name","operator":"contains","value":"¨"}`,
		`{"field":"name","operator":"contains","value":"a¨"}`,
		`{"field":"name","operator":"in","value":["a¨","a","\u00a8b"]}`,
		`{"field":"name","operator":"eq","value":"` + strings.Repeat("ﷺ", 1_000) + `"}`,
		`{"field":"labels","operator":"any_of","value":["a¨"]}`,
		`{"field":"attributes.site","operator":"eq","value":"https://example.com/％"}`,
		`{"field":"email","operator":"eq","value":"İ@example.com"}`,
		`{"field":"attributes.tier","operator":"eq","value":"GRÖSSE"}`,
	} {
		r := decodeRule(t, rule)
		f := &Filter{Root: &Group{Rules: []Node{r}}}
		again := decodeAll(t, string(f.Canonical()))
		require.Equal(t, r.Values, again.Root.Rules[0].(*Rule).Values, rule)
		require.Equal(t, f.Hash(), again.Hash())
	}
	_, err := testDecoder().Decode([]byte(english(`{"field":"name","operator":"contains","value":"\u0301"}`)), "filter")
	require.ErrorContains(t, err, "a letter, a digit or a sign")
}

func TestHash(t *testing.T) {
	hash := func(rule string) string { return decodeAll(t, `{"combinator":"and","rules":[`+rule+`]}`).Hash() }
	require.Len(t, hash(`{"field":"name","operator":"exists"}`), 32)
	same := [][2]string{
		{`{"field":"country","operator":"in","value":["TZ","ke","KE"]}`, `{"value":["KE","TZ"],"operator":"in","field":"country","id":"r1"}`},
		{`{"field":"name","operator":"eq","value":"JOSÉ"}`, `{"field":"name","operator":"eq","value":" jose "}`},
		{`{"field":"created_at","operator":"gt","value":"2026-01-01"}`, `{"field":"created_at","operator":"after","value":"2026-01-01"}`},
		{`{"field":"created_at","operator":"ne","value":"2026-01-01T01:00:00+01:00"}`, `{"field":"created_at","operator":"not_on","value":"2026-01-01T00:00:00.000Z"}`},
		{`{"field":"attributes.mrr","operator":"gt","value":{"amount":"10.50","currency":"usd"}}`, `{"field":"attributes.mrr","operator":"gt","value":10.5}`},
	}
	for _, pair := range same {
		require.Equal(t, hash(pair[0]), hash(pair[1]), pair[0])
	}
	require.NotEqual(t, hash(`{"field":"created_at","operator":"gte","value":"2026-01-01"}`), hash(`{"field":"created_at","operator":"not_before","value":"2026-01-01"}`))
	require.NotEqual(t, hash(`{"field":"created_at","operator":"gte","value":"2026-01-01"}`), hash(`{"field":"created_at","operator":"gte","value":"2026-01-01T00:00:00Z"}`))
}
