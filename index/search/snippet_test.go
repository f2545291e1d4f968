package search

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/words"
)

// matching are the tokens of a query as they are.
func matching(query string) Matched {
	p := readTextPhrase(query)
	m := Matched{tokens: map[string]uint64{}, all: 1<<len(p) - 1}
	for i := range p {
		for _, token := range p[i].exact() {
			m.tokens[token] |= 1 << i
		}
	}
	return m
}

// highlighted are the parts of a snippet that are highlighted.
func highlighted(s Snippet) (parts []string) {
	characters := []rune(s.Text)
	for _, h := range s.Highlights {
		parts = append(parts, string(characters[h[0]:h[1]]))
	}
	return parts
}

func TestSnippets(t *testing.T) {
	lorem := strings.Repeat("Lorem ipsum dolor. ", 30)
	for name, c := range map[string]struct {
		query, text string
		want        []string // what is highlighted
		snippet     string   // "" for any
	}{
		"a short text, whole":        {"refund", "My  refund,\n\tplease!", []string{"refund"}, "My refund, please!"},
		"several words":              {"please refund", "My refund, please!", []string{"refund", "please"}, "My refund, please!"},
		"far from the beginning":     {"refund", lorem + "My refund, please! " + lorem, []string{"refund"}, ""},
		"where most words are":       {"late refund", "refund " + lorem + "a late refund " + lorem, []string{"late", "refund"}, ""},
		"held together":              {"email", "Send an e-mail", []string{"e-mail"}, "Send an e-mail"},
		"with umlaut":                {"grosse", "Die Größe L", []string{"Größe"}, "Die Größe L"},
		"cyrillic":                   {"возврат", strings.Repeat("Здравствуйте! ", 40) + "Где мой Возврат?", []string{"Возврат"}, ""},
		"greek":                      {"επιστροφη", strings.Repeat("Καλημέρα σας. ", 40) + "Η επιστροφή μου", []string{"επιστροφή"}, ""},
		"arabic":                     {"طلب", strings.Repeat("السلام عليكم ", 40) + "أين طلب", []string{"طلب"}, ""},
		"hebrew":                     {"החזר", strings.Repeat("שלום לכם ", 40) + "איפה החזר שלי", []string{"החזר"}, ""},
		"hindi":                      {"वापसी", strings.Repeat("नमस्ते जी ", 40) + "मेरी वापसी कहाँ", []string{"वापसी"}, ""},
		"chinese, neighbours joined": {"要退款", strings.Repeat("你好，", 100) + "我要退款吗", []string{"要退款"}, ""},
		"japanese":                   {"返品", strings.Repeat("こんにちは。", 60) + "返品したい", []string{"返品"}, ""},
		"korean":                     {"환불", strings.Repeat("안녕하세요 ", 60) + "환불해주세요", []string{"환불"}, ""},
		"thai":                       {"คืนเงิน", strings.Repeat("สวัสดีครับ", 40) + "ขอคืนเงินหน่อย", []string{"คืนเงิน"}, ""},
		"burmese":                    {"ငွေ", strings.Repeat("မင်္ဂလာပါ", 40) + "ငွေပြန်", []string{"ငွေ"}, ""},
		"one word that is too long":  {strings.Repeat("x", 300), "a " + strings.Repeat("x", 300), []string{strings.Repeat("x", 200)}, strings.Repeat("x", 200)},
		"nothing":                    {"refund", lorem, nil, ""},
		"no text":                    {"refund", "", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := matching(c.query)
			s, some, all := m.In(c.text)
			require.Equal(t, c.want, highlighted(s))
			require.Equal(t, []bool{len(c.want) > 0, len(c.want) > 0}, []bool{some, all})
			requireWholeWords(t, c.text, s)
			if c.snippet != "" {
				require.Equal(t, c.snippet, s.Text)
			}
			if size := utf8.RuneCountInString(onOneLine(c.text)); size > 2*SnippetSize && strings.Contains(c.text, " ") {
				require.Greater(t, utf8.RuneCountInString(s.Text), SnippetSize-25, "it is filled up")
			}
		})
	}
}

