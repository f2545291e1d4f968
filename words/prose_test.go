package words_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/words"
)

func textTokens(s string) (out []string) {
	words.EachTextToken(s, func(t words.TextToken) { out = append(out, t.Text) })
	return out
}

func TestTextTokens(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"only punctuation", " -- '' ... ?!", nil},
		{"words and lines", "My order,\n\tplease!", []string{"my", "order", "please"}},
		{"umlaut in both spellings", "Rückgabe", []string{"ruckgabe", "rueckgabe"}},
		{"held together", "don't e-mail", []string{"don", "t", "dont", "e", "mail", "email"}},
		{"in both spellings, joined", "Grün-Blau", []string{"grun", "gruen", "blau", "grunblau", "gruenblau"}},
		{"too many to be joined", "a-b-c-d-e", []string{"a", "b", "c", "d", "e"}},
		{"a host", "www.shop.example.com", []string{"www", "shop", "example", "com", "wwwshopexamplecom"}},
		{"a capital inside is no end", "WhatsApp", []string{"whatsapp"}},
		{"numbers", "Nr. 4711-02", []string{"nr", "4711", "02", "471102"}},
		{"chinese", "要退款", []string{"要", "退", "要退", "款", "退款"}},
		{"traditional is simplified", "退貨", []string{"退", "货", "退货"}},
		{"punctuation ends a run", "退，款", []string{"退", "款"}},
		{"japanese", "返品", []string{"返", "品", "返品"}},
		{"korean", "환불", []string{"환", "불", "환불"}},
		{"thai with its marks", "คืนเงิน", []string{"คื", "น", "คืน", "เ", "นเ", "งิ", "เงิ", "น", "งิน"}},
		{"latin beside chinese", "iPhone手机", []string{"iphone", "手", "机", "手机"}},
		{"cyrillic has no reading", "Возврат", []string{"возврат"}},
		{"arabic without vowel signs", "طَلَب", []string{"طلب"}},
		{"hebrew without points", "שָׁלוֹם", []string{"שלום"}},
		{"hindi keeps its vowels", "वापसी", []string{"वापसी"}},
		{"emoji", "ok👍👍", []string{"ok", "👍", "👍"}},
		{"zero width", "re\u200bfund", []string{"refund"}},
		{"invalid UTF-8 separates", "re\xfffund", []string{"re", "fund"}},
	} {
		t.Run(test.name, func(t *testing.T) { require.Equal(t, test.want, textTokens(test.text)) })
	}
}

func TestTextTokensSayWhatTheyCover(t *testing.T) {
	var got []words.TextToken
	words.EachTextToken("Grüße: O'Neill 退款", func(t words.TextToken) { got = append(got, t) })
	require.Equal(t, []words.TextToken{
		{Text: "grusse", From: 0, To: 7, Word: 0, Words: 1},
		{Text: "gruesse", From: 0, To: 7, Word: 0, Words: 1},
		{Text: "o", From: 9, To: 10, Word: 1, Words: 1},
		{Text: "neill", From: 11, To: 16, Word: 2, Words: 1},
		{Text: "oneill", From: 9, To: 16, Word: 1, Words: 2},
		{Text: "退", From: 17, To: 20, Word: 3, Words: 1, Run: true},
		{Text: "款", From: 20, To: 23, Word: 4, Words: 1, Run: true},
		{Text: "退款", From: 17, To: 23, Word: 3, Words: 2, Run: true},
	}, got)
}

// The last word of the longest message is found as the first.
func TestTextTokensReadAllOfAText(t *testing.T) {
	long := strings.Repeat("lorem ipsum ", 8_000) + "zebra"
	got := textTokens(long)
	require.Len(t, got, 16_001)
	require.Equal(t, "zebra", got[16_000])
}

func TestTextTokensAreBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"a", "ab ", "ä", "é-", ".", "明", "ก", "ื", "\u0301", "\ufdfa", "👩‍👩‍👧", "\xff", "'", "\n"})
		text := strings.Join(rapid.SliceOfN(piece, 0, 200).Draw(t, "text"), "")
		if rapid.Bool().Draw(t, "flood") {
			text = strings.Repeat(text, 20)
		}
		count, word := 0, 0
		words.EachTextToken(text, func(token words.TextToken) {
			count++
			require.NotEmpty(t, token.Text)
			require.LessOrEqual(t, len(token.Text), words.MaxTokenBytes)
			require.True(t, utf8.ValidString(token.Text))
			require.True(t, 0 <= token.From && token.From < token.To && token.To <= len(text))
			require.LessOrEqual(t, token.Word, word+1, "words are numbered in order")
			require.Positive(t, token.Words)
			word = max(word, token.Word+token.Words-1)
		})
		require.LessOrEqual(t, count, 3*len(text))
	})
}
