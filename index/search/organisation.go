package search

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/words"
)

// What a word costs more when it is found elsewhere than in the name of a company, and
// when it is another form of a word of the name; see the costs of a contact.
const (
	costOtherForm  = 1 // intl for international
	costInitials   = 4 // kcb for Kenya Commercial Bank: behind who is called so
	costDomainPart = 6
	costLabel      = 9
	costSubdomain  = 2 // mail.acme.example of acme.example
)

// parseOrganisation reads the text of a search for companies. An address of a page stands
// for its host, an e-mail for what is behind its @. Legal forms and fillers are optional, as
// titles are for people, and so are the words of a host but the first.
func parseOrganisation(s, region string) phrase {
	s = address.ReplaceAllString(words.WithoutPasted(s), "$1$2")
	s = mail.ReplaceAllStringFunc(s, func(mail string) string { return fields.SplitEmail(mail).Domain })
	p := phrase{region: region, organisation: true}
	p.read(s)
	return p
}

var (
	// address is a page or host as browsers show it: what stands before the host, and
	// behind it, is left out.
	address = regexp.MustCompile(`(?i)(^|[\s,;|(<])(?:https?://(?:www\.)?|www\.)([^\s/?#,;|)>]*)[^\s,;|)>]*`)
	// mail is an e-mail, or its end from the @ on.
	mail = regexp.MustCompile(`[^\s,;|(<]*@[^\s,;|)>]*`)
	// host is a name of a host: acme.co.ke, and not o.o.
	host = regexp.MustCompile(`(?i)^[\p{L}\p{N}-]{2,}(?:\.[\p{L}\p{N}-]{2,})+$`)
)

// leaveFormOut makes a legal form or a filler optional: a chunk. One that is still being
// typed may become another word.
func (p *phrase) leaveFormOut(chunk string, first int, typing bool) {
	if host.MatchString(chunk) {
		p.leaveOut(first+1, len(p.words)-first-1, costNoTitle)
	}
	word := strings.ReplaceAll(words.Canonical(chunk), ".", "")
	if !terms.IsLegalForm(word) && !terms.IsFiller(word) {
		return
	}
	cost := costNoTitle
	if typing && !strings.HasSuffix(chunk, ".") {
		cost = costNoName
	}
	p.leaveOut(first, len(p.words)-first, cost)
}

// ofCompany takes the name of a company apart.
func (r *candidateWords) ofCompany(name string) {
	tokens := r.add("name", name, 0)
	var all uint64
	if r.names, all = terms.Telling(tokens); r.parts < maxParts {
		r.names &= 1<<r.parts - 1
	}
	initials := terms.Initials(tokens) // before the tokens are gone with the next text
	for i := range r.tokens {
		t := r.tokens[i]
		for _, other := range terms.OtherForms(t.text) {
			t.text, t.cost, t.plain = other, costOtherForm, false
			r.tokens = append(r.tokens, t)
		}
	}
	for _, short := range initials {
		r.tokens = append(r.tokens, recordToken{text: short, field: "name", to: len(name), parts: all, cost: costInitials, spelled: true})
	}
}

// completeCompany adds everything but the name of a company.
func (r *candidateWords) completeCompany() {
	p := &r.person
	r.add("city", p.City, costCity)
	for _, word := range fields.CountryWords(p.Country) {
		r.put(word, "country", 0, len(p.Country), 1, costCountry)
	}
	for i, domain := range p.Domains {
		r.addDomain(r.other(placeIn("domains", i), domain), domain)
	}
	for i, label := range p.Labels {
		from := len(r.tokens)
		r.add(r.other(placeIn("labels", i), label), label, costLabel)
		for j := from; j < len(r.tokens); j++ {
			r.tokens[j].spelled = true
		}
	}
	r.addIdentifier("identifier", p.Identifier, 0)
	for i := range p.Absorbed {
		a := &p.Absorbed[i]
		r.add(r.other(aliasField(a, "name"), a.Name), a.Name, costAbsorbed)
		r.addIdentifier(r.other(aliasField(a, "identifier"), a.Identifier), a.Identifier, costAbsorbed)
	}
}

// addDomain adds the parts of a domain that are no words of the name.
func (r *candidateWords) addDomain(field, domain string) {
	from := 0
	for _, piece := range fields.SplitEmail("@" + domain).DomainPieces {
		start, end := 0, len(domain)
		if i := strings.Index(domain[from:], piece); i >= 0 {
			start, end = from+i, from+i+len(piece)
			from = end
		}
		if r.isNamed(piece) {
			continue
		}
		r.put(piece, field, start, end, 1, costDomainPart)
		r.tokens[len(r.tokens)-1].spelled = true
	}
}

// isNamed reports whether a word is one of the name.
func (r *candidateWords) isNamed(word string) bool {
	for i := range r.tokens {
		if t := &r.tokens[i]; t.field == "name" && t.text == word && t.cost == 0 {
			return true
		}
	}
	return false
}

// other notes a value of which a record may have several, and returns its field.
func (r *candidateWords) other(field, value string) string {
	r.others = append(r.others, fieldValue{field, value})
	return field
}

// placeIn is the name of one value of a list, as it stands in the answer: domains[0].
func placeIn(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }

// placeCompany finds a literal in the domains and the identifiers of a company.
func (l literal) placeCompany(p *columns.Person, near bool) (best option, ok bool) {
	note := func(o option, found bool) {
		if found && (!ok || o.cost < best.cost) {
			best, ok = o, true
		}
	}
	for i, domain := range p.Domains {
		if o, found := l.placeDomain(domain, near); found {
			o.field = placeIn("domains", i)
			note(o, found)
		}
	}
	note(l.placeIdentifier("identifier", p.Identifier, 0, near))
	for i := range p.Absorbed {
		a := &p.Absorbed[i]
		note(l.placeIdentifier(aliasField(a, "identifier"), a.Identifier, costAbsorbed, near))
	}
	return best, ok
}

func (l literal) placeIdentifier(field, identifier string, more int, near bool) (option, bool) {
	if l.kind == keyLiteral {
		o, ok := l.placeKey(field, identifier, near)
		o.cost += more
		return o, ok
	}
	ok := identifier != "" && words.Canonical(identifier) == l.text
	return option{field: field, way: terms.Exact.String(), to: len(identifier), cost: more}, ok
}

// placeDomain finds a literal in a domain, which is in lower case.
func (l literal) placeDomain(domain string, near bool) (option, bool) {
	if l.kind == phoneLiteral || l.kind == mailLiteral || l.kind == keyLiteral {
		return option{}, false
	}
	typed := strings.TrimRight(l.text, ".")
	switch {
	case typed == domain:
		return option{way: terms.Exact.String(), to: len(domain)}, true
	case strings.HasSuffix(typed, "."+domain):
		return option{way: WayForm, to: len(domain), cost: costSubdomain}, true
	}
	o, ok := placePart(typed, domain)
	if !ok && near && len(typed) >= minNearFragment {
		if cost, from, to, found := l.pattern.Within(domain); found {
			o, ok = option{way: terms.Typo.String(), from: from, to: to, cost: costNear + costMailPart + cost}, true
		}
	}
	if l.isPart() {
		o.cost += costWordPart
	}
	return o, ok
}

// parentHosts are a host and those that it is below, as far as they have a dot.
func parentHosts(host string) []string {
	host = strings.Trim(host, ".")
	var hosts []string
	for strings.Contains(host, ".") {
		hosts = append(hosts, host)
		_, host, _ = strings.Cut(host, ".")
	}
	return hosts
}
