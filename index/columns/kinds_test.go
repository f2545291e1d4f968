package columns

import (
	"io"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

func contactLayout() layout { return layoutOf(contacts.Kind) }
func companyLayout() layout { return layoutOf(companies.Kind) }

// newTables are empty tables of contacts and companies.
func newTables(batch int) *Tables { return tablesOf(batch, contactLayout(), companyLayout()) }

// fill writes companies, then contacts.
func fill(t *Tables, firms []*companies.Company, people []*contacts.Contact) {
	t.Fill(companies.Kind, ledger.RecordsOf(firms)...)
	t.Fill(contacts.Kind, ledger.RecordsOf(people)...)
}

// load loads a checkpoint into new tables.
func load(r io.Reader) (*Tables, error) {
	t := newTables(gramBatch)
	_, err := t.LoadBase(r, nil)
	return t, err
}
