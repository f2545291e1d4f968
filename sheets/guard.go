package sheets

import (
	"iter"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// formulas are the characters that begin a formula. Spreadsheets read the
	// wide and the small forms, which some keyboards write, like the usual ones.
	formulas = "=+-@＝＋－＠﹦﹢﹣﹫"
	// separators are the characters that some programs take for the end of a
	// cell, because they do not expect a comma there.
	separators = ";|\t\r\n"
	// quotes are the characters that some programs remove from the start of a
	// cell.
	quotes = "'\"‘’“”`"
)

// Guard returns the text in a form that no spreadsheet takes for a formula. It
// puts an apostrophe before each place where a formula would begin: =1+1 becomes
// '=1+1. Such a place is the beginning of the text, or the character after a
// separator. Blanks, quotes and invisible characters before it do not count. A
// number may begin with its sign, so -5 stays as it is.
//
// If the text has apostrophes before such a place already, Guard puts one more
// before them. So Unguard knows that the first of them is Guard's.
func Guard(text string) string {
	if !strings.ContainsAny(text, formulas+"\t\r") {
		return text
	}
	var out strings.Builder
	for cell := range cells(text) {
		if beginsFormula(cell) {
			out.WriteByte('\'')
		}
		out.WriteString(cell)
	}
	return out.String()
}

// Unguard returns the text as it was before Guard. It removes one apostrophe
// before each place where a formula would begin, and keeps all others.
func Unguard(text string) string {
	if strings.IndexByte(text, '\'') < 0 {
		return text
	}
	var out strings.Builder
	for cell := range cells(text) {
		if rest, quoted := strings.CutPrefix(cell, "'"); quoted && beginsFormula(rest) {
			cell = rest
		}
		out.WriteString(cell)
	}
	return out.String()
}

// cells returns the pieces of a text that a program may take for cells, each with
// the separator at its end.
func cells(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for rest := text; rest != ""; {
			cell := rest
			if end := strings.IndexAny(rest, separators); end >= 0 {
				cell = rest[:end+1]
			}
			if !yield(cell) {
				return
			}
			rest = rest[len(cell):]
		}
	}
}

// beginsFormula reports whether a program may take a cell for a formula. Programs
// may ignore its first blanks, quotes and invisible characters.
func beginsFormula(cell string) bool {
	for at, r := range cell {
		switch {
		case strings.ContainsRune(formulas, r):
			return at > 0 || !isNumber(strings.TrimRight(cell, separators))
		case r == '\t' || r == '\r':
			return true
		case !strings.ContainsRune(quotes, r) && !unseen(r):
			return false
		}
	}
	return false
}

// isNumber reports whether a text is a decimal number. ParseFloat also accepts
// other forms, which all have letters or underscores.
func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil && strings.Trim(text, "+-.0123456789eE") == ""
}

// unseen reports whether a character is a blank or is invisible: controls, format
// characters such as the zero-width space, and characters that a program may
// ignore by the rules of Unicode.
func unseen(r rune) bool {
	return r == utf8.RuneError || unicode.IsSpace(r) ||
		unicode.In(r, unicode.Cc, unicode.Cf, unicode.Z, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
