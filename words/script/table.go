package script

import (
	"embed"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// spelling is one way of writing some letters in Latin ones.
type spelling struct {
	latin string
	cost  int
	keys  []Key // the classes that latin may stand for
}

// table has the spellings of letters and groups of letters.
type table struct {
	spellings map[string][]spelling
	longest   map[rune]int // characters of a group, by its first
}

//go:embed tables
var files embed.FS

// letters are the tables of all alphabets and syllabaries.
var letters = sync.OnceValue(func() *table {
	t := &table{spellings: map[string][]spelling{}, longest: map[rune]int{}}
	for _, name := range []string{
		"arabic", "burmese", "caucasian", "cyrillic", "ethiopic", "greek", "hangul", "hebrew", "indic", "kana", "thai",
	} {
		eachLine("tables/"+name+".txt", func(group, rest string) { t.add(fold(group), parseSpellings(rest)) })
	}
	return t
})

// families are family names of Chinese and Korean characters, folded, whose
// spellings tables of letters do not have.
var families = sync.OnceValue(func() *table {
	t := &table{spellings: map[string][]spelling{}, longest: map[rune]int{}}
	eachLine("tables/families.txt", func(name, rest string) { t.add(fold(name), parseSpellings(rest)) })
	return t
})

// eachLine calls f with the two sides of every line of a file that has a colon.
func eachLine(name string, f func(left, right string)) {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(err) // it is in the binary
	}
	for line := range strings.Lines(string(data)) {
		if left, right, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, "#") {
			f(left, right)
		}
	}
}

func (t *table) add(group string, spellings []spelling) {
	t.spellings[group] = spellings
	group = strings.Trim(group, "^$")
	first, _ := utf8.DecodeRuneInString(group)
	t.longest[first] = max(t.longest[first], utf8.RuneCountInString(group))
}

// of returns the spellings of a group, or of the one that stands for it.
func (t *table) of(group string) []spelling {
	if s := t.spellings[group]; len(s) > 0 {
		return s
	}
	return t.spellings[strings.Map(parallel, group)]
}

// fold writes letters of a table as words have them: decomposed syllables of
// Korean, no marks that Canonical removes.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 0x0300 && r <= 0x036F {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
	if r, _ := utf8.DecodeRuneInString(strings.Trim(s, "^$")); isJamo(r) {
		return s
	}
	return norm.NFC.String(s)
}

// parseSpellings reads the right side of a line.
func parseSpellings(s string) []spelling {
	var out []spelling
	for cost, group := range strings.Split(s, "|") {
		for _, latin := range strings.Fields(group) {
			out = append(out, newSpelling(strings.Trim(latin, "-"), cost))
		}
	}
	return out
}

func newSpelling(latin string, cost int) spelling { return spelling{latin, cost, keysOf(latin)} }

// hiragana writes katakana in hiragana, which are laid out alike.
func hiragana(r rune) rune {
	if r >= 'ァ' && r <= 'ヴ' || r == 'ヽ' || r == 'ヾ' {
		return r - ('ァ' - 'ぁ')
	}
	return r
}

// Blocks that are laid out alike, so that a letter of one is read as that of
// another at the same place where it has no line of its own.
const (
	blockSize  = 0x80
	devanagari = 0x0900
	bengali    = 0x0980
	malayalam  = 0x0D00
	thai       = 0x0E00
	lao        = 0x0E80
)

// parallel returns the letter that stands for r in the block that is a model of
// its own, r when there is none.
func parallel(r rune) rune {
	switch {
	case r >= bengali && r < malayalam+blockSize:
		return devanagari + (r-devanagari)%blockSize
	case r >= lao && r < lao+blockSize:
		return r - blockSize
	}
	return r
}

func isJamo(r rune) bool { return r >= 0x1100 && r <= 0x11FF }
