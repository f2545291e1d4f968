package index

import (
	"strings"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/index/text"
)

// What the places of a literal cost; see terms.Match for the unit.
const (
	costNational   = 1  // a phone number without its country code
	costLastDigits = 3  // its last digits
	costInnerDigit = 7  // others
	costMailStart  = 3  // the beginning of an e-mail
	costMailPart   = 5  // a part of it from a piece's beginning on
	costMailInner  = 7  // any other part
	costWordPart   = 6  // more, for a word that does not look like an e-mail
	costOtherHost  = 12 // the local part in a domain that is a typo away
	costNoHost     = 40 // the local part in quite another domain
	minNational    = 7  // digits that are a number without its country code
)

// The ways of literals that are no way of words.
const (
	wayFragment = "fragment"
	wayDigits   = "digits"
)

// place finds a literal in a record.
func (l literal) place(r *record) (option, bool) {
	var o option
	ok := false
	switch l.kind {
	case phoneLiteral:
		o, ok = placePhone(l.text, r.person.Phone)
	case mailLiteral:
		o, ok = placeMail(l.text, r.person.Email)
	default:
		o, ok = placeFragment(l.text, r.person.Email, l.kind == fragmentLiteral)
	}
	if id := r.person.Identifier; !ok && id != "" && contacts.Canonical(id) == l.text {
		o, ok = option{field: "identifier", way: terms.Exact.String(), to: len(id)}, true
	}
	o.first, o.count = l.first, l.count
	return o, ok
}

// placePhone finds digits in a phone number, which is E.164: nothing but a
// plus before the digits.
func placePhone(typed, phone string) (option, bool) {
	digits := contacts.Digits(phone)
	for _, core := range phoneCores(typed) {
		at := strings.LastIndex(digits, core)
		if at < 0 {
			continue
		}
		from := len(phone) - len(digits) + at
		o := option{field: "phone", way: wayDigits, from: from, to: from + len(core), cost: costInnerDigit}
		switch atEnd := at+len(core) == len(digits); {
		case digits == core:
			return option{field: "phone", way: terms.Exact.String(), to: len(phone)}, true
		case atEnd && len(core) >= minNational:
			o.cost = costNational
		case atEnd:
			o.cost = costLastDigits
		}
		return o, true
	}
	return option{}, false
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
func placeMail(typed, email string) (option, bool) {
	if contacts.CanonicalEmail(email) == typed {
		return option{field: "email", way: terms.Exact.String(), to: len(email)}, true
	}
	if o, ok := placeFragment(typed, email, false); ok {
		return o, true
	}
	want, have := contacts.SplitEmail(typed), contacts.SplitEmail(email)
	if have.Local == "" || want.Local == "" || want.Domain == "" {
		return option{}, false
	}
	local, ok := terms.Distance(want.Local, have.Local)
	if !ok {
		return option{}, false
	}
	o := option{field: "email", way: terms.Typo.String(), to: len(email)}
	domain, ok := terms.Distance(want.Domain, have.Domain)
	if ok {
		o.cost = costOtherHost + local + domain
		return o, true
	}
	o.cost = costNoHost
	return o, local == 0
}

// placeFragment finds a part of an e-mail; word says that it may be a plain
// word.
func placeFragment(typed, email string, word bool) (option, bool) {
	lower := contacts.CanonicalEmail(email)
	at := strings.Index(lower, typed)
	if at < 0 || len(lower) != len(email) {
		return option{}, false
	}
	o := option{field: "email", way: wayFragment, from: at, to: at + len(typed), cost: costMailInner}
	switch {
	case at == 0:
		o.cost = costMailStart
	case strings.IndexByte("._-+@", lower[at-1]) >= 0:
		o.cost = costMailPart
	}
	if word {
		o.cost += costWordPart
	}
	return o, true
}
