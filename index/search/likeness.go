package search

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/words"
)

// Likely is the score from which a contact is more likely than not the person
// of a sketch.
const Likely = 0.5

// Likeness is how likely a contact is the person of a sketch.
//
// The score is a probability by the rule of Fellegi and Sunter (A Theory for
// Record Linkage, 1969): each field gives evidence in bits, the logarithm to
// base 2 of how much more often two records of one person agree (or differ) so
// than two of different people. Against it stands the prior, the logarithm of
// the number of contacts: without evidence the person might be any of them.
//
//	score = 1 / (1 + 2^(prior - sum of the bits))
//
// Agreement on what hardly two people share outweighs the prior by itself;
// agreement on a word weighs the more, the fewer contacts have it.
type Likeness struct {
	Ordinal uint32
	Score   float64  // 0 to 1
	Reasons []Reason // the weightiest first

	seen int64
}

// Reason is the evidence of one field.
type Reason struct {
	Field string // as in filters, or of what was absorbed: see fields.Highlight
	Way   string // one of the ways of Highlight, or one of the Way constants here
	Bits  float64
}

// The ways in which fields agree or not, beside those of words.
const (
	WayForm      = "form"       // the same in another form
	WayLocalPart = "local_part" // the part of an e-mail before the @
	WayDifferent = "different"
)

// Evidence in bits. Of identities it is what they outweigh the prior by: a
// share of 1 in 2^bits of the people who have one also have another's.
const (
	bitsIdentifier     = 10.0 // 1 in 1,000: a slip
	bitsIdentifierForm = 5.0  // but for case and accents
	bitsEmail          = 6.6  // 1 in 100: a family's or a team's mailbox
	bitsEmailForm      = 5.0  // but for dots or what follows a plus
	bitsEmailTypo      = 2.5
	bitsPhone          = 5.6 // 1 in 50: a family's or an office's number
	bitsPhoneForm      = 4.6 // one of them without its country code
	bitsPhoneTypo      = 2.0 // more than nothing, not more than the prior

	// A whole name outweighs the prior by at most this, less the logarithm of
	// the number of contacts that have it: names are no identities. So does
	// the local part of an e-mail in another domain, and both together. A local
	// part that is made of the name says nothing more than that.
	bitsWholeName = 4.0
	bitsLocalPart = 1.5
	bitsNames     = 5.0

	maxWordBits    = 10.0 // of one word
	maxOneWordBits = 5.0  // of a name of which one word agrees
	bitsInitial    = 1.0
	maxCompanyBits = 6.0
	maxCityBits    = 3.0

	lossNickname = 2.0 // of a word's bits, for agreeing in another way
	lossSound    = 2.0
	lossTypo     = 3.0
	lossPrefix   = 5.0

	// People have several e-mails and phones, and an extra name is left out as
	// often as not. All that differs together takes off at most lossMost, so
	// that an identity always tells.
	lossIdentifier = 6.0
	lossEmail      = 2.5
	lossPhone      = 2.5
	lossWord       = 5.0 // a word of each name that the other does not have
	lossExtraWord  = 1.0 // a word that only one of them has
	lossMost       = 5.5
)

// mostNameWords is how many words a name has at most of which local parts are tried to be made.
const mostNameWords = 6

// costUnlaid is more than any way of laying a word on a name costs: as many
// words are laid as can be.
const costUnlaid = 1_000

// oneTypo is the most that one typo costs a terms.Pattern.
const oneTypo = 12

// The least numbers that rarity is taken of: few contacts say little about how
// common a name is.
const (
	leastPeople     = 1_000
	leastPopulation = 10_000
)

// weigher weighs contacts against one sketch. It is for one goroutine.
type weigher struct {
	sketch     contacts.Sketch
	terms      Terms
	aligner    *aligner
	words      int     // of the name, without titles
	everyone   float64 // contacts
	prior      float64
	population float64
	exact      float64 // what a whole name weighs at most, as it is
	known      float64 // and by nickname or sound

	mail          fields.EmailParts
	local, domain *terms.Pattern // of a whole e-mail, else nil
	numbers       []string       // of the phone, see numbersOf
	number        *terms.Pattern // of the first of them
	company       []string
	reasons       []Reason
}

