package storage

import "github.com/ndoto/kundi/contacts"

// What the tests of this package say of the kinds that a store has unless it is given
// others.
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

func mustKinds(given ...contacts.AnyKind) *kinds {
	ks, err := newKinds(given...)
	if err != nil {
		panic(err)
	}
	return ks
}

func encodeMerge(m *contacts.Merge) []byte {
	return contactShape.encodeMerge(contacts.Merged{ID: m.ID, Before: m.Before, After: m.After, Absorbed: m.Absorbed})
}

func decodeMerge(ordinal uint32, record []byte) (*contacts.Merge, error) {
	m, err := contactShape.decodeMerge(ordinal, record)
	if err != nil {
		return nil, err
	}
	return typedMerge(m), nil
}
