package index

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/index/text"
)

// What an alignment costs beside its matches.
const (
	costPlain       = 2  // any match that is no whole e-mail, phone or identifier
	costUncovered   = 3  // the first word of a name that the query does not have
	costFurther     = 2  // each further one
	maxUncovered    = 9  // all of them
	costDisorder    = 1  // the words of a name in another order
	costSpace       = 1  // a space too many or too few
	costMissing     = 22 // a word of the query that the contact does not have
	minCommon       = 3  // letters that two words share when they look alike
	maxResemblance  = 10 // what that saves of costMissing
	maxRarity       = 16 // and more, the rarer it is
	maxOptions      = 6  // places tried for one word
	maxSteps        = 2_000
	minSpaceless    = 5 // letters of a word that may have lost a space
	maxSpacelessRun = 4
)

// aligner finds the cheapest way to lay the words of one phrase on the words
// of contacts. It remembers comparisons, so it is for one goroutine.
type aligner struct {
	phrase  phrase
	missing []int // cost of leaving a word out
	seen    []map[string]comparison
}

type comparison struct {
	match terms.Match
	ok    bool
}

// option is a place for some words of the phrase.
type option struct {
	first, count int // words of the phrase
	cost         int
	parts        uint64 // parts of the record that it takes
	highlight    contacts.Highlight
}

// alignment is where the words of a phrase lie on a contact.
type alignment struct {
	cost    int
	missing int // words that lie nowhere
	chosen  []option
}

func newAligner(p phrase, missing []int) *aligner {
	return &aligner{phrase: p, missing: missing, seen: make([]map[string]comparison, len(p.spans))}
}

// compare is Word.Match, remembered.
func (a *aligner) compare(span int, token string) (terms.Match, bool) {
	if a.seen[span] == nil {
		a.seen[span] = map[string]comparison{}
	}
	c, known := a.seen[span][token]
	if !known {
		c.match, c.ok = a.phrase.spans[span].word.Match(token)
		a.seen[span][token] = c
	}
	return c.match, c.ok
}

// align lays the phrase on a record.
func (a *aligner) align(r *record) alignment {
	places := make([][]option, len(a.phrase.words))
	add := func(o option) { places[o.first] = append(places[o.first], o) }
	for i := range a.phrase.spans {
		a.placeTokens(i, r, add)
		a.placeSpaceless(i, r, add)
	}
	for _, l := range a.phrase.literals {
		if o, ok := l.place(r); ok {
			add(o)
		}
	}
	for i := range places {
		slices.SortStableFunc(places[i], func(x, y option) int { return cmp.Compare(x.cost, y.cost) })
		places[i] = places[i][:min(len(places[i]), maxOptions)]
	}
	s := solver{aligner: a, record: r, places: places, best: alignment{cost: 1 << 30}}
	s.solve(0, 0, 0, 0)
	return s.best
}

// placeTokens finds the tokens that a span matches.
func (a *aligner) placeTokens(span int, r *record, add func(option)) {
	s := &a.phrase.spans[span]
	for i := range r.tokens {
		t := &r.tokens[i]
		m, ok := a.compare(span, t.text)
		if !ok {
			continue
		}
		cost := costPlain + m.Cost + t.cost
		if s.joined {
			cost += costSpace
		}
		if t.field == "identifier" && m.Way == terms.Exact {
			cost = 0
		}
		add(option{
			first: s.first, count: s.count, cost: cost, parts: t.parts,
			highlight: highlight(t.field, m.Way.String(), t.from, t.to),
		})
	}
}

// placeSpaceless finds runs of words that a span is when they are written
// without their spaces.
func (a *aligner) placeSpaceless(span int, r *record, add func(option)) {
	s := &a.phrase.spans[span]
	if s.joined || len(s.word.Text()) < minSpaceless {
		return
	}
	for _, run := range r.spaced {
		for i := range run.words {
			joined := run.words[i].text
			parts := run.words[i].parts
			for j := i + 1; j < min(i+maxSpacelessRun, len(run.words)); j++ {
				joined += run.words[j].text
				parts |= run.words[j].parts
				m, ok := a.compare(span, joined)
				if !ok || m.Way == terms.Prefix && len(s.word.Text()) <= len(joined)-len(run.words[j].text) {
					continue
				}
				add(option{
					first: s.first, count: s.count, parts: parts,
					cost:      costPlain + m.Cost + run.words[i].cost + costSpace,
					highlight: highlight(run.words[i].field, m.Way.String(), run.words[i].from, run.words[j].to),
				})
			}
		}
	}
}

