package script

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
	"golang.org/x/text/unicode/norm"

	"github.com/ndoto/kundi/words/memo"
)

// Lattice is a word of another script with all its spellings in Latin letters. It is
// immutable and safe for concurrent use.
type Lattice struct {
	edges  [][]edge // by the letter that they start at
	script int      // as scriptOf has it
	vowel  int      // what a vowel costs that is read and not written
	keys   []Key
	latin  string
}

// edge is a spelling of the letters up to another.
type edge struct {
	*spelling
	more, to uint16 // what it costs more than the spelling does anywhere
}

// price is what the edge costs.
func (e *edge) price() int { return e.cost + int(e.more) }

// Of returns the lattice of a word that words.SearchTokens has folded. It is nil for a
// word of ASCII letters.
func Of(word string) *Lattice {
	if !strings.ContainsFunc(word, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return nil
	}
	return lattices.Of(word, build)
}

// lattices has those of the names of a contact base of many scripts, 20 MB when it is
// full: a search compares hundreds of tokens of them, and making one takes longer than
// ten comparisons.
var lattices = memo.New[*Lattice](1 << 15)

// Latin returns the usual spelling of the word in lower-case ASCII letters and digits,
// "" if there is none.
func (l *Lattice) Latin() string { return l.latin }

// Keys returns the keys of the spellings, those of usual spellings first, at most
// maxKeys.
func (l *Lattice) Keys() []Key { return l.keys }

// Has reports whether one of the spellings has this key.
func (l *Lattice) Has(key Key) bool { return slices.Contains(l.keys, key) }

// HasUnder reports whether one of the spellings has a key that begins with this key.
func (l *Lattice) HasUnder(key Key) bool {
	from, to := key.Under()
	return slices.ContainsFunc(l.keys, func(k Key) bool { return k >= from && k <= to })
}

// SameScript reports whether two words are of the same script.
func (l *Lattice) SameScript(other *Lattice) bool { return l.script == other.script }

// scripts are those that are told apart.
var scripts = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Hangul, unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew, unicode.Devanagari,
	unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam,
	unicode.Sinhala, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Ethiopic, unicode.Georgian, unicode.Armenian,
}

// scriptOf returns the number of the script of r, -1 for all others.
func scriptOf(r rune) int {
	return slices.IndexFunc(scripts, func(t *unicode.RangeTable) bool { return unicode.Is(t, r) })
}

// builder makes one lattice.
type builder struct {
	letters []rune
	lattice *Lattice
}

func build(word string) *Lattice {
	letters := word
	if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) {
		letters = norm.NFD.String(word)
	}
	b := builder{letters: ordered(letters)}
	b.lattice = &Lattice{edges: make([][]edge, len(b.letters)), vowel: unwritten(b.letters[0]), script: scriptOf(b.letters[0])}
	for i := range b.letters {
		b.addGroups(i)
		if isHan(b.letters[i]) {
			b.addCharacter(i)
		}
		if !b.continues(i) {
			b.add(i, i+1, 0, b.fallback(i))
		}
		if isHan(b.letters[i]) {
			b.addJapanese(i)
		}
		b.addKana(i)
		b.addSilent(i)
		b.addDoubled(i)
	}
	b.lattice.compact()
	b.lattice.findLatin()
	if keyed(word) {
		b.lattice.findKeys()
	}
	return b.lattice
}

// compact keeps all edges in one piece of memory of the right size.
func (l *Lattice) compact() {
	all := slices.Concat(l.edges...)
	for i, edges := range l.edges {
		l.edges[i], all = all[:len(edges):len(edges)], all[len(edges):]
	}
}

// continues reports whether a letter has a spelling of its own.
func (b *builder) continues(at int) bool {
	return slices.ContainsFunc(b.lattice.edges[at], func(e edge) bool { return int(e.to) == at+1 })
}

// ordered returns the letters of a word in the order in which they are said.
func ordered(word string) []rune {
	var letters []rune
	for _, r := range word {
		if n := len(letters); n > 0 && letters[n-1] != inherent && needsVowel(letters[n-1], r) {
			letters = append(letters, inherent)
		}
		letters = append(letters, repeated(letters, hiragana(r)))
	}
	if needsVowel(letters[len(letters)-1], ' ') {
		letters = append(letters, inherent)
	}
	for i := 0; i+1 < len(letters); i++ {
		if r := parallel(letters[i]); r >= 'เ' && r <= 'ไ' { // the vowel is said behind
			letters[i], letters[i+1] = letters[i+1], letters[i]
			i++
		}
	}
	return letters
}

// What a vowel costs that Latin has and the word has not.
const (
	vowelFree  = 0
	vowelOften = 1
	vowelExtra = 3
)

// unwritten is what a vowel costs that is not written in the script of r.
func unwritten(r rune) int {
	switch {
	case unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac):
		return vowelFree
	case unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return vowelOften
	}
	return vowelExtra
}

func (b *builder) add(from, to, more int, spellings []spelling) {
	edges := slices.Grow(b.lattice.edges[from], len(spellings))
	for i := range spellings {
		edges = append(edges, edge{&spellings[i], uint16(more), uint16(to)})
	}
	b.lattice.edges[from] = edges
}

