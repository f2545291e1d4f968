package contacts

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ndoto/kundi/contacts/script"
)

// Limits of what search makes of one text, so that hostile input (floods of
// combining marks, one character that decomposes into eighteen, ten thousand
// words) costs no more than a long name.
const (
	MaxSearchBytes = 1_000 // of a text; the rest is not searched
	MaxSearchWords = 40    // of a text
	MaxTokenBytes  = 48    // of a token; the rest is cut off
)

// Token is one way of writing one word, or several joined words, of a text.
// Words are numbered from 0; "O'Neill" is two words, o and neill, and a third
// token, oneill, covers both. Two tokens over the same words are spellings of
// the same thing: muller and mueller.
type Token struct {
	Text     string
	From, To int // bytes of the text it stands for
	Word     int // the first word it covers
	Words    int // how many it covers
	// Read says that it is how a word of another script is read in Latin letters.
	Read bool
}

// SearchTokens folds text into the tokens under which search stores and finds
// it; text and query go through this one function.
//
// Words are runs of letters, digits and marks; zero-width and direction marks
// inside them are ignored, an emoji is a word. Each word is written in its plain
// form (Canonical, the marks of other scripts off, and letters that are one to
// those who look for a name as one, see script.Plain: müller is muller), in its
// national form where one is usual (ä, ö, ü, å, ø as ae, oe, ue, aa, oe), and, when
// letters of another script remain, as it is mostly read in Latin ones. Words held
// together by apostrophe, hyphen or full stop, or by a capital within, come split and
// joined: d'angelo is d, angelo and dangelo; so do those behind the first word of a
// name such as Abdul. Chinese, Japanese and Korean text comes by character, with the
// reading of each, of all, and of the family name and the given name.
//
// The result is bounded by MaxSearchBytes, MaxSearchWords and MaxTokenBytes.
// Invalid UTF-8 separates words.
func SearchTokens(s string) []Token { return new(Tokenizer).Tokens(s) }

// Tokenizer makes SearchTokens of one text after the other in the same memory.
// The zero Tokenizer is ready; it is for one goroutine.
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

// Tokens returns what SearchTokens does. It is good until the next call.
func (t *Tokenizer) Tokens(s string) []Token {
	t.text, t.words, t.tokens, t.before = clip(s, MaxSearchBytes), 0, t.tokens[:0], lead{}
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

type runeClass uint8

const (
	separator runeClass = iota
	wordRune
	cjkRune
	emojiRune
	joinerRune
	ignored
)

// minPart is how many letters each side of a capital within a word has when it
// begins a second name, as in MariaFernanda; MacDonald is one.
const minPart = 3

// beginsName reports whether a capital letter behind some letters begins a name of
// its own: small letters are on both sides.
func beginsName(before, rest string) bool {
	if len(before) < minPart || before == "Mac" || len(rest) < minPart {
		return false
	}
	for i := range len(before) {
		if c := before[i]; (c < 'a' || c > 'z') && (i > 0 || c < 'A' || c > 'Z') {
			return false
		}
	}
	for i := 1; i < minPart; i++ {
		if rest[i] < 'a' || rest[i] > 'z' {
			return false
		}
	}
	return true
}

// classify says what a rune does to the word it is in; rest starts with it.
func classify(r rune, rest string) runeClass {
	if r < utf8.RuneSelf {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return wordRune
		case r == '\'', r == '-', r == '`':
			return joinerRune
		case r == '.' && len(rest) > 1 && rest[1] != ' ':
			return joinerRune
		}
		return separator
	}
	switch {
	case r == utf8.RuneError:
		return separator
	case isEmoji(r):
		return emojiRune
	case r >= 0x1F3FB && r <= 0x1F3FF: // a colour of skin
		return ignored
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return cjkRune
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
		if isApostrophe(r) {
			return joinerRune
		}
		return wordRune
	case unicode.Is(unicode.Cf, r):
		return ignored
	case isApostrophe(r), unicode.Is(unicode.Pd, r), r == '·', r == '・':
		return joinerRune
	}
	return separator
}

