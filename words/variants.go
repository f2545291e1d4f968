package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ndoto/kundi/words/memo"
	"github.com/ndoto/kundi/words/script"
)

// Limits of what search makes of one text, so that hostile input (floods of
// combining marks, one character that decomposes into eighteen, ten thousand
// words) costs no more than a long name.
const (
	MaxSearchBytes = 1_000 // of a text; the rest is not searched
	MaxSearchWords = 40    // of a text
	MaxTokenBytes  = 48    // of a token; the rest is cut off
)

// Token is a form under which search finds one word of a text, or several words
// joined. Words are numbered from 0. "O'Neill" has two words, o and neill, and a third
// token, oneill, for both. Two tokens for the same words are spellings of the same:
// muller and mueller.
type Token struct {
	Text string
	// From and To are the bytes [From, To) of the text that it stands for.
	From, To int // bytes of the text it stands for
	Word     int // the first word it covers
	Words    int // how many it covers
	// Read says that it is how a word of another script is read in Latin letters.
	Read bool
}

// SearchTokens returns the tokens under which search stores and finds a text. Contacts
// and queries both go through it.
//
// Words are runs of letters, digits and marks. An emoji is a word. Characters that
// show nothing do not end a word. Each word has these tokens:
//   - its plain form: Canonical, without the marks of other scripts, and with letters
//     that are often confused made equal (script.Plain). müller is muller;
//   - its national form, if there is one: ä, ö, ü, å, ø as ae, oe, ue, aa, oe;
//   - if it has letters of another script, its usual reading in Latin letters.
//
// Words that are held together by an apostrophe, a hyphen, a full stop or a capital
// letter inside come apart and joined: d'angelo has d, angelo and dangelo. The same
// holds for the word after the first word of a name such as Abdul. Chinese, Japanese
// and Korean text has a token for each character, with its reading, and the readings
// of the whole, of the family name and of the given name.
//
// The result is limited by MaxSearchBytes, MaxSearchWords and MaxTokenBytes. Invalid
// UTF-8 separates words.
func SearchTokens(s string) []Token { return new(Tokenizer).Tokens(s) }

// Tokenizer returns the SearchTokens of one text after the other and uses the same
// memory for all of them. The zero Tokenizer is ready to use. It is not safe for
// concurrent use.
type Tokenizer struct {
	text   string
	lower  string // text in lower case when it is ASCII, else text: once for all words
	tokens []Token
	words  int

	chunk     []span  // the words of the chunk being read
	spellings []forms // of the words of the chunk
	before    lead    // the word before the chunk, when that was one word
}

// lead is a word that may be the first part of a name, such as Abdul.
type lead struct {
	span
	forms
}

// Tokens returns SearchTokens(s). The slice is valid until the next call.
func (t *Tokenizer) Tokens(s string) []Token {
	t.text, t.words, t.tokens, t.before = Clip(s, MaxSearchBytes), 0, t.tokens[:0], lead{}
	t.lower = t.text
	if lower, ok := lowerASCII(t.text); ok {
		t.lower = lower
	}
	if t.tokens == nil {
		t.tokens = make([]Token, 0, 8)
	}
	t.run()
	return t.tokens
}

// span is one word of the text.
type span struct {
	from, to int
	cjk      bool
}

// run reads chunks: words that follow each other with nothing but joiners
// between them.
func (t *Tokenizer) run() {
	from, joined := -1, false // start of the open word; whether a joiner precedes
	closeWord := func(to int) {
		if from >= 0 {
			t.chunk = append(t.chunk, span{from: from, to: to})
			from = -1
		}
	}
	for i, r := range t.text {
		switch class := classify(r, t.text[i:]); class {
		case ignored:
		case wordRune:
			if from >= 0 && r >= 'A' && r <= 'Z' && beginsName(t.text[from:i], t.text[i:]) {
				closeWord(i)
			}
			if from < 0 {
				from, joined = i, false
			}
		case emojiRune:
			closeWord(i)
			t.flush()
			t.chunk = append(t.chunk, span{from: i, to: i + utf8.RuneLen(r)})
			t.flush()
			joined = false
		case cjkRune:
			closeWord(i)
			t.chunk = append(t.chunk, span{from: i, to: i + utf8.RuneLen(r), cjk: true})
			joined = false
		case joinerRune:
			closeWord(i)
			if joined { // two joiners in a row separate
				t.flush()
			}
			joined = true
		default:
			closeWord(i)
			t.flush()
			joined = false
		}
	}
	closeWord(len(t.text))
	t.flush()
}

