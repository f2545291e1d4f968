package contacts

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
)

// latinOf transliterates a folded word to lower-case ASCII letters and digits, ""
// when nothing comes of it: Greek as passports have it (ELOT 743), Japanese
// kana in Hepburn's way, Korean by the Revised Romanization, all other
// scripts letter by letter.
func latinOf(s string) string {
	r, _ := utf8.DecodeRuneInString(s)
	switch {
	case unicode.Is(unicode.Greek, r):
		s = greek(s)
	case unicode.In(r, unicode.Hiragana, unicode.Katakana):
		s = kana(s)
	case unicode.Is(unicode.Hangul, r):
		s = hangul(s)
	case nameReadings[r] != "":
		return nameReadings[r]
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return -1
	}, unidecode.Unidecode(s))
}

var greekLetters = strings.NewReplacer(
	"ου", "ou", "αυ", "av", "ευ", "ev", "ηυ", "iv", "γγ", "ng", "γξ", "nx", "γχ", "nch",
	"α", "a", "β", "v", "γ", "g", "δ", "d", "ε", "e", "ζ", "z", "η", "i", "θ", "th", "ι", "i", "κ", "k", "λ", "l", "μ", "m",
	"ν", "n", "ξ", "x", "ο", "o", "π", "p", "ρ", "r", "σ", "s", "τ", "t", "υ", "y", "φ", "f", "χ", "ch", "ψ", "ps", "ω", "o",
)

// greekVoiceless are the letters before which upsilon in αυ and ευ is an f.
const greekVoiceless = "θκξπστφχψ"

func greek(s string) string {
	if rest, found := strings.CutPrefix(s, "μπ"); found {
		s = "b" + rest
	}
	var b strings.Builder
	last := ' '
	for i, r := range s {
		next, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		if r == 'υ' && (last == 'α' || last == 'ε') && strings.ContainsRune(greekVoiceless, next) {
			r = 'f'
		}
		b.WriteRune(r)
		last = r
	}
	return greekLetters.Replace(b.String())
}

// kanaLetters are the hiragana from U+3041 on. Small ones are in capitals.
var kanaLetters = strings.Fields("A a I i U u E e O o ka ga ki gi ku gu ke ge ko go sa za shi ji su zu se ze so zo ta da chi ji T tsu zu te de to do " +
	"na ni nu ne no ha ba pa hi bi pi fu bu pu he be pe ho bo po ma mi mu me mo YA ya YU yu YO yo ra ri ru re ro WA wa i e o n vu")

// longVowels are said like short ones and mostly written so in names.
var longVowels = strings.NewReplacer("ou", "o", "oo", "o", "uu", "u")

func kana(s string) string {
	var b []byte
	double := false
	for _, r := range s {
		if r >= 'ァ' && r <= 'ヴ' {
			r -= 'ァ' - 'ぁ'
		}
		at := int(r - 'ぁ')
		if at < 0 || at >= len(kanaLetters) {
			continue // a sign of length
		}
		letters := kanaLetters[at]
		switch small := strings.ToLower(letters); {
		case letters == "T":
			double = true
			continue
		case letters != small && len(b) > 0: // しゃ is sha, きゃ kya, ファ fa
			before := b[len(b)-1]
			b = b[:len(b)-1]
			if len(small) == 2 && (before != 'i' || endsIn(b, "sh", "ch", "j")) {
				small = small[1:]
			}
			letters = small
		}
		if double {
			b, double = append(b, letters[0]), false
		}
		b = append(b, strings.ToLower(letters)...)
	}
	return longVowels.Replace(string(b))
}

func endsIn(b []byte, endings ...string) bool {
	for _, ending := range endings {
		if strings.HasSuffix(string(b), ending) {
			return true
		}
	}
	return false
}

// The parts of Korean syllables, in the order of their code points.
var (
	hangulInitials = strings.Split("g kk n d tt r m b pp s ss  j jj ch k t p h", " ")
	hangulVowels   = strings.Split("a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i", " ")
	hangulFinals   = strings.Split(" k k k n n n t l k m l l l p l m p p t t ng t t k t p t", " ")
)

func hangul(s string) string {
	var b strings.Builder
	for _, r := range s {
		at := int(r - '가')
		if at < 0 || at >= len(hangulInitials)*len(hangulVowels)*len(hangulFinals) {
			b.WriteRune(r)
			continue
		}
		final := at % len(hangulFinals)
		at /= len(hangulFinals)
		b.WriteString(hangulInitials[at/len(hangulVowels)])
		b.WriteString(hangulVowels[at%len(hangulVowels)])
		b.WriteString(hangulFinals[final])
	}
	return b.String()
}

