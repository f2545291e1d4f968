package words_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/words"
)

func texts(s string) []string {
	var out []string
	for _, t := range words.SearchTokens(s) {
		out = append(out, t.Text)
	}
	return out
}

func TestSearchTokens(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"only punctuation", " -- '' ... ?!", nil},
		{"words in order", "Ana  María", []string{"ana", "maria"}},
		{"umlaut in both spellings", "Müller", []string{"muller", "mueller"}},
		{"umlaut written with a combining mark", "Mu\u0308ller", []string{"muller", "mueller"}},
		{"nordic letters", "Ødegård", []string{"odegard", "oedegaard"}},
		{"letters that do not decompose", "Łukasz Þór", []string{"lukasz", "thor"}},
		{"sharp s", "Weiß", []string{"weiss"}},
		{"apostrophe split and joined", "D'Angelo", []string{"d", "angelo", "dangelo"}},
		{"typographic apostrophe", "O’Neill", []string{"o", "neill", "oneill"}},
		{"hyphen split and joined", "Seo-ah", []string{"seo", "ah", "seoah"}},
		{"three joined words by pairs too", "Anne-Marie-Lou", []string{"anne", "marie", "lou", "annemarielou", "annemarie", "marielou"}},
		{"national spelling of joined words", "Müller-Lüd", []string{"muller", "mueller", "lud", "lued", "mullerlud", "muellerlued"}},
		{"full stop within", "J.R. Ewing", []string{"j", "r", "jr", "ewing"}},
		{"cyrillic beside its transliteration", "Владимир", []string{"владимир", "vladimir"}},
		{"greek", "Αλέξης", []string{"αλεξησ", "alexis"}},
		{"greek digraphs", "Μπάμπης Ευάγγελος Παύλου", []string{"μπαμπησ", "bampis", "ευαγγελοσ", "evangelos", "παυλου", "pavlou"}},
		{"chinese in the reading of names", "娜", []string{"娜", "na"}},
		{"chinese by character", "王小明", []string{"王", "wang", "小", "xiao", "明", "ming", "王小明", "wangxiaoming", "小明", "xiaoming"}},
		{"chinese family name", "单雄信", []string{"单", "shan", "雄", "xiong", "信", "xin", "单雄信", "shanxiongxin", "雄信", "xiongxin"}},
		{"korean", "김민수", []string{"김", "kim", "민", "min", "수", "su", "김민수", "kimminsu", "민수", "minsu"}},
		{"kana", "シュン", []string{"し", "shi", "ゅ", "yu", "ん", "n", "しゅん", "shun"}},
		{"arabic article", "الحميدي", []string{"الحميدي", "alhmidi"}},
		{"full width", "ＭＡＲＩＡ", []string{"maria"}},
		{"zero width and direction marks", "a\u200bn\u200ea", []string{"ana"}},
		{"arabic without vowel signs", "مُحَمَّد", []string{"محمد", "mhmd"}},
		{"digits", "Studio 54", []string{"studio", "54"}},
		{"invalid UTF-8 separates", "ana\xffmaria", []string{"ana", "maria"}},
		{"forms of arabic letters", "أحمدی", []string{"احمدي", "ahmdi"}},
		{"first words of names", "عبد السلام", []string{"عبد", "abd", "السلام", "alslam", "عبدالسلام", "abdalslam"}},
		{"compound family name", "歐陽志強", []string{"欧", "ou", "阳", "yang", "志", "zhi", "强", "qiang", "欧阳志强", "ouyangzhiqiang", "欧阳", "ouyang", "志强", "zhiqiang"}},
		{"japanese name", "山田 太郎", []string{"山", "shan", "田", "tian", "山田", "shantian", "yamada", "太", "tai", "郎", "lang", "太郎", "tailang", "taro"}},
		{"japanese name in kana", "たなかゆい", append(texts("たなかゆ")[:8], "い", "i", "たなかゆい", "tanakayui", "たなか", "tanaka", "ゆい", "yui")},
		{"capital within a word", "MariaFernanda", []string{"maria", "fernanda", "mariafernanda"}},
		{"capital within a name", "McDonald DeShawn MacArthur", []string{"mcdonald", "deshawn", "macarthur"}},
		{"emoji", "🦄Sam ☕️", []string{"🦄", "sam", "☕"}},
	} {
		t.Run(test.name, func(t *testing.T) { require.Equal(t, test.want, texts(test.text)) })
	}
}

func TestSearchTokensSayWhatTheyCover(t *testing.T) {
	require.Equal(t, []words.Token{
		{Text: "jose", From: 0, To: 5, Word: 0, Words: 1},
		{Text: "o", From: 6, To: 7, Word: 1, Words: 1},
		{Text: "neill", From: 8, To: 13, Word: 2, Words: 1},
		{Text: "oneill", From: 6, To: 13, Word: 1, Words: 2},
	}, words.SearchTokens("José O'Neill"))
}

func TestSearchTokensAreBounded(t *testing.T) {
	for name, text := range map[string]string{
		"combining marks":     "a" + strings.Repeat("\u0301", 10_000),
		"one long word":       strings.Repeat("x", 10_000),
		"many words":          strings.Repeat("ab ", 10_000),
		"many joined words":   strings.Repeat("ab-", 10_000),
		"expanding character": strings.Repeat("\ufdfa", 10_000),
		"emoji":               strings.Repeat("👩‍👩‍👧", 1_000),
		"chinese":             strings.Repeat("明", 10_000),
		"invalid":             strings.Repeat("\xff", 10_000),
	} {
		t.Run(name, func(t *testing.T) { requireBounded(t, text) })
	}
}

func requireBounded(t require.TestingT, text string) {
	tokens := words.SearchTokens(text)
	total := 0
	for _, token := range tokens {
		total = max(total, token.Word+token.Words)
		require.NotEmpty(t, token.Text)
		require.LessOrEqual(t, len(token.Text), words.MaxTokenBytes)
		require.True(t, utf8.ValidString(token.Text))
		require.True(t, 0 <= token.From && token.From < token.To && token.To <= len(text))
	}
	require.LessOrEqual(t, total, words.MaxSearchWords)
	require.LessOrEqual(t, len(tokens), 8*words.MaxSearchWords)
}

func FuzzSearchTokens(f *testing.F) {
	for _, seed := range []string{"Müller-Lüd", "王小明", "O’Neill", "a\u0301\u200b", "\xff", "J.R. 54"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { requireBounded(t, text) })
}

// Whatever the case and the accents, the plain tokens are the same, so a
// query finds what was stored in another spelling.
func TestSearchTokensOfASpellingAreThoseOfItsFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[A-ZÁÉÍÓÚÑÇŁŠ][a-záéíóúñçłš]{0,11}( [A-ZÁÉÍÓÚ][a-záéíóú]{0,11})?`).Draw(t, "name")
		require.Equal(t, texts(words.Canonical(name)), texts(name))
		require.Equal(t, texts(name), texts(strings.ToUpper(name)))
	})
}

func TestDigitsAndIdentifierPieces(t *testing.T) {
	require.Equal(t, "4915112345678", words.Digits("+49 (151) 123-45678"))
	require.Equal(t, "0712", words.Digits("٠٧-１२"))
	require.Len(t, words.Digits(strings.Repeat("1", 1_000)), 32)
	require.Equal(t, []string{"cust", "0012", "x"}, words.IdentifierPieces("CUST-0012x"))
	require.True(t, slices.Contains(words.IdentifierPieces("É12"), "e"))
}
