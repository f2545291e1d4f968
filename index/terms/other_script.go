package terms

import "github.com/ndoto/kundi/contacts/script"

// latinForm is a spelling in Latin letters with the key under which words of
// another script are found by it.
type latinForm struct{ text, key string }

// latinForms returns those of the spellings that are in Latin letters.
func latinForms(spellings []string) []latinForm {
	var out []latinForm
	for _, s := range spellings {
		if key, ok := script.Key(s); ok {
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
		for _, as := range latinForms([]string{token}) {
			match(w.lattice, as, script.Limit(token), costReading)
		}
	case w.lattice == nil:
		for _, as := range w.read {
			match(other, as, script.Limit(as.text), costReading)
		}
	default: // neither is written in Latin letters
		for _, as := range w.read {
			match(other, as, 1, costReading+costRead)
		}
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
			entries := d.latin.like(hash(key))
			entries = entries[:min(len(entries), maxKeyed, left)]
			c.keyed(d, entries)
			left -= len(entries)
		}
	}
	for _, as := range c.word.read {
		c.keyed(d, d.others.like(hash(as.key)))
	}
}
