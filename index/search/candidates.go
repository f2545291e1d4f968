package search

import (
	"context"
	"runtime"
	"strings"
	"unicode/utf8"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/words"
	"github.com/ndoto/kundi/workers"
)

// finder asks the text index for the contacts that a phrase may mean.
type finder struct {
	reader *text.Reader
	terms  Terms
	phrase *phrase
	words  []wordDocs // by word of the phrase
	ctx    context.Context
	err    error // the first; everything after it is empty
}

// wordDocs are the documents that one word may mean, each set with those
// before.
type wordDocs struct {
	exact text.Docs // the word as it is, in a name
	begun text.Docs // and words of names that begin with it
	known text.Docs // and what it may stand for without a typo, anywhere
	near  text.Docs // and the nearest of what a typo is in or sounds as far
	typos text.Docs // and what is typos away, written without a space, or part of an e-mail
	count uint64    // of those that have the word as it is
}

func newFinder(ctx context.Context, r *text.Reader, t Terms, p *phrase) *finder {
	return &finder{ctx: ctx, reader: r, terms: t, phrase: p, words: make([]wordDocs, len(p.words))}
}

// ended reports whether the search is to end: with an error, the context's too.
func (f *finder) ended() bool {
	if f.err == nil {
		f.err = f.ctx.Err()
	}
	return f.err != nil
}

// any is Reader.Any, nothing after an error.
func (f *finder) any(field text.Field, terms []string) text.Docs {
	if f.ended() || len(terms) == 0 {
		return nil
	}
	docs, err := f.reader.Any(field, terms)
	f.err = err
	return docs
}

// all is Reader.All, nothing after an error.
func (f *finder) all(field text.Field, terms []string) text.Docs {
	if f.ended() || len(terms) == 0 {
		return nil
	}
	docs, err := f.reader.All(field, terms)
	f.err = err
	return docs
}

// findKnown fills exact, begun and known of every word, and finds the words
// that are places rather than names: who is known to be there comes first, but
// of many nothing is known.
func (f *finder) findKnown() {
	identified := f.findKeys()
	for i := range f.phrase.spans {
		s := &f.phrase.spans[i]
		exact := f.any(text.Name, s.word.Forms())
		begun, others := separate(f.terms.Known(s.word, text.EdgeRunes))
		starting := exact.Or(f.any(text.Name, begun)).Or(f.beginning(s.word, text.Edge))
		f.count(s, exact)
		// A single word is as likely to go on: bob for Bobo as well as Robert.
		if len(f.words) > 1 && s.word.Unfinished() && !exact.Empty() && 2*exact.Len() >= starting.Len() {
			s.word = s.word.Whole()
		}
		known := starting
		if s.word.Unfinished() && (len(f.words) > 1 || f.phrase.completing) {
			known = known.Or(f.beginning(s.word, text.Start))
		}
		known = known.Or(f.any(text.Name, others)).Or(f.any(text.Word, begun)).Or(f.any(text.Form, others))
		known = known.Or(f.any(text.Mail, s.word.Forms()))
		if !identified[s.first] || words.Digits(s.word.Text()) != "" {
			known = known.Or(f.any(text.Key, numbers(s.word.Forms())))
		}
		if s.joined && s.word.Unfinished() && words.Digits(s.word.Text()) != "" {
			known = known.Or(f.starting(text.Key, s.word.Text()))
		}
		f.add(s.first, s.count, exact, starting, known)
		if f.any(text.Place, s.word.Forms()).Len() > exact.Len() {
			f.phrase.leaveOut(s.first, s.count, costNoPlace)
		}
	}
	for _, l := range f.phrase.literals {
		switch l.kind {
		case fragmentLiteral, keyLiteral: // looked for with typos, and by findKeys
		case startLiteral:
			f.add(l.first, l.count, nil, nil, f.literal(l))
		default:
			docs := f.literal(l)
			f.add(l.first, l.count, docs, docs, docs)
		}
	}
}

// count notes how many contacts have a word as it is, by name or otherwise. The
// documents tell it: the counts of terms also grow when a contact is written anew.
func (f *finder) count(s *wordSpan, named text.Docs) {
	if s.count == 1 {
		f.words[s.first].count = max(f.words[s.first].count, named.Or(f.any(text.Word, s.word.Forms())).Len())
	}
}

// minStart is the number of letters from which a finished word may be the beginning
// of another word than a name.
const minStart = 3

// maxZeros is how many zeros before a number are left out when it is said.
const maxZeros = 5

// numbers adds to a number what it is with zeros before it.
func numbers(forms []string) []string {
	if len(forms) > 1 || forms[0] != words.Digits(forms[0]) {
		return forms
	}
	out := make([]string, 0, maxZeros+1)
	for n := range maxZeros + 1 {
		out = append(out, strings.Repeat("0", n)+forms[0])
	}
	return out
}

