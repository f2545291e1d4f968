package script

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/ndoto/kundi/words/memo"
)

// syllables are spellings of syllables of Mandarin and Cantonese.
var syllables = sync.OnceValue(func() (s struct{ pinyin, jyutping map[string][]spelling }) {
	load := func(name string, more int) map[string][]spelling {
		m := map[string][]spelling{}
		eachLine(name, func(syllable, rest string) {
			m[syllable] = parseSpellings(rest)
			for i := range m[syllable] {
				m[syllable][i].cost += more
			}
		})
		return m
	}
	s.pinyin, s.jyutping = load("tables/pinyin.txt", 0), load("tables/jyutping.txt", 1)
	return s
})

// mandarin has the readings of characters: of Mandarin, a bar, of Cantonese.
var mandarin = sync.OnceValue(func() map[string]string { return readLines("tables/mandarin.txt") })

// japanese are the readings of Japanese names in kana, and those that single
// characters have in given names.
var japanese = sync.OnceValue(func() (j struct{ family, given, characters map[string]string }) {
	j.family, j.given = readLines("tables/japanese_family.txt"), readLines("tables/japanese_given.txt")
	j.characters = readLines("tables/japanese_characters.txt")
	return j
})

func readLines(name string) map[string]string {
	m := map[string]string{}
	eachLine(name, func(left, right string) { m[left] = strings.TrimSpace(right) })
	return m
}

// addCharacter adds the readings of one Chinese character.
func (b *builder) addCharacter(at int) {
	readings, known := mandarin()[string(b.letters[at])]
	if !known {
		return
	}
	pinyin, jyutping, _ := strings.Cut(readings, "|")
	for i, syllable := range strings.Fields(pinyin) {
		b.add(at, at+1, i, syllables().pinyin[syllable])
	}
	for _, syllable := range strings.Fields(jyutping) {
		b.add(at, at+1, 0, syllables().jyutping[syllable])
	}
}

// maxName is how many characters a Japanese family or given name has at most.
const maxName = 5

// addJapanese adds the Japanese family names that begin at a character and the given
// names that end the word. One character is as likely Chinese.
func (b *builder) addJapanese(from int) {
	n := len(b.letters)
	if n > 1 {
		b.add(from, from+1, 1, kanaSpellings(japanese().characters[string(b.letters[from])]))
	}
	for to := from + 1; to <= min(n, from+maxName); to++ {
		name, more := string(b.letters[from:to]), 0
		if to == from+1 {
			more = 1
		}
		if from == 0 {
			b.add(from, to, more, kanaSpellings(japanese().family[name]))
		}
		if to == n {
			b.add(from, to, more, kanaSpellings(japanese().given[name]))
		}
	}
}

// maxSpellings is how many spellings of a reading in kana are told apart. The
// distance finds the others.
const maxSpellings = 8

// kanaSpellings are the spellings of readings in kana. They are shared.
func kanaSpellings(readings string) []spelling {
	return spellingsOfKana.Of(readings, makeKanaSpellings)
}

// spellingsOfKana has those of the readings of the usual Japanese names.
var spellingsOfKana = memo.New[[]spelling](1 << 12)

func makeKanaSpellings(readings string) []spelling {
	var out []spelling
	for i, kana := range strings.Fields(readings) {
		for _, s := range Of(kana).cheapest(maxSpellings) {
			out = append(out, newSpelling(s.latin, s.cost+min(i, 1)))
		}
	}
	return out
}

// path is one way through a lattice.
type path struct {
	latin string
	cost  int
}

// cheapest returns some of the cheapest paths.
func (l *Lattice) cheapest(most int) []path {
	at := make([][]path, len(l.edges)+1)
	at[0] = []path{{}}
	for from := range at {
		slices.SortStableFunc(at[from], func(a, b path) int { return cmp.Compare(a.cost, b.cost) })
		at[from] = at[from][:min(len(at[from]), most)]
		if from == len(l.edges) {
			break
		}
		for _, p := range at[from] {
			for i := range l.edges[from] {
				e := &l.edges[from][i]
				at[e.to] = append(at[e.to], path{p.latin + e.latin, p.cost + e.price()})
			}
		}
	}
	return at[len(l.edges)]
}

// Family returns the usual spelling of a word as a family name. It is "" if the word
// is read in the same way elsewhere.
func Family(word string) string {
	return familyNames()[word]
}

// familyNames are the usual spellings of families, by the word.
var familyNames = sync.OnceValue(func() map[string]string {
	m := map[string]string{}
	eachLine("tables/families.txt", func(name, rest string) { m[name] = parseSpellings(rest)[0].latin })
	return m
})

// maxFamily is how many characters a family name has at most.
const maxFamily = 5

// FamilyLength returns how many characters at the beginning of a whole name in
// Chinese, Japanese or Korean are the family name. It uses the lists of known family
// and given names. If neither is known it is one, and none for kana.
func FamilyLength(name string) int {
	j := japanese()
	families, givens, length := j.family, j.given, 1
	if r, _ := utf8.DecodeRuneInString(name); unicode.Is(unicode.Hiragana, r) {
		families, givens, length = kanaNames().family, kanaNames().given, 0
	}
	n, both, letters := 0, 0, utf8.RuneCountInString(name)
	for i := range name {
		if n > 0 && n <= maxFamily && (families[name[:i]] != "" || n > 1 && Family(name[:i]) != "") {
			if givens[name[i:]] != "" {
				both = n
			}
			if length > 0 || letters-n > 1 {
				length = n
			}
		}
		n++
	}
	return cmp.Or(both, length)
}

// kanaNames are Japanese names by their readings.
var kanaNames = sync.OnceValue(func() (k struct{ family, given map[string]string }) {
	readings := func(names map[string]string) map[string]string {
		m := map[string]string{}
		for name, readings := range names {
			for reading := range strings.FieldsSeq(readings) {
				m[reading] = name
			}
		}
		return m
	}
	k.family, k.given = readings(japanese().family), readings(japanese().given)
	return k
})

// Japanese returns the usual reading of a Japanese name in Chinese characters: a
// family name, a given name, or both. It is "" if the name is not known.
func Japanese(word string) string {
	if name := japaneseName(word); name != "" {
		return name
	}
	n := utf8.RuneCountInString(word)
	for given := 1; given < n; given++ {
		i := len(word)
		for range given {
			_, size := utf8.DecodeLastRuneInString(word[:i])
			i -= size
		}
		family, givenName := japanese().family[word[:i]], japanese().given[word[i:]]
		if family != "" && givenName != "" {
			return firstReading(family) + firstReading(givenName)
		}
	}
	return ""
}

func japaneseName(word string) string {
	return firstReading(cmp.Or(japanese().family[word], japanese().given[word]))
}

// firstReading is the usual spelling of the first reading.
func firstReading(readings string) string {
	kana, _, _ := strings.Cut(readings, " ")
	if kana == "" {
		return ""
	}
	return Of(kana).Latin()
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }
