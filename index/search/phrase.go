package search

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/words"
)

// Limits of the text of a search.
const (
	MaxText       = 1_000 // characters; more is refused
	maxWords      = 10    // words that count; the rest is ignored
	minFragment   = 4     // letters from which a plain word may be part of an e-mail
	maxIdentifier = 24    // letters and digits of an identifier that came in several words
	minMailish    = 3     // the same for one with digits or an e-mail's punctuation
	maxSaid       = 2     // times that a word counts: a name may be Ali Ali
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
	// optional is what it costs a contact to lack a word that only helps, such
	// as a title; 0 for all others.
	optional [maxWords]int
	region   string // of phone numbers without country code
	// typed is the last word, as it is so far, when it may go on.
	typed        typed
	completing   bool // see complete
	organisation bool // it is for companies
}

// typed is a text that stands for some words of a phrase.
type typed struct {
	first, count int
	text         string // lower case
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
	cores        []string       // of a phone: the digits to look for, see phoneCores
	pattern      *terms.Pattern // of all but mailLiteral
	unfinished   bool           // of an identifier: it may go on
}

// mailPatterns are the two sides of an e-mail.
type mailPatterns struct {
	parts         fields.EmailParts
	local, domain *terms.Pattern
}

func newLiteral(first, count int, kind literalKind, text string) literal {
	l := literal{first: first, count: count, kind: kind, text: text, cores: []string{text}}
	switch kind {
	case mailLiteral:
		parts := fields.SplitEmail(text)
		l.mail = mailPatterns{parts, terms.NewPattern(parts.Local), terms.NewPattern(parts.Domain)}
	default:
		l.pattern = terms.NewPattern(text)
	}
	return l
}

type literalKind uint8

// isPart reports whether it is a word that may be a part of an e-mail. Those are
// looked for once the names have not all words.
func (l literal) isPart() bool { return l.kind == fragmentLiteral || l.kind == startLiteral }

const (
	mailLiteral     literalKind = iota // with an @: an e-mail, perhaps unfinished
	mailishLiteral                     // part of an e-mail, by its look
	fragmentLiteral                    // a word that may be part of an e-mail
	phoneLiteral                       // digits of a phone number
	startLiteral                       // a word that may be the beginning of an e-mail
	keyLiteral                         // an identifier without its punctuation, or the beginning of one
)

// titles are words before and behind names that few contacts have. Some are
// names as well, so they help where they are.
var titles = wordSet(`mr mrs ms mx miss dr drs prof professor doctor sir madam madame lord lady dame rev reverend hon esq jr phd md mba
	herr frau fraulein hr dipl ing mag
	mme mlle monsieur mademoiselle maitre
	sr sra srta senor senora senorita don dona sig signor signora signorina dott dottor dottoressa avv geom
	senhor senhora dhr mevr mevrouw meneer mijnheer fru froken
	pan pani gospodin gospozha gospodja bay bayan kyrios kyria
	shri sri smt kumari ji saheb sahib sheikh shaikh ustaz haji hajji hajia alhaji alhaja mzee bwana bibi mama baba mwalimu ndugu dada kaka
	chief engr eng arch adv pst pastor fr bro sis capt cpt col gen sgt lt maj mba bsc msc llb cpa`)

// honorifics are titles that only stand behind names; before them they are names.
var honorifics = wordSet(`san sama kun chan sensei ssi nim`)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(s) {
		set[word] = true
	}
	return set
}

// parse reads the text of a search; region is that of phone numbers without
// country code, "" for none. It never fails; a text without letters and digits
// has no words.
func parse(s, region string) phrase {
	p := phrase{region: region}
	p.read(s)
	return p
}