func newWeigher(d *doubles) *weigher {
	w := &weigher{
		sketch: d.sketch, terms: d.find.terms, aligner: newAligner(d.phrase, slices.Repeat([]int{costUnlaid}, len(d.phrase.words))), words: d.words,
		everyone: float64(d.everyone), prior: math.Log2(max(float64(d.everyone), leastPeople)),
		population: max(float64(d.everyone), leastPopulation),
		mail:       fields.SplitEmail(d.sketch.Email), numbers: numbersOf(d.sketch.Phone), company: wordsOf(d.sketch.Company),
	}
	namesakes := func(n uint64) float64 { return w.prior + bitsWholeName - math.Log2(max(float64(n), 1)) }
	w.exact, w.known = namesakes(d.namesakes.exact), namesakes(d.namesakes.known)
	if strings.Contains(w.mail.Domain, ".") {
		w.local, w.domain = terms.NewPattern(w.mail.Local), terms.NewPattern(w.mail.Domain)
	}
	if len(w.numbers) > 0 {
		w.number = terms.NewPattern(w.numbers[0])
	}
	return w
}

// weigh compares one contact, as it is, as those were that it has absorbed, and with each of its
// other values in the place of the first.
func (w *weigher) weigh(p columns.Person) Likeness {
	best := w.weighOne(p)
	for i := range p.Absorbed {
		a := &p.Absorbed[i]
		l := w.weighOne(otherState(&p, a))
		if l.Score <= best.Score {
			continue
		}
		for j := range l.Reasons {
			if name := l.Reasons[j].Field; isOfAlias(a, name) {
				l.Reasons[j].Field = aliasField(a, name)
			}
		}
		best = l
	}
	return best
}

// otherState is a contact by an alias: as one was that it has absorbed, or with another of its
// values in the place of the first.
func otherState(p *columns.Person, a *columns.Alias) columns.Person {
	if a.Field == "" {
		return columns.Person{Name: a.Name, Email: a.Email, Phone: a.Phone, Identifier: a.Identifier, Company: p.Company, City: p.City}
	}
	state := *p
	state.Email, state.Phone, state.Identifier = cmp.Or(a.Email, p.Email), cmp.Or(a.Phone, p.Phone), cmp.Or(a.Identifier, p.Identifier)
	return state
}

// isOfAlias reports whether a field of otherState comes from the alias.
func isOfAlias(a *columns.Alias, name string) bool {
	switch name {
	case "name":
		return a.Field == ""
	case "email":
		return a.Field == "" || a.Email != ""
	case "phone":
		return a.Field == "" || a.Phone != ""
	case "identifier":
		return a.Field == "" || a.Identifier != ""
	}
	return false
}

// weighOne compares one state of a contact.
func (w *weigher) weighOne(p columns.Person) Likeness {
	w.reasons = nil
	w.identifier(p.Identifier)
	w.phone(p.Phone)
	mail := w.email(p)
	name := w.name(p)
	switch both := w.prior + bitsNames; {
	case mail == 0 || name == 0:
	case isMadeOf(w.mail.Local, w.aligner.phrase.words):
		w.limit("email", mail-name)
	case mail+name > both:
		w.limit("name", both-mail)
	}
	w.employer(p.Company)
	w.city(p.City)
	sum, loss := 0.0, 0.0
	for _, r := range w.reasons {
		sum += max(r.Bits, 0)
		loss -= min(r.Bits, 0)
	}
	sum -= min(loss, lossMost)
	slices.SortStableFunc(w.reasons, func(a, b Reason) int { return cmp.Compare(b.Bits, a.Bits) })
	return Likeness{Score: 1 / (1 + math.Exp2(w.prior-sum)), Reasons: w.reasons}
}

func (w *weigher) add(field, way string, bits float64) {
	w.reasons = append(w.reasons, Reason{Field: field, Way: way, Bits: bits})
}

// limit lowers the evidence of a field.
func (w *weigher) limit(field string, bits float64) {
	for i := range w.reasons {
		if w.reasons[i].Field == field {
			w.reasons[i].Bits = min(w.reasons[i].Bits, max(bits, 0))
		}
	}
}

