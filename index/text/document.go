package text

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/blevesearch/bleve/v2/document"
	bleve "github.com/blevesearch/bleve_index_api"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// Field is a kind of terms. The fields are few because each costs a lookup a
// term and a dictionary a segment.
type Field string

// The fields of a document.
const (
	// Name has the tokens of the contact's names; of a contact without a name,
	// the pieces of its e-mail.
	Name Field = "n"
	// Word has the tokens of company, city, country and e-mail domain.
	Word Field = "w"
	// Form has the tokens of Word that may be meant by another form, a nickname or
	// a sound: those of the company. Gamal is not in gmail, Yar'Adua not in Oradea.
	Form Field = "f"
	// Edge has the first 1 to EdgeRunes characters of the tokens of Name.
	Edge Field = "e"
	// Start has the same of the tokens of Word, of the e-mail and of the pieces
	// of its local part.
	Start Field = "b"
	// Mail has the whole e-mail, its local part and the pieces of that, and
	// "@" and the domain, all in lower case.
	Mail Field = "m"
	// Gram has the trigrams (of bytes) of the e-mail.
	Gram Field = "g"
	// Phone has every four neighbouring digits of the phone number.
	Phone Field = "p"
	// Key has the identifier, also without punctuation, its pieces and its last digits (EndTerm); of a text
	// its numbers, see WrittenIn.
	Key Field = "k"
	// Employer has the ordinal of the company, so that its contacts are found
	// when it changes.
	Employer Field = "c"
	// Sole has the token of a name that is one word, so that it is found among
	// all the names that contain the word.
	Sole Field = "s"
	// Place has the tokens of city and country.
	Place Field = "l"
)

// Sizes of the pieces of words.
const (
	EdgeRunes = 4
	GramBytes = 3
	PhoneGram = 4
	EndDigits = 4  // the fewest last digits of an identifier that find it
	maxMail   = 96 // bytes of an e-mail that have grams
)

// termSet holds the terms of one document, by field. A term may be there several times.
type termSet map[Field][]string

// once and unsaid are what Bleve is told of every term; it only reads them.
// Nothing is ranked by frequency, so most fields go without; where most terms
// have one document, a frequency of one lets Bleve keep it beside the term.
var (
	unsaid = &bleve.TokenFreq{}
	once   = func() *bleve.TokenFreq {
		f := &bleve.TokenFreq{}
		f.SetFrequency(1)
		return f
	}()
)

// unique reports whether most terms of a field have one document.
func (f Field) unique() bool { return f == Mail || f == Key }

func (t termSet) add(f Field, term string) {
	if term != "" {
		t[f] = append(t[f], term)
	}
}

// termsOf returns the terms of a contact, but for Employer; company is its company's name.
func termsOf(c *contacts.Contact, company string) termSet {
	t := make(termSet, 8)
	mail := fields.SplitEmail(c.Email)
	t.addNames(c, mail)
	for _, token := range words.SearchTokens(company) {
		t.addWord(token.Text)
		t.add(Form, token.Text)
	}
	t.addPlace(c.City, c.Country)
	for _, piece := range mail.DomainPieces {
		t.addWord(piece)
	}
	t.addMail(mail)
	t.addPhone(words.Digits(c.Phone))
	t.addIdentifier(c.Identifier)
	for _, a := range c.MoreEmails {
		t.addMail(fields.SplitEmail(a.Value))
	}
	for _, a := range c.MorePhones {
		t.addPhone(words.Digits(a.Value))
	}
	for _, i := range c.Identities {
		t.addIdentifier(i.SourceID)
	}
	for i := range c.Absorbed {
		t.addAbsorbed(&c.Absorbed[i])
	}
	return t
}

// IdentifierTerm is the term of Key for an identifier.
func IdentifierTerm(identifier string) string { return words.Canonical(identifier) }