// read is parse into a phrase that has no words yet.
func (p *phrase) read(s string) {
	s = strings.Map(asciiDigit, words.WithoutPasted(strings.ToValidUTF8(s, " ")))
	unfinished := s == strings.TrimRightFunc(s, unicode.IsSpace)
	s = extension.ReplaceAllString(s, "$1 ")
	if spokenMail.MatchString(s) {
		s = spokenSign.ReplaceAllStringFunc(s, func(spoken string) string { return spokenSigns[strings.ToLower(strings.Trim(spoken, " ()[]"))] })
	}
	s = phoneScheme.ReplaceAllString(s, "$1$2")
	chunks := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;|", r) })
	for i, chunk := range chunks {
		if number, ok := fields.LinkedPhone(chunk); ok && isPhoneish(number) {
			chunks[i] = number
		}
	}
	said := map[string]int{}
	for len(chunks) > 0 && len(p.words) < maxWords {
		if n := phoneChunks(chunks); n > 0 {
			p.addPhone(strings.Join(chunks[:n], " "), unfinished && len(chunks) == n)
			chunks = chunks[n:]
			continue
		}
		chunk := strings.TrimPrefix(strings.Trim(chunks[0], `"'()<>[]{}*?!:`), "mailto:")
		first, typing := len(p.words), unfinished && len(chunks) == 1
		chunks = chunks[1:]
		if said[chunk]++; said[chunk] > maxSaid {
			continue
		}
		p.addChunk(chunk, typing)
		p.leaveTitleOut(chunk, first, typing)
	}
	p.truncate()
	p.joinNeighbours(unfinished)
	p.joinIdentifier(unfinished)
}

// extension is a phone number with what is dialled after it.
var extension = regexp.MustCompile(`(?i)(\d[\d\s().–-]{5,}\d)[\s;,]*(?:extension|ext|x|#)[\s.:=]*\d{1,6}\b`)

// phoneScheme is what cards have before a phone number; in links, no blank
// follows it (fields.LinkedPhone).
var phoneScheme = regexp.MustCompile(`(?i)(^|[\s,;|(])tel:\s+([+(]?\d)`)

// An e-mail as it is said: "jane dot doe at example dot com".
var (
	spokenMail  = regexp.MustCompile(`(?i) [\[(]?at[\])]? .* [\[(]?dot[\])]? `)
	spokenSign  = regexp.MustCompile(`(?i) +[\[(]?(?:at|dot|dash|hyphen|underscore|plus)[\])]? +`)
	spokenSigns = map[string]string{"at": "@", "dot": ".", "dash": "-", "hyphen": "-", "underscore": "_", "plus": "+"}
)

// asciiDigit writes the digits of all scripts in one.
func asciiDigit(r rune) rune {
	switch {
	case r == '＋':
		return '+'
	case r == '＠':
		return '@'
	case r >= utf8.RuneSelf && unicode.IsDigit(r):
		return rune(words.Digits(string(r))[0])
	}
	return r
}

// leaveOut makes some words optional: a contact may lack them at a cost.
func (p *phrase) leaveOut(first, count, cost int) {
	for i := first; i < min(first+count, maxWords); i++ {
		p.optional[i] = cost
	}
}

// leaveTitleOut makes a title optional: a chunk, or what a hyphen ties to its end.
// One that is still being typed may become a name, and some are pet forms: Don.
func (p *phrase) leaveTitleOut(chunk string, first int, typing bool) {
	if p.organisation {
		p.leaveFormOut(chunk, first, typing)
		return
	}
	_, tied, isTied := strings.Cut(chunk, "-")
	if isTied {
		chunk, first = tied, max(first, len(p.words)-1)
	}
	title := words.Canonical(strings.TrimSuffix(chunk, "."))
	if !titles[title] && !(honorifics[title] && first > 0) {
		return
	}
	cost := costNoTitle
	if !strings.HasSuffix(chunk, ".") && (typing || !isTied && terms.Nicknames(title) != nil) {
		cost = costNoName
	}
	p.leaveOut(first, len(p.words)-first, cost)
}

// leaveRepeatsOut makes a word optional that was said before.
func (p *phrase) leaveRepeatsOut() {
	for i, word := range p.words {
		if slices.Contains(p.words[:i], word) {
			p.leaveOut(i, 1, costNoRepeat)
		}
	}
}

// needs returns how many words are not optional. When that is none, all are
// needed.
func (p *phrase) needs() int {
	needed := 0
	for i := range p.words {
		if p.optional[i] == 0 {
			needed++
		}
	}
	if needed == 0 {
		p.optional, needed = [maxWords]int{}, len(p.words)
	}
	return needed
}

// phoneChunks returns how many of the first chunks make up a phone number: all
// that consist of digits and the punctuation of numbers, when there are at
// least four digits.
func phoneChunks(chunks []string) int {
	n, digits := 0, 0
	for n < len(chunks) && isPhoneish(chunks[n]) {
		digits += len(words.Digits(chunks[n]))
		n++
	}
	if digits < text.PhoneGram {
		return 0
	}
	return n
}

