// Package terms knows every word that contacts have. For a word of a query it finds
// the words that it may stand for: the same word, longer words, other forms of a name,
// words with a similar sound, words with one or two typos.
//
// It does not know which contacts have a word. It answers exact tokens, and the text
// index is then asked for these.
package terms

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Limits of an expansion: how many tokens one word may become by each way.
const (
	maxCompletions = 256
	maxKeyed       = 256 // compared by each key
	maxSounding    = 96  // about: of those the nearest
	maxTypos       = 96
)

// mergeAt is the least size at which the overlay is merged into the base. It is a
// sixteenth of the base when that is more.
const mergeAt = 4_096

// Terms is the set of all tokens: a large immutable base, and a small set of tokens
// that were added since. Any number of goroutines may read it while one adds.
type Terms struct {
	mu     sync.Mutex // serialises writers
	levels atomic.Pointer[levels]
}

type levels struct{ base, overlay *Dictionary }

func (l *levels) each(f func(*Dictionary)) {
	f(l.base)
	f(l.overlay)
}

// New returns Terms with the given entries, which are in rising order of Text without
// doubles.
func New(entries []Entry) *Terms {
	t := &Terms{}
	t.levels.Store(&levels{NewDictionary(entries), NewDictionary(nil)})
	return t
}

// Replace replaces the whole set by the entries, which are in rising order of Text
// without doubles.
func (t *Terms) Replace(entries []Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.levels.Load()
	t.levels.Store(&levels{NewDictionary(entries, l.base, l.overlay), NewDictionary(nil)})
}

// Add adds 1 to the count of each token. The tokens may be in any order. Counts only
// grow: a token that no contact has any more stays until the next Replace, and finds
// nothing.
func (t *Terms) Add(tokens []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.levels.Load()
	fresh := map[string]uint32{}
	for _, token := range tokens {
		if token != "" && !l.count(token, 1) {
			fresh[token]++
		}
	}
	t.grow(l, sorted(fresh))
}

// AddEntries adds the count of each entry, as Add does. The entries are in rising order of Text
// without doubles.
func (t *Terms) AddEntries(entries []Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.levels.Load()
	var fresh []Entry
	for _, e := range entries {
		if !l.count(e.Text, e.Count) {
			fresh = append(fresh, e)
		}
	}
	t.grow(l, fresh)
}

// count adds to the count of a token, or reports that there is none.
func (l *levels) count(token string, n uint32) bool {
	for _, d := range [...]*Dictionary{l.base, l.overlay} {
		if term, ok := d.lookup(token); ok {
			atomic.AddUint32(&d.counts[term], n)
			return true
		}
	}
	return false
}

// grow adds entries that are not there yet.
func (t *Terms) grow(l *levels, fresh []Entry) {
	if len(fresh) == 0 {
		return
	}
	next := &levels{l.base, NewDictionary(Merge(l.overlay.entries(), fresh), l.overlay)}
	if next.overlay.Len() > max(mergeAt, l.base.Len()/16) {
		next = &levels{NewDictionary(Merge(l.base.entries(), next.overlay.entries()), l.base, next.overlay), NewDictionary(nil)}
	}
	t.levels.Store(next)
}

func sorted(counts map[string]uint32) []Entry {
	out := make([]Entry, 0, len(counts))
	for text, count := range counts {
		out = append(out, Entry{text, count})
	}
	slices.SortFunc(out, func(a, b Entry) int { return cmp.Compare(a.Text, b.Text) })
	return out
}