// addAbsorbed adds what a contact is still found by that it has of another.
func (t termSet) addAbsorbed(a *ledger.Absorbed) {
	for _, token := range words.SearchTokens(a.Name) {
		t.addName(token.Text)
	}
	t.addMail(fields.SplitEmail(a.Email))
	t.addPhone(words.Digits(a.Phone))
	t.addIdentifier(a.Identifier)
}

func (t termSet) addNames(c *contacts.Contact, mail fields.EmailParts) {
	for i, name := range [...]string{c.Name, c.FirstName, c.LastName} {
		// Part of a name may read otherwise on its own, and is not compared then.
		if i > 0 && strings.Contains(c.Name, name) {
			continue
		}
		tokens := words.SearchTokens(name)
		for _, token := range tokens {
			t.addName(token.Text)
			if name == c.Name && tokens[len(tokens)-1].Word == 0 {
				t.add(Sole, token.Text)
			}
		}
	}
	if t[Name] == nil {
		for _, piece := range mail.LocalPieces {
			t.addName(piece)
		}
	}
}

func (t termSet) addName(token string) {
	t.add(Name, token)
	t.addEdges(Edge, token)
}

// addPlace adds where a record is, as words and as a place.
func (t termSet) addPlace(city, country string) {
	for _, token := range words.SearchTokens(city) {
		t.addWord(token.Text)
		t.add(Place, token.Text)
	}
	for _, word := range fields.CountryWords(country) {
		t.addWord(word)
		t.add(Place, word)
	}
}

func (t termSet) addWord(token string) {
	t.add(Word, token)
	t.addEdges(Start, token)
}

// addAll adds terms, of which none is empty.
func (t termSet) addAll(f Field, terms []string) {
	if len(terms) > 0 {
		t[f] = append(t[f], terms...)
	}
}

// addEdges adds the beginnings of a token.
func (t termSet) addEdges(f Field, token string) {
	if token == "" {
		return
	}
	list, n := t[f], 0
	for i := range token {
		if n > 0 {
			list = append(list, token[:i])
		}
		if n++; n > EdgeRunes {
			t[f] = list
			return
		}
	}
	t[f] = append(list, token)
}

func (t termSet) addMail(mail fields.EmailParts) {
	if mail.Whole == "" {
		return
	}
	t.add(Mail, mail.Whole)
	t.add(Mail, mail.Local)
	t.addEdges(Start, mail.Whole)
	for _, piece := range mail.LocalPieces {
		t.add(Mail, piece)
		t.addEdges(Start, piece)
	}
	if mail.Domain != "" {
		t.add(Mail, "@"+mail.Domain)
	}
	t.addAll(Gram, Grams(mail.Whole))
}

// Grams returns the trigrams of an e-mail or a fragment of one, in lower case.
func Grams(s string) []string { return grams(s[:min(len(s), maxMail)], GramBytes) }

// PhoneGrams returns the fours of digits of a phone number or a part of one.
func PhoneGrams(digits string) []string { return grams(digits, PhoneGram) }

func grams(s string, size int) []string {
	if len(s) < size {
		return nil
	}
	out := make([]string, 0, len(s)-size+1)
	for i := 0; i+size <= len(s); i++ {
		out = append(out, s[i:i+size])
	}
	return out
}

func (t termSet) addIdentifier(identifier string) {
	pieces := words.IdentifierPieces(identifier)
	for _, piece := range pieces {
		t.add(Key, piece)
	}
	plain := strings.Join(pieces, "") // as it is without punctuation
	t.add(Key, plain)
	t.add(Key, IdentifierTerm(identifier))
	if end := plain[len(strings.TrimRight(plain, "0123456789")):]; len(end) >= EndDigits {
		t.add(Key, EndTerm(end))
	}
}

// EndTerm is the term of Key for the digits that an identifier ends with, the last one first: the term of fewer of them is
// its beginning.
func EndTerm(digits string) string {
	backwards := []byte(digits)
	slices.Reverse(backwards)
	return "<" + string(backwards)
}

func (t termSet) addPhone(digits string) {
	t.addAll(Phone, PhoneGrams(digits))
}