func isPhoneish(s string) bool {
	return strings.ContainsAny(s, "+(0123456789") && strings.Trim(s, "+-–‑—ー./()[]0123456789") == ""
}

// addPhone adds a phone number as typed. Digits alone may be an identifier, too.
func (p *phrase) addPhone(typed string, unfinished bool) {
	first := len(p.words)
	digits := fields.PhonePart(typed)
	p.words = append(p.words, digits)
	l := literal{first: first, count: 1, kind: phoneLiteral, text: digits, cores: phoneCores(typed, digits, p.region)}
	l.pattern = terms.NewPattern(l.cores[len(l.cores)-1])
	p.literals = append(p.literals, l)
	if typed == digits {
		p.literals = append(p.literals, newLiteral(first, 1, fragmentLiteral, digits))
		p.spans = append(p.spans, wordSpan{first: first, count: 1, word: terms.NewWord([]string{digits}, false)})
		p.addKey(first, 1, digits, unfinished)
	}
}

// addChunk adds what stood between two spaces.
func (p *phrase) addChunk(chunk string, unfinished bool) {
	lower := fields.CanonicalEmail(chunk)
	first := len(p.words)
	if at := strings.IndexByte(lower, '@'); at >= 0 && len(lower) >= 3 {
		p.words = append(p.words, lower)
		p.literals = append(p.literals, newLiteral(first, 1, mailLiteral, lower))
		return
	}
	tokens := words.SearchTokens(chunk)
	if len(tokens) == 0 {
		return
	}
	count := 0
	for _, t := range tokens {
		count = max(count, t.Word+t.Words)
	}
	p.words = append(p.words, make([]string, count)...)
	p.addTokens(tokens, first, unfinished)
	if unfinished {
		p.typed = typed{first, count, lower}
	}
	if words.Digits(chunk) != lower { // few digits alone are a word
		p.addKey(first, count, chunk, unfinished)
	}
	switch fragment := strings.TrimLeft(lower, "."); {
	case isMailish(fragment) && len(fragment) >= minMailish:
		p.literals = append(p.literals, newLiteral(first, count, mailishLiteral, fragment))
	case isMailText(fragment) && len(fragment) >= minFragment:
		p.literals = append(p.literals, newLiteral(first, count, fragmentLiteral, fragment))
	}
}

// addTokens adds one span for all spellings of the same words.
func (p *phrase) addTokens(tokens []words.Token, first int, unfinished bool) {
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

// complete lets the last word be the beginning of anything: of an e-mail, and of a
// word in any field from its first letter on.
func (p *phrase) complete() {
	p.completing = true
	if t := p.typed; t.count > 0 && t.first+t.count <= len(p.words) {
		p.literals = append(p.literals, newLiteral(t.first, t.count, startLiteral, t.text))
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
		if p.hasSpan(i, 2) || len(joined) > words.MaxTokenBytes || !isLetters(p.words[i]) || !isLetters(p.words[i+1]) {
			continue
		}
		p.spans = append(p.spans, wordSpan{
			first: i, count: 2, joined: true, word: terms.NewJoined([]string{joined}, unfinished && i+2 == len(p.words)),
		})
	}
}

// joinIdentifier adds all words written as one when they may be an identifier.
func (p *phrase) joinIdentifier(unfinished bool) {
	joined := strings.Join(p.words, "")
	if len(p.words) < 2 || p.hasSpan(0, len(p.words)) || len(joined) > maxIdentifier || words.Digits(joined) == "" || !isMailText(joined) {
		return
	}
	p.spans = append(p.spans, wordSpan{count: len(p.words), joined: true, word: terms.NewJoined([]string{joined}, unfinished)})
	if !p.isWords() { // else all contacts would be read whole, for a house number
		p.addKey(0, len(p.words), joined, unfinished)
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
func tooLong(s string) bool { return utf8.RuneCountInString(s) > MaxText }

// isWords reports whether all of it is compared with words, and none of it with whole
// e-mails, phone numbers and identifiers.
func (p *phrase) isWords() bool {
	return !slices.ContainsFunc(p.literals, func(l literal) bool { return !l.isPart() })
}