// add adds to the sets of some words.
func (f *finder) add(first, count int, exact, begun, known text.Docs) {
	for i := first; i < first+count; i++ {
		w := &f.words[i]
		w.exact, w.begun, w.known = w.exact.Or(exact), w.begun.Or(begun), w.known.Or(known)
	}
}

// separate divides tokens into those that begin with the word and others that
// it may stand for.
func separate(expansions []terms.Expansion) (begun, others []string) {
	for _, e := range expansions {
		if e.Way == terms.Exact || e.Way == terms.Prefix {
			begun = append(begun, e.Text)
		} else {
			others = append(others, e.Text)
		}
	}
	return begun, others
}

// tokens returns the documents with any of the tokens, which a word may stand
// for, as name or word. What only sounds like the word is another form of it,
// however it was found.
func (f *finder) tokens(w *terms.Word, expansions []terms.Expansion) text.Docs {
	var all, words, forms []string
	for _, e := range expansions {
		all = append(all, e.Text)
		m, ok := w.Match(e.Text)
		form := ok && m.Way.IsForm()
		if form {
			forms = append(forms, e.Text)
			_, ok = w.Spelled(e.Text)
		}
		if !form || ok {
			words = append(words, e.Text)
		}
	}
	return f.any(text.Name, all).Or(f.any(text.Word, words)).Or(f.any(text.Form, forms))
}

// beginning returns the documents in which a token starts with the word, by a
// field of beginnings. Long words have been completed from the terms already.
func (f *finder) beginning(w *terms.Word, field text.Field) text.Docs {
	var short []string
	for _, form := range w.Forms() {
		if len([]rune(form)) <= text.EdgeRunes {
			short = append(short, form)
		}
	}
	return f.any(field, short)
}

// literal returns the documents that may have a literal.
func (f *finder) literal(l literal) text.Docs {
	switch l.kind {
	case phoneLiteral:
		return f.phone(l)
	case mailLiteral:
		return f.mail(l.text)
	case startLiteral:
		if utf8.RuneCountInString(l.text) <= text.EdgeRunes {
			return f.any(text.Start, []string{l.text})
		}
		return f.all(text.Gram, text.Grams(l.text))
	default:
		docs := f.all(text.Gram, text.Grams(l.text)).Or(f.any(text.Key, []string{text.IdentifierTerm(l.text)}))
		if f.phrase.organisation {
			docs = docs.Or(f.any(text.Mail, parentHosts(l.text)))
		}
		return docs
	}
}

// phone returns the documents whose number has the digits, as typed or
// without the prefix that is dialled before them.
func (f *finder) phone(l literal) text.Docs {
	docs := f.any(text.Key, []string{text.IdentifierTerm(l.text)})
	for _, core := range l.cores {
		docs = docs.Or(f.all(text.Phone, text.PhoneGrams(core)))
	}
	return docs
}

// mail returns the documents whose e-mail is, or starts with, or contains what
// was typed, or that have its local part in another domain.
func (f *finder) mail(typed string) text.Docs {
	parts := fields.SplitEmail(typed)
	docs := f.any(text.Mail, []string{parts.Whole})
	if parts.Local != "" {
		docs = docs.Or(f.any(text.Mail, []string{parts.Local}))
	} else {
		docs = docs.Or(f.any(text.Mail, []string{"@" + parts.Domain}))
	}
	return docs.Or(f.all(text.Gram, text.Grams(parts.Whole)))
}

// findSlips fills typos of every word with what is one typo away; known is
// filled.
func (f *finder) findSlips() {
	for i := range f.words {
		f.words[i].near, f.words[i].typos = f.words[i].known, f.words[i].known
	}
	typos := f.typos(false)
	for i, s := range f.phrase.spans {
		first := nearest(typos[i])
		near := f.tokens(s.word, first)
		for j := s.first; j < s.first+s.count; j++ {
			f.words[j].near = f.words[j].near.Or(near)
		}
		f.addTypos(s.first, s.count, near.Or(f.tokens(s.word, typos[i][len(first):])))
		f.addTypos(s.first, s.count, f.spaceless(s.word))
		if len(s.word.Text()) >= minStart {
			f.addTypos(s.first, s.count, f.beginning(s.word, text.Start))
		}
	}
	for _, l := range f.phrase.literals {
		switch l.kind {
		case fragmentLiteral:
			f.addTypos(l.first, l.count, f.literal(l))
		case mailLiteral:
			f.addTypos(l.first, l.count, f.mailPieces(l.text))
		}
	}
}

// nearest are those of tokens, the cheapest first, that cost hardly more than the
// first that is not known without a typo.
func nearest(expansions []terms.Expansion) []terms.Expansion {
	const hardly = 2
	most := 0
	for i, e := range expansions {
		if most == 0 && e.Cost > terms.MaxKnown {
			most = e.Cost + hardly
		}
		if most > 0 && e.Cost > most {
			return expansions[:i]
		}
	}
	return expansions
}

