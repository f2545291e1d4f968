package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Canonical returns the fold of a text. Filters and uniqueness compare texts by it, so
// "Émile" and "emile" are one text. It applies, in this order:
//   - compatibility decomposition (NFKD) and full case folding: ß becomes ss, ς
//     becomes σ;
//   - the combining marks U+0300 to U+036F are removed, and ł ø đ ð þ æ œ ħ ı become
//     plain letters;
//   - characters that show nothing (default-ignorable code points) are removed;
//   - every run of blanks becomes one space, every apostrophe ', every hyphen or dash
//     -;
//   - composition (NFC).
//
// Every text has exactly one fold. The several spellings of a word that search knows
// are made by SearchTokens.
func Canonical(s string) string {
	if folded, ok := canonicalASCII(s); ok {
		return folded
	}
	s = strings.Map(func(r rune) rune {
		if r == acute || r == oxia { // decomposes into a blank and a mark
			return '\''
		}
		return r
	}, s)
	// Folding may yield characters that decompose further, so decompose once
	// more: İ folds to i + U+0307.
	s = norm.NFKD.String(cases.Fold().String(norm.NFKD.String(s)))
	var b strings.Builder
	b.Grow(len(s))
	blank := false // the last character written is a space
	for _, r := range s {
		switch {
		case r >= 0x0300 && r <= 0x036F, r >= utf8.RuneSelf && unicode.Is(ignorable, r):
			continue
		case unicode.IsSpace(r):
			if !blank {
				b.WriteByte(' ')
			}
			blank = true
			continue
		case isApostrophe(r):
			r = '\''
		case unicode.Is(unicode.Dash, r):
			r = '-'
		}
		blank = false
		if plain, ok := plainLetters[r]; ok {
			b.WriteString(plain)
			continue
		}
		b.WriteRune(upperCherokee(r))
	}
	return norm.NFC.String(b.String())
}

// The accent that keyboards have beside the apostrophe, and its Greek twin.
const (
	acute = '\u00B4'
	oxia  = '\u1FFD'
)

// isApostrophe reports the characters that people type or paste for one. Some
// of them are letters to Unicode.
func isApostrophe(r rune) bool {
	switch r {
	case '\'', '`', acute, '‘', '’', '‛', 'ʼ', 'ʻ', 'ʽ', 'ʹ', 'ʾ', 'ʿ', 'ˈ', '′', '‵', '＇', '՚', '׳', 'ꞌ', 'Ꞌ', 'ߴ', 'ߵ':
		return true
	}
	return false
}

// upperCherokee folds the small letters of Cherokee to the capitals, as
// Unicode's CaseFolding does; package cases swaps the two instead.
func upperCherokee(r rune) rune {
	switch {
	case r >= 0xAB70 && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0
	case r >= 0x13F8 && r <= 0x13FD:
		return r - 8
	}
	return r
}

// plainLetters are letters that do not decompose, by their plain spelling.
var plainLetters = map[rune]string{
	'ł': "l", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'æ': "ae", 'œ': "oe", 'ħ': "h", 'ı': "i",
}

// canonicalASCII folds text that is all ASCII: case, blanks and the grave
// accent, which stands for an apostrophe.
func canonicalASCII(s string) (string, bool) {
	upper, other, blank := false, false, false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			return "", false
		}
		upper = upper || c >= 'A' && c <= 'Z'
		other = other || c == '`' || c == ' ' && blank || c >= '\t' && c <= '\r'
		blank = c == ' '
	}
	if upper {
		s = strings.ToLower(s)
	}
	if other {
		s = plainASCII(s)
	}
	return s, true
}

// plainASCII writes every run of blanks as one space, and grave accents as
// apostrophes.
func plainASCII(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case unicode.IsSpace(rune(c)):
			if i == 0 || !unicode.IsSpace(rune(s[i-1])) {
				b.WriteByte(' ')
			}
		case c == '`':
			b.WriteByte('\'')
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// lowerASCII writes text that is all ASCII in lower case, byte by byte.
func lowerASCII(s string) (string, bool) {
	upper := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			return "", false
		}
		upper = upper || (c >= 'A' && c <= 'Z')
	}
	if upper {
		return strings.ToLower(s), true
	}
	return s, true
}
