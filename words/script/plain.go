package script

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// plainLetters are letters that are written for one another in names: the forms
// of alef, yeh, kaf and heh in Arabic, Persian and Urdu, and Chinese characters in
// their old form, which are written in the new one.
var plainLetters = sync.OnceValue(func() map[rune]rune {
	m := map[rune]rune{}
	for plain, others := range map[rune]string{'ا': "أإآٱ", 'ي': "ىیئۍێ", 'ك': "ک", 'ه': "ةہھۃۀە", 'و': "ؤۆۇ"} {
		for _, other := range others {
			m[other] = plain
		}
	}
	eachLine("tables/characters.txt", func(plain, others string) {
		r, _ := utf8.DecodeRuneInString(plain)
		for _, other := range strings.TrimSpace(others) {
			m[other] = r
		}
	})
	return m
})

// Plain makes letters equal that people do not tell apart when they look for a name:
// traditional characters become simplified ones, katakana becomes hiragana, the
// letters of Persian and Urdu become those of Arabic.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x0600 {
			return r
		}
		r = hiragana(r)
		if plain, ok := plainLetters()[r]; ok {
			return plain
		}
		return r
	}, s)
}