// Merge joins two lists of entries, which are in rising order without doubles. It adds
// the counts of tokens that are in both.
func Merge(a, b []Entry) []Entry {
	out := make([]Entry, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch c := cmp.Compare(a[0].Text, b[0].Text); {
		case c < 0:
			out, a = append(out, a[0]), a[1:]
		case c > 0:
			out, b = append(out, b[0]), b[1:]
		default:
			out = append(out, Entry{a[0].Text, a[0].Count + b[0].Count})
			a, b = a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// Len returns the number of tokens.
func (t *Terms) Len() int {
	n := 0
	t.levels.Load().each(func(d *Dictionary) { n += d.Len() })
	return n
}

// Count returns roughly how many contacts have a token, 0 if none ever had it.
func (t *Terms) Count(token string) uint32 {
	n := uint32(0)
	t.levels.Load().each(func(d *Dictionary) {
		if term, ok := d.lookup(token); ok {
			n += d.count(term)
		}
	})
	return n
}

// Expansion is a token that a word of a query may stand for.
type Expansion struct {
	Text  string
	Count uint32
	Match
}

// Known returns the tokens that a word stands for without a typo: the same word,
// longer words, nicknames, words with the same sound. It leaves out longer words if
// the word has at most edge letters, because the text index has terms for these. The
// cheapest are first, then the most frequent.
func (t *Terms) Known(w *Word, edge int) []Expansion {
	c := collector{word: w, seen: map[string]bool{}}
	t.levels.Load().each(func(d *Dictionary) {
		for _, form := range w.forms {
			c.token(d, form)
			if len(form) > edge {
				c.completions(d, form)
			}
		}
		c.token(d, w.reduced)
		for name := range w.nicknames {
			c.token(d, name)
		}
		c.sounds(d, costNear)
		c.readings(d)
	})
	return c.sorted()
}

// Typos returns the tokens that end with the word, that are one typo away, or that
// sound alike at the same cost. If two is true, it also returns those that are two
// typos away. For an unfinished word it also returns tokens with a beginning that is
// so near. The cheapest are first, then the most frequent. There are at most some
// dozens.
func (t *Terms) Typos(w *Word, two bool) []Expansion {
	budget, prefixBudget := w.budget(), 0
	if w.unfinished {
		prefixBudget = w.prefixBudget()
	}
	if !two {
		budget, prefixBudget = min(budget, maxOne), min(prefixBudget, maxOne)
	}
	if budget == 0 || w.plain == "" {
		return nil
	}
	c := collector{word: w, seen: map[string]bool{}}
	t.levels.Load().each(func(d *Dictionary) {
		d.near(w.edits, budget, prefixBudget, func(from, to uint32) {
			for term := from; term < to && len(c.found) < 20*maxTypos; term++ {
				c.term(d, term)
			}
		})
		if !two {
			c.sounds(d, costTypo+maxOne)
		}
		c.endings(d)
	})
	return c.likeliest()
}

// Sounds returns the tokens that sound like a word, also those that cost more than a
// typo. The cheapest are first, then the most frequent. There are at most some dozens.
func (t *Terms) Sounds(w *Word) []Expansion {
	c := collector{word: w, seen: map[string]bool{}}
	t.levels.Load().each(func(d *Dictionary) { c.sounds(d, costTypo+maxTwo) })
	return c.likeliest()
}

// OtherNames returns the tokens that a word stands for as a nickname or in another
// language. The cheapest are first, then the most frequent. There are at most some
// dozens.
func (t *Terms) OtherNames(w *Word) []Expansion {
	c := collector{word: w, seen: map[string]bool{}}
	t.levels.Load().each(func(d *Dictionary) {
		for name := range w.nicknames {
			c.token(d, name)
		}
	})
	out := c.sorted()
	return out[:min(len(out), maxTypos)]
}

// collector gathers expansions of one word.
type collector struct {
	word  *Word
	seen  map[string]bool
	found []Expansion
}

func (c *collector) token(d *Dictionary, token string) {
	if term, ok := d.lookup(token); ok {
		c.term(d, term)
	}
}

func (c *collector) term(d *Dictionary, term uint32) { c.within(d, term, MaxCost) }

// within adds a term that costs at most so much.
func (c *collector) within(d *Dictionary, term uint32, cost int) {
	token := d.token(term)
	if c.seen[token] {
		return
	}
	if m, ok := c.word.match(token, d.voice(term)); ok && m.Cost <= cost {
		c.seen[token] = true
		c.found = append(c.found, Expansion{token, d.count(term), m})
	}
}

// completions adds the most frequent tokens that start with form.
func (c *collector) completions(d *Dictionary, form string) {
	from, to := d.under(form)
	if to-from <= maxCompletions {
		for term := from; term < to; term++ {
			c.term(d, term)
		}
		return
	}
	all := make([]uint32, 0, to-from)
	for term := from; term < to; term++ {
		all = append(all, term)
	}
	slices.SortFunc(all, func(a, b uint32) int { return cmp.Compare(d.count(b), d.count(a)) })
	for _, term := range all[:maxCompletions] {
		c.term(d, term)
	}
}

// sounds adds what sounds like the word and costs at most so much. It takes the nearest
// first, and of those that sound as near, the most frequent.
func (c *collector) sounds(d *Dictionary, cost int) {
	w := c.word
	most := min(cost-costSound-costOther, w.soundBudget())
	if most <= 0 {
		return
	}
	var near [farSound + maxRare + 1][]uint32 // terms by how far they are
	far, found := most+maxRare, 0             // the farthest that is needed, and how many are up to there
	for _, key := range w.keys.list() {
		first, last := key, key
		if cost > costNear {
			first, last = key.coarse(), key|fineMask
		}
		for _, e := range d.sounds.between(uint32(first), uint32(last)) {
			differs := w.voice.differs(d.voice(e.term), min(most, far))
			at := differs + rare(d.count(e.term))
			if differs > most || at > far {
				continue
			}
			near[at] = append(near[at], e.term)
			found++
			for found-len(near[far]) >= maxSounding {
				found -= len(near[far])
				far--
			}
		}
	}
	for _, terms := range near[:far+1] {
		for _, term := range terms {
			c.within(d, term, cost)
		}
	}
}

// endings adds what ends with the word.
func (c *collector) endings(d *Dictionary) {
	form, found := c.word.plain, 0
	if len(form) < minEnding {
		return
	}
	for _, e := range d.endings.like(endingKey(form)) {
		if strings.HasSuffix(d.token(e.term), form) && found < maxKeyed {
			c.term(d, e.term)
			found++
		}
	}
}

// maxRare is by how many tenths of a typo a word that only one contact has is farther off.
const maxRare = 8

// rare is by how much a word is farther off because few have it: a tenth of a typo more
// for half as many. It matters when not all words that sound alike are taken.
func rare(count uint32) int { return max(0, maxRare-bits.Len32(count)) }

// keyed adds what shares a key with the word, as far as it matches.
func (c *collector) keyed(d *Dictionary, entries keyed) {
	for _, e := range entries[:min(len(entries), maxKeyed)] {
		c.term(d, e.term)
	}
}

// likeliest is sorted of the cheapest and most frequent, at most maxTypos.
func (c *collector) likeliest() []Expansion {
	if len(c.found) > maxTypos {
		slices.SortFunc(c.found, func(a, b Expansion) int {
			return cmp.Or(cmp.Compare(a.Cost+rare(a.Count), b.Cost+rare(b.Count)), cmp.Compare(a.Text, b.Text))
		})
		c.found = c.found[:maxTypos]
	}
	return c.sorted()
}

func (c *collector) sorted() []Expansion {
	slices.SortFunc(c.found, func(a, b Expansion) int {
		return cmp.Or(cmp.Compare(a.Cost, b.Cost), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Text, b.Text))
	})
	return c.found
}
