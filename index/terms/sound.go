package terms

import "strings"

// maxSounds is the number of sounds of a word that can be heard; longer words are
// not looked for by ear.
const maxSounds = 24

// A sound is what some letters may be pronounced as, one byte of spoken. Letters
// that are read otherwise in other languages have a sound of their own that is
// near to each of them, so that one reading serves all languages:
//
//	a e i o u  vowels, y too
//	b d f g k l m n p r s t v w z  as in English
//	c  c before e, i, y: s, in Italian and Slavic names ch, seldom k
//	C  ch, cz, tch, tsch: as in Charles, Christian, Charlotte, Bach, Chaim
//	G  g before e, i, y: as in George, Gerhard, Gimenez
//	h  h where it is heard, H  gh and kh, which may be g, k, h or nothing
//	j  j and dg: as in John, Jose, Jan, Jean
//	L  lh, gli, ll between vowels: l or ly
//	N  gn, nh: n or ny
//	S  sh, sch, sz, sj
//	T  th
//	x  x at the start: as in Xavier, Ximena, Xiao
//	Z  zh, and the Polish rz
type sound = byte

// spoken are the sounds of a word.
type spoken struct {
	n      int
	sounds [maxSounds]sound
}

// speak returns the sounds of a folded token: of the letters a to z only, and
// of at least two; else none.
func speak(token string) (s spoken) {
	if len(token) < 2 {
		return s
	}
	for i := 0; i < len(token); {
		if token[i] < 'a' || token[i] > 'z' {
			return spoken{}
		}
		p := reading(token, i)
		for j := range len(p.sounds) {
			if s.n > 0 && s.sounds[s.n-1] == p.sounds[j] {
				continue // doubled letters are one sound
			}
			if s.n == maxSounds {
				return spoken{}
			}
			s.sounds[s.n] = p.sounds[j]
			s.n++
		}
		i += len(p.letters)
	}
	return s
}

// list returns the sounds.
func (s *spoken) list() []sound { return s.sounds[:s.n] }

// spelling is how some letters sound. after and before list the letters that
// one must stand beside, where ^ is the start and $ the end of the word; "" for
// any.
type spelling struct{ letters, after, before, sounds string }

const vowels = "aeiouy"

// reading returns the spelling that the letters from i on begin with.
func reading(token string, i int) *spelling {
	list := spellings[token[i]-'a']
	for k := range list {
		p := &list[k]
		if strings.HasPrefix(token[i:], p.letters) && beside(p.after, token, i-1) && beside(p.before, token, i+len(p.letters)) {
			return p
		}
	}
	return &list[len(list)-1] // the letter alone, which always fits
}

func beside(letters, token string, i int) bool {
	switch {
	case letters == "":
		return true
	case i < 0:
		return strings.IndexByte(letters, '^') >= 0
	case i >= len(token):
		return strings.IndexByte(letters, '$') >= 0
	}
	return strings.IndexByte(letters, token[i]) >= 0
}

const consonants = "bcdfghjklmnpqrstvwxz"

