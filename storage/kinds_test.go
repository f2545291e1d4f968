package storage

import (
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

var (
	contactKind = contacts.Kind
	companyKind = companies.Kind
)

// usualKinds are the kinds of the stores of most tests.
var usualKinds = []ledger.AnyKind{contactKind, companyKind}

// What the tests of this package say of those kinds.
const (
	kindContact = 'c'
	kindCompany = 'o'
)

var (
	usual        = mustKinds(usualKinds...)
	contactShape = usual.of(contactKind)
	companyShape = usual.of(companyKind)
	contactKey   = contactShape.ordinalKey
	companyKey   = companyShape.ordinalKey
)

var (
	encodeContact = contactKind.Encode
	encodeCompany = companyKind.Encode
)

func mustKinds(given ...ledger.AnyKind) *kinds {
	ks, err := newKinds(given...)
	if err != nil {
		panic(err)
	}
	return ks
}

func encodeMerge(m *ledger.Merge[contacts.Contact]) []byte {
	return contactShape.encodeMerge(ledger.Merged{ID: m.ID, Before: m.Before, After: m.After, Absorbed: m.Absorbed})
}

func decodeMerge(ordinal uint32, record []byte) (*ledger.Merge[contacts.Contact], error) {
	m, err := contactShape.decodeMerge(ordinal, record)
	if err != nil {
		return nil, err
	}
	of := func(r ledger.Record) *contacts.Contact { return r.(*contacts.Contact) }
	return &ledger.Merge[contacts.Contact]{ID: m.ID, Before: of(m.Before), After: of(m.After), Absorbed: of(m.Absorbed)}, nil
}
