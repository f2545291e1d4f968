package search

import (
	"github.com/ndoto/kundi/index/terms"
)

// compound is some words of a name, company or city, written as one. Its letters are
// joined only when they may be what was typed: a record has dozens.
type compound struct {
	words   [maxRun]int16 // tokens of the record
	count   int           // of words
	letters int
	number  int // of the letters, see aligner.number; unjoined before they are
}

// unjoined is no number of letters.
const unjoined = -1

// placeSpaceless finds the words of a name or company that a span is when they
// are written without their spaces: neighbours, or any two.
func (a *aligner) placeSpaceless(span int, r *candidateWords, add func(option)) {
	s := &a.phrase.spans[span]
	typed := s.word.Text()
	if s.joined && !r.whole || len(typed) < minSpaceless {
		return // few have moved the space: that is for whom nothing else fits
	}
	compounds := a.compoundsOf(r)
	for i := range compounds {
		c := &compounds[i]
		first, last := &r.tokens[c.words[0]], &r.tokens[c.words[c.count-1]]
		if !s.resembles(first.text[0], last.text[len(last.text)-1], c.letters) {
			continue
		}
		m, ok := a.compareSpaceless(span, a.join(c, r))
		// A beginning that ends within the first words is one of theirs.
		if !ok || m.Way == terms.Prefix && len(typed) <= c.letters-len(last.text) {
			continue
		}
		o := option{
			first: s.first, count: s.count, cost: costPlain + m.Cost + first.cost + costSpace,
			field: first.field, way: m.Way.String(), from: first.from, to: first.to,
		}
		for _, word := range c.words[:c.count] {
			t := &r.tokens[word]
			o.parts |= t.parts
			o.from, o.to = min(o.from, t.from), max(o.to, t.to)
		}
		add(o)
	}
}

// compareSpaceless is compare for the letters of a compound. Words that are joined on
// both sides must have the same letters: comparing sounds and typos tells nothing then.
func (a *aligner) compareSpaceless(span, number int) (terms.Match, bool) {
	if !a.phrase.spans[span].joined {
		return a.compare(span, number)
	}
	direct := a.direct
	a.direct = true
	m, ok := a.compare(span, number)
	a.direct = direct
	return m, ok && m.Way == terms.Exact
}

// resembles reports whether it is worth it to compare a compound of some ends and so
// many letters with the word: one of the ends is the same, and the other may be.
func (s *wordSpan) resembles(begin, end byte, letters int) bool {
	typed := s.word.Text()
	first, last := typed[0] == begin, typed[len(typed)-1] == end
	switch near := s.word.Near(letters); {
	case s.joined:
		return first && near
	case s.word.Unfinished():
		return first || last && near
	default:
		return (first || last) && near || first && letters > len(typed)
	}
}

// compoundsOf returns the compounds of the record, which are made for the first
// word that asks.
func (a *aligner) compoundsOf(r *candidateWords) []compound {
	if len(a.compounds) > 0 {
		return a.compounds
	}
	for _, t := range r.texts {
		var room [maxRun]int16
		run := r.run(t, room[:0])
		for i := range run {
			for j := i + 3; j <= len(run); j++ {
				a.compound(r, run[i:j]...)
			}
			for j := range run {
				if i < j || i > j && !isCharacter(r.tokens[run[i]].text) {
					a.compound(r, run[i], run[j])
				}
			}
		}
	}
	return a.compounds
}

// compound adds a compound of some words.
func (a *aligner) compound(r *candidateWords, words ...int16) {
	c := compound{count: len(words), number: unjoined}
	copy(c.words[:], words)
	for _, word := range words {
		c.letters += len(r.tokens[word].text)
	}
	a.compounds = append(a.compounds, c)
}

// join returns the number of the letters of a compound.
func (a *aligner) join(c *compound, r *candidateWords) int {
	if c.number != unjoined {
		return c.number
	}
	a.joined = a.joined[:0]
	for _, word := range c.words[:c.count] {
		a.joined = append(a.joined, r.tokens[word].text...)
	}
	n, known := a.tokens[string(a.joined)]
	if !known { // only then it needs memory of its own
		n = a.number(string(a.joined))
	}
	c.number = n
	return n
}
