package words

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// IdentifierPieces returns the runs of letters and the runs of digits of an
// identifier: "CUST-0012x" has cust, 0012 and x.
func IdentifierPieces(identifier string) []string { return Pieces(Clip(identifier, MaxSearchBytes)) }

// Pieces returns the runs of letters and the runs of digits of a text, folded. It
// returns at most MaxSearchWords of them.
func Pieces(s string) []string {
	var out []string
	from, kind := 0, byte(0)
	cut := func(to int, next byte) {
		if kind != 0 && len(out) < MaxSearchWords {
			if f := foldWord(s[from:to]); f.plain != "" {
				out = append(out, Clip(f.plain, MaxTokenBytes))
			}
		}
		from, kind = to, next
	}
	for i, r := range s {
		next := byte(0)
		switch {
		case r >= '0' && r <= '9':
			next = 'd'
		case unicode.IsLetter(r) || unicode.IsMark(r):
			next = 'l'
		}
		if next != kind {
			cut(i, next)
		}
	}
	cut(len(s), 0)
	return out
}

// Digits returns the first 32 digits of a text, of any script, in ASCII. Parts of
// phone numbers are compared in this form.
func Digits(s string) string {
	if !IsASCII(s) {
		s = norm.NFKD.String(s)
	}
	var b [32]byte
	n := 0
	for _, r := range s {
		if digit, ok := digitOf(r); ok && n < len(b) {
			b[n] = digit
			n++
		}
	}
	return string(b[:n])
}

// digitOf returns a decimal digit in ASCII. Every script has its ten in a row,
// with something else before the zero.
func digitOf(r rune) (ascii byte, ok bool) {
	if r < utf8.RuneSelf {
		return byte(r), r >= '0' && r <= '9'
	}
	if !unicode.IsDigit(r) {
		return 0, false
	}
	ascii = '0'
	for before := r - 1; ascii < '9' && unicode.IsDigit(before); before-- {
		ascii++
	}
	return ascii, true
}
