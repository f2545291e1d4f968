package words

import (
	"unicode"
	"unicode/utf8"
)

type runeClass uint8

const (
	separator runeClass = iota
	wordRune
	cjkRune
	emojiRune
	joinerRune
	ignored
)

// minPart is how many letters each side of a capital within a word has when it
// begins a second name, as in MariaFernanda; MacDonald is one.
const minPart = 3

// beginsName reports whether a capital letter behind some letters begins a name of
// its own: small letters are on both sides.
func beginsName(before, rest string) bool {
	if len(before) < minPart || before == "Mac" || len(rest) < minPart {
		return false
	}
	for i := range len(before) {
		if c := before[i]; (c < 'a' || c > 'z') && (i > 0 || c < 'A' || c > 'Z') {
			return false
		}
	}
	for i := 1; i < minPart; i++ {
		if rest[i] < 'a' || rest[i] > 'z' {
			return false
		}
	}
	return true
}

// classify says what a rune does to the word it is in; rest starts with it.
func classify(r rune, rest string) runeClass {
	if r < utf8.RuneSelf {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return wordRune
		case r == '\'', r == '-', r == '`':
			return joinerRune
		case r == '.' && len(rest) > 1 && rest[1] != ' ':
			return joinerRune
		}
		return separator
	}
	switch {
	case r == utf8.RuneError:
		return separator
	case isEmoji(r):
		return emojiRune
	case r >= 0x1F3FB && r <= 0x1F3FF: // a colour of skin
		return ignored
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return cjkRune
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
		if isApostrophe(r) {
			return joinerRune
		}
		return wordRune
	case unicode.Is(unicode.Cf, r):
		return ignored
	case isApostrophe(r), unicode.Is(unicode.Pd, r), r == '·', r == '・':
		return joinerRune
	}
	return separator
}

// isEmoji reports whether r is a picture that people have in names.
func isEmoji(r rune) bool {
	return (r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2600 && r <= 0x27BF || r >= 0x2B00 && r <= 0x2BFF) && unicode.Is(unicode.So, r)
}