func (w *weigher) identifier(have string) {
	typed := w.sketch.Identifier
	switch {
	case typed == "" || have == "":
	case typed == have:
		w.add("identifier", terms.Exact.String(), w.prior+bitsIdentifier)
	case words.Canonical(typed) == words.Canonical(have):
		w.add("identifier", WayForm, w.prior+bitsIdentifierForm)
	case !strings.HasPrefix(have, typed):
		w.add("identifier", WayDifferent, -lossIdentifier)
	}
}

// phone compares the number of a contact, which is E.164.
func (w *weigher) phone(have string) {
	digits := words.Digits(have)
	if len(w.numbers) == 0 || digits == "" {
		return
	}
	endsIn := func(number string) bool { return strings.HasSuffix(digits, number) }
	cost, near := w.number.Distance(digits)
	switch {
	case w.sketch.Phone == have:
		w.add("phone", terms.Exact.String(), w.prior+bitsPhone)
	case slices.ContainsFunc(w.numbers, endsIn):
		w.add("phone", WayForm, w.prior+bitsPhoneForm)
	case near && cost <= oneTypo && len(digits) >= minTypoDigits:
		w.add("phone", terms.Typo.String(), bitsPhoneTypo)
	case !strings.Contains(digits, w.numbers[0]): // it may be unfinished
		w.add("phone", WayDifferent, -lossPhone)
	}
}

// email compares e-mails and returns the evidence of an equal local part alone,
// which is that of a name; 0 for any other.
func (w *weigher) email(p columns.Person) float64 {
	have := fields.SplitEmail(p.Email)
	if w.mail.Whole == "" || have.Whole == "" {
		return 0
	}
	switch {
	case w.mail.Whole == have.Whole:
		w.add("email", terms.Exact.String(), w.prior+bitsEmail)
	case w.mail.Domain == have.Domain && mailbox(w.mail.Local) == mailbox(have.Local):
		w.add("email", WayForm, w.prior+bitsEmailForm)
	case w.isMailTypo(have):
		w.add("email", terms.Typo.String(), w.prior+bitsEmailTypo)
	case w.mail.Local == have.Local && (w.domain != nil || w.mail.Domain == ""):
		bits := min(w.wordBits(have.LocalPieces), w.prior+bitsLocalPart)
		w.add("email", WayLocalPart, bits)
		return bits
	case w.domain != nil:
		w.add("email", WayDifferent, -lossEmail)
	}
	return 0
}

// isMadeOf reports whether a local part is made of words of a name, each once, whole or its first letter:
// john.smith, smithj and js of John Smith.
func isMadeOf(local string, name []string) bool {
	letters := strings.Map(func(r rune) rune {
		if strings.ContainsRune(".-_", r) {
			return -1
		}
		return r
	}, local)
	return letters == "" || len(name) <= mostNameWords && isSpelt(letters, name)
}

// isSpelt reports whether some words, each once and whole or its first letter, are a text in any order.
func isSpelt(text string, words []string) bool {
	for i, word := range words {
		_, size := utf8.DecodeRuneInString(word)
		for _, part := range []string{word, word[:size]} {
			rest, begins := strings.CutPrefix(text, part)
			if begins && (rest == "" || isSpelt(rest, slices.Concat(words[:i], words[i+1:]))) {
				return true
			}
		}
	}
	return false
}

// mailbox is a local part without dots and what follows a plus.
func mailbox(local string) string {
	local, _, _ = strings.Cut(local, "+")
	return strings.ReplaceAll(local, ".", "")
}

// isMailTypo reports whether two e-mails are one typo apart. Another digit is
// another mailbox.
func (w *weigher) isMailTypo(have fields.EmailParts) bool {
	if w.domain == nil || words.Digits(w.mail.Local) != words.Digits(have.Local) {
		return false
	}
	local, near := w.local.Distance(have.Local)
	domain, also := w.domain.Distance(have.Domain)
	if local > 0 && len(have.Local) < minTypoLocal {
		return false
	}
	return near && also && local+domain <= oneTypo
}

