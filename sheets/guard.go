package sheets

import (
	"iter"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// formulas are what a formula begins with. Spreadsheets read the wide and
	// the small forms, which some keyboards write, as the usual ones.
	formulas = "=+-@＝＋－＠﹦﹢﹣﹫"
	// separators end a cell for a program that expects another separator than
	// the comma, and what follows begins one.
	separators = ";|\t\r\n"
	// quotes are taken off by some programs before they look at a cell.
	quotes = "'\"‘’“”`"
)

// Guard returns a text that no spreadsheet takes for a formula: an apostrophe
// is put before each place where one would begin. That is the beginning of the
// text and whatever follows a separator, where blanks, quotes and characters
// that nobody sees do not count. A number may begin with its sign.
//
// The apostrophe is put before those that are there already, so that it can be
// told from them: where a formula would begin after apostrophes, the first is
// Guard's.
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

// Unguard takes off what Guard has put on: the apostrophe before each place
// where a formula would begin without it, and none of those that the text had.
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

// cells are the pieces of a text that a program may take for cells, each with
// the separator that ends it.
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

// beginsFormula reports whether a cell, with the separator that ends it, would
// be taken for a formula, or would if its first characters were not seen. A
// cell that begins with a tab or a carriage return is: they are passed over.
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

// isNumber reports whether a text is a decimal number. ParseFloat takes more,
// all of it with letters or underscores.
func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil && strings.Trim(text, "+-.0123456789eE") == ""
}

// unseen reports whether a character is a blank or shows nothing: controls,
// formats such as the zero-width space, and those that Unicode lets a program
// leave out.
func unseen(r rune) bool {
	return r == utf8.RuneError || unicode.IsSpace(r) ||
		unicode.In(r, unicode.Cc, unicode.Cf, unicode.Z, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
