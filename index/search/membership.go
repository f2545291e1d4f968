package search

import (
	"math/bits"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/words"
	"github.com/ndoto/kundi/workers"
)

// memberChunk is how many contacts are looked at under one read lock of the
// columns, which takes some milliseconds at most, and between two looks at the
// context.
const memberChunk = 512

// compareChunk is how many contacts are compared between two looks at the
// context.
const compareChunk = 32

// members returns those of the contacts who match, in a bitmap of the caller's
// own: exactly those of whom matches makes hits. They may be everyone who has a
// common letter, so most are let through by a prefilter; only the others are
// compared.
func (s *searcher) members(rows *roaring.Bitmap) (*roaring.Bitmap, error) {
	list, allowed := columns.Ordinals(rows, nil), s.allowed()
	shares := s.alignersFor(len(list))
	found := make([]*roaring.Bitmap, shares)
	var taken atomic.Int64
	workers.Together(shares, func(i int) {
		m := newPrefilter(s.aligners[i], slices.Max(allowed))
		found[i] = roaring.New()
		for s.err() == nil {
			to := int(taken.Add(memberChunk))
			from := to - memberChunk
			if from >= len(list) {
				return
			}
			s.sift(m, list[from:min(to, len(list))])
			found[i].AddMany(m.sure)
			found[i].AddMany(s.compare(s.aligners[i], m.unsure, allowed))
		}
	})
	return roaring.FastOr(found...), s.err()
}

// compare returns those of the contacts whom an aligner finds to match. Few of
// them have all words in their names, so it begins with all that they have: who
// then lacks too many words has no more of them in the names alone.
func (s *searcher) compare(a *aligner, ordinals []uint32, allowances []int) (matching []uint32) {
	var as candidateWords
	for i, p := range s.people(ordinals) {
		if i%compareChunk == 0 && s.err() != nil {
			return nil
		}
		as.of(p, nil)
		as.complete()
		_, _, ok := a.align(&as, allowances...)
		if !ok && a.lacking() <= slices.Max(allowances) {
			as.of(p, nil)
			_, _, ok = a.align(&as, allowances...)
		}
		if ok {
			matching = append(matching, ordinals[i])
		}
	}
	return matching
}

// sift divides contacts into those whom a prefilter lets through and the others, and
// leaves both with the prefilter.
func (s *searcher) sift(m *prefilter, ordinals []uint32) {
	m.sure, m.unsure = m.sure[:0], m.unsure[:0]
	s.columns.View(func(v *columns.View) {
		for _, ordinal := range ordinals {
			if m.accepts(v, ordinal) {
				m.sure = append(m.sure, ordinal)
			} else {
				m.unsure = append(m.unsure, ordinal)
			}
		}
	})
}

// Limits of what a prefilter looks at. Within them, an aligner finds whatever the prefilter lets
// through, because it tries every place of so few words.
const (
	maxSieveWords = 4  // words of the phrase
	maxSieveText  = 79 // bytes of a text that is read by bytes: it has no more than words.MaxSearchWords
)

// prefilter tells of most contacts that match that they do: it finds the words of the
// phrase in the single words of their texts and e-mails, and parts of e-mails and
// phone numbers. Whom it lets through, aligner.align finds to match; of the
// others it says nothing. It is for one goroutine.
type prefilter struct {
	*aligner          // whose phrase and comparisons are used
	lack     int      // how many words a contact may lack
	lies     []uint64 // by span of the phrase: parts of the contact, at most maxSieveWords
	has      []bool   // by literal: it lies where it is in the way of no word

	sure, unsure []uint32 // of those who were sifted last

	// Of the contact that is being looked at.
	closely  bool   // see acceptsName
	hasForms bool   // of what is read, see recordToken.hasForms
	parts    int    // at least as many as the record has so far
	letters  []byte // of its tokens so far

	tokenizer words.Tokenizer
}

// newPrefilter returns a prefilter for contacts that may lack up to lack words.
func newPrefilter(a *aligner, lack int) *prefilter {
	return &prefilter{aligner: a, lack: lack, lies: make([]uint64, len(a.phrase.spans)), has: make([]bool, len(a.phrase.literals))}
}

// accepts reports whether it lets a contact through.
func (m *prefilter) accepts(v *columns.View, ordinal uint32) bool {
	if len(m.phrase.words) > maxSieveWords {
		return false
	}
	name := v.Named(ordinal).Name
	return m.acceptsName(name, false) || m.acceptsName(name, true) || m.acceptsWhole(v.Person(ordinal))
}

// acceptsName begins with a contact and reports whether its name is enough.
// Words are found closely in every way that they match, not only as beginnings.
func (m *prefilter) acceptsName(name string, closely bool) bool {
	m.forget()
	m.closely, m.hasForms, m.parts, m.letters = closely, true, 0, m.letters[:0]
	clear(m.lies)
	clear(m.has)
	m.read(name)
	return m.fits(0, 0, m.lack)
}

