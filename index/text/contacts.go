package text

import (
	"context"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// ContactDocuments are those of contacts.
func ContactDocuments(s ledger.MeantReader) Documents {
	p := people{s}
	return Documents{plural: "contacts", subsystem: "text", version: "9", batch: largeBatch, spelled: true, present: p.present, from: p.from, touches: touchesContacts}
}

// contactFields are the fields of contacts whose change makes their document change.
var contactFields = map[string]bool{
	"name": true, "first_name": true, "last_name": true, "email": true, "phone": true, "identifier": true, "emails": true, "phones": true, "identities": true,
	"city": true, "country": true, ledger.FieldAbsorbed: true, "company": true, "company_id": true, "company.name": true,
}

// companyName are the fields of companies whose change makes the documents of their contacts
// change. A merge and its undo change which contacts these are.
var companyName = map[string]bool{"name": true, ledger.FieldAbsorbed: true}

// touchesContacts says which contacts a change may give other terms.
func touchesContacts(c *ledger.Change) touched {
	updated := c.Op == ledger.OpUpdate
	switch c.Entity {
	case fields.EntityContact:
		return touched{itself: !updated || anyOf(c.Fields, contactFields)}
	case fields.EntityCompany:
		if c.Op != ledger.OpCreate && (!updated || anyOf(c.Fields, companyName)) {
			return touched{linked: Employer}
		}
	}
	return touched{}
}

type people struct{ store ledger.MeantReader }

func (p people) present(ctx context.Context, refs []ledger.Ref) ([]doc, error) {
	list, err := contacts.Kind.List(ctx, p.store, ordinalsOf(refs))
	if err != nil {
		return nil, err
	}
	docs, err := p.documents(ctx, list)
	for i := range docs {
		docs[i].ref = refs[i]
	}
	return docs, err
}

func (p people) from(ctx context.Context, ref ledger.Ref, limit int) ([]doc, error) {
	list, err := contacts.Kind.Scan(ctx, p.store, ref, limit)
	if err != nil {
		return nil, err
	}
	docs, err := p.documents(ctx, list)
	for i := range docs {
		docs[i].ref.Ordinal = list[i].Ordinal
	}
	return docs, err
}

// documents makes those of contacts, which may be nil, without their refs.
func (p people) documents(ctx context.Context, list []*contacts.Contact) ([]doc, error) {
	companies, err := p.companiesOf(ctx, list)
	if err != nil {
		return nil, err
	}
	docs := make([]doc, len(list))
	for i, c := range list {
		if c != nil {
			of := companies[c.Company]
			docs[i].terms = termsOf(c, of.Name)
			docs[i].terms.addEmployer(c, of)
		}
	}
	return docs, nil
}

// employer is the company of a contact, zero for none.
type employer struct {
	Ordinal uint32
	Name    string
}

// addEmployer adds the company that a contact names, and the one into which that was merged.
// A deleted company is left out: the next write of the contact forgets it, whatever that
// write changes.
func (t termSet) addEmployer(c *contacts.Contact, of employer) {
	if of.Ordinal == 0 {
		return
	}
	t.add(Employer, ordinalTerm(c.Company))
	if of.Ordinal != c.Company {
		t.add(Employer, ordinalTerm(of.Ordinal))
	}
}

// companiesOf returns the companies of contacts, by the ordinals that the contacts have.
func (p people) companiesOf(ctx context.Context, list []*contacts.Contact) (map[uint32]employer, error) {
	names := map[uint32]employer{}
	var ordinals []uint32
	for _, c := range list {
		if c == nil || c.Company == 0 {
			continue
		}
		if _, asked := names[c.Company]; !asked {
			names[c.Company] = employer{}
			ordinals = append(ordinals, c.Company)
		}
	}
	if len(ordinals) == 0 {
		return names, nil
	}
	companies, err := companies.Kind.ListMeant(ctx, p.store, ordinals)
	if err != nil {
		return nil, err
	}
	for i, co := range companies {
		if co != nil {
			names[ordinals[i]] = employer{co.Ordinal, co.Name}
		}
	}
	return names, nil
}
