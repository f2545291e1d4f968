package text

import (
	"context"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// ScanCompanies makes the store one of Organisations.
func (s *fakeStore) ScanCompanies(_ context.Context, from uint32, limit int) ([]*contacts.Company, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*contacts.Company
	for o := from; o <= 100 && len(out) < limit; o++ {
		if c := s.companies[o]; c != nil {
			out = append(out, c)
		}
	}
	return out, nil
}

// company writes a company whole, and says which fields have changed.
func (s *fakeStore) wholeCompany(op contacts.Op, c *contacts.Company, all ...string) {
	s.mu.Lock()
	s.companies[c.Ordinal] = c
	if op.Removes() {
		delete(s.companies, c.Ordinal)
	}
	s.append(contacts.Change{Entity: fields.EntityCompany, Op: op, Ordinal: c.Ordinal, Fields: all})
	s.mu.Unlock()
	s.wake()
}

// openCompanies opens an index of the companies of a store.
func openCompanies(t *testing.T, dir string, s *fakeStore) *Index {
	t.Helper()
	x, err := Open(t.Context(), Options{Dir: dir, Documents: CompanyDocuments(s), Source: s, Registerer: prometheus.NewRegistry(), Pace: quick()})
	require.NoError(t, err)
	s.wake = x.Wake
	t.Cleanup(func() { require.NoError(t, x.Close(context.Background())) })
	return x
}

func TestCompaniesAreFoundByTheirWords(t *testing.T) {
	s := newFakeStore()
	s.wholeCompany(contacts.OpCreate, &contacts.Company{
		Ordinal: 1, Name: "Kenya Müller Intl. Foods Ltd", Domains: []string{"kmf.co.ke"}, Identifier: "ACC-77", City: "Kisumu", Country: "KE",
		Labels:   []string{"Gold partner"},
		Absorbed: []contacts.Absorbed{{Ordinal: 9, Name: "Zuri Mills", Identifier: "old-5"}},
	})
	s.wholeCompany(contacts.OpCreate, &contacts.Company{Ordinal: 2, Name: "Acme Ltd"})
	s.put(&contacts.Contact{Name: "Ana Kenya"})
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

	s.wholeCompany(contacts.OpUpdate, &contacts.Company{Ordinal: 2, Name: "Apex Ltd"}, "name")
	s.wholeCompany(contacts.OpDelete, &contacts.Company{Ordinal: 1})
	waitFor(t, x, s)
	require.Equal(t, []uint32{2}, find(t, x, Name, "apex"))
	require.Empty(t, find(t, x, Name, "acme"))
	require.Empty(t, find(t, x, Word, "kisumu"))
}

// A change of contacts, or of what companies are not found by, reads no company.
func TestWhatTouchesCompanies(t *testing.T) {
	update := func(entity fields.Entity, all ...string) bool {
		return touchesCompanies(&contacts.Change{Entity: entity, Op: contacts.OpUpdate, Fields: all}).itself
	}
	require.True(t, update(fields.EntityCompany, "domains"))
	require.True(t, update(fields.EntityCompany, "labels", "attributes.tier"))
	require.False(t, update(fields.EntityCompany, "attributes.tier"))
	require.False(t, update(fields.EntityContact, "name"))
	require.True(t, touchesCompanies(&contacts.Change{Entity: fields.EntityCompany, Op: contacts.OpDelete}).itself)
}

func TestVerifyComparesCompanies(t *testing.T) {
	s := newFakeStore()
	s.wholeCompany(contacts.OpCreate, &contacts.Company{Ordinal: 1, Name: "Acme", Labels: []string{"gold"}})
	s.wholeCompany(contacts.OpCreate, &contacts.Company{Ordinal: 2, Name: "Zuri"})
	x := openCompanies(t, t.TempDir(), s)
	waitFor(t, x, s)
	list, err := x.Verify(t.Context(), func(uint64) {})
	require.NoError(t, err)
	require.Empty(t, list)

	s.mu.Lock()
	s.companies[1] = &contacts.Company{Ordinal: 1, Name: "Acme", Labels: []string{"silver"}} // and nobody is told
	s.companies[3] = &contacts.Company{Ordinal: 3, Name: "Lost"}
	delete(s.companies, 2)
	s.mu.Unlock()
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