// name compares names and returns the evidence when it speaks for the contact.
func (w *weigher) name(p columns.Person) float64 {
	r := new(candidateWords)
	r.of(columns.Person{Name: p.Name, FirstName: p.FirstName, LastName: p.LastName}, nil)
	if w.words == 0 || r.names == 0 {
		return 0
	}
	laid, _, ok := w.aligner.align(r, w.words-1)
	if !ok {
		w.add("name", WayDifferent, -lossWord)
		return 0
	}
	n := w.agreement(laid, r)
	evidence := n.bits
	if n.whole < 2 {
		evidence = min(evidence, maxOneWordBits)
	}
	most := w.exact
	if n.way != terms.Exact.String() {
		most = w.known
	}
	evidence = min(evidence, most)
	leftTyped, leftHad := w.words-n.words, bits.OnesCount64(r.names&^n.taken)
	conflicts := min(leftTyped, leftHad)
	evidence -= lossWord*float64(conflicts) + lossExtraWord*float64(max(leftTyped, leftHad)-conflicts)
	if evidence <= 0 {
		n.way = WayDifferent
		evidence = max(evidence, -lossWord)
	}
	w.add("name", n.way, evidence)
	return max(evidence, 0)
}

// agreement is what the words that agree of two names weigh.
type agreement struct {
	bits  float64
	words int    // of the sketch that agree, without titles
	whole int    // of them, words of more than a letter
	taken uint64 // parts of the record
	way   string // of the word that agrees least
}

func (w *weigher) agreement(laid alignment, r *candidateWords) agreement {
	n := agreement{way: terms.Exact.String()}
	most := -1.0
	for _, o := range laid.chosen {
		n.taken |= o.parts
		if w.aligner.phrase.optional[o.first] == 0 {
			n.words += o.count
		}
		loss := lossOf(o.way)
		if loss > most {
			most, n.way = loss, o.way
		}
		have := words.Canonical(r.value(o.field)[o.from:o.to])
		for _, word := range w.aligner.phrase.words[o.first : o.first+o.count] {
			if len([]rune(word)) == 1 || len([]rune(have)) == 1 {
				n.bits += bitsInitial
				continue
			}
			n.whole++
			n.bits += max(min(w.rarity(word), w.rarity(have))-loss, bitsInitial)
		}
	}
	return n
}

// lossOf is what agreeing in a way weighs less than agreeing exactly.
func lossOf(way string) float64 {
	switch way {
	case terms.Nickname.String():
		return lossNickname
	case terms.SoundAlike.String():
		return lossSound
	case terms.Typo.String(), terms.Fragment.String():
		return lossTypo
	case terms.Prefix.String():
		return lossPrefix
	}
	return 0
}

// rarity is what agreeing on a word weighs, by how many contacts have it.
func (w *weigher) rarity(word string) float64 {
	return min(math.Log2((w.population+1)/(float64(w.terms.Count(word))+1)), maxWordBits)
}

// wordBits is what agreeing on all words weighs, initials and numbers left out.
func (w *weigher) wordBits(words []string) float64 {
	sum, counted := 0.0, 0
	for _, word := range words {
		if len(word) > 2 && isLetters(word) {
			sum += w.rarity(word)
			counted++
		}
	}
	if counted < 2 {
		return min(sum, maxOneWordBits)
	}
	return sum
}

// employer compares companies: all words of one must be words of the other.
func (w *weigher) employer(have string) {
	few, many := w.company, wordsOf(have)
	if len(few) > len(many) {
		few, many = many, few
	}
	if len(few) == 0 || slices.ContainsFunc(few, func(word string) bool { return !slices.Contains(many, word) }) {
		return
	}
	w.add("company.name", terms.Exact.String(), min(w.placeBits(few), maxCompanyBits))
}

func (w *weigher) city(have string) {
	if have != "" && words.Canonical(have) == words.Canonical(w.sketch.City) {
		w.add("city", terms.Exact.String(), min(w.placeBits(wordsOf(have)), maxCityBits))
	}
}

// placeBits is what agreeing on a place weighs, by the rarest of its words. How
// common a place is shows in few contacts already.
func (w *weigher) placeBits(words []string) float64 {
	fewest := w.everyone
	for _, word := range words {
		fewest = min(fewest, float64(w.terms.Count(word)))
	}
	return math.Log2((w.everyone + 1) / (fewest + 1))
}
