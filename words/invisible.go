package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ignorable are the default-ignorable code points of Unicode 17
// (DerivedCoreProperties.txt): what shows nothing where it is not supported.
var ignorable = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x00AD, 0x00AD, 1}, {0x034F, 0x034F, 1}, {0x061C, 0x061C, 1}, {0x115F, 0x1160, 1}, {0x17B4, 0x17B5, 1}, {0x180B, 0x180F, 1},
		{0x200B, 0x200F, 1}, {0x202A, 0x202E, 1}, {0x2060, 0x206F, 1}, {0x3164, 0x3164, 1}, {0xFE00, 0xFE0F, 1}, {0xFEFF, 0xFEFF, 1},
		{0xFFA0, 0xFFA0, 1}, {0xFFF0, 0xFFF8, 1},
	},
	R32: []unicode.Range32{{0x1BCA0, 0x1BCA3, 1}, {0x1D173, 0x1D17A, 1}, {0xE0000, 0xE0FFF, 1}},
	// Only the first is in Latin-1.
	LatinOffset: 1,
}

// pasted are those that come with pasting and never mean anything within a
// line: soft hyphens, zero-width spaces, byte order marks, the controls of
// direction and of formulas. Joiners and variation selectors are not among
// them: words of Persian and Hindi, and emoji, need them.
var pasted = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x00AD, 0x00AD, 1}, {0x061C, 0x061C, 1}, {0x200B, 0x200B, 1}, {0x200E, 0x200F, 1}, {0x202A, 0x202E, 1}, {0x2060, 0x206F, 1},
		{0xFEFF, 0xFEFF, 1},
	},
	LatinOffset: 1,
}

// The joiners, which mean something only between two characters.
const (
	nonJoiner = '\u200C'
	joiner    = '\u200D'
)

// WithoutPasted removes the invisible characters that come with pasted text, such as
// zero-width spaces and soft hyphens.
func WithoutPasted(s string) string { return dropped(s, pasted) }

// CleanText cleans one line of text: it removes the invisible characters of pasted
// text, and blanks and joiners at both ends. It returns "" if the text shows nothing.
func CleanText(s string) string {
	if IsASCII(s) {
		return strings.TrimSpace(s)
	}
	s = WithoutPasted(s)
	if ShowsNothing(s) {
		return ""
	}
	s = strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || isJoiner(r) || unicode.Is(unicode.Variation_Selector, r)
	})
	return strings.TrimRightFunc(s, func(r rune) bool { return unicode.IsSpace(r) || isJoiner(r) })
}

// CleanLines cleans a text of several lines: it removes blanks and empty lines at both ends. It
// returns "" if the text shows nothing. What is invisible stays: it may mean something there.
func CleanLines(s string) string {
	if ShowsNothing(s) {
		return ""
	}
	return strings.TrimSpace(s)
}

func isJoiner(r rune) bool { return r == joiner || r == nonJoiner }

// VisibleText removes all characters that show nothing, and blanks at both ends. It is
// for identifiers, e-mails and phone numbers, which do not need joiners.
func VisibleText(s string) string { return strings.TrimSpace(dropped(s, ignorable)) }

// dropped returns s without the characters of a table.
func dropped(s string, table *unicode.RangeTable) string {
	if IsASCII(s) || strings.IndexFunc(s, func(r rune) bool { return unicode.Is(table, r) }) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(table, r) {
			return -1
		}
		return r
	}, s)
}

// ShowsNothing reports whether a text has only blanks and characters that show
// nothing.
func ShowsNothing(s string) bool {
	for _, r := range s {
		if !unicode.IsSpace(r) && (r < utf8.RuneSelf || !unicode.Is(ignorable, r)) {
			return false
		}
	}
	return true
}