// solver tries the places of each word in turn, cheapest first.
type solver struct {
	*aligner
	record *record
	places [][]option
	chosen []option
	best   alignment
	steps  int
}

func (s *solver) solve(word int, taken uint64, cost, missing int) {
	if s.steps++; cost >= s.best.cost || s.steps > maxSteps {
		return
	}
	if word == len(s.places) {
		if cost += s.nameCost(taken); cost < s.best.cost {
			s.best = alignment{cost, missing, slices.Clone(s.chosen)}
		}
		return
	}
	for _, o := range s.places[word] {
		if o.parts&taken != 0 {
			continue
		}
		s.chosen = append(s.chosen, o)
		s.solve(word+o.count, taken|o.parts, cost+o.cost, missing)
		s.chosen = s.chosen[:len(s.chosen)-1]
	}
	s.solve(word+1, taken, cost+s.missing[word]-s.resemblance(word), missing+1)
}

// resemblance is how much a word that lies nowhere looks like one of the name
// all the same, to choose among names that lack it.
func (s *solver) resemblance(word int) int {
	best := 0
	for i := range s.record.tokens {
		t := &s.record.tokens[i]
		if t.parts&s.record.names == 0 || t.field != "name" {
			break
		}
		if n := commonPart(s.phrase.words[word], t.text); n >= minCommon {
			best = max(best, min(2*n, maxResemblance))
		}
	}
	return best
}

// commonPart is the length of the longest string that is part of both.
func commonPart(a, b string) int {
	best := 0
	for i := range len(a) {
		for j := range len(b) {
			n := 0
			for i+n < len(a) && j+n < len(b) && a[i+n] == b[j+n] {
				n++
			}
			best = max(best, n)
		}
	}
	return best
}

// nameCost is what a name costs whose words are not all taken, or not in
// their order. A phrase that is not about the name does not ask for it.
func (s *solver) nameCost(taken uint64) int {
	if taken&s.record.names == 0 {
		return 0
	}
	cost := 0
	if left := bits.OnesCount64(s.record.names &^ taken); left > 0 {
		cost = min(costUncovered+(left-1)*costFurther, maxUncovered)
	}
	last := 0
	for _, o := range s.chosen {
		if at := bits.TrailingZeros64(o.parts); o.parts&s.record.names != 0 {
			if at < last {
				cost += costDisorder
				break
			}
			last = at
		}
	}
	return cost
}

// highlights joins the places by field and way.
func (a alignment) highlights() []contacts.Highlight {
	var out []contacts.Highlight
	for _, o := range a.chosen {
		i := slices.IndexFunc(out, func(h contacts.Highlight) bool {
			return h.Field == o.highlight.Field && h.Way == o.highlight.Way
		})
		if i < 0 {
			out = append(out, o.highlight)
			continue
		}
		out[i].Ranges = append(slices.Clip(out[i].Ranges), o.highlight.Ranges...)
	}
	for i := range out {
		slices.SortFunc(out[i].Ranges, func(x, y [2]int) int { return cmp.Compare(x[0], y[0]) })
	}
	return out
}

func highlight(field, way string, from, to int) contacts.Highlight {
	return contacts.Highlight{Field: field, Way: way, Ranges: [][2]int{{from, to}}}
}

