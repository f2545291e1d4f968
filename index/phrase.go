package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/index/text"
)

// Limits of the text of a search.
const (
	MaxSearchText = 1_000 // characters; more is refused
	maxWords      = 10    // words that count; the rest is ignored
	minFragment   = 4     // letters from which a plain word may be part of an e-mail
	minMailish    = 3     // the same for one with digits or an e-mail's punctuation
)

// phrase is the text of a search, read in every way that it may be meant:
// words, which may also be joined or be part of an e-mail, phone numbers and
// e-mails.
type phrase struct {
	// words are what is asked for, in order; everything below says which of
	// them it stands for.
	words    []string
	spans    []wordSpan
	literals []literal
}

// wordSpan is one word, or several written as one, in all its spellings.
type wordSpan struct {
	first, count int
	word         *terms.Word
	// joined says that the query has a space that the name may not have.
	joined bool
}

// literal is something that is looked for as it is, in an e-mail or a phone.
type literal struct {
	first, count int
	kind         literalKind
	text         string // lower case; of digits, only those
	mail         mailPatterns
	pattern      *terms.Pattern // of all but mailLiteral
}

// mailPatterns are the two sides of an e-mail.
type mailPatterns struct{ local, domain *terms.Pattern }

func newLiteral(first, count int, kind literalKind, text string) literal {
	l := literal{first: first, count: count, kind: kind, text: text}
	switch kind {
	case mailLiteral:
		parts := contacts.SplitEmail(text)
		l.mail = mailPatterns{terms.NewPattern(parts.Local), terms.NewPattern(parts.Domain)}
	case phoneLiteral:
		cores := phoneCores(text)
		l.pattern = terms.NewPattern(cores[len(cores)-1])
	default:
		l.pattern = terms.NewPattern(text)
	}
	return l
}

type literalKind uint8

const (
	mailLiteral     literalKind = iota // with an @: an e-mail, perhaps unfinished
	mailishLiteral                     // part of an e-mail, by its look
	fragmentLiteral                    // a word that may be part of an e-mail
	phoneLiteral                       // digits of a phone number
)

// titles are left out when other words remain.
var titles = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "miss": true, "dr": true, "prof": true, "sir": true, "herr": true, "frau": true,
	"mme": true, "mlle": true, "monsieur": true, "madame": true, "sr": true, "sra": true, "srta": true, "don": true, "dona": true,
	"sig": true, "signor": true, "signora": true, "dott": true, "ing": true, "mag": true, "pan": true, "pani": true,
}

// parse reads the text of a search. It never fails; a text without letters
// and digits has no words.
func parse(s string) phrase {
	s = strings.ToValidUTF8(s, " ")
	unfinished := s == strings.TrimRightFunc(s, unicode.IsSpace)
	var p phrase
	chunks := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;|", r) })
	chunks = withoutTitles(chunks)
	for len(chunks) > 0 && len(p.words) < maxWords {
		if n := phoneChunks(chunks); n > 0 {
			p.addPhone(strings.Join(chunks[:n], " "))
			chunks = chunks[n:]
			continue
		}
		p.addChunk(strings.Trim(chunks[0], `"'()<>[]{}*?!:`), unfinished && len(chunks) == 1)
		chunks = chunks[1:]
	}
	p.truncate()
	p.joinNeighbours(unfinished)
	return p
}

