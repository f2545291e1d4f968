package words

import (
	"unicode"
	"unicode/utf8"

	"github.com/ndoto/kundi/words/memo"
	"github.com/ndoto/kundi/words/script"
)

// TextToken is a form under which search finds a word of a long text, several words joined, or
// one or two characters of a script that has no spaces between words.
type TextToken struct {
	Text string
	// From and To are the bytes [From, To) of the text that it stands for.
	From, To int
	Word     int // the first word that it covers; words are numbered from 0
	Words    int // how many it covers
	// Run says that the words which it covers are characters of a script without spaces.
	Run bool
}

// maxJoined is how many words that are held together are also one joined word.
const maxJoined = 4

// EachTextToken calls visit with the tokens of a long text, such as a message. Unlike
// SearchTokens, it reads all of the text, and reads it as prose: no word is a name.
//
// Words are runs of letters, digits and marks. Each has its plain form and its national form,
// as in SearchTokens. Words that are held together by an apostrophe, a hyphen or a full stop
// come apart and joined. Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese have a token
// for each character and for each two that are neighbours. An emoji is a word.
//
// A text has at most some tokens for each of its bytes, of at most MaxTokenBytes.
func EachTextToken(s string, visit func(TextToken)) {
	p := prose{text: s, visit: visit}
	p.run()
}

// prose is a text being read.
type prose struct {
	text  string
	visit func(TextToken)
	words int // that were told

	chunk []proseWord // words with joiners between them
	total int         // words of the chunk, also of those that are not kept
	last  proseWord   // the character before, of a script without spaces; empty for none
}

// proseWord is one word of the text, and its spellings.
type proseWord struct {
	from, to        int
	plain, national string
}

// proseWords has words of texts that are not ASCII.
var proseWords = memo.New[[2]string](1 << 14)

// read takes note of the spellings of a word. It is false for one that is nothing but marks.
func (p *prose) read(from, to int) (w proseWord, ok bool) {
	text := p.text[from:to]
	w = proseWord{from: from, to: to}
	if plain, ascii := lowerASCII(Clip(text, 2*MaxTokenBytes)); ascii {
		w.plain = plain
		return w, plain != ""
	}
	forms := proseWords.Of(Clip(text, 8*MaxTokenBytes), func(text string) [2]string {
		forms := [2]string{script.Plain(bare(Canonical(text)))}
		if n := national(text); n != "" {
			forms[1] = bare(Canonical(n))
		}
		return forms
	})
	w.plain, w.national = forms[0], forms[1]
	return w, w.plain != ""
}

func (p *prose) run() {
	from, joined := -1, false // start of the open word; whether a joiner precedes
	ending := 0               // of the last character of a script without spaces
	closeWord := func(to int) {
		if from >= 0 {
			p.word(from, to)
			from = -1
		}
	}
	for i, r := range p.text {
		class := classify(r, p.text[i:])
		spaceless := class == cjkRune || class == wordRune && IsSpaceless(r)
		switch {
		case class == ignored, i < ending:
			continue
		case spaceless:
			closeWord(i)
			p.flush()
			ending = p.ending(i, r)
			p.character(i, ending)
			joined = false
			continue
		case class == wordRune:
			if from < 0 {
				from, joined = i, false
			}
		case class == joinerRune:
			closeWord(i)
			if joined { // two joiners in a row separate
				p.flush()
			}
			joined = true
		default:
			closeWord(i)
			p.flush()
			if class == emojiRune {
				p.word(i, i+utf8.RuneLen(r))
				p.flush()
			}
			joined = false
		}
		p.last = proseWord{}
	}
	closeWord(len(p.text))
	p.flush()
}

// IsSpaceless reports whether a character is of a script that has no spaces between words, or
// whose words grow together, as in Korean.
func IsSpaceless(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tai_Tham)
}

// ending is where a character ends that begins at i: behind its marks.
func (p *prose) ending(i int, r rune) int {
	to := i + utf8.RuneLen(r)
	for to < len(p.text) {
		mark, size := utf8.DecodeRuneInString(p.text[to:])
		if !unicode.IsMark(mark) {
			break
		}
		to += size
	}
	return to
}

// word adds a word to the chunk.
func (p *prose) word(from, to int) {
	if w, ok := p.read(from, to); ok {
		p.chunk = append(p.chunk, w)
		if p.total++; len(p.chunk) > maxJoined {
			p.tell(p.chunk[0], p.words)
			p.words++
			p.chunk = append(p.chunk[:0], p.chunk[1:]...)
		}
	}
}

// flush tells the words of the chunk, and all of them joined.
func (p *prose) flush() {
	n := len(p.chunk)
	for i, w := range p.chunk {
		p.tell(w, p.words+i)
	}
	if n > 1 && p.total == n {
		joined := proseWord{from: p.chunk[0].from, to: p.chunk[n-1].to}
		spelt := false
		for _, w := range p.chunk {
			joined.plain += w.plain
			joined.national += orElse(w.national, w.plain)
			spelt = spelt || w.national != ""
		}
		if !spelt {
			joined.national = ""
		}
		p.emit(joined, p.words, n, false)
	}
	p.words += n
	p.chunk, p.total = p.chunk[:0], 0
}

// character tells a character of a script without spaces, and the one before together with it.
func (p *prose) character(from, to int) {
	w, ok := p.read(from, to)
	if !ok {
		return
	}
	p.emit(w, p.words, 1, true)
	if before := p.last; before.plain != "" {
		p.emit(proseWord{from: before.from, to: to, plain: before.plain + w.plain}, p.words-1, 2, true)
	}
	p.last = w
	p.words++
}

func (p *prose) tell(w proseWord, word int) { p.emit(w, word, 1, false) }

func (p *prose) emit(w proseWord, word, words int, run bool) {
	t := TextToken{Text: Clip(w.plain, MaxTokenBytes), From: w.from, To: w.to, Word: word, Words: words, Run: run}
	p.visit(t)
	if w.national != "" && w.national != w.plain {
		t.Text = Clip(w.national, MaxTokenBytes)
		p.visit(t)
	}
}