// addGroups adds the groups of letters that start at one, the longest first. What
// a longer one has a line for is less likely spelled apart.
func (b *builder) addGroups(from int) {
	more := 0
	if from == 0 {
		b.addFamilies()
	}
	first := b.letters[from]
	longest := max(letters().longest[first], letters().longest[parallel(first)])
	for to := min(len(b.letters), from+longest); to > from; to-- {
		more = b.addGroup(from, to, more)
	}
}

// addGroup adds the spellings of a group, those bound to its place first, and
// returns what others than these cost more.
func (b *builder) addGroup(from, to, more int) int {
	group := string(b.letters[from:to])
	first, last := from == 0, to == len(b.letters)
	try := func(marked string) {
		if spellings := letters().of(marked); len(spellings) > 0 {
			b.add(from, to, more, spellings)
			more = 1
		}
	}
	if first && last {
		try("^" + group + "$")
	}
	if first {
		try("^" + group)
	}
	if last {
		try(group + "$")
	}
	try(group)
	return more
}

// addFamilies adds the family names that the word begins with.
func (b *builder) addFamilies() {
	t := families()
	for to := min(len(b.letters), t.longest[b.letters[0]]); to > 0; to-- {
		b.add(0, to, 0, t.spellings[string(b.letters[:to])])
	}
}

// fallback is what unidecode has for a letter.
func (b *builder) fallback(at int) []spelling {
	latin := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, unidecode.Unidecode(string(b.letters[at])))
	return []spelling{newSpelling(latin, 0)}
}

// inherent stands for the vowel that a letter of an Indic script has when no sign
// follows.
const inherent = 'ə'

// needsVowel reports whether r is an Indic consonant, or has a dot that makes it
// another one, and next is no sign of a vowel or of there being none.
func needsVowel(r, next rune) bool {
	const nukta = 0x093C
	if unicode.IsMark(next) && parallel(next) > 0x0903 && parallel(next) != 0x0970 && parallel(next) != 0x0971 && next != 0x0D82 {
		return false
	}
	p := parallel(r)
	return p >= 0x0915 && p <= 0x0939 || p >= 0x0958 && p <= 0x095F || p == nukta || r >= 0x0D9A && r <= 0x0DC6
}

// addDoubled adds a letter that is written twice, perhaps with a sign of no vowel
// between, as one.
func (b *builder) addDoubled(at int) {
	for next := at + 1; next < len(b.letters) && next <= at+2; next++ {
		if b.letters[next] != b.letters[at] || next == at+2 && !isVirama(b.letters[at+1]) {
			continue
		}
		for _, e := range b.lattice.edges[at] {
			if int(e.to) == at+1 && e.latin != "" {
				e.more, e.to = e.more+1, uint16(next+1)
				b.lattice.edges[at] = append(b.lattice.edges[at], e)
			}
		}
		return
	}
}

func isVirama(r rune) bool { return parallel(r) == 0x094D || r == 0x0DCA }

// findLatin fills latin with the cheapest path, of several with the fewest
// spellings, each the first of its kind.
func (l *Lattice) findLatin() {
	type best struct {
		cost, steps int
		latin       string
		reached     bool
	}
	paths := make([]best, len(l.edges)+1)
	paths[0].reached = true
	for from, edges := range l.edges {
		p := paths[from]
		if !p.reached {
			continue
		}
		for _, e := range edges {
			q := &paths[e.to]
			if cost, steps := p.cost+e.price(), p.steps+1; !q.reached || cost < q.cost || cost == q.cost && steps < q.steps {
				*q = best{cost, steps, p.latin + e.latin, true}
			}
		}
	}
	l.latin = paths[len(l.edges)].latin
}

// maxKeys is how many keys a word has at most. Each costs 8 bytes of memory in
// the dictionary of a text index.
const maxKeys = 16

// maxKeyed is how many characters a word may have to be found by its keys: a given
// name. Whole names that are one word are nearly all different, and each of their
// parts is found.
const maxKeyed = 2

// keyed reports whether a word is worth keys. One kana is no name.
func keyed(word string) bool {
	if r, size := utf8.DecodeRuneInString(word); size == len(word) && unicode.Is(unicode.Hiragana, r) {
		return false
	}
	characters := 0
	for _, r := range word {
		if isHan(r) || r >= '가' && r <= '힣' {
			characters++
		}
	}
	return characters <= maxKeyed || Family(word) != "" || japaneseName(word) != ""
}

// findKeys fills keys: those of the cheapest paths.
func (l *Lattice) findKeys() {
	type partial struct {
		key  Key
		cost int
	}
	at := make([][]partial, len(l.edges)+1)
	at[0] = []partial{{}}
	put := func(to int, p partial) {
		for i := range at[to] {
			if q := &at[to][i]; q.key == p.key {
				q.cost = min(q.cost, p.cost)
				return
			}
		}
		at[to] = append(at[to], p)
	}
	for from := range at {
		slices.SortStableFunc(at[from], func(a, b partial) int { return cmp.Compare(a.cost, b.cost) })
		at[from] = at[from][:min(len(at[from]), maxKeys)]
		if from == len(l.edges) {
			break
		}
		for _, p := range at[from] {
			for _, e := range l.edges[from] {
				for _, k := range e.keys {
					put(int(e.to), partial{p.key.withAll(k), p.cost + e.price()})
				}
			}
		}
	}
	for _, p := range at[len(l.edges)] {
		l.keys = append(l.keys, p.key)
	}
}
