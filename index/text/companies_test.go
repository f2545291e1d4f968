package text

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// firm makes a company and returns its ordinal.
func (s *testStore) firm(d fields.Draft) uint32 {
	s.t.Helper()
	r, err := s.companies.Create(context.Background(), writer, d)
	require.NoError(s.t, err)
	return r.Record.Ordinal
}

// dissolve deletes a company.
func (s *testStore) dissolve(ordinal uint32) {
	s.t.Helper()
	_, err := s.companies.Delete(context.Background(), writer, s.company(ordinal).ID, 0)
	require.NoError(s.t, err)
}

// write writes without use cases.
func (s *testStore) write(f func(tx ledger.Tx) error) {
	s.t.Helper()
	_, err := s.Update(context.Background(), writer.Author, f)
	require.NoError(s.t, err)
}

// openCompanies opens an index of the companies of a store.
func openCompanies(t *testing.T, dir string, s *testStore) *Index {
	t.Helper()
	x, err := Open(t.Context(), Options{Dir: dir, Documents: CompanyDocuments(s), Source: s, Registerer: prometheus.NewRegistry(), Pace: quick()})
	require.NoError(t, err)
	s.woken(x)
	t.Cleanup(func() { require.NoError(t, x.Close(context.Background())) })
	return x
}

func TestCompaniesAreFoundByTheirWords(t *testing.T) {
	s := newTestStore(t)
	s.write(func(tx ledger.Tx) error {
		return companies.Kind.Create(tx, &companies.Company{
			ID: uuid.New(), Name: "Kenya Müller Intl. Foods Ltd", Domains: []string{"kmf.co.ke"}, Identifier: "ACC-77", City: "Kisumu", Country: "KE",
			Labels:   []string{"Gold partner"},
			Absorbed: []ledger.Absorbed{{Ordinal: 9, ID: uuid.New(), Name: "Zuri Ltd", Identifier: "old-5"}},
		})
	})
	acme := s.firm(fields.Draft{"name": "Acme Ltd"})
	require.EqualValues(t, 2, acme)
	s.put(fields.Draft{"name": "Ana Kenya"})
	x := openCompanies(t, t.TempDir(), s)
	waitFor(t, x, s)
	for _, one := range []struct {
		field Field
		term  string
	}{
		{Name, "mueller"}, {Name, "international"}, {Name, "intl"}, {Edge, "ken"}, {Name, "zuri"}, {Word, "kisumu"}, {Place, "kenya"},
		{Word, "gold"}, {Word, "kmf"}, {Mail, "kmf.co.ke"}, {Gram, "f.c"}, {Start, "kmf"}, {Key, "acc-77"}, {Key, "acc77"}, {Key, "old5"}, {Key, "kmif"},
	} {
		require.Equal(t, []uint32{1}, find(t, x, one.field, one.term), "%s %s", one.field, one.term)
	}
	require.Equal(t, []uint32{2}, find(t, x, Sole, "acme"), "Ltd is no word of its own")
	require.Empty(t, find(t, x, Sole, "zuri"), "that is what another company was called")

	s.rename(acme, "Apex Ltd")
	s.dissolve(1)
	waitFor(t, x, s)
	require.Equal(t, []uint32{2}, find(t, x, Name, "apex"))
	require.Empty(t, find(t, x, Name, "acme"))
	require.Empty(t, find(t, x, Word, "kisumu"))
}

// A change of contacts, or of what companies are not found by, reads no company.
func TestWhatTouchesCompanies(t *testing.T) {
	update := func(entity fields.Entity, all ...string) bool {
		return touchesCompanies(&ledger.Change{Entity: entity, Op: ledger.OpUpdate, Fields: all}).itself
	}
	require.True(t, update(fields.EntityCompany, "domains"))
	require.True(t, update(fields.EntityCompany, "labels", "attributes.tier"))
	require.False(t, update(fields.EntityCompany, "attributes.tier"))
	require.False(t, update(fields.EntityContact, "name"))
	for _, op := range []ledger.Op{ledger.OpCreate, ledger.OpDelete, ledger.OpMerge, ledger.OpRestore} {
		require.True(t, touchesCompanies(&ledger.Change{Entity: fields.EntityCompany, Op: op}).itself, op)
	}
}

func TestVerifyComparesCompanies(t *testing.T) {
	s := newTestStore(t)
	s.firm(fields.Draft{"name": "Acme", "labels": []any{"gold"}})
	s.firm(fields.Draft{"name": "Zuri"})
	s.put(fields.Draft{"name": "Ana"})
	s.put(fields.Draft{"name": "Bo"})
	x := openCompanies(t, t.TempDir(), s)
	waitFor(t, x, s)
	list, err := x.Verify(t.Context(), func(uint64) {})
	require.NoError(t, err)
	require.Empty(t, list)

	other := newTestStore(t) // with as many changes, so that nobody is told
	other.firm(fields.Draft{"name": "Acme", "labels": []any{"silver"}})
	gone := other.firm(fields.Draft{"name": "Zuri"})
	other.firm(fields.Draft{"name": "Lost"})
	other.dissolve(gone)
	s.Store = other.Store
	list, err = x.Verify(t.Context(), func(uint64) {})
	require.NoError(t, err)
	var found []string
	for _, d := range list {
		found = append(found, d.What)
	}
	require.ElementsMatch(t, []string{
		"companies with other words in the text index", "companies that the text index has not", "companies that the text index has and the store has not",
	}, found)
}
