package search

import (
	"cmp"
	"slices"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/words"
)

// What an alignment costs beside its matches.
const (
	costPlain       = 2     // any match that is no whole e-mail, phone or identifier
	costUncovered   = 3     // the first word of a name that the query does not have
	costFewLetters  = 2     // any field but the name, when hardly a letter of its word is typed yet
	costFurther     = 2     // each further one
	maxUncovered    = 9     // all of them
	costRead        = 1     // a word of another script by how it is read: behind one that is written so
	costOtherRead   = 6     // the same, asked for by other characters: 小明 is not 萧明
	costPart        = 8     // one character in a company or a city: 高雄 is not 高
	costDisorder    = 1     // the words of a name in another order
	costCharacters  = 16    // the characters of a given name
	costSpace       = 1     // a space too many or too few
	costFamily      = 6     // a pet form for a family name: Yusuf is no Joe there
	costJoinedSound = 9     // more, when it then only sounds the same
	costNoTitle     = 3     // a title that the contact does not have
	costNoName      = 12    // one that may be a name, or the beginning of one
	costNoPlace     = 20    // a city or country
	costNoRepeat    = 14    // a word that was said before
	costMissing     = 22    // a word of the query that the contact does not have
	minCharacter    = 3     // bytes of a character of Chinese, Japanese or Korean
	minCommon       = 3     // letters that two words share when they look alike
	maxResemblance  = 10    // what that saves of costMissing
	minLikeness     = 6     // of it for a name to be alike when others match
	costAlike       = 20    // more, for a name that is only that
	maxRarity       = 16    // and more, the rarer it is
	maxOptions      = 6     // places tried for one word
	maxSteps        = 3_000 // enough to try all ways of maxSieveWords
	minSpaceless    = 5     // letters of a word that may have lost a space
	maxRun          = 6     // words of a name that are tried without spaces
	maxFine         = 16    // of what decides between equal costs
)

// aligner finds the cheapest way to lay the words of one phrase on the words
// of contacts. It remembers comparisons, so it is for one goroutine.
type aligner struct {
	phrase  phrase
	missing []int // cost of leaving a word out

	tokens map[string]int // the number of each token that was met
	texts  []string       // the tokens, by number
	seen   []comparison   // by number of the token, then by span
	tries  int            // places that were tried for words, of all records
	direct bool           // only direct matches are looked for, see alignDirectly

	people [atOnce]columns.Person // who are compared next

	// Of the record that is being aligned; kept for their memory.
	numbers   []int // of its tokens
	compounds []compound
	joined    []byte
	placed    []placed   // by literal, see placeLiteral
	options   [][]option // by word
	chosen    []option   // on the way that is being tried
	found     []option   // on the best one
}

// comparison is what Word.Match said. There are many: it is kept small.
type comparison struct {
	known, ok bool // it was asked, and matches
	indirect  bool // Word.MatchDirectly was asked, and does not know
	way       terms.Way
	cost      uint8 // at most terms.MaxCost
}

// option is a place for some words of the phrase.
type option struct {
	first, count int // words of the phrase
	cost         int
	fine         int    // decides between equal costs, at most maxFine
	parts        uint64 // parts of the record that it takes

	field    string // as in filters
	way      string // as in fields.Highlight
	from, to int    // bytes of the field's value
	typed    string // of a prefix: what was typed of the word
	shared   bool   // they are letters of an identifier, of which the digits say whose it is
}

// isNarrow reports whether it takes at most one part.
func (o *option) isNarrow() bool { return o.parts&(o.parts-1) == 0 }

// alignment is where the words of a phrase lie on a contact. It is good until
// the aligner is asked for the next.
type alignment struct {
	cost   int
	chosen []option
	like   int // how like words of the name those are that lie nowhere, at most maxResemblance
}

// isSure reports whether each word of the query, words in number, is aligned without a
// typo. For more than manyWords it does not look.
func (a alignment) isSure(words int) bool {
	if words > manyWords {
		return true
	}
	for i := range a.chosen {
		words -= a.chosen[i].count
		if a.chosen[i].cost >= terms.MinTypo {
			return false
		}
	}
	return words == 0
}

// fine is what decides between alignments of equal cost, at most maxFine.
func (a alignment) fine() int {
	sum := 0
	for i := range a.chosen {
		sum += a.chosen[i].fine
	}
	return min(sum, maxFine)
}

// newAligner returns an aligner; missing is the cost of leaving out each word.
func newAligner(p phrase, missing []int) *aligner {
	return &aligner{
		phrase: p, missing: missing, tokens: map[string]int{}, options: make([][]option, len(p.words)), placed: make([]placed, len(p.literals)),
	}
}

