package search

import (
	"math/bits"
	"slices"
	"unicode/utf8"
)

// solver tries the places of each word in turn, cheapest first.
type solver struct {
	*aligner
	record *candidateWords
	places [][]option
	// floors are the least that the words from one on cost when no two need the
	// same part, by how many of them may be left out.
	floors  [maxWords + 1][maxWords + 1]int
	floored int           // rows of floors that are known
	lacking [maxWords]int // what it costs to leave out each word that lies nowhere
	best    alignment
	steps   int
}

// align looks for the cheapest alignment that leaves out at most allowed words, and reports
// whether there is one.
func (s *solver) align(allowed int) bool {
	s.floor(allowed)
	s.best, s.steps, s.chosen = alignment{cost: unaligned}, 0, s.chosen[:0]
	s.solve(0, 0, 0, allowed)
	s.tries += s.steps
	if allowed > 0 {
		s.best.like = s.likeness()
	}
	return len(s.best.chosen) > 0
}

// tells reports whether any word lies on more than the letters of an identifier: CU-9 is not CU-8. If none of the
// best alignment does, it looks for one without such places.
func (s *solver) tells(allowed int) bool {
	if slices.ContainsFunc(s.best.chosen, func(o option) bool { return !o.shared }) {
		return true
	}
	for i := range s.places {
		s.places[i] = slices.DeleteFunc(s.places[i], func(o option) bool { return o.shared })
	}
	s.floored = 0
	return s.align(allowed)
}

// floor computes the floors for up to allowed words left out.
func (s *solver) floor(allowed int) {
	for ; s.floored <= allowed; s.floored++ {
		if s.floored == 1 {
			for word := range s.places {
				s.lacking[word] = s.missing[word] - s.resemblance(word)
			}
		}
		floor := &s.floors[s.floored]
		for word := len(s.places) - 1; word >= 0; word-- {
			least := unaligned
			for i := range s.places[word] {
				o := &s.places[word][i]
				least = min(least, o.cost+floor[word+o.count])
			}
			switch optional := s.phrase.optional[word]; {
			case optional > 0:
				least = min(least, optional+floor[word+1])
			case s.floored > 0:
				least = min(least, s.lacking[word]+s.floors[s.floored-1][word+1])
			}
			floor[word] = least
		}
	}
}

// solve goes on from a word, if some parts of the record are taken and up to allowed words
// may still be left out.
func (s *solver) solve(word int, taken uint64, cost, allowed int) {
	if s.steps++; cost+s.floors[allowed][word] >= s.best.cost || s.steps > maxSteps {
		return
	}
	if word == len(s.places) {
		if cost += s.nameCost(taken); cost < s.best.cost {
			s.found = append(s.found[:0], s.chosen...)
			s.best = alignment{cost: cost, chosen: s.found}
		}
		return
	}
	for i := range s.places[word] {
		o := &s.places[word][i]
		if o.parts&taken != 0 {
			continue
		}
		s.chosen = append(s.chosen, *o)
		s.solve(word+o.count, taken|o.parts, cost+o.cost, allowed)
		s.chosen = s.chosen[:len(s.chosen)-1]
	}
	switch optional := s.phrase.optional[word]; {
	case optional > 0:
		s.solve(word+1, taken, cost+optional, allowed)
	case allowed > 0:
		s.solve(word+1, taken, cost+s.lacking[word], allowed-1)
	}
}

// likeness is the least resemblance of the words that the best way leaves out.
func (s *solver) likeness() int {
	least := maxResemblance
	for word := range s.places {
		laid := slices.ContainsFunc(s.best.chosen, func(o option) bool { return o.first <= word && word < o.first+o.count })
		if !laid && s.phrase.optional[word] == 0 {
			least = min(least, s.resemblance(word))
		}
	}
	return least
}

// resemblance is how much a word that lies nowhere looks or sounds like one of the
// name all the same, to choose among names that lack it.
func (s *solver) resemblance(word int) int {
	best := 0
	for i := range s.record.tokens {
		t := &s.record.tokens[i]
		if t.parts&s.record.names == 0 || t.field != "name" {
			break
		}
		if n := commonPart(s.phrase.words[word], t.text); n >= minCommon {
			best = max(best, min(2*n, maxResemblance))
		}
		for i := range s.phrase.spans {
			if span := &s.phrase.spans[i]; span.first == word && span.count == 1 {
				best = max(best, maxResemblance*span.word.SoundsLike(t.text)/100)
			}
		}
	}
	return best
}

// commonPart is the length of the longest string that is part of both.
func commonPart(a, b string) int {
	best := 0
	for i := range len(a) {
		for j := range len(b) {
			n := 0
			for i+n < len(a) && j+n < len(b) && a[i+n] == b[j+n] {
				n++
			}
			best = max(best, n)
		}
	}
	return best
}

// nameCost is what a name costs whose words are not all taken, or not in
// their order. A phrase that is not about the name does not ask for it.
func (s *solver) nameCost(taken uint64) int {
	if taken&s.record.names == 0 {
		return 0
	}
	cost := 0
	if left := bits.OnesCount64(s.record.names &^ taken); left > 0 {
		cost = min(costUncovered+(left-1)*costFurther, maxUncovered)
	}
	return cost + s.disorder()
}

// disorder is what it costs that the words of a name have another order: little,
// for some write the family name first, but for the characters of a Chinese or
// Korean given name, which is another name then.
func (s *solver) disorder() int {
	cost, last := 0, option{}
	for _, o := range s.chosen {
		if o.parts&s.record.names == 0 {
			continue
		}
		if bits.TrailingZeros64(o.parts) < bits.TrailingZeros64(last.parts) && last.parts != 0 {
			cost = max(cost, costDisorder)
			if last.first > 0 && isCharacter(s.phrase.words[last.first]) && isCharacter(s.phrase.words[o.first]) && last.count+o.count == 2 {
				return costCharacters
			}
		}
		last = o
	}
	return cost
}

// isCharacter reports whether a word is one character of Chinese, Japanese or
// Korean.
func isCharacter(word string) bool {
	return len(word) >= minCharacter && utf8.RuneCountInString(word) == 1
}