// requireWholeWords demands that a snippet is a stretch of the text, short enough, and has no part of
// a word unless one is too long.
func requireWholeWords(t require.TestingT, text string, s Snippet) {
	line := onOneLine(text)
	require.LessOrEqual(t, utf8.RuneCountInString(s.Text), SnippetSize)
	require.True(t, utf8.ValidString(s.Text))
	require.Contains(t, line, s.Text)
	last := 0
	for i, h := range s.Highlights {
		require.True(t, h[0] < h[1] && h[1] <= utf8.RuneCountInString(s.Text))
		require.True(t, i == 0 && h[0] >= 0 || h[0] > last, "in order, apart")
		last = h[1]
	}
	if slicesOfLetters(line) > SnippetSize/2 {
		return
	}
	whole := false
	for at := range len(line) + 1 {
		whole = whole || strings.HasPrefix(line[at:], s.Text) && isEdge(line, at) && isEdge(line, at+len(s.Text))
	}
	require.True(t, whole, "%q is cut at words", s.Text)
}

// slicesOfLetters is how many characters the longest word has.
func slicesOfLetters(line string) (most int) {
	size := 0
	for i := range line {
		if size++; isEdge(line, i) {
			size = 0
		}
		most = max(most, size)
	}
	return most
}

func TestSnippetsOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.SampledFrom([]string{"refund", "late ", " ", "\n", "größe ", "e-mail,", "要", "退款", "ก", "คืน", "👩‍👩‍👧", "🇰🇪", "👍🏽", "e\u0301", "x", "12.50 ", "שלום ", "weil"})
		text := strings.ToValidUTF8(strings.Join(rapid.SliceOfN(piece, 0, 150).Draw(t, "text"), ""), "")
		m := matching(rapid.SampledFrom([]string{"refund late", "退款", "คืน", "e-mail", "größe", "👍"}).Draw(t, "query"))
		s, some, _ := m.In(text)
		requireWholeWords(t, text, s)
		require.Equal(t, some, len(s.Highlights) > 0)
	})
}

// Of several texts the one with the most words is shown, and of equals the first.
func TestTheBestOfSeveralTextsIsShown(t *testing.T) {
	m := matching("late refund")
	s, some, all := m.In("a refund", "a late refund", "another late refund")
	require.True(t, some)
	require.True(t, all)
	require.Equal(t, "a late refund", s.Text)
	s, some, all = m.In("a refund", "it is late")
	require.True(t, some)
	require.False(t, all)
	require.Equal(t, "a refund", s.Text)
	n, all := m.Has("a refund", "it is late")
	require.Equal(t, 2, n)
	require.True(t, all)
}

func TestTextPhrase(t *testing.T) {
	long := strings.Repeat("a b c d e f g h i j k l m n o p q r s t u v w x y z ", 2)
	require.Len(t, readTextPhrase(long), maxTextWords)
	require.Empty(t, readTextPhrase("?! ..."))
	require.Len(t, readTextPhrase("refund Refund REFUND"), 1)
	p := readTextPhrase("my e-mail 要退款 late")
	var got [][]string
	for i := range p {
		got = append(got, p[i].exact())
	}
	require.Equal(t, [][]string{{"my"}, {"e", "email"}, {"mail", "email"}, {"要退"}, {"退款"}, {"late"}}, got)
	require.True(t, p[5].unfinished)
	require.False(t, readTextPhrase("late ")[0].unfinished, "a blank ends it")
	require.False(t, readTextPhrase("退款")[0].unfinished)
	require.Equal(t, []string{"退"}, readTextPhrase("退")[0].exact())
	require.True(t, words.IsSpaceless('退'))
}