// maxRemembered is how many tokens an aligner remembers, some megabytes.
const maxRemembered = 20_000

// forget makes room when many contacts were met.
func (a *aligner) forget() {
	if len(a.texts) > maxRemembered {
		clear(a.tokens)
		a.texts, a.seen = a.texts[:0], a.seen[:0]
	}
}

// number gives each token one of its own.
func (a *aligner) number(token string) int {
	n, known := a.tokens[token]
	if !known {
		n = len(a.tokens)
		a.tokens[token] = n
		a.texts = append(a.texts, token)
		a.seen = append(a.seen, make([]comparison, len(a.phrase.spans))...)
	}
	return n
}

// compare is Word.Match of the token of a number, remembered; of direct matches alone
// where those are looked for.
func (a *aligner) compare(span, number int) (terms.Match, bool) {
	c := &a.seen[number*len(a.phrase.spans)+span]
	if !c.known && !c.indirect {
		m, ok := a.phrase.spans[span].word.MatchDirectly(a.texts[number])
		*c = comparison{known: ok, ok: ok, indirect: !ok, way: m.Way, cost: uint8(m.Cost)}
	}
	if !c.known && a.direct {
		return terms.Match{}, false
	}
	if !c.known {
		m, ok := a.phrase.spans[span].word.Match(a.texts[number])
		*c = comparison{known: true, ok: ok, way: m.Way, cost: uint8(m.Cost)}
	}
	return terms.Match{Way: c.way, Cost: int(c.cost)}, c.ok
}

// match is compare, of a token that has no forms by spelling alone, with one typo
// at most: Jonson is not in London.
func (a *aligner) match(span, number int, hasForms bool) (terms.Match, bool) {
	m, ok := a.compare(span, number)
	if hasForms || !ok {
		return m, ok
	}
	if m.Way.IsForm() {
		m, ok = a.phrase.spans[span].word.Spelled(a.texts[number])
	}
	return m, ok && (m.Way != terms.Typo || m.Cost <= terms.MaxOneTypo)
}

// align lays the phrase on a record. allowances are how many words it may leave
// out, from the least: the first is taken with which the phrase fits at all.
// False when it fits with none.
func (a *aligner) align(r *candidateWords, allowances ...int) (found alignment, allowed int, ok bool) {
	a.forget()
	clear(a.placed)
	if found, ok := a.alignDirectly(r, allowances[0]); ok {
		return found, allowances[0], true
	}
	s := solver{aligner: a, record: r, places: a.places(r)}
	if !r.whole {
		if a.covered(s.places) && s.align(allowances[0]) && s.best.isSure(len(s.places)) {
			return s.best, allowances[0], true
		}
		r.complete()
		s = solver{aligner: a, record: r, places: a.places(r)}
	}
	for _, allowed := range allowances {
		if s.align(allowed) && (allowed == 0 || s.tells(allowed)) {
			return s.best, allowed, true
		}
	}
	return alignment{}, 0, false
}

// alignDirectly is align where each word of the phrase is a word of the name or
// begins one, and costs less than any other way can. Most contacts that are
// compared are such, and comparing letters and sounds takes most of the time.
func (a *aligner) alignDirectly(r *candidateWords, allowance int) (found alignment, ok bool) {
	if r.whole || !a.phrase.isWords() {
		return alignment{}, false
	}
	a.direct = true
	s := solver{aligner: a, record: r, places: a.places(r)}
	a.direct = false
	for i := range s.places {
		isPlace := func(o option) bool { return o.count == 1 }
		if a.phrase.optional[i] == 0 && !slices.ContainsFunc(s.places[i], isPlace) {
			return alignment{}, false
		}
	}
	words := len(s.places)
	ok = s.align(allowance) && s.best.isSure(words) && s.best.cost < terms.MinIndirect+costPlain*words
	return s.best, ok
}

// places finds where each word may lie, the cheapest first. They are good until
// the next call.
func (a *aligner) places(r *candidateWords) [][]option {
	places := a.options
	for i := range places {
		places[i] = places[i][:0]
	}
	a.numbers, a.compounds = a.numbers[:0], a.compounds[:0]
	for i := range r.tokens {
		a.numbers = append(a.numbers, a.number(r.tokens[i].text))
	}
	add := func(o option) { places[o.first] = append(places[o.first], o) }
	for i := range a.phrase.spans {
		if !a.placeTokens(i, r, add) && !a.direct {
			a.placeSpaceless(i, r, add)
		}
	}
	for i := range a.phrase.literals {
		if o, ok := a.placeLiteral(i, r); ok {
			add(o)
		}
	}
	for i := range places {
		places[i] = shortlist(places[i])
	}
	return places
}

