package index

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/ledger"
)

func TestVerifyNamesEveryDifference(t *testing.T) {
	cases := map[string]struct {
		damage func(r *indextest.Records, x *Index)
		want   []ledger.Difference
	}{
		"nothing": {damage: func(*indextest.Records, *Index) {}},
		"another value in the columns": {func(r *indextest.Records, x *Index) {
			other := *r.People[2]
			other.Labels = []string{"vip"}
			x.table.Fill(contacts.Kind, &other)
		}, []ledger.Difference{{What: "contacts with another labels in the columns", Count: 1, Ordinals: []uint32{2}}}},
		"a contact that is no longer": {func(r *indextest.Records, _ *Index) { delete(r.People, 3) }, []ledger.Difference{
			{What: "contacts that the columns have and the store has not", Count: 1, Ordinals: []uint32{3}},
			{What: "contacts that the text index has and the store has not", Count: 1, Ordinals: []uint32{3}},
		}},
		"a contact that nobody was told of": {func(r *indextest.Records, _ *Index) {
			r.People[9] = &contacts.Contact{Ordinal: 9, ID: uuid.New(), Name: "Silent"}
		}, []ledger.Difference{
			{What: "contacts with another row in the columns", Count: 1, Ordinals: []uint32{9}},
			{What: "contacts that the text index has not", Count: 1, Ordinals: []uint32{9}},
		}},
		"another name": {func(r *indextest.Records, x *Index) {
			other := *r.People[1]
			other.Name = "Other"
			r.People[1] = &other
			x.table.Fill(contacts.Kind, &other)
		}, []ledger.Difference{{What: "contacts with other words in the text index", Count: 1, Ordinals: []uint32{1}}}},
		"a company": {func(r *indextest.Records, _ *Index) {
			r.Firms[1] = &companies.Company{Ordinal: 1, ID: uuid.New(), Name: "Acme"}
		}, []ledger.Difference{
			{What: "companies with another row in the columns", Count: 1, Ordinals: []uint32{1}},
			{What: "companies that the text index has not", Count: 1, Ordinals: []uint32{1}},
		}},
		"a company that only the columns have": {func(_ *indextest.Records, x *Index) {
			x.table.Fill(companies.Kind, &companies.Company{Ordinal: 7, ID: uuid.New(), Name: "Gone"})
		}, []ledger.Difference{{What: "companies that the columns have and the store has not", Count: 1, Ordinals: []uint32{7}}}},
		"columns that stopped": {func(_ *indextest.Records, x *Index) { x.table = columns.NewTables(indextest.Kinds...) }, []ledger.Difference{
			{What: "head of the columns that is not the store's", Count: 1},
			{What: "contacts with another row in the columns", Count: 5, Ordinals: []uint32{1, 2, 3, 4, 5}},
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := indextest.NewRecords()
			x, _ := open(t, t.TempDir(), r)
			for i := range uint32(5) {
				r.Put(i+1, "KE")
			}
			x.text.Wake()
			found, err := x.Verify(t.Context(), nil)
			require.NoError(t, err)
			require.Empty(t, found)

			c.damage(r, x)
			found, err = x.Verify(t.Context(), nil)
			require.NoError(t, err)
			require.Equal(t, c.want, found)
			closeIndex(t, x)
		})
	}
}