// withoutTitles drops titles unless nothing else is there.
func withoutTitles(chunks []string) []string {
	var kept []string
	for i, c := range chunks {
		if last := i == len(chunks)-1; last && !strings.HasSuffix(c, ".") || !titles[strings.ToLower(strings.TrimSuffix(c, "."))] {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return chunks
	}
	return kept
}

// phoneChunks returns how many of the first chunks make up a phone number: all
// that consist of digits and the punctuation of numbers, when there are at
// least four digits.
func phoneChunks(chunks []string) int {
	n, digits := 0, 0
	for n < len(chunks) && isPhoneish(chunks[n]) {
		digits += len(contacts.Digits(chunks[n]))
		n++
	}
	if digits < text.PhoneGram {
		return 0
	}
	return n
}

func isPhoneish(s string) bool {
	return strings.ContainsAny(s, "+(0123456789") && strings.Trim(s, "+-–./()0123456789") == ""
}

// addPhone adds a phone number as typed.
func (p *phrase) addPhone(typed string) {
	first := len(p.words)
	// The trunk zero that some put in brackets is not dialled after a country
	// code.
	digits := contacts.Digits(strings.ReplaceAll(typed, "(0)", ""))
	p.words = append(p.words, digits)
	p.literals = append(p.literals, newLiteral(first, 1, phoneLiteral, digits))
	if typed == digits {
		p.literals = append(p.literals, newLiteral(first, 1, fragmentLiteral, digits))
		p.spans = append(p.spans, wordSpan{first: first, count: 1, word: terms.NewWord([]string{digits}, false)})
	}
}

// addChunk adds what stood between two spaces.
func (p *phrase) addChunk(chunk string, unfinished bool) {
	lower := contacts.CanonicalEmail(chunk)
	first := len(p.words)
	if at := strings.IndexByte(lower, '@'); at >= 0 && len(lower) >= 3 {
		p.words = append(p.words, lower)
		p.literals = append(p.literals, newLiteral(first, 1, mailLiteral, lower))
		return
	}
	tokens := contacts.SearchTokens(chunk)
	if len(tokens) == 0 {
		return
	}
	count := 0
	for _, t := range tokens {
		count = max(count, t.Word+t.Words)
	}
	p.words = append(p.words, make([]string, count)...)
	p.addTokens(tokens, first, unfinished)
	switch fragment := strings.TrimLeft(lower, "."); {
	case isMailish(fragment) && len(fragment) >= minMailish:
		p.literals = append(p.literals, newLiteral(first, count, mailishLiteral, fragment))
	case isMailText(fragment) && len(fragment) >= minFragment:
		p.literals = append(p.literals, newLiteral(first, count, fragmentLiteral, fragment))
	}
}

// addTokens adds one span for all spellings of the same words.
func (p *phrase) addTokens(tokens []contacts.Token, first int, unfinished bool) {
	for len(tokens) > 0 {
		t, n := tokens[0], 1
		for n < len(tokens) && tokens[n].Word == t.Word && tokens[n].Words == t.Words {
			n++
		}
		spellings := make([]string, n)
		for i := range spellings {
			spellings[i] = tokens[i].Text
		}
		tokens = tokens[n:]
		if t.Words == 1 {
			p.words[first+t.Word] = spellings[0]
		}
		last := first+t.Word+t.Words == len(p.words)
		prepare := terms.NewWord
		if t.Words > 1 {
			prepare = terms.NewJoined
		}
		p.spans = append(p.spans, wordSpan{first: first + t.Word, count: t.Words, word: prepare(spellings, unfinished && last)})
	}
}

// isMailText reports whether s may be part of an e-mail.
func isMailText(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || strings.ContainsRune("._-+", r))
	}) < 0
}

// isMailish reports whether s looks like part of an e-mail and not of a name.
func isMailish(s string) bool {
	return isMailText(s) && strings.ContainsAny(s, "._+0123456789") && strings.ContainsFunc(s, unicode.IsLetter)
}

// truncate keeps what stands for the first maxWords words.
func (p *phrase) truncate() {
	if len(p.words) <= maxWords {
		return
	}
	p.words = p.words[:maxWords]
	spans, literals := p.spans[:0], p.literals[:0]
	for _, s := range p.spans {
		if s.first+s.count <= maxWords {
			spans = append(spans, s)
		}
	}
	for _, l := range p.literals {
		if l.first+l.count <= maxWords {
			literals = append(literals, l)
		}
	}
	p.spans, p.literals = spans, literals
}

// joinNeighbours adds each two neighbouring words written as one, where the
// query does not have them so already.
func (p *phrase) joinNeighbours(unfinished bool) {
	for i := 0; i+1 < len(p.words); i++ {
		joined := p.words[i] + p.words[i+1]
		if p.hasSpan(i, 2) || len(joined) > contacts.MaxTokenBytes || !isLetters(p.words[i]) || !isLetters(p.words[i+1]) {
			continue
		}
		p.spans = append(p.spans, wordSpan{
			first: i, count: 2, joined: true, word: terms.NewJoined([]string{joined}, unfinished && i+2 == len(p.words)),
		})
	}
}

func (p *phrase) hasSpan(first, count int) bool {
	for _, s := range p.spans {
		if s.first == first && s.count == count {
			return true
		}
	}
	return false
}

func isLetters(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) < 0
}

// tooLong reports whether a text is refused.
func tooLong(s string) bool { return utf8.RuneCountInString(s) > MaxSearchText }