// spellings are all, by their first letter, the first that fits counts. What the
// letters are read as in which language is common knowledge of their
// spelling; the choice is our own.
var spellings = func() (by [26][]spelling) {
	for _, p := range []spelling{
		{"augh", "", "", "o"}, {"aul", "", "td", "o"}, {"aix", "", vowels, "ex"}, {"aoi", "", "", "i"}, {"awsk", "", "", "avsk"}, {"aa", "", "", "a"}, {"ae", "", "", "e"}, {"ai", "", "", "e"}, {"ay", "", consonants + "$", "e"},
		{"au", "", "", "o"}, {"aw", "", consonants + "$", "o"}, {"a", "", "", "a"},
		{"bh", "", "", "b"}, {"b", "", "", "b"},
		{"chr", "", "", "kr"}, {"chl", "", "", "kl"}, {"cch", "", "", "k"}, {"cher", "", "$", "CeR"}, {"ch", "", "", "C"}, {"cki", "", "$", "cki"}, {"cka", "", "$", "cka"}, {"ck", "", "", "k"},
		{"cz", "", "", "C"}, {"cs", "", "", "C"}, {"cq", "", "", "k"}, {"cc", "", "eiy", "C"}, {"c", "", "eiy", "c"}, {"c", "n", "ao", "c"}, {"cao", "aei", "$", "cao"}, {"c", "i", "$", "C"}, {"c", "", "", "k"},
		{"dg", "", "eiy", "j"}, {"dzh", "", "", "j"}, {"dj", "", "", "j"}, {"dz", "", "", "z"}, {"dh", "", "", "d"}, {"dt", "", "", "t"}, {"d", "", "", "d"},
		{"eaul", "", "t", "o"}, {"eaux", "", "$", "o"}, {"eau", "", "", "o"}, {"eigh", "", "", "e"}, {"ewsk", "", "", "evsk"}, {"eix", "", vowels, "ex"}, {"ee", "", "", "i"}, {"ei", "", "", "e"}, {"ey", "", consonants + "$", "e"}, {"e", "", "", "e"},
		{"f", "", "", "f"},
		{"gn", "^", "", "n"}, {"gn", "", vowels, "HN"}, {"gli", "", "aeou", "Li"}, {"gh", "^", "", "g"}, {"gh", "", "", "H"},
		{"gu", "", "ei", "g"}, {"g", "", "ei", "G"}, {"gy", "", consonants + "$", "Gi"}, {"g", "", "", "g"},
		{"h", "^" + vowels, vowels, "h"}, {"h", "", "", ""},
		{"igh", "", "st$", "i"}, {"ier", "", "$", "ieR"}, {"ie", "", consonants + "$", "i"}, {"i", "", "", "i"},
		{"jh", "", "", "j"}, {"j", "", "", "j"},
		{"kn", "^", "", "n"}, {"ks", "^", "", "x"}, {"kh", "", "", "H"}, {"k", "", "", "k"},
		{"leigh", "", "", "li"}, {"ll", "^" + vowels, vowels, "L"}, {"lh", "", vowels, "L"}, {"l", "", "", "l"},
		{"mp", "", "st", "m"}, {"mh", "", "", "v"}, {"mb", "^", "", "b"}, {"m", "", "", "m"},
		{"nguy", "^", "", "nui"}, {"nj", "^", "", "j"}, {"ng", "^", "", "g"}, {"nd", "^", "", "d"}, {"nh", "", vowels, "N"}, {"n", "", "", "n"},
		{"ough", "", "", "o"}, {"owsk", "", "", "ovsk"}, {"oux", "", "$", "u"}, {"oo", "", "", "u"}, {"ou", "", "", "u"}, {"ow", "", "$", "ow"}, {"ow", "", consonants, "o"}, {"oe", "", "", "o"}, {"o", "", "", "o"},
		{"ph", "", "", "f"}, {"pf", "", "", "f"}, {"ps", "^", "", "s"}, {"pt", "^", "", "t"}, {"pn", "^", "", "n"}, {"p", "", "", "p"},
		{"qu", "", "ei", "k"}, {"qu", "", "", "kw"}, {"q", "", "", "k"},
		{"rz", "^bdgkpt", "", "Z"}, {"rz", "a", "y", "Z"}, {"r", "", "", "r"},
		{"sch", "", "", "S"}, {"sh", "", "", "S"}, {"sz", "", "", "S"}, {"sj", "", "", "S"}, {"s", "", "", "s"},
		{"tsch", "", "", "C"}, {"tch", "", "", "C"}, {"tsh", "", "", "C"}, {"ts", "", "", "z"}, {"tz", "", "", "z"}, {"th", "", "", "T"}, {"t", "", "", "t"},
		{"ugh", "", "", "u"}, {"u", "", "", "u"}, {"v", "", "", "v"},
		{"wh", "", "", "w"}, {"wr", "^", "", "r"}, {"w", "", "", "w"},
		{"x", "^", "", "x"}, {"x", "", "", "ks"},
		{"y", "", "", "i"},
		{"zh", "", "", "Z"}, {"zs", "", "", "Z"}, {"z", "", "", "z"},
	} {
		by[p.letters[0]-'a'] = append(by[p.letters[0]-'a'], p)
	}
	return by
}()

