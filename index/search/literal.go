package search

import (
	"slices"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/words"
)

// What the places of a literal cost; see terms.Match for the unit.
const (
	costNational    = 1  // a phone number without its country code
	costSubscriber  = 2  // its last digits, when they are enough to be a number
	costLastDigits  = 3  // its last digits
	costInnerDigit  = 7  // others
	costNoDigit     = 6  // more, for a digit that was typed and is not there
	costMailForm    = 2  // an e-mail but for dots and what follows a plus
	costMailLocal   = 1  // all that is before the @ of an e-mail
	costMailStart   = 3  // the beginning of an e-mail
	costMailPart    = 5  // a part of it from a piece's beginning on
	costMailInner   = 7  // any other part
	costTypedStart  = 8  // the beginning, while it is being typed behind other words
	costWordLocal   = 5  // the same for a word that does not look like an e-mail
	costWordPart    = 6  // more, for such a word
	costNear        = 12 // anything of these with a typo, and the distance
	costNoHost      = 40 // the local part in quite another domain
	minNearFragment = 6  // characters of a part of an e-mail that may have a typo
	minNational     = 7  // digits that are a number without its country code
)

// The ways of literals that are no way of words.
const (
	wayFragment = "fragment"
	wayDigits   = "digits"
)

// placed is where a literal is on a record, once that was asked.
type placed struct {
	asked, ok bool
	at        option
}

// placeLiteral finds a literal in a record. That of a word that may be a part of
// something depends on where else the word is; others are found once.
func (a *aligner) placeLiteral(i int, r *candidateWords) (option, bool) {
	l, p := &a.phrase.literals[i], &a.placed[i]
	switch {
	case l.kind == fragmentLiteral:
		near := len(a.options[l.first]) == 0 && len(a.options) <= manyWords
		o, ok := l.place(r, near)
		if ok && o.field == "email" {
			o.parts = r.nameWith(l.text) // an e-mail repeats the name
		}
		return o, ok
	case l.kind == startLiteral:
		return l.place(r, true)
	case !p.asked:
		r.look()
		p.asked = true
		p.at, p.ok = l.place(r, true)
	}
	return p.at, p.ok
}

// place finds a literal in a record, with a typo only where it is worth the
// while: a word that lies elsewhere as well does not need it.
func (l literal) place(r *candidateWords, near bool) (option, bool) {
	p := &r.person
	if p.IsCompany {
		o, ok := l.placeCompany(p, near)
		o.first, o.count = l.first, l.count
		return o, ok
	}
	o, ok := l.placeIn(p.Email, p.Phone, p.Identifier, near)
	for i := range p.Absorbed {
		a := &p.Absorbed[i]
		other, found := l.placeIn(a.Email, a.Phone, a.Identifier, near)
		other.cost += costAbsorbed
		if found && (!ok || other.cost < o.cost) {
			other.field = aliasField(a, other.field)
			o, ok = other, true
		}
	}
	o.first, o.count = l.first, l.count
	return o, ok
}

// placeIn finds a literal in what a contact may be reached by.
func (l literal) placeIn(email, phone, identifier string, near bool) (o option, ok bool) {
	switch l.kind {
	case phoneLiteral:
		o, ok = l.placePhone(phone)
	case mailLiteral:
		o, ok = l.placeMail(email)
	case startLiteral:
		o, ok = l.placeStart(email)
	case keyLiteral:
		return l.placeKey("identifier", identifier, near)
	default:
		o, ok = l.placeFragment(email, near)
	}
	if !ok && identifier != "" && words.Canonical(identifier) == l.text {
		return option{field: "identifier", way: terms.Exact.String(), to: len(identifier)}, true
	}
	return o, ok
}

// placePhone finds digits in a phone number, which is E.164: nothing but a
// plus before the digits.
func (l literal) placePhone(phone string) (option, bool) {
	digits := words.Digits(phone)
	if digits == "" {
		return option{}, false
	}
	plus := len(phone) - len(digits)
	for _, core := range l.cores {
		at := strings.LastIndex(digits, core)
		if at < 0 {
			continue
		}
		if digits == core {
			return option{field: "phone", way: terms.Exact.String(), to: len(phone)}, true
		}
		o := option{field: "phone", way: wayDigits, from: plus + at, to: plus + at + len(core)}
		o.cost, o.fine = l.digitsCost(digits, core, at)
		return o, true
	}
	if len(l.text) < minNational {
		return option{}, false
	}
	cost, from, to, ok := l.pattern.Within(digits)
	return option{field: "phone", way: terms.Typo.String(), from: plus + from, to: plus + to, cost: costNear + cost}, ok
}