// spelled returns the tokens that queries may mean with a typo, each once.
func (t termSet) spelled() []string { return distinct(slices.Concat(t[Name], t[Word])) }

// distinct returns terms in order, each once. It changes the list.
func distinct(terms []string) []string {
	slices.Sort(terms)
	return slices.Compact(terms)
}

// ordinalTerm is an ordinal as four bytes, most significant first.
func ordinalTerm(ordinal uint32) string {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], ordinal)
	return string(b[:])
}

// readyDocument is a hand-made document: its terms are ready, so nothing is
// analysed.
type readyDocument struct {
	id     string
	own    bleve.Field // see AddIDField
	fields []termField
}

func newDocument(id string, t termSet) *readyDocument {
	d := &readyDocument{id: id, fields: make([]termField, 0, len(t))}
	for name, list := range t {
		d.fields = append(d.fields, termField{name: string(name), terms: list})
	}
	return d
}

// termsOf returns the terms of a field. Some may be there several times.
func (d *readyDocument) termsOf(field string) []string {
	if field == idField {
		return []string{d.id}
	}
	for i := range d.fields {
		if d.fields[i].name == field {
			return d.fields[i].terms
		}
	}
	return nil
}

// ID and the methods below make it a bleve Document.
func (d *readyDocument) ID() string { return d.id }

// AddIDField adds what Bleve finds the document itself by.
func (d *readyDocument) AddIDField() {
	d.own = document.NewTextFieldCustom(idField, nil, []byte(d.id), bleve.IndexField|bleve.StoreField, nil)
}

// VisitFields visits every field.
func (d *readyDocument) VisitFields(visit bleve.FieldVisitor) {
	for i := range d.fields {
		visit(&d.fields[i])
	}
	if d.own != nil {
		visit(d.own)
	}
}

// VisitComposite visits nothing: there is no field over all others.
func (d *readyDocument) VisitComposite(bleve.CompositeFieldVisitor) {}

// HasComposite is always false.
func (d *readyDocument) HasComposite() bool { return false }

// Size is a guess that Bleve keeps statistics of.
func (d *readyDocument) Size() int { return 2_000 }

// NumPlainTextBytes likewise.
func (d *readyDocument) NumPlainTextBytes() uint64 { return 0 }

// StoredFieldsBytes is that of the id.
func (d *readyDocument) StoredFieldsBytes() uint64 { return uint64(len(d.id)) }

// Indexed is always true.
func (d *readyDocument) Indexed() bool { return true }

// termField is a field whose terms are ready. It has neither frequencies nor
// norms, positions nor doc values.
type termField struct {
	name  string
	terms []string
}

// Name and the methods below make it a bleve Field.
func (f *termField) Name() string { return f.name }

// Value is empty: nothing is stored.
func (f *termField) Value() []byte { return nil }

// ArrayPositions is empty.
func (f *termField) ArrayPositions() []uint64 { return nil }

// EncodedFieldType is that of a text field.
func (f *termField) EncodedFieldType() byte { return 't' }

// Analyze does nothing: the terms are ready.
func (f *termField) Analyze() {}

// Options says that the field is only indexed.
func (f *termField) Options() bleve.FieldIndexingOptions {
	if Field(f.name).unique() {
		return bleve.IndexField
	}
	return bleve.IndexField | bleve.SkipFreqNorm
}

// AnalyzedLength is the norm of the field; one for all, so that it takes least
// room.
func (f *termField) AnalyzedLength() int { return 1 }

// AnalyzedTokenFrequencies are the terms.
func (f *termField) AnalyzedTokenFrequencies() bleve.TokenFrequencies {
	frequency := unsaid
	if Field(f.name).unique() {
		frequency = once
	}
	set := make(bleve.TokenFrequencies, len(f.terms))
	for _, term := range f.terms {
		set[term] = frequency
	}
	return set
}

// NumPlainTextBytes is not kept.
func (f *termField) NumPlainTextBytes() uint64 { return 0 }