// familyReadings are characters that are read differently where they are a
// Chinese family name, and Korean family names as those who have them write
// them.
var familyReadings = map[rune]string{
	'曾': "zeng", '单': "shan", '單': "shan", '仇': "qiu", '解': "xie", '任': "ren", '查': "zha", '盖': "ge", '区': "ou", '區': "ou",
	'朴': "piao", '翟': "zhai", '缪': "miao", '繆': "miao", '员': "yun", '冼': "xian", '乐': "yue", '樂': "yue", '覃': "qin",
	'召': "shao", '折': "she", '种': "chong", '秘': "bi", '尉': "yu", '长': "zhang", '吕': "lv", '呂': "lv", '沈': "shen", '葛': "ge", '盛': "sheng",
	'김': "kim", '이': "lee", '박': "park", '최': "choi", '정': "jung", '조': "cho", '윤': "yoon", '임': "lim", '오': "oh", '신': "shin",
	'권': "kwon", '안': "ahn", '고': "ko", '문': "moon", '허': "heo", '유': "yoo", '노': "noh", '우': "woo", '구': "koo", '곽': "kwak", '성': "sung",
	'주': "joo", '현': "hyun", '변': "byun", '백': "baek", '심': "shim",
}

// nameReadings are single characters that names have in another reading than
// unidecode's.
var nameReadings = map[rune]string{
	'娜': "na", '宁': "ning", '洁': "jie", '叶': "ye", '广': "guang", '薛': "xue", '柏': "bai", '万': "wan",
}

// SkeletonMark begins a token that is the skeleton of a word; no other token
// has it.
const SkeletonMark = "~"

// consonantal reports whether words are mostly written without their vowels,
// or with vowels that nobody writes in Latin, in the script of r.
func consonantal(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Ethiopic, unicode.Thai, unicode.Lao, unicode.Khmer,
		unicode.Myanmar, unicode.Devanagari, unicode.Bengali, unicode.Gujarati, unicode.Gurmukhi, unicode.Kannada, unicode.Malayalam,
		unicode.Oriya, unicode.Sinhala, unicode.Tamil, unicode.Telugu)
}

// skeletons returns the tokens by which a word of a consonantal script is found
// in Latin letters and the other way round: its consonants, for Arabic also
// without the article.
func skeletons(word, latin string) []string {
	if r, _ := utf8.DecodeRuneInString(word); !consonantal(r) {
		return nil
	}
	var out []string
	for _, s := range [...]string{Skeleton(latin), Skeleton(strings.TrimPrefix(latin, articleLatin(word)))} {
		if s != "" && (len(out) == 0 || s != out[0]) {
			out = append(out, s)
		}
	}
	return out
}

// articleLatin is what transliteration leaves of an Arabic article.
func articleLatin(word string) string {
	if strings.HasPrefix(word, "ال") {
		return "l"
	}
	return ""
}

// minSkeleton is the number of consonants that tell a name.
const minSkeleton = 2

// Skeleton returns the consonants of a word of Latin letters behind
// SkeletonMark, those written the same that scripts or tongues confuse; "" when
// they are too few or the word has anything but a-z.
func Skeleton(latin string) string {
	var scratch [MaxTokenBytes + 1]byte
	out := append(scratch[:0], SkeletonMark...)
	for i := 0; i < len(latin) && len(out) < len(scratch); i++ {
		c := latin[i]
		if c < 'a' || c > 'z' {
			return ""
		}
		next := byte(0)
		if i+1 < len(latin) {
			next = latin[i+1]
		}
		switch c {
		case 'a', 'e', 'i', 'o', 'u':
			continue
		case 'y', 'w':
			if i > 0 {
				continue
			}
		case 'h':
			if i+1 == len(latin) { // a mere vowel at the end
				continue
			}
		case 'c', 'q', 'x':
			c = 'k'
		case 'j':
			c = 'g'
		case 'v':
			c = 'b'
		case 'p':
			c = 'f'
		}
		if next == 'h' && strings.IndexByte("cdgkpst", latin[i]) >= 0 && i+2 < len(latin) {
			i++ // kh, sh and others are one
		}
		if out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	if len(out) < len(SkeletonMark)+minSkeleton {
		return ""
	}
	return string(out)
}