// confused are sounds that are taken for each other, by what that costs in
// tenths of a typo.
var confused = [...]struct {
	cost  uint8
	pairs string
}{
	{1, "ei Rr cs cz sz Tt dt SC uw vw kH CS jG Gg Ll Nn ou xS xs xz wu Zj"},
	{2, "ae ao ij bp bv fv gk Ck CH cC cS sS Cj jC hH gH jZ ZS zZ zC jh hG mn xk xh xj sC"},
	{3, "au eu eo iu ai kG kc ck ji Zr jS zS dT zj fp wf hk hC CT sT Tz Tf td wb ct Lj Li NN Ni LN Gi Sj vb fb zt"},
	{4, "lr dz nr mb Td fh Hf wg hf td hj sj cj GS Gs Gz"},
}

// Costs of a sound that one of two words does not have.
const (
	gapSound   = 10 // a consonant
	gapWeak    = 4  // one that is often silent or half a vowel
	gapEnd     = 5  // one at the end that is silent in French
	gapVowel   = 4  // a vowel between consonants
	gapGlide   = 2  // a vowel beside another
	gapSilent  = 1  // an e at the end
	gapFirst   = 4  // more, at the start of the word
	otherEnd   = 3  // more, of another vowel at the end: Maria is not Mario
	otherSound = 10 // another consonant
	otherKind  = 20 // a vowel for a consonant
)

// swaps are the costs of hearing one sound for another.
var swaps = func() (t [128][128]uint8) {
	isVowel := func(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }
	for a := range t {
		for b := range t {
			switch va, vb := isVowel(byte(a)), isVowel(byte(b)); {
			case a == b:
			case va != vb:
				t[a][b] = otherKind
			case va:
				t[a][b] = 4
			default:
				t[a][b] = otherSound
			}
		}
	}
	for _, c := range confused {
		for _, pair := range strings.Fields(c.pairs) {
			a, b := pair[0], pair[1]
			t[a][b], t[b][a] = min(t[a][b], c.cost), min(t[b][a], c.cost)
		}
	}
	return t
}()

// gap is the cost of the i-th sound when the other word does not have it.
func (s *spoken) gap(i int) uint8 {
	c := s.sounds[i]
	before, after := byte(0), byte(0)
	if i > 0 {
		before = s.sounds[i-1]
	}
	if i+1 < s.n {
		after = s.sounds[i+1]
	}
	cost := uint8(gapSound)
	switch {
	case isSpokenVowel(c):
		switch {
		case c == 'e' && after == 0 && i > 0:
			return gapSilent
		case isSpokenVowel(before) || isSpokenVowel(after):
			cost = gapGlide
		default:
			cost = gapVowel
		}
	case c == 'w' && after == 0 && i > 0:
		return gapSilent
	case c == 'h', c == 'H', c == 'w', c == 'j', c == 'R':
		cost = gapWeak
	case after == 0 && strings.IndexByte("tdszpTx", c) >= 0:
		cost = gapEnd
	case (c == 't' || c == 'd') && strings.IndexByte("lnrs", before) >= 0 && !isSpokenVowel(after):
		cost = gapWeak
	case c == 'c' && (before == 's' || after == 'k'), c == 'g' && before == 'n', c == 's' && before == 'c':
		cost = gapWeak
	}
	if i == 0 {
		cost += gapFirst
	}
	return cost
}

func isSpokenVowel(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}

// heard returns how differently two words sound, in tenths of a typo; more than limit
// when it is more.
func (s *spoken) heard(t *spoken, limit int) int {
	if s.n == 0 || t.n == 0 {
		return limit + 1
	}
	var rows [2][maxSounds + 1]uint8
	var gaps [maxSounds]uint8
	above, row := &rows[0], &rows[1]
	for j := range t.n {
		gaps[j] = t.gap(j)
		above[j+1] = min(above[j]+gaps[j], 200)
	}
	for i := range s.n {
		gap := s.gap(i)
		swap := &swaps[s.sounds[i]]
		row[0] = min(above[0]+gap, 200)
		least := row[0]
		for j := range t.n {
			cost := swap[t.sounds[j]]
			if cost > 0 && i == s.n-1 && j == t.n-1 && isSpokenVowel(s.sounds[i]) {
				cost += otherEnd
			}
			best := min(above[j]+cost, above[j+1]+gap, row[j]+gaps[j])
			row[j+1] = min(best, 200)
			least = min(least, best)
		}
		if int(least) > limit {
			return limit + 1
		}
		above, row = row, above
	}
	return int(above[t.n])
}
