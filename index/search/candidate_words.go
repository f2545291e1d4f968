package search

import (
	"strconv"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// What a word costs more when it is found elsewhere than in the name, in
// tenths of a typo (see terms.Match).
const (
	costLastName        = 0
	costIdentifier      = 1
	costIdentifierPiece = 4
	costNumber          = 0 // a piece that is a number of some digits
	costShortNumber     = 5 // one without the zeros before it: more than the end of a phone number
	costCompany         = 8 // behind who has the word as a name by a nickname
	costCity            = 9
	costCountry         = 9
	costMailPiece       = 4
	costDomain          = 10
	costAbsorbed        = 4 // more, of what a contact has of another
)

// minNumber is the number of digits from which they tell one identifier.
const minNumber = 5

// maxParts bounds the words of a record, one bit each of a mask.
const maxParts = 64

// candidateWords is a contact as the ranking sees it: its words, each a part of one
// bit, and the tokens that cover them. Most contacts are found by their names
// alone, so it has only those at first.
type candidateWords struct {
	person columns.Person
	lookUp func() columns.Person // makes the person whole, nil once it is
	whole  bool                  // it has the other words too
	tokens []recordToken
	parts  int
	names  uint64       // the parts that are words of the name
	family uint64       // those of them that are the last name, as far as that is known
	texts  []tokenRange // the names, the company and the city
	others []fieldValue // the fields of contacts that this one has absorbed

	tokenizer words.Tokenizer
}

// hasForms reports whether the token may be meant by a nickname or a sound. Those
// of places and hosts may not: Gamal is not in gmail, Yar'Adua not in Oradea.
func (t *recordToken) hasForms() bool {
	return !t.spelled && t.field != "city" && t.field != "country" && !(t.field == "email" && t.cost == costDomain)
}

// tokenRange are the tokens of one text of a record.
type tokenRange struct{ from, to int }

// fieldValue is a field that tokens are of, see record.value.
type fieldValue struct{ field, value string }

// recordToken is one way of writing some parts of a record.
type recordToken struct {
	text     string
	field    string // as in filters
	from, to int    // bytes of the field's value
	parts    uint64
	cost     int
	plain    bool // it is the first way of writing one word
	read     bool // it is how a word of another script is read
	spelled  bool // no nickname or sound stands for it
	numbered bool // it is of an identifier with digits
}

// of makes it the record of a contact or a company and takes the names apart. What it was
// before is gone: a search looks at hundreds of contacts, one after the other.
// lookUp returns the contact whole; nil when p is.
func (r *candidateWords) of(p columns.Person, lookUp func() columns.Person) {
	*r = candidateWords{person: p, lookUp: lookUp, tokens: r.tokens[:0], texts: r.texts[:0], others: r.others[:0], tokenizer: r.tokenizer}
	if p.IsCompany {
		r.ofCompany(p.Name)
		return
	}
	r.add("name", p.Name, 0)
	r.names = 1<<r.parts - 1
	for _, t := range r.tokens { // nobody asks for titles
		if rest := r.names &^ t.parts; titles[t.text] && rest != 0 {
			r.names = rest
		}
	}
	// A display name need not have the other names in it.
	if !strings.Contains(p.Name, p.FirstName) {
		r.add("first_name", p.FirstName, costLastName)
	}
	from, at := 0, strings.LastIndex(p.Name, p.LastName)
	if at < 0 {
		from, at = len(r.tokens), 0
		r.add("last_name", p.LastName, costLastName)
	}
	if p.FirstName != "" {
		for _, t := range r.tokens[from:] {
			if t.field != "first_name" && t.from >= at && t.to <= at+len(p.LastName) {
				r.family |= t.parts
			}
		}
	}
}

// look makes the person whole.
func (r *candidateWords) look() {
	if r.lookUp != nil {
		r.person, r.lookUp = r.lookUp(), nil
	}
}

// complete adds everything but the names, once.
func (r *candidateWords) complete() {
	if r.whole {
		return
	}
	r.whole = true
	r.look()
	if r.person.IsCompany {
		r.completeCompany()
		return
	}
	p := &r.person
	r.add("company.name", p.Company, costCompany)
	r.add("city", p.City, costCity)
	for _, word := range fields.CountryWords(p.Country) {
		r.put(word, "country", 0, len(p.Country), 1, costCountry)
	}
	r.addMail("email", p.Email, 0)
	r.addIdentifier("identifier", p.Identifier, 0)
	for i := range p.Absorbed {
		r.addAlias(&p.Absorbed[i])
	}
}

// addAlias adds what the contact has beside its first values.
func (r *candidateWords) addAlias(a *columns.Alias) {
	field := func(name, value string) string {
		name = aliasField(a, name)
		if value != "" { // another value of the contact is only one of the three
			r.others = append(r.others, fieldValue{name, value})
		}
		return name
	}
	r.add(field("name", a.Name), a.Name, costAbsorbed)
	r.addMail(field("email", a.Email), a.Email, costAbsorbed)
	r.addIdentifier(field("identifier", a.Identifier), a.Identifier, costAbsorbed)
}

// aliasField is the name of a field of a contact that was absorbed, or of another value of the
// contact itself, as in the contact's answer.
func aliasField(a *columns.Alias, name string) string {
	if a.Field != "" {
		return a.Field
	}
	return ledger.FieldAbsorbed + "[" + strconv.Itoa(a.Index) + "]." + name
}

// add adds the tokens of a text and returns them, which are good until the next call.
func (r *candidateWords) add(field, value string, cost int) []words.Token {
	if value == "" {
		return nil
	}
	first, words, plain := r.parts, 0, 0
	from := len(r.tokens)
	tokens := r.tokenizer.Tokens(value)
	for _, t := range tokens {
		if first+t.Word+t.Words > maxParts {
			break
		}
		words = max(words, t.Word+t.Words)
		token := recordToken{
			text: t.Text, field: field, from: t.From, to: t.To, cost: cost,
			parts: (1<<t.Words - 1) << (first + t.Word), plain: t.Words == 1 && t.Word == plain, read: t.Read,
		}
		if token.plain {
			plain++
		}
		r.tokens = append(r.tokens, token)
	}
	r.parts += words
	r.texts = append(r.texts, tokenRange{from, len(r.tokens)})
	return tokens
}

// run adds the tokens that are the words of a text, in order and each in one
// spelling, to those given, up to their capacity.
func (r *candidateWords) run(t tokenRange, words []int16) []int16 {
	for i := t.from; i < t.to && len(words) < cap(words); i++ {
		if r.tokens[i].plain {
			words = append(words, int16(i))
		}
	}
	return words
}

// put adds one token that has parts parts of its own.
func (r *candidateWords) put(text, field string, from, to, parts, cost int) {
	if text == "" || r.parts+parts > maxParts {
		return
	}
	r.tokens = append(r.tokens, recordToken{
		text: text, field: field, from: from, to: to, parts: (1<<parts - 1) << r.parts, cost: cost,
	})
	r.parts += parts
}

// addIdentifier adds an identifier and its pieces, which cost so much more.
func (r *candidateWords) addIdentifier(field, identifier string, more int) {
	if identifier == "" {
		return
	}
	from := len(r.tokens)
	r.putIdentifier(field, identifier, more)
	for numbered := words.Digits(identifier) != ""; from < len(r.tokens); from++ {
		r.tokens[from].numbered = numbered
	}
}

// putIdentifier puts the tokens of an identifier.
func (r *candidateWords) putIdentifier(field, identifier string, more int) {
	r.put(words.Canonical(identifier), field, 0, len(identifier), 1, costIdentifier+more)
	pieces := words.IdentifierPieces(identifier)
	if len(pieces) > 1 {
		r.put(strings.Join(pieces, ""), field, 0, len(identifier), 1, costIdentifier+more)
	}
	for _, piece := range pieces {
		cost := costIdentifierPiece
		if len(words.Digits(piece)) >= minNumber {
			cost = costNumber
		}
		if r.parts == maxParts {
			return
		}
		r.put(piece, field, 0, len(identifier), 1, cost+more)
		if number := strings.TrimLeft(piece, "0"); number != piece && number != "" {
			short := r.tokens[len(r.tokens)-1] // the same part
			short.text, short.cost = number, costShortNumber+more
			r.tokens = append(r.tokens, short)
		}
	}
}

// addMail adds the pieces of an e-mail, which cost so much more.
func (r *candidateWords) addMail(field, email string, more int) {
	if email == "" {
		return
	}
	lower := fields.CanonicalEmail(email)
	at := strings.LastIndexByte(lower, '@')
	mail := fields.SplitEmail(email)
	add := func(pieces []string, from, cost int) {
		for _, piece := range pieces {
			// A piece that is folded away from its spelling marks the whole.
			start, end := 0, len(email)
			if i := strings.Index(lower[from:], piece); i >= 0 && len(lower) == len(email) {
				start, end = from+i, from+i+len(piece)
				from = end
			}
			if parts := r.nameWith(piece); parts != 0 { // it is said once
				r.tokens = append(r.tokens, recordToken{text: piece, field: field, from: start, to: end, parts: parts, cost: cost})
				continue
			}
			r.put(piece, field, start, end, 1, cost)
		}
	}
	add(mail.LocalPieces, 0, costMailPiece+more)
	if more == 0 { // another's domain is no word of this contact
		add(mail.DomainPieces, at+1, costDomain)
	}
}

// nameWith returns the parts of the first word of the name that is some letters, or
// has them in it when they are enough to be a fragment; 0 for none.
func (r *candidateWords) nameWith(letters string) uint64 {
	for i := range r.tokens {
		switch t := &r.tokens[i]; {
		case t.parts&r.names == 0:
			return 0
		case t.text == letters, len(letters) >= minFragment && strings.Contains(t.text, letters):
			return t.parts
		}
	}
	return 0
}

// value returns the field that tokens say they are of.
func (r *candidateWords) value(field string) string {
	switch field {
	case "name":
		return r.person.Name
	case "first_name":
		return r.person.FirstName
	case "last_name":
		return r.person.LastName
	case "company.name":
		return r.person.Company
	case "city":
		return r.person.City
	case "country":
		return r.person.Country
	case "email":
		return r.person.Email
	case "identifier":
		return r.person.Identifier
	}
	for _, other := range r.others {
		if other.field == field {
			return other.value
		}
	}
	return ""
}