// isEmoji reports whether r is a picture that people have in names.
func isEmoji(r rune) bool {
	return (r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2600 && r <= 0x27BF || r >= 0x2B00 && r <= 0x2BFF) && unicode.Is(unicode.So, r)
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

// familyLength is how many characters at the beginning of a chunk are the family
// name; noCharacters when the chunk is no name of several.
func familyLength(words []span, spellings []forms) int {
	if len(words) < 2 {
		return noCharacters
	}
	name := ""
	for i, w := range words {
		if !w.cjk {
			return noCharacters
		}
		name += spellings[i].plain
	}
	return script.FamilyLength(name)
}

const noCharacters = -1

// join adds the joined forms of a chunk of several words: all of them, and,
// of three and more, each neighbouring pair; of characters the family name, when
// it has several, and the given name.
func (t *Tokenizer) join(words []span, spellings []forms, first, family int) {
	n := len(words)
	if n < 2 {
		return
	}
	part := func(from, to int) {
		t.emit(joinForms(spellings[from:to]), words[from].from, words[to-1].to, first+from, to-from)
	}
	part(0, n)
	switch {
	case n == 2:
	case family != noCharacters:
		if family > 1 {
			part(0, family)
		}
		if family > 0 && n-family > 1 {
			part(family, n)
		}
		if family == 2 && n == 3 { // it may have one character all the same
			part(1, n)
		}
	default:
		for i := 0; i+1 < n; i++ {
			part(i, i+2)
		}
	}
}

// leads reports the first words of names that many write as one with the word behind,
// folded.
func leads(word string) bool {
	switch word {
	case "abd", "abdul", "abdel", "abdal", "abdur", "abdol", "abu", "abou", "عبد", "ابو", "ابي", "ابن", "بن", "بنت", "ام", "ال":
		return true
	}
	return false
}

// trails reports words that many write as one with the word before.
func trails(word string) bool {
	switch word {
	case "eddine", "eddin", "uddin", "aldin", "eldin", "allah", "ullah", "الدين", "الله":
		return true
	}
	return false
}

// lead joins the first word of the chunk with the word before when many write them
// as one, and remembers a chunk of one word.
func (t *Tokenizer) lead(words []span, spellings []forms, first int) {
	if b := t.before; b.plain != "" && (leads(b.plain) || trails(spellings[0].plain)) {
		t.emit(joinForms([]forms{b.forms, spellings[0]}), b.from, words[0].to, first-1, 2)
	}
	t.before = lead{}
	if len(words) == 1 {
		t.before = lead{words[0], spellings[0]}
	}
}

func (t *Tokenizer) emit(f forms, from, to, word, words int) {
	add := func(text string, read bool) {
		t.tokens = append(t.tokens, Token{Text: clip(text, MaxTokenBytes), From: from, To: to, Word: word, Words: words, Read: read})
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

func joinForms(parts []forms) forms {
	var plain, national, latin strings.Builder
	var out forms
	hasNational, hasLatin := false, false
	for _, p := range parts {
		plain.WriteString(p.plain)
		national.WriteString(orElse(p.national, p.plain))
		latin.WriteString(orElse(p.latin, p.plain))
		hasNational = hasNational || p.national != ""
		hasLatin = hasLatin || p.latin != ""
	}
	out.plain = plain.String()
	if hasNational {
		out.national = national.String()
	}
	if hasLatin {
		out.latin = latin.String()
	}
	switch r, _ := utf8.DecodeRuneInString(out.plain); {
	case unicode.In(r, unicode.Hiragana, unicode.Katakana):
		out.latin = latinOf(out.plain) // syllables change each other
	case unicode.Is(unicode.Han, r):
		out.japanese = script.Japanese(out.plain)
	}
	return out
}

// latinOf is how a word of another script is mostly read, "" when that is not
// known.
func latinOf(plain string) string {
	if lattice := script.Of(plain); lattice != nil {
		return lattice.Latin()
	}
	return ""
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
	w = clip(w, 8*MaxTokenBytes)
	slot := &foldedWords[maphash.String(foldedSeed, w)%uint64(len(foldedWords))]
	known := slot.Load()
	if known == nil || known.word != w {
		known = &foldedWord{strings.Clone(w), foldLetters(w)}
		slot.Store(known)
	}
	return known.forms
}

// foldedWords remembers words that are not ASCII, which take some normalisations
// each: the names that a search compares, and those of contacts, come again.
var (
	foldedWords [1 << 12]atomic.Pointer[foldedWord]
	foldedSeed  = maphash.MakeSeed()
)

type foldedWord struct {
	word  string
	forms forms // not to be changed
}

func foldLetters(w string) forms {
	f := forms{plain: script.Plain(bare(Canonical(w)))}
	if n := national(w); n != "" {
		f.national = bare(Canonical(n))
	}
	if !isASCII(f.plain) {
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
	if isASCII(s) {
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

// clip cuts s to at most n bytes, between characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
