package search

import (
	"math/bits"
	"unicode"
	"unicode/utf8"

	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/words"
)

// Limits of a search in texts.
const (
	maxTextWords = 24  // words that count; the rest is ignored
	maxBegun     = 256 // words that an unfinished word may go on to be
	maxInflected = 64  // the same of a finished word,
	inflection   = 3   // which goes on for at most so many letters
	minBegun     = 3   // letters of a word that may go on
	maxMisspelt  = 64  // words that are a typo away
	minMisspelt  = 4   // letters of a word that may have a typo
)

// textWord is one word that is asked for in texts.
type textWord struct {
	spellings  []string // what it is written as; the first is the plain one
	joined     []string // what it is with its neighbours, written as one
	unfinished bool     // it may go on
	run        bool     // it is two characters of a script without spaces, or one
}

// textPhrase are the words that are asked for. A text has all of them.
type textPhrase []textWord

// readTextPhrase reads what was typed. A text without letters and digits has no words.
func readTextPhrase(s string) textPhrase {
	var tokens []words.TextToken
	words.EachTextToken(s, func(t words.TextToken) { tokens = append(tokens, t) })
	count := 0
	for _, t := range tokens {
		count = max(count, t.Word+t.Words)
	}
	list := make([]textWord, count)
	paired := make([]bool, count) // characters that are in a pair: those alone say less
	for _, t := range tokens {
		if t.Run && t.Words > 1 {
			list[t.Word] = textWord{spellings: []string{t.Text}, run: true}
			paired[t.Word], paired[t.Word+1] = true, true
		}
	}
	for _, t := range tokens {
		switch w := &list[t.Word]; {
		case paired[t.Word]:
		case t.Words == 1:
			w.spellings, w.run = append(w.spellings, t.Text), t.Run
		default:
			for i := t.Word; i < t.Word+t.Words; i++ {
				list[i].joined = append(list[i].joined, t.Text)
			}
		}
	}
	return complete(list, tokens, len(s))
}

// complete leaves out what is said twice or is in a pair, and says whether the last word may go on.
func complete(list []textWord, tokens []words.TextToken, size int) (p textPhrase) {
	said := map[string]bool{}
	for i, w := range list {
		if len(w.spellings) == 0 || said[w.spellings[0]] {
			continue
		}
		said[w.spellings[0]] = true
		w.unfinished = !w.run && i == len(list)-1 && tokens[len(tokens)-1].To == size
		if p = append(p, w); len(p) == maxTextWords {
			break
		}
	}
	return p
}

// hasLetters reports whether a word is of letters alone: in numbers there are no typos.
func (w *textWord) hasLetters(least int) bool {
	plain := w.spellings[0]
	if w.run || utf8.RuneCountInString(plain) < least {
		return false
	}
	for _, r := range plain {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return false
		}
	}
	return true
}

// exact are the tokens of the word as it is.
func (w *textWord) exact() []string {
	return append(w.spellings[:len(w.spellings):len(w.spellings)], w.joined...)
}

// begun are the tokens that go on from the word: all of an unfinished one, and what may be another
// form of a finished one.
func (w *textWord) begun(r *text.Reader) ([]string, error) {
	plain := w.spellings[0]
	letters := utf8.RuneCountInString(plain)
	switch {
	case w.run, letters < minBegun:
		return nil, nil
	case w.unfinished:
		list, err := r.Begun(text.Word, plain, maxBegun)
		if err != nil || !hasDigit(plain) {
			return list, err
		}
		numbers, err := r.Begun(text.Key, plain, maxBegun)
		return append(list, numbers...), err
	case !w.hasLetters(minMisspelt):
		return nil, nil
	}
	list, err := r.Begun(text.Word, plain, maxBegun)
	kept := list[:0]
	for _, token := range list {
		if utf8.RuneCountInString(token) <= letters+inflection && len(kept) < maxInflected {
			kept = append(kept, token)
		}
	}
	return kept, err
}

// near are the tokens that are a typo away from the word.
func (w *textWord) near(r *text.Reader) ([]string, error) {
	if !w.hasLetters(minMisspelt) {
		return nil, nil
	}
	return r.Near(text.Word, w.spellings[0], maxMisspelt)
}

func hasDigit(s string) bool { return words.Digits(s) != "" }

// Matched are the tokens by which texts were found. It is immutable.
type Matched struct {
	tokens map[string]uint64 // the words of the query that each stands for, as bits
	all    uint64
}

// In says where a text, or some, has what was searched for: the snippet of the one with the most
// words, and whether it has all of them. Of equals, the first counts. Some is false when it has
// none.
func (m Matched) In(texts ...string) (s Snippet, some, all bool) {
	var best []mark
	chosen, most := "", -1
	for _, t := range texts {
		t = onOneLine(t)
		marks, found := m.marks(t)
		if n := count(found); n > most {
			chosen, best, most = t, marks, n
		}
	}
	if most < 0 {
		return Snippet{Highlights: [][2]int{}}, false, false
	}
	s = snippetOf(chosen, best)
	if s.Highlights == nil {
		s.Highlights = [][2]int{}
	}
	return s, most > 0, most == count(m.all)
}

// Has says how many words of the query are in some texts together.
func (m Matched) Has(texts ...string) (n int, all bool) {
	var found uint64
	for _, t := range texts {
		words.EachTextToken(t, func(token words.TextToken) { found |= m.tokens[token.Text] })
	}
	return count(found), found == m.all
}

// marks are the places of a text at which it has words of the query, in order.
func (m Matched) marks(text string) (marks []mark, found uint64) {
	words.EachTextToken(text, func(t words.TextToken) {
		if bits := m.tokens[t.Text]; bits != 0 {
			marks = append(marks, mark{t.From, t.To, bits})
			found |= bits
		}
	})
	return marks, found
}

func count(set uint64) int { return bits.OnesCount64(set) }
