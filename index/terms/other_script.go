package terms

import (
	"cmp"
	"slices"

	"github.com/ndoto/kundi/words/script"
)

// latinForm is a spelling in Latin letters with the key under which words of
// another script are found by it.
type latinForm struct {
	text string
	key  script.Key
}

// latinForms returns those of the spellings that are in Latin letters.
func latinForms(spellings []string) []latinForm {
	var out []latinForm
	for _, s := range spellings {
		if key, ok := script.KeyOf(s); ok {
			out = append(out, latinForm{s, key})
		}
	}
	return out
}

// Foreign reports whether the word is of another script than Latin.
func (w *Word) Foreign() bool { return w.lattice != nil }

// matchReading tries whether word or token, one of them of another script, is read
// as the other is spelled.
func (w *Word) matchReading(token string, better func(Way, int)) {
	match := func(l *script.Lattice, as latinForm, limit, cost int) {
		if !l.Has(as.key) {
			return
		}
		if far := l.Distance(as.text, limit); far != script.Far {
			better(SoundAlike, cost+far)
		}
	}
	other := script.Of(token)
	switch {
	case w.spelled, w.lattice == nil && other == nil, w.lattice != nil && other != nil && w.lattice.SameScript(other):
		return
	case other == nil:
		if key, ok := script.KeyOf(token); ok {
			match(w.lattice, latinForm{token, key}, script.Limit(token), costReading)
		}
	case w.lattice == nil:
		for _, as := range w.read {
			match(other, as, script.Limit(as.text), costReading)
			w.matchBegun(other, as, better)
		}
	default: // neither is written in Latin letters
		for _, as := range w.read {
			match(other, as, 1, costReading+costRead)
		}
	}
}

// matchBegun tries whether the unfinished word begins how a token is read.
func (w *Word) matchBegun(token *script.Lattice, as latinForm, better func(Way, int)) {
	if key, _ := script.KeyOfBeginning(as.text); !w.beginsReading(as.text) || !token.HasUnder(key) {
		return
	}
	if _, far := token.Distances(as.text, script.Limit(as.text)/2); far != script.Far {
		better(SoundAlike, costReading+costCompletion+maxCompletion+far)
	}
}

// maxReadings is how many tokens are compared by all keys of a word of another
// script, of which the usual come first.
const maxReadings = 4 * maxKeyed

// readings adds what is the word in another script.
func (c *collector) readings(d *Dictionary) {
	if c.word.lattice != nil {
		left := maxReadings
		for _, key := range c.word.lattice.Keys() {
			entries := d.latin.like(uint32(key))
			entries = entries[:min(len(entries), maxKeyed, left)]
			c.keyed(d, entries)
			left -= len(entries)
		}
	}
	for _, as := range c.word.read {
		c.keyed(d, d.others.like(uint32(as.key)))
		c.begunReadings(d, as)
	}
}

// Limits of what an unfinished word may be the beginning of in another script.
const (
	minBegunReading  = 2     // its letters
	maxBegunReadings = 64    // tokens that are compared, the most frequent
	maxUnderReading  = 4_096 // tokens among which those are looked for
)

// begunReadings adds words of other scripts whose readings begin with an unfinished
// word of Latin letters.
func (c *collector) begunReadings(d *Dictionary, as latinForm) {
	if !c.word.beginsReading(as.text) {
		return
	}
	key, _ := script.KeyOfBeginning(as.text)
	if key == 0 {
		return // it may be anybody
	}
	from, to := key.Under()
	entries := d.others.between(uint32(from), uint32(to))
	if len(entries) > maxUnderReading {
		return
	}
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b keyedTerm) int { return cmp.Compare(d.count(b.term), d.count(a.term)) })
	for _, e := range entries[:min(len(entries), maxBegunReadings)] {
		c.term(d, e.term)
	}
}

// beginsReading reports whether a spelling of the word may be the beginning of how a
// word of another script is read.
func (w *Word) beginsReading(spelling string) bool {
	return w.unfinished && !w.whole && w.lattice == nil && len(spelling) >= minBegunReading
}
