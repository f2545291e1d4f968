package segments

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ndoto/kundi/words"
)

// Search says which segments a list has: those that fit all that is given. Texts compare by
// words.Canonical, and "" asks for nothing.
type Search struct {
	Which Which
	Words string // each of them begins a word of the name
	Label string // is one of the labels
	Owner string
}

// matcher returns whether a segment is asked for.
func (s Search) matcher() func(*Segment) bool {
	asked, label, owner := wordsOf(s.Words), words.Canonical(s.Label), words.Canonical(s.Owner)
	isLabel := func(other string) bool { return words.Canonical(other) == label }
	return func(segment *Segment) bool {
		return s.Which.has(segment) &&
			(label == "" || slices.ContainsFunc(segment.Labels, isLabel)) &&
			(owner == "" || words.Canonical(segment.Owner) == owner) &&
			begun(wordsOf(segment.Name), asked)
	}
}

// wordsOf returns the words of a text in the form in which they compare. Blanks and punctuation part them, and each
// pictograph is a word: people write them before a word without a blank.
func wordsOf(text string) []string {
	var parted strings.Builder
	for _, r := range words.Canonical(text) {
		switch {
		case unicode.IsPunct(r):
			r = ' '
		case unicode.Is(unicode.So, r):
			parted.WriteByte(' ')
			parted.WriteRune(r)
			r = ' '
		}
		parted.WriteRune(r)
	}
	return strings.Fields(parted.String())
}

// begun reports whether each of some words begins one of a name. Where a script has no blanks between words,
// it may be anywhere in one.
func begun(name, asked []string) bool {
	return !slices.ContainsFunc(asked, func(word string) bool {
		has := strings.HasPrefix
		if first, _ := utf8.DecodeRuneInString(word); words.IsSpaceless(first) {
			has = strings.Contains
		}
		return !slices.ContainsFunc(name, func(of string) bool { return has(of, word) })
	})
}