// shortlist leaves the cheapest places of a word, so that not too many ways are
// tried: maxOptions of them, and of those that take one part or none as many, so
// that several words never lack places because of the others that they have.
func shortlist(places []option) []option {
	slices.SortStableFunc(places, func(x, y option) int { return cmp.Compare(x.cost, y.cost) })
	if len(places) <= maxOptions {
		return places
	}
	kept := places[:0]
	for _, o := range places {
		same, narrow := false, 0
		for i := range kept {
			if k := &kept[i]; k.count == o.count {
				same = same || k.parts == o.parts
				if k.isNarrow() {
					narrow++
				}
			}
		}
		if !same && (len(kept) < maxOptions || o.isNarrow() && narrow < maxOptions) {
			kept = append(kept, o)
		}
	}
	return kept
}

// covered reports whether each word has a place without a typo that is hardly
// beaten by one of the words that a record has not at first.
func (a *aligner) covered(places [][]option) bool {
	next := 0 // the first word that is not covered
	for i, options := range places {
		for _, o := range options {
			if i <= next && o.cost < terms.MinTypo && o.field != "email" {
				next = max(next, i+o.count)
			}
		}
	}
	return next >= len(places)
}

// lacking returns how many of the words that are needed have no place at all on
// the record that was aligned last.
func (a *aligner) lacking() int {
	lacking, next := 0, 0 // the first word that has no place so far
	for i, options := range a.options {
		for _, o := range options {
			next = max(next, i+o.count)
		}
		if next <= i && a.phrase.optional[i] == 0 {
			lacking++
		}
	}
	return lacking
}

// unaligned is more than any alignment costs.
const unaligned = 1 << 30

// placeTokens finds the tokens that a span matches, and reports whether there
// are any without a typo.
func (a *aligner) placeTokens(span int, r *candidateWords, add func(option)) (found bool) {
	s := &a.phrase.spans[span]
	for i := range r.tokens {
		t := &r.tokens[i]
		m, ok := a.match(span, a.numbers[i], t.hasForms())
		if !ok {
			continue
		}
		o := option{
			first: s.first, count: s.count, cost: costPlain*s.count + m.Cost + t.cost, parts: t.parts,
			field: t.field, way: m.Way.String(), from: t.from, to: t.to,
			shared: t.numbered && words.Digits(s.word.Text()) == "",
		}
		switch {
		case t.read && s.word.Foreign():
			o.cost += costOtherRead
		case t.read:
			o.cost += costRead
		}
		if t.cost >= costCompany && isCharacter(s.word.Text()) {
			o.cost += costPart
		}
		switch {
		case s.joined && m.Way == terms.SoundAlike:
			o.cost += costSpace + costJoinedSound
		case s.joined:
			o.cost += costSpace
		case t.cost == costIdentifier && m.Way == terms.Exact:
			o.cost = 0
		}
		if m.Way == terms.Prefix {
			o.typed = s.word.Text()
			if a.phrase.completing && s.first > 0 && s.word.Unfinished() && len(o.typed) < minStart {
				o.cost -= max(t.cost-costFewLetters, 0)
			}
		}
		if m.IsPet() && t.parts&r.family != 0 {
			o.cost += costFamily
		}
		add(o)
		found = found || m.Cost < terms.MinTypo
	}
	return found
}

// highlights says where an alignment lies, joined by field and way.
func (a alignment) highlights(r *candidateWords) []fields.Highlight {
	var out []fields.Highlight
	for _, o := range a.chosen {
		i := slices.IndexFunc(out, func(h fields.Highlight) bool { return h.Field == o.field && h.Way == o.way })
		if i < 0 {
			i = len(out)
			out = append(out, fields.Highlight{Field: o.field, Way: o.way})
		}
		to := o.to
		if o.typed != "" {
			to = o.from + foldedPrefix(r.value(o.field)[o.from:o.to], len(o.typed))
		}
		out[i].Ranges = append(out[i].Ranges, [2]int{o.from, to})
	}
	for i := range out {
		slices.SortFunc(out[i].Ranges, func(x, y [2]int) int { return cmp.Compare(x[0], y[0]) })
		out[i].Ranges = slices.Compact(out[i].Ranges) // two words may stand for one country
	}
	return out
}

// foldedPrefix returns how many bytes of s have folded bytes when they are folded.
func foldedPrefix(s string, folded int) int {
	for i := range s {
		if i > 0 && len(words.Canonical(s[:i])) >= folded {
			return i
		}
	}
	return len(s)
}
