package contacts

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Canonical is the fold under which filters and uniqueness compare text:
// compatibility decomposition (NFKD), full case folding (ß = ss, ς = σ), the
// combining marks U+0300 to U+036F removed, ł ø đ ð þ æ œ ħ ı written in plain
// letters, recomposed (NFC). It is an equivalence: unlike the variants of
// search, one text has one form.
func Canonical(s string) string {
	if folded, ok := canonicalASCII(s); ok {
		return folded
	}
	// Folding may yield characters that decompose further, so decompose once
	// more: İ folds to i + U+0307.
	s = norm.NFKD.String(cases.Fold().String(norm.NFKD.String(s)))
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r >= 0x0300 && r <= 0x036F {
			continue
		}
		if plain, ok := plainLetters[r]; ok {
			b.WriteString(plain)
			continue
		}
		b.WriteRune(upperCherokee(r))
	}
	return norm.NFC.String(b.String())
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

// canonicalASCII folds text that is all ASCII, where only case matters.
func canonicalASCII(s string) (string, bool) {
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

// CanonicalEmail is the form under which e-mails compare and are unique: by
// case only.
func CanonicalEmail(s string) string { return strings.ToLower(s) }
