package text

import (
	"context"
	"math/bits"
	"strings"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/words"
)

// CompanyDocuments are those of companies. They have the fields of those of contacts:
// a domain takes the place of an e-mail. Attributes have no terms: filters find them.
func CompanyDocuments(s ledger.Records) Documents {
	o := organisations{s}
	return Documents{plural: "companies", subsystem: "company_text", version: "2", batch: largeBatch, spelled: true, present: o.present, from: o.from, touches: touchesCompanies}
}

// companyFields are the fields of companies whose change makes their document change.
var companyFields = map[string]bool{
	"name": true, "domains": true, "identifier": true, "city": true, "country": true, "labels": true, ledger.FieldAbsorbed: true,
}

// touchesCompanies says which companies a change may give other terms.
func touchesCompanies(c *ledger.Change) touched {
	return touched{itself: c.Entity == fields.EntityCompany && (c.Op != ledger.OpUpdate || anyOf(c.Fields, companyFields))}
}

type organisations struct{ store ledger.Records }

func (o organisations) present(ctx context.Context, refs []ledger.Ref) ([]doc, error) {
	list, err := companies.Kind.List(ctx, o.store, ordinalsOf(refs))
	docs := companyDocs(list)
	for i := range docs {
		docs[i].ref = refs[i]
	}
	return docs, err
}

func (o organisations) from(ctx context.Context, ref ledger.Ref, limit int) ([]doc, error) {
	list, err := companies.Kind.Scan(ctx, o.store, ref, limit)
	docs := companyDocs(list)
	for i := range docs {
		docs[i].ref.Ordinal = list[i].Ordinal
	}
	return docs, err
}

// companyDocs makes the documents of companies, which may be nil, without their refs.
func companyDocs(list []*companies.Company) []doc {
	docs := make([]doc, len(list))
	for i, c := range list {
		if c != nil {
			docs[i].terms = companyTerms(c)
		}
	}
	return docs
}

// companyTerms returns the terms of a company.
func companyTerms(c *companies.Company) termSet {
	t := make(termSet, 8)
	t.addOrganisation(c.Name, true)
	t.addPlace(c.City, c.Country)
	for _, domain := range c.Domains {
		t.addDomain(domain)
	}
	for _, label := range c.Labels {
		for _, token := range words.SearchTokens(label) {
			t.addWord(token.Text)
		}
	}
	t.addIdentifier(c.Identifier)
	for i := range c.Absorbed {
		a := &c.Absorbed[i]
		t.addOrganisation(a.Name, false)
		t.addIdentifier(a.Identifier)
	}
	return t
}

// addOrganisation adds the name of a company, own for the one that it has itself, with the
// other forms of its words and with what it may be abbreviated to.
func (t termSet) addOrganisation(name string, own bool) {
	tokens := words.SearchTokens(name)
	telling, _ := terms.Telling(tokens)
	for _, token := range tokens {
		t.addName(token.Text)
		for _, other := range terms.OtherForms(token.Text) {
			t.addName(other)
		}
		if mask := (uint64(1)<<token.Words - 1) << token.Word; own && bits.OnesCount64(telling) == 1 && mask == telling {
			t.add(Sole, token.Text)
		}
	}
	for _, initials := range terms.Initials(tokens) {
		t.add(Key, initials)
	}
}

// addDomain adds a domain: whole, its parts, and any three neighbouring characters of it.
func (t termSet) addDomain(domain string) {
	t.add(Mail, domain)
	t.addEdges(Start, domain)
	for _, piece := range fields.SplitEmail("@" + domain).DomainPieces {
		t.addWord(piece)
	}
	t.addAll(Gram, Grams(strings.ToLower(domain)))
}
