package columns

import (
	"bytes"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// TestADeletedCompanyIsNoneOfItsContacts: contacts keep the ordinal of a company
// that was deleted, and have no company.
func TestADeletedCompanyIsNoneOfItsContacts(t *testing.T) {
	acme := &companies.Company{Ordinal: 1, ID: uuid.New(), Name: "Acme"}
	ada := &contacts.Contact{Ordinal: 1, ID: uuid.New(), Name: "Ada", Company: 1}
	table := newTables(gramBatch)
	fill(table, []*companies.Company{acme}, []*contacts.Contact{ada})
	look := func(table *Tables) (named uint64, missing bool) {
		table.View(func(v *View) {
			require.Empty(t, v.Differs(ada))
			name, _ := benchSchema.Field("company.name")
			facet := v.Facets(v.Everyone(), fields.CountValues(name))()[0]
			named, missing = v.Count(eq("company.name", "acme"), env), facet.Missing == 1
			require.Equal(t, missing, v.Person(1).Company == "")
			require.Equal(t, missing, len(v.Of(fields.EntityCompany).Differs(acme)) > 0)
		})
		return named, missing
	}
	named, missing := look(table)
	require.EqualValues(t, 1, named)
	require.False(t, missing)

	table.Apply([]ledger.Change{{Seq: 1, Entity: fields.EntityCompany, Op: ledger.OpDelete, Ordinal: 1}})
	loaded, err := load(bytes.NewReader(checkpointOf(t, table)))
	require.NoError(t, err)
	for _, table := range []*Tables{table, loaded} {
		named, missing = look(table)
		require.Zero(t, named)
		require.True(t, missing)
	}
}
