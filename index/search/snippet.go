package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ndoto/kundi/words"
)

// SnippetSize is how many characters of a text a snippet has, at most.
const SnippetSize = 200

// Snippet is a stretch of a text around what was searched for. Every run of blanks and line breaks
// in it is one space.
type Snippet struct {
	Text string
	// Highlights are where the words are: from and up to, in characters of Text, in order.
	Highlights [][2]int
}

// mark is a word of a text that was searched for.
type mark struct {
	from, to int    // bytes
	words    uint64 // of the query, as bits
}

// snippetOf cuts a snippet out of a text on one line, in which some words are marked in order. It
// begins and ends with whole words, unless one word alone is too long.
func snippetOf(text string, marks []mark) Snippet {
	first, last := densest(text, marks)
	core := [2]int{}
	if len(marks) > 0 {
		core = [2]int{marks[first].from, marks[last].to}
	}
	from, to := stretch(text, core)
	s := Snippet{Text: text[from:to]}
	for _, m := range marks {
		s.add(from, max(m.from, from), min(m.to, to))
	}
	return s
}

// add adds a highlight, by bytes of the text that the snippet begins in at from. What touches or
// overlaps the last one goes on with it.
func (s *Snippet) add(begin, from, to int) {
	if from >= to {
		return
	}
	start := utf8.RuneCountInString(s.Text[:from-begin])
	end := start + utf8.RuneCountInString(s.Text[from-begin:to-begin])
	if n := len(s.Highlights); n > 0 && start <= s.Highlights[n-1][1] {
		s.Highlights[n-1][1] = max(s.Highlights[n-1][1], end)
		return
	}
	s.Highlights = append(s.Highlights, [2]int{start, end})
}

// densest returns the first and the last of neighbouring marks that have the most words of the
// query and lie within a snippet.
func densest(text string, marks []mark) (first, last int) {
	most := 0
	for i := range marks {
		var seen uint64
		room := SnippetSize
		at := marks[i].from
		for j := i; j < len(marks); j++ {
			if marks[j].to > at {
				room -= utf8.RuneCountInString(text[at:marks[j].to])
				at = marks[j].to
			}
			if room < 0 && j > i {
				break
			}
			if more := seen | marks[j].words; more != seen {
				seen = more
				if n := count(seen); n > most {
					most, first, last = n, i, j
				}
			}
		}
	}
	return first, last
}

// stretch returns the bytes of a snippet around a core, with as much before it as behind it.
func stretch(text string, core [2]int) (from, to int) {
	room := SnippetSize - utf8.RuneCountInString(text[core[0]:core[1]])
	if room < 0 {
		return core[0], ahead(text, core[0], SnippetSize)
	}
	before := utf8.RuneCountInString(text[:core[0]])
	behind := utf8.RuneCountInString(text[core[1]:])
	left := min(before, max(room/2, room-behind))
	from, to = back(text, core[0], left), ahead(text, core[1], room-left)
	for i := from; i <= core[0]; i++ {
		if isEdge(text, i) {
			from = i
			break
		}
	}
	for i := to; i >= core[1]; i-- {
		if isEdge(text, i) {
			to = i
			break
		}
	}
	for from < core[0] && text[from] == ' ' {
		from++
	}
	for to > core[1] && text[to-1] == ' ' {
		to--
	}
	return from, to
}

// back and ahead are where some characters before a place begin, and some behind it end.
func back(text string, at, characters int) int {
	for ; characters > 0; characters-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

func ahead(text string, at, characters int) int {
	for ; characters > 0 && at < len(text); characters-- {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

// isEdge reports whether a text may be cut at a place: between two words, or two characters of a
// script without spaces.
func isEdge(text string, at int) bool {
	if at == 0 || at == len(text) {
		return true
	}
	if !utf8.RuneStart(text[at]) {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	behind, _ := utf8.DecodeRuneInString(text[at:])
	switch {
	case before == ' ', behind == ' ':
		return true
	case clings(behind), before == zeroWidthJoiner, isFlagLetter(before) && isFlagLetter(behind):
		return false
	case words.IsSpaceless(before), words.IsSpaceless(behind):
		return true
	}
	return !isWordly(before) || !isWordly(behind)
}

const zeroWidthJoiner = '\u200d'

// clings reports whether a character is one with what is before it.
func clings(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Mc, unicode.Me, unicode.Cf) || r >= 0x1F3FB && r <= 0x1F3FF
}

// isFlagLetter reports the letters of which two are a flag.
func isFlagLetter(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// isWordly reports whether a character may be inside of a word.
func isWordly(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.M, unicode.Cf) || strings.ContainsRune("'’-_", r)
}

// onOneLine writes every run of blanks as one space.
func onOneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
