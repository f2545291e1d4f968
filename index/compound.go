package index

import (
	"github.com/ndoto/kundi/index/terms"
)

// compound is some words of a name, company or city, written as one.
type compound struct {
	recordToken
	number int
	last   int // letters of its last word
}

// placeSpaceless finds the words of a name or company that a span is when they
// are written without their spaces: neighbours, or any two.
func (a *aligner) placeSpaceless(span int, r *record, add func(option)) {
	s := &a.phrase.spans[span]
	typed := s.word.Text()
	if s.joined && !r.whole || len(typed) < minSpaceless {
		return // few have moved the space: that is for whom nothing else fits
	}
	for i := range a.compoundsOf(r) {
		c := &a.compounds[i]
		if !s.resembles(c.text) {
			continue
		}
		m, ok := a.compare(span, c.number)
		// A beginning that ends within the first words is one of theirs.
		if !ok || s.joined && m.Way != terms.Exact || m.Way == terms.Prefix && len(typed) <= len(c.text)-c.last {
			continue
		}
		add(option{
			first: s.first, count: s.count, cost: costPlain + m.Cost + c.cost + costSpace, parts: c.parts,
			field: c.field, way: m.Way.String(), from: c.from, to: c.to,
		})
	}
}

// resembles reports whether it is worth it to compare a compound with the word:
// one of their ends is the same, and the other may be.
func (s *wordSpan) resembles(compound string) bool {
	typed := s.word.Text()
	first, last := typed[0] == compound[0], typed[len(typed)-1] == compound[len(compound)-1]
	switch near := s.word.Near(len(compound)); {
	case s.joined:
		return first && near
	case s.word.Unfinished():
		return first || last && near
	default:
		return (first || last) && near || first && len(compound) > len(typed)
	}
}

// compoundsOf returns the compounds of the record, which are made for the first
// word that asks.
func (a *aligner) compoundsOf(r *record) []compound {
	if len(a.compounds) > 0 {
		return a.compounds
	}
	for _, t := range r.texts {
		run := r.run(t)
		run = run[:min(len(run), maxRun)]
		for i := range run {
			for j := i + 3; j <= len(run); j++ {
				a.compound(run[i:j]...)
			}
			for j := range run {
				if i < j || i > j && !isCharacter(run[i].text) {
					a.compound(run[i], run[j])
				}
			}
		}
	}
	return a.compounds
}

// compound adds a compound of some words.
func (a *aligner) compound(words ...recordToken) {
	c := compound{recordToken: words[0], last: len(words[len(words)-1].text)}
	a.joined = a.joined[:0]
	for _, w := range words {
		a.joined = append(a.joined, w.text...)
		c.parts |= w.parts
		c.from, c.to = min(c.from, w.from), max(c.to, w.to)
	}
	n, known := a.tokens[string(a.joined)]
	if !known { // only then it needs memory of its own
		n = a.number(string(a.joined))
	}
	c.number, c.text = n, a.texts[n]
	a.compounds = append(a.compounds, c)
}