// digitsCost is what it costs that the core of what was typed is not all of a
// number: more of the typed digits come before fewer, whole national numbers before
// parts, the end of a number before the middle, more of a number before less.
func (l literal) digitsCost(number, core string, at int) (cost, fine int) {
	national := fields.NationalOf(number)
	whole := national.Rest != "" && (national.Rest == core || national.Trunk+national.Rest == l.text)
	atEnd := at+len(core) == len(number)
	fine = len(number) - len(core)
	switch {
	case whole:
		return costNational, 0
	case atEnd && len(core) >= minNational:
		cost = costSubscriber
	case atEnd && core == l.text:
		cost = costLastDigits
	default:
		cost = costInnerDigit
	}
	lost := len(strings.TrimLeft(l.text, "0")) - len(core)
	return cost + costNoDigit*max(lost, 0), fine
}

// phoneCores returns the digits of a number to look for: those that were
// typed; those of E.164; those without the zeros of a trunk or international
// prefix; and those without the one digit that some countries dial in its
// place.
func phoneCores(typed, digits, region string) []string {
	cores := []string{digits}
	add := func(core string) {
		if len(core) >= text.PhoneGram && !slices.Contains(cores, core) {
			cores = append(cores, core)
		}
	}
	if len(digits) >= minNational {
		add(fields.DialledDigits(typed, region))
	}
	add(strings.TrimLeft(digits, "0"))
	if len(digits) > minNational+1 && digits[0] != '0' && !strings.Contains(typed, "+") {
		add(digits[1:])
	}
	return cores
}

// placeMail finds what was typed, with an @ in it, in an e-mail.
func (l literal) placeMail(email string) (option, bool) {
	lower := fields.CanonicalEmail(email)
	if lower == l.text {
		return option{field: "email", way: terms.Exact.String(), to: len(email)}, true
	}
	if o, ok := placePart(l.text, email); ok {
		return o, true
	}
	have := fields.SplitEmail(email)
	if have.Domain == "" {
		return option{}, false
	}
	o := option{field: "email", way: terms.Typo.String(), to: len(email)}
	if have.Domain == l.mail.parts.Domain && mailbox(have.Local) == mailbox(l.mail.parts.Local) {
		o.way, o.cost = WayForm, costMailForm
		return o, true
	}
	local, ok := l.mail.local.Distance(have.Local)
	if !ok {
		return option{}, false
	}
	if domain, ok := l.mail.domain.Distance(have.Domain); ok {
		o.cost = costNear + local + domain
		return o, true
	}
	o.cost = costNoHost
	return o, local == 0
}

// placeStart finds the beginning of an e-mail.
func (l literal) placeStart(email string) (option, bool) {
	lower := fields.CanonicalEmail(email)
	ok := strings.HasPrefix(lower, l.text) && len(lower) == len(email)
	return option{field: "email", way: wayFragment, to: len(l.text), cost: costTypedStart}, ok
}

// placeFragment finds a part of an e-mail, also with a typo in it.
func (l literal) placeFragment(email string, near bool) (option, bool) {
	o, ok := placePart(l.text, email)
	if !ok && near && len(l.text) >= minNearFragment {
		local := fields.SplitEmail(email).Local
		var cost int
		if cost, o.from, o.to, ok = l.pattern.Within(local); ok && len(local) <= len(email) {
			o.field, o.way, o.cost = "email", terms.Typo.String(), costNear+costMailPart+cost
		}
	}
	switch {
	case l.kind != fragmentLiteral:
	case o.cost == costMailLocal:
		o.cost = costWordLocal
	case o.from > strings.LastIndexByte(email, '@'):
		o.cost += costWordPart + costDomain
	default:
		o.cost += costWordPart
	}
	return o, ok
}

// placePart finds a part of an e-mail as it is.
func placePart(typed, email string) (option, bool) {
	lower := fields.CanonicalEmail(email)
	at := strings.Index(lower, typed)
	if at < 0 || len(lower) != len(email) {
		return option{}, false
	}
	o := option{field: "email", way: wayFragment, from: at, to: at + len(typed), cost: costMailInner}
	switch {
	case at == 0 && strings.HasPrefix(lower[len(typed):], "@"):
		o.cost = costMailLocal
	case at == 0:
		o.cost = costMailStart
	case strings.IndexByte("._-+@", lower[at-1]) >= 0:
		o.cost = costMailPart
	}
	return o, true
}