// place finds a literal in a record.
func (l literal) place(r *record) (option, bool) {
	o := option{first: l.first, count: l.count}
	ok := false
	switch l.kind {
	case phoneLiteral:
		o.cost, o.highlight, ok = placePhone(l.text, r.person.Phone)
	case mailLiteral:
		o.cost, o.highlight, ok = placeMail(l.text, r.person.Email)
	default:
		o.cost, o.highlight, ok = placeFragment(l.text, r.person.Email, l.kind == fragmentLiteral)
	}
	if !ok && r.person.Identifier != "" && contacts.Canonical(r.person.Identifier) == l.text {
		o.cost, o.highlight, ok = 0, highlight("identifier", terms.Exact.String(), 0, len(r.person.Identifier)), true
	}
	return o, ok
}

// What the places of a literal cost.
const (
	costNational   = 1  // a phone number without its country code
	costLastDigits = 3  // its last digits
	costInnerDigit = 7  // others
	costMailStart  = 3  // the beginning of an e-mail
	costMailPart   = 5  // a part of it from a piece's beginning on
	costMailInner  = 7  // any other part
	costWordPart   = 6  // more, for a word that does not look like an e-mail
	costOtherHost  = 12 // the local part in a domain that is a typo away
	minNational    = 7
)

// placePhone finds digits in a phone number.
func placePhone(typed, phone string) (int, contacts.Highlight, bool) {
	digits := contacts.Digits(phone)
	if digits == "" {
		return 0, contacts.Highlight{}, false
	}
	for _, core := range phoneCores(typed) {
		at := strings.LastIndex(digits, core)
		if at < 0 {
			continue
		}
		from := len(phone) - len(digits) + at // E.164: nothing but a plus before the digits
		found := highlight("phone", "digits", from, from+len(core))
		switch {
		case digits == core:
			return 0, highlight("phone", terms.Exact.String(), 0, len(phone)), true
		case at+len(core) == len(digits) && len(core) >= minNational:
			return costNational, found, true
		case at+len(core) == len(digits):
			return costLastDigits, found, true
		}
		return costInnerDigit, found, true
	}
	return 0, contacts.Highlight{}, false
}

// phoneCores returns the digits of a number to look for: those that were
// typed; those without the zeros of a trunk or international prefix; and those
// without the one digit that some countries dial in its place.
func phoneCores(typed string) []string {
	cores := []string{typed}
	if core := strings.TrimLeft(typed, "0"); core != typed && len(core) >= text.PhoneGram {
		cores = append(cores, core)
	}
	if len(typed) > minNational+1 && typed[0] != '0' {
		cores = append(cores, typed[1:])
	}
	return cores
}

// placeMail finds what was typed, with an @ in it, in an e-mail.
func placeMail(typed, email string) (int, contacts.Highlight, bool) {
	lower := contacts.CanonicalEmail(email)
	if lower == typed {
		return 0, highlight("email", terms.Exact.String(), 0, len(email)), true
	}
	if cost, found, ok := placeFragment(typed, email, false); ok {
		return cost, found, true
	}
	want, have := contacts.SplitEmail(typed), contacts.SplitEmail(email)
	if have.Local == "" || want.Local == "" || want.Domain == "" {
		return 0, contacts.Highlight{}, false
	}
	local, ok := terms.Distance(want.Local, have.Local)
	if !ok {
		return 0, contacts.Highlight{}, false
	}
	domain, ok := terms.Distance(want.Domain, have.Domain)
	switch {
	case ok:
		return costOtherHost + local + domain, highlight("email", terms.Typo.String(), 0, len(email)), true
	case local == 0:
		return costMissing, highlight("email", terms.Typo.String(), 0, len(have.Local)), true
	}
	return 0, contacts.Highlight{}, false
}

// placeFragment finds a part of an e-mail; word says that it may be a plain
// word.
func placeFragment(typed, email string, word bool) (int, contacts.Highlight, bool) {
	lower := contacts.CanonicalEmail(email)
	at := strings.Index(lower, typed)
	if at < 0 || len(lower) != len(email) {
		return 0, contacts.Highlight{}, false
	}
	cost := costMailInner
	switch {
	case at == 0:
		cost = costMailStart
	case strings.IndexByte("._-+@", lower[at-1]) >= 0:
		cost = costMailPart
	}
	if word {
		cost += costWordPart
	}
	return cost, highlight("email", "fragment", at, at+len(typed)), true
}