// acceptsWhole goes on with everything else that the contact has.
func (m *prefilter) acceptsWhole(p columns.Person) bool {
	name := string(m.letters)
	m.parts += (len(p.FirstName)+1)/2 + (len(p.LastName)+1)/2
	m.read(p.Company)
	m.hasForms = false
	m.read(p.City)
	for _, word := range fields.CountryWords(p.Country) {
		m.see([]byte(word))
	}
	m.readMail(p.Email, name)
	for i := range m.phrase.literals {
		switch l := &m.phrase.literals[i]; {
		case l.kind == phoneLiteral:
			_, m.has[i] = l.placePhone(p.Phone)
		case l.kind == keyLiteral:
			_, m.has[i] = l.placeKey("identifier", p.Identifier, false)
		case l.kind != fragmentLiteral || !strings.Contains(name, l.text): // else it may only repeat the name
			_, m.has[i] = placePart(l.text, p.Email)
		}
	}
	return m.fits(0, 0, m.lack)
}

// fits reports whether the words from one on can be aligned, if some parts are taken and
// up to lack words may still be left out. It goes the ways of solver.solve.
func (m *prefilter) fits(word int, taken uint64, lack int) bool {
	if word == len(m.phrase.words) {
		return true
	}
	for i := range m.phrase.spans {
		s := &m.phrase.spans[i]
		if s.first != word {
			continue
		}
		for free := m.lies[i] &^ taken; free != 0; free &= free - 1 {
			if m.fits(word+s.count, taken|free&-free, lack) {
				return true
			}
		}
	}
	for i := range m.phrase.literals {
		if l := &m.phrase.literals[i]; m.has[i] && l.first == word && m.fits(word+l.count, taken, lack) {
			return true
		}
	}
	if m.phrase.optional[word] > 0 {
		return m.fits(word+1, taken, lack)
	}
	return lack > 0 && m.fits(word+1, taken, lack-1)
}

// read looks for the words of the phrase among those of a text.
func (m *prefilter) read(text string) {
	if len(text) <= maxSieveText && isASCII(text) {
		m.readASCII(text)
		return
	}
	first, last := m.parts, 0
	for _, t := range m.tokenizer.Tokens(text) {
		m.letters = append(append(m.letters, ' '), t.Text...)
		last = max(last, t.Word+t.Words)
		if m.parts = first + t.Word; t.Words == 1 {
			m.see([]byte(t.Text))
		}
	}
	m.parts = first + last
}

// readASCII is read of a text of ASCII, whose words are its runs of letters and
// digits.
func (m *prefilter) readASCII(text string) {
	for i := 0; i < len(text); i++ {
		from := len(m.letters)
		for ; i < len(text) && isPlain(text[i]); i++ {
			m.letters = append(m.letters, lower(text[i]))
		}
		if word := m.letters[from:]; len(word) > 0 {
			m.see(word)
		}
	}
}

// readMail looks for the words of the phrase among the runs of letters and the
// runs of digits of an e-mail, but for those that are in the name.
func (m *prefilter) readMail(mail, name string) {
	if len(mail) > maxSieveText || !isASCII(mail) {
		return
	}
	at := strings.LastIndexByte(mail, '@')
	for i, pieces := 0, 0; i < len(mail) && pieces < words.MaxSearchWords; {
		from := len(m.letters)
		for ; i < len(mail) && isPlain(mail[i]) && (len(m.letters) == from || isDigit(mail[i]) == isDigit(mail[i-1])); i++ {
			m.letters = append(m.letters, lower(mail[i]))
		}
		piece := m.letters[from:]
		if len(piece) == 0 {
			i++ // punctuation
			continue
		}
		if pieces++; !strings.Contains(name, string(piece)) {
			m.hasForms = at < 0 || i <= at
			m.see(piece)
		}
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isPlain(c byte) bool { return isDigit(c) || lower(c) >= 'a' && lower(c) <= 'z' }

// lower is a letter of ASCII in lower case.
func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// see notes the spans that the next part of the contact, a token, is a place for.
func (m *prefilter) see(token []byte) {
	part := m.parts
	if m.parts++; part >= maxParts {
		return
	}
	token = token[:min(len(token), words.MaxTokenBytes)]
	if !m.closely {
		for i := range m.phrase.spans {
			if m.phrase.spans[i].begins(token) {
				m.place(i, part)
			}
		}
		return
	}
	number, known := m.tokens[string(token)]
	if !known {
		number = m.number(string(token))
	}
	for i := range m.phrase.spans {
		if _, ok := m.match(i, number, m.hasForms); ok {
			m.place(i, part)
		}
	}
}

func (m *prefilter) place(span, part int) {
	if bits.OnesCount64(m.lies[span]) < maxSieveWords {
		m.lies[span] |= 1 << part
	}
}

// begins reports whether a token is the span or begins with it.
func (s *wordSpan) begins(token []byte) bool {
	for _, form := range s.word.Forms() {
		if len(token) >= len(form) && string(token[:len(form)]) == form {
			return true
		}
	}
	return false
}
