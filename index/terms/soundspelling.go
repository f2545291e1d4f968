package terms

import "strings"

// spelling is how some letters sound. after and before list the letters that
// one must stand beside, where ^ is the start and $ the end of the word; "" for
// any.
type spelling struct{ letters, after, before, sounds string }

const (
	vowels     = "aeiouy"
	consonants = "bcdfghjklmnpqrstvwxz"
)

// spellings are tried in this order; the letter alone, which always fits, is the
// last of those that begin with it. How letters are read in which language is
// common knowledge; what is taken of it is our own choice.
var spellings = []spelling{
	{"augh", "", "", "o"}, {"aul", "", "td", "o"}, {"aix", "", vowels, "ex"}, {"aoi", "", "", "i"}, {"awsk", "", "", "avsk"},
	{"aa", "", "", "a"}, {"ae", "", "", "e"}, {"ai", "", "", "e"}, {"ay", "", consonants + "$", "e"},
	{"au", "", "", "o"}, {"aw", "", consonants + "$", "o"}, {"a", "", "", "a"},

	{"bh", "", "", "b"}, {"b", "", "", "b"},

	{"chr", "", "", "kr"}, {"chl", "", "", "kl"}, {"cch", "", "", "k"}, {"cher", "", "$", "CeR"}, {"ch", "", "", "C"},
	{"cki", "", "$", "cki"}, {"cka", "", "$", "cka"}, {"ck", "", "", "k"}, {"cz", "", "", "C"}, {"cs", "", "", "C"}, {"cq", "", "", "k"},
	{"cc", "", "eiy", "C"}, {"c", "", "eiy", "c"}, {"c", "n", "ao", "c"}, {"cao", "aei", "$", "cao"}, {"c", "i", "$", "C"}, {"c", "", "", "k"},

	{"dg", "", "eiy", "j"}, {"dzh", "", "", "j"}, {"dj", "", "", "j"}, {"dz", "", "", "z"}, {"dh", "", "", "d"}, {"dt", "", "", "t"}, {"d", "", "", "d"},

	{"eaul", "", "t", "o"}, {"eaux", "", "$", "o"}, {"eau", "", "", "o"}, {"eigh", "", "", "e"}, {"ewsk", "", "", "evsk"},
	{"eix", "", vowels, "ex"}, {"ee", "", "", "i"}, {"ei", "", "", "e"}, {"ey", "", consonants + "$", "e"}, {"e", "", "", "e"},

	{"f", "", "", "f"},

	{"gn", "^", "", "n"}, {"gn", "", vowels, "Hni"}, {"gli", "", "aeou", "Li"}, {"gh", "^", "", "g"}, {"gh", "", "", "H"},
	{"gu", "", "ei", "g"}, {"g", "", "ei", "G"}, {"gy", "", consonants + "$", "Gi"}, {"g", "", "", "g"},

	{"h", "^" + vowels, vowels, "h"}, {"h", "", "", ""},

	{"igh", "", "st$", "i"}, {"ier", "", "$", "ieR"}, {"ie", "", consonants + "$", "i"}, {"i", "", "", "i"},

	{"jh", "", "", "j"}, {"j", "", "", "j"},

	{"kn", "^", "", "n"}, {"ks", "^", "", "x"}, {"kh", "", "", "H"}, {"k", "", "", "k"},

	{"leigh", "", "", "li"}, {"ll", "^" + vowels, vowels, "L"}, {"lh", "", vowels, "L"}, {"l", "", "", "l"},

	{"mp", "", "st", "m"}, {"mh", "", "", "v"}, {"mb", "^", "", "b"}, {"m", "", "", "m"},

	{"nguy", "^", "", "nui"}, {"nj", "^", "", "j"}, {"ng", "^", "", "g"}, {"nd", "^", "", "d"}, {"nh", "", vowels, "ni"}, {"n", "", "", "n"},

	{"ough", "", "", "o"}, {"owsk", "", "", "ovsk"}, {"oux", "", "$", "u"}, {"oo", "", "", "u"}, {"ou", "", "", "u"},
	{"ow", "", "$", "ow"}, {"ow", "", consonants, "o"}, {"oe", "", "", "o"}, {"o", "", "", "o"},

	{"ph", "", "", "f"}, {"pf", "", "", "f"}, {"ps", "^", "", "s"}, {"pt", "^", "", "t"}, {"pn", "^", "", "n"}, {"p", "", "", "p"},

	{"qu", "", "ei", "k"}, {"qu", "", "", "kw"}, {"q", "", "", "k"},

	{"rz", "^bdgkpt", "", "Z"}, {"rz", "a", "y", "Z"}, {"r", "", "", "r"},

	{"sch", "", "", "S"}, {"sh", "", "", "S"}, {"sz", "", "", "S"}, {"sj", "", "", "S"}, {"s", "", "", "s"},

	{"tsch", "", "", "C"}, {"tch", "", "", "C"}, {"tsh", "", "", "C"}, {"ts", "", "", "z"}, {"tz", "", "", "z"}, {"th", "", "", "T"}, {"t", "", "", "t"},

	{"ugh", "", "", "u"}, {"u", "", "", "u"},

	{"v", "", "", "v"},

	{"wh", "", "", "w"}, {"wr", "^", "", "r"}, {"w", "", "", "w"},

	{"x", "^", "", "x"}, {"x", "", "", "ks"},

	{"y", "", "", "i"},

	{"zh", "", "", "Z"}, {"zs", "", "", "Z"}, {"z", "", "", "z"},
}

// pattern is a spelling that is ready to be looked for.
type pattern struct {
	letters       string
	sounds        []byte // their places among sounds
	after, before letterSet
}

// patterns are all spellings by their first letter.
var patterns = func() (by [26][]pattern) {
	for _, s := range spellings {
		p := pattern{letters: s.letters, after: letterSetOf(s.after), before: letterSetOf(s.before)}
		for i := range len(s.sounds) {
			p.sounds = append(p.sounds, byte(strings.IndexByte(sounds, s.sounds[i])))
		}
		first := s.letters[0] - 'a'
		by[first] = append(by[first], p)
	}
	return by
}()

// reading returns the pattern that the letters of a word from i on begin with.
func reading(word string, i int) *pattern {
	list := patterns[word[i]-'a']
	for k := range list {
		if p := &list[k]; p.fits(word, i) {
			return p
		}
	}
	return &list[len(list)-1]
}

func (p *pattern) fits(word string, i int) bool {
	end := i + len(p.letters)
	if end > len(word) {
		return false
	}
	for k := 1; k < len(p.letters); k++ {
		if word[i+k] != p.letters[k] {
			return false
		}
	}
	return p.after.has(word, i-1) && p.before.has(word, end)
}

// letterSet has a bit for each letter from a on, and edge.
type letterSet uint32

// edge is the start or the end of a word.
const edge letterSet = 1 << 31

func letterSetOf(letters string) (set letterSet) {
	if letters == "" {
		return 1<<26 - 1 | edge
	}
	for _, c := range letters {
		if c == '^' || c == '$' {
			set |= edge
		} else {
			set |= 1 << (c - 'a')
		}
	}
	return set
}

// has reports whether the i-th letter of a word is in the set.
func (set letterSet) has(word string, i int) bool {
	if i < 0 || i >= len(word) {
		return set&edge != 0
	}
	return set>>(word[i]-'a')&1 != 0
}
