package index

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/ledger"
)

// writeCompany writes a company and tells the follower.
func writeCompany(r *indextest.Records, op ledger.Op, c *companies.Company) {
	r.Mu.Lock()
	r.Firms[c.Ordinal] = c
	if op.Removes() {
		delete(r.Firms, c.Ordinal)
	}
	r.Mu.Unlock()
	change := ledger.Change{Entity: fields.EntityCompany, Op: op, Ordinal: c.Ordinal}
	if !op.Removes() {
		change.Record = c
	}
	r.Tell(change)
}

func TestCompaniesHaveATextIndexOfTheirOwn(t *testing.T) {
	r := indextest.NewRecords()
	writeCompany(r, ledger.OpCreate, &companies.Company{Ordinal: 1, ID: uuid.New(), Name: "Acme Ltd"})
	dir := t.TempDir()
	x, _ := open(t, dir, r)
	built(t, x.text)
	built(t, x.companyText)
	writeCompany(r, ledger.OpCreate, &companies.Company{Ordinal: 2, ID: uuid.New(), Name: "Zuri Foods"})
	x.companyText.Wake()
	x.text.Wake()
	require.NoError(t, x.await(t.Context(), x.companyText, func(string, uint64) {}))
	require.NoError(t, x.await(t.Context(), x.text, func(string, uint64) {}))
	require.EqualValues(t, 2, x.Followed())
	require.EqualValues(t, 1, x.companyText.Terms().Count("zuri"))
	require.Zero(t, x.text.Terms().Count("zuri"), "no contact is called so")
	found, err := x.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, found)

	r.Firms[2].Name = "Otherwise" // and nobody is told
	found, err = x.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, found, 2, "the columns and the text have it otherwise")
	closeIndex(t, x)
}

// A contact that names a deleted company forgets it with its next write, which may change
// nothing that the text index has.
func TestContactsOfADeletedCompanyAreIndexedWithoutIt(t *testing.T) {
	r := indextest.NewRecords()
	x, _ := open(t, t.TempDir(), r)
	defer closeIndex(t, x)
	acme := &companies.Company{Ordinal: 1, ID: uuid.New(), Name: "Acme Ltd"}
	writeCompany(r, ledger.OpCreate, acme)
	ada := &contacts.Contact{Ordinal: 1, ID: uuid.New(), Name: "Ada", Company: 1}
	write := func(op ledger.Op, changed ...string) {
		r.Mu.Lock()
		r.People[1] = ada
		r.Mu.Unlock()
		r.Tell(ledger.Change{Entity: fields.EntityContact, Op: op, Ordinal: 1, Fields: changed, Record: ada})
	}
	sound := func() {
		t.Helper()
		x.text.Wake()
		found, err := x.Verify(t.Context(), nil)
		require.NoError(t, err)
		require.Empty(t, found)
	}
	write(ledger.OpCreate)
	sound()
	writeCompany(r, ledger.OpDelete, acme)
	sound()
	ada = &contacts.Contact{Ordinal: 1, ID: ada.ID, Name: "Ada", Labels: []string{"vip"}}
	write(ledger.OpUpdate, "labels")
	sound()
}

// A process that is killed while it builds leaves a folder that is no index yet.
func TestBuildOfCompaniesThatWasCutOffBeginsAnew(t *testing.T) {
	r := indextest.NewRecords()
	writeCompany(r, ledger.OpCreate, &companies.Company{Ordinal: 1, ID: uuid.New(), Name: "Acme Ltd"})
	dir := t.TempDir()
	x, _ := open(t, dir, r)
	built(t, x.companyText)
	closeIndex(t, x)
	live, building := filepath.Join(dir, "companies", "scorch"), filepath.Join(dir, "companies", "scorch.building")
	require.NoError(t, os.Rename(live, building))
	x, _ = open(t, dir, r)
	defer closeIndex(t, x)
	built(t, x.companyText)
	require.EqualValues(t, 1, x.companyText.Terms().Count("acme"))
	require.NoDirExists(t, building)
}

func TestCompaniesAsSearchSeesThem(t *testing.T) {
	r := indextest.NewRecords()
	writeCompany(r, ledger.OpCreate, &companies.Company{
		Ordinal: 1, ID: uuid.New(), Name: "Acme Ltd", Identifier: "acc-1", City: "Kisumu", Country: "KE",
		Domains: []string{"acme.co.ke", "acme.example"}, Labels: []string{"Gold", "partner"},
		Absorbed: []ledger.Absorbed{{Ordinal: 9}, {Ordinal: 8, Name: "Old Acme", Identifier: "old-1"}},
	})
	x, _ := open(t, t.TempDir(), r)
	defer func() { require.NoError(t, x.Close(context.Background())) }()
	x.table.View(func(v *columns.View) {
		v = v.Of(fields.EntityCompany)
		require.Equal(t, columns.Person{
			IsCompany: true, Name: "Acme Ltd", Identifier: "acc-1", City: "Kisumu", Country: "KE",
			Domains: []string{"acme.co.ke", "acme.example"}, Labels: []string{"Gold", "partner"},
			Absorbed: []columns.Alias{{Index: 1, Name: "Old Acme", Identifier: "old-1"}},
		}, v.Person(1))
		require.Equal(t, columns.Person{IsCompany: true, Name: "Acme Ltd", Identifier: "acc-1"}, v.Named(1))
		require.Zero(t, v.LastSeen(1))
	})
}

// built waits until a text index can be asked.
func built(t *testing.T, x *text.Index) {
	t.Helper()
	<-x.Opened()
	r, err := x.Reader()
	require.NoError(t, err)
	require.NoError(t, r.Close())
}