// findNear adds whole e-mails and numbers with one typo and other forms of e-mails.
func (f *finder) findNear() {
	for _, l := range f.phrase.literals {
		switch l.kind {
		case mailLiteral:
			if l.mail.parts.Local != "" { // else nothing tells whose it is
				f.addTypos(l.first, l.count, f.near(text.Gram, text.Grams(l.text)).Or(f.mailForms(l.mail.parts)))
			}
		case phoneLiteral:
			if core := l.cores[len(l.cores)-1]; len(core) >= minNational {
				f.addTypos(l.first, l.count, f.near(text.Phone, text.PhoneGrams(core)))
			}
		case keyLiteral:
			if len(l.text) >= minNearKey {
				f.addTypos(l.first, l.count, f.any(text.Key, f.nearKeys(l.text)))
			}
		}
	}
}

// findMisspelt adds who has a pet form that was typed with a typo, and reports
// whether that changed what the words of the phrase match.
func (f *finder) findMisspelt() (changed bool) {
	for i := range f.phrase.spans {
		s := &f.phrase.spans[i]
		if s.joined || f.terms.Count(s.word.Text()) > 0 {
			continue
		}
		if misspelt := s.word.Misspelt(); misspelt != s.word {
			s.word, changed = misspelt, true
			f.addTypos(s.first, s.count, f.tokens(s.word, f.terms.OtherNames(s.word)))
		}
	}
	return changed
}

// findSounds adds what sounds like a word but costs more than a typo.
func (f *finder) findSounds() {
	for _, s := range f.phrase.spans {
		if !s.joined && !f.ended() {
			f.addTypos(s.first, s.count, f.tokens(s.word, f.terms.Sounds(s.word)))
		}
	}
}

// findTypos adds what is two typos away: words, words that lost their space, e-mails
// of which a part is as typed, and parts of e-mails with one.
func (f *finder) findTypos() {
	typos := f.typos(true)
	for i, s := range f.phrase.spans {
		if !s.joined {
			f.addTypos(s.first, s.count, f.tokens(s.word, typos[i]))
			f.addTypos(s.first, s.count, f.spacelessNear(s.word))
		}
	}
	for _, l := range f.phrase.literals {
		switch l.kind {
		case mailLiteral:
			f.addTypos(l.first, l.count, f.mailTypos(l.mail.parts))
		case mailishLiteral, fragmentLiteral:
			if len(l.text) >= minNearFragment {
				f.addTypos(l.first, l.count, f.near(text.Gram, text.Grams(l.text)))
			}
		}
	}
}

// typos returns the tokens that are a typo away from each span, or two from each
// that is not joined. Long texts have many: all processors look.
func (f *finder) typos(two bool) [][]terms.Expansion {
	spans := f.phrase.spans
	found := make([][]terms.Expansion, len(spans))
	shares := min(runtime.GOMAXPROCS(0), len(spans))
	if f.ended() {
		return found
	}
	workers.Together(shares, func(share int) {
		for i := share; i < len(spans) && f.ctx.Err() == nil; i += shares {
			if !two || !spans[i].joined {
				found[i] = f.terms.Typos(spans[i].word, two)
			}
		}
	})
	return found
}

func (f *finder) addTypos(first, count int, docs text.Docs) {
	for i := first; i < first+count; i++ {
		f.words[i].typos = f.words[i].typos.Or(docs)
	}
}

// sole returns the documents whose whole name is the only word.
func (f *finder) sole() text.Docs {
	if len(f.words) != 1 {
		return nil
	}
	var docs text.Docs
	for _, s := range f.phrase.spans {
		docs = docs.Or(f.any(text.Sole, s.word.Forms()))
	}
	return docs
}

// every joins one set of each word.
func (f *finder) every(set func(*wordDocs) text.Docs) text.Docs {
	return f.join(set, func(int) bool { return true })
}

// typing joins exact of each word but the last, and what the last may stand for:
// the other words are finished.
func (f *finder) typing() text.Docs {
	last := &f.words[len(f.words)-1]
	return f.every(func(w *wordDocs) text.Docs {
		if w == last {
			return w.known
		}
		return w.exact
	})
}

// noWord is left out of nothing.
const noWord = -1

// needed joins one set of each word that is not optional, and but one,
// which may be noWord.
func (f *finder) needed(set func(*wordDocs) text.Docs, but int) text.Docs {
	return f.join(set, func(word int) bool { return word != but && f.phrase.optional[word] == 0 })
}

func (f *finder) join(set func(*wordDocs) text.Docs, wanted func(word int) bool) text.Docs {
	var docs text.Docs
	joined := 0
	for i := range f.words {
		if !wanted(i) {
			continue
		}
		if next := set(&f.words[i]); joined == 0 {
			docs = next
		} else {
			docs = docs.And(next)
		}
		joined++
	}
	return docs
}

func exactDocs(w *wordDocs) text.Docs { return w.exact }
func begunDocs(w *wordDocs) text.Docs { return w.begun }
func knownDocs(w *wordDocs) text.Docs { return w.known }
func nearDocs(w *wordDocs) text.Docs  { return w.near }
func typoDocs(w *wordDocs) text.Docs  { return w.typos }