// flush turns the words of the chunk into tokens.
func (t *Tokenizer) flush() {
	words := t.chunk
	t.chunk = t.chunk[:0]
	if room := MaxSearchWords - t.words; len(words) > room {
		words = words[:max(room, 0)]
	}
	spellings := t.spellings[:0]
	for _, w := range words {
		f := foldWord(t.lower[w.from:w.to])
		if f.plain == "" { // nothing but marks
			continue
		}
		words[len(spellings)] = w
		spellings = append(spellings, f)
	}
	t.spellings = spellings
	words = words[:len(spellings)]
	if len(words) == 0 {
		return
	}
	family := familyLength(words, spellings)
	if family == 1 {
		spellings[0].latin = orElse(script.Family(spellings[0].plain), spellings[0].latin)
	}
	first := t.words
	for i, w := range words {
		t.emit(spellings[i], w.from, w.to, first+i, 1)
	}
	t.words += len(words)
	t.join(words, spellings, first, family)
	t.lead(words, spellings, first)
}

func (t *Tokenizer) emit(f forms, from, to, word, words int) {
	add := func(text string, read bool) {
		t.tokens = append(t.tokens, Token{Text: Clip(text, MaxTokenBytes), From: from, To: to, Word: word, Words: words, Read: read})
	}
	add(f.plain, false)
	if f.national != "" && f.national != f.plain {
		add(f.national, false)
	}
	if f.latin != "" && f.latin != f.plain {
		add(f.latin, true)
	}
	if f.japanese != "" && f.japanese != f.latin {
		add(f.japanese, true)
	}
}

// forms are the spellings of one word; all but plain may be empty.
type forms struct {
	plain, national string
	latin           string // as it is read
	japanese        string // and, of Chinese characters, as Japanese names are
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// foldWord returns the spellings of one word.
func foldWord(w string) forms {
	if plain, ok := lowerASCII(w); ok {
		return forms{plain: plain}
	}
	// A word of a thousand marks is still one word: what is kept of it is cut
	// before it is folded.
	w = Clip(w, 8*MaxTokenBytes)
	return foldedWords.Of(w, foldLetters)
}

// foldedWords has words that are not ASCII, which take some normalisations each: the
// names that a search compares come again.
var foldedWords = memo.New[forms](1 << 12)

func foldLetters(w string) forms {
	f := forms{plain: script.Plain(bare(Canonical(w)))}
	if n := national(w); n != "" {
		f.national = bare(Canonical(n))
	}
	if !IsASCII(f.plain) {
		f.latin = latinOf(f.plain)
	}
	return f
}

// nationalLetters are letters by the spelling that their countries use where
// the letter is not available, when that differs from the plain one.
var nationalLetters = map[rune]string{
	'ä': "ae", 'ö': "oe", 'ü': "ue", 'å': "aa", 'ø': "oe", 'đ': "dj",
	'Ä': "ae", 'Ö': "oe", 'Ü': "ue", 'Å': "aa", 'Ø': "oe", 'Đ': "dj",
}

// national writes w with national spellings, "" when it has none.
func national(w string) string {
	w = norm.NFC.String(w)
	if !strings.ContainsFunc(w, func(r rune) bool { return nationalLetters[r] != "" }) {
		return ""
	}
	var b strings.Builder
	for _, r := range w {
		if spelling, ok := nationalLetters[r]; ok {
			b.WriteString(spelling)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// bare removes what is no letter or digit, and the marks that are optional in
// their script: further combining diacritics, Hebrew points, Arabic vowel
// signs and the tatweel. The vowel signs of Indian scripts are spelling and stay.
func bare(s string) string {
	if IsASCII(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x0591 && r <= 0x05C7, r >= 0x064B && r <= 0x065F, r == 0x0670, r == 0x0640,
			r >= 0x1AB0 && r <= 0x1AFF, r >= 0x1DC0 && r <= 0x1DFF, r >= 0x20D0 && r <= 0x20FF, r >= 0xFE00 && r <= 0xFE2F:
			return -1
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r), isEmoji(r):
			return r
		}
		return -1
	}, s)
}

// Clip returns the first n bytes of a text, or fewer so that no character is cut.
func Clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// IsASCII reports whether a text has only ASCII characters.
func IsASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
