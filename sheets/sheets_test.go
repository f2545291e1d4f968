package sheets

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "github.com/ndoto/kundi/repeatable"
)

func TestGuard(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Ada": "Ada", "a=b": "a=b", "ada@example.org": "ada@example.org", "Jean-Luc": "Jean-Luc", "'": "'", `"`: `"`, " ": " ",
		"-5": "-5", "+254712345678": "+254712345678", "-1.5e3": "-1.5e3", "-5|+6": "-5|+6", "2-1": "2-1",

		"=1+1": "'=1+1", "+1+1": "'+1+1", "-1-1": "'-1-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t'=1", "\tx": "'\tx", "\rx": "'\rx", "-": "'-",
		"+Inf": "'+Inf", "-0x1p4": "'-0x1p4", "-1_0": "'-1_0", "=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
		"＝1+1": "'＝1+1", "＋1": "'＋1", "－1": "'－1", "＠SUM(1)": "'＠SUM(1)", "﹦1": "'﹦1",

		"a;=1": "a;'=1", "a\t=1": "a\t'=1", "a|@x|b": "a|'@x|b", "a;;-x": "a;;'-x", "a; =1": "a;' =1", "a\n=1": "a\n'=1", "=1;=2": "'=1;'=2",
		"a; \tx": "a;' \tx",

		" =1": "' =1", "\u00a0=1": "'\u00a0=1", "\u200b=1": "'\u200b=1", "\ufeff=1": "'\ufeff=1", "\u202e=1": "'\u202e=1", "\ufe0f=1": "'\ufe0f=1",
		"\u3164=1": "'\u3164=1", "\u2060\u00ad +x": "'\u2060\u00ad +x", "\x00=1": "'\x00=1", "\xff=1": "'\xff=1",
		`"=1`: `'"=1`, "'=1": "''=1", "''=1": "'''=1", "'-5": "''-5", "“=1": "'“=1", `a;"=1`: `a;'"=1`, "' x": "' x",
	} {
		require.Equal(t, want, Guard(text), "%q", text)
	}
}

func anyText(t *rapid.T) string {
	return strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{
		"=", "+", "-", "@", "＝", ";", "|", "\t", "\r", "\n", "'", `"`, " ", "\u200b", "a", "1", ".", "é", ",", "\xff",
	})).Draw(t, "text"), "")
}

// TestGuardCanBeUndone: whatever a text holds, what was put before it can be
// told from what was there, and no cell is left that begins a formula bare.
func TestGuardCanBeUndone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := anyText(t)
		guarded := Guard(text)
		require.Equal(t, text, Unguard(guarded))
		for cell := range strings.FieldsFuncSeq(guarded, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
			bare := strings.TrimLeftFunc(cell, unseen)
			require.False(t, strings.ContainsAny(first(bare), formulas) && !isNumber(bare), "%q", guarded)
		}
	})
}

// TestUnguardLeavesOthersAlone: an apostrophe that Guard would not have put
// there is part of the text.
func TestUnguardLeavesOthersAlone(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "'": "'", "'t Hooft": "'t Hooft", "O'Brien": "O'Brien", "'quoted'": "'quoted'", "'+254712345678": "'+254712345678", "'-5": "'-5",
		"'=1": "=1", "''=1": "'=1", "'@ada": "@ada", "'-": "-", "'+254 712 345678": "+254 712 345678", "a;'=1": "a;=1", "it's; 'tis": "it's; 'tis",
	} {
		require.Equal(t, want, Unguard(text), "%q", text)
	}
}

func TestAListIsReadBack(t *testing.T) {
	require.Equal(t, `a;b\;c;d\|e;f\\`, JoinList([]string{"a", "b;c", "d|e", `f\`}))
	for text, want := range map[string][]string{
		"": {""}, "a": {"a"}, "a;b|c": {"a", "b", "c"}, `a\;b`: {"a;b"}, `C:\x;y`: {`C:\x`, "y"}, `a\`: {`a\`}, `a\\;b`: {`a\`, "b"}, ";": {"", ""},
	} {
		require.Equal(t, want, SplitList(text), "%q", text)
	}
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.StringOf(rapid.SampledFrom([]rune(`ab;|\=' é`))), 1, 5).Draw(t, "list")
		require.Equal(t, list, SplitList(Unguard(Guard(JoinList(list)))))
	})
}

func first(text string) string {
	for _, r := range text {
		return string(r)
	}
	return ""
}

func TestWriterIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// A carriage return before a line feed is not read back by encoding/csv.
		cell := rapid.Custom(func(t *rapid.T) string { return strings.ReplaceAll(anyText(t), "\r", "") })
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 1, 5).Draw(t, "rows")
		var file bytes.Buffer
		w := NewWriter(&file)
		for _, row := range rows {
			for _, cell := range row {
				w.Text(cell)
			}
			require.NoError(t, w.EndRow())
		}
		require.NoError(t, w.Flush())
		read, err := csv.NewReader(&file).ReadAll()
		require.NoError(t, err)
		require.Equal(t, rows, read)
	})
}

func TestTextIsQuotedAndTheRestIsNot(t *testing.T) {
	var file bytes.Buffer
	w := NewWriter(&file)
	w.Text(`a "b", c`)
	w.Plain("-5.5")
	w.Plain("")
	w.Text("")
	require.NoError(t, w.EndRow())
	w.Text("d")
	require.NoError(t, w.EndRow())
	require.NoError(t, w.Flush())
	require.Equal(t, "\"a \"\"b\"\", c\",-5.5,,\"\"\n\"d\"\n", file.String())
}

var errFull = errors.New("full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriterReturnsTheErrorOfItsFile(t *testing.T) {
	w := NewWriter(full{})
	w.Text("a")
	require.NoError(t, w.EndRow())
	require.ErrorIs(t, w.Flush(), errFull)
	require.ErrorIs(t, w.EndRow(), errFull)
}

func BenchmarkGuard(b *testing.B) {
	for b.Loop() {
		Guard("Amina Yusuf")
		Guard("amina.yusuf@example.org")
	}
}
