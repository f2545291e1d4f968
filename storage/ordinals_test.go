package storage

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// The columns have no place for a higher ordinal.
func TestOrdinalsEndBelowTwoToTheThirtyFirst(t *testing.T) {
	s := openOn(t, memory.New())
	defer func() { require.NoError(t, s.Close()) }()
	company := func(name string) *companies.Company {
		return &companies.Company{ID: uuid.Must(uuid.NewV7()), Name: name}
	}
	within(t, s, func(tx *tx) error {
		tx.state.Last[contactShape.Number], tx.state.Last[companyShape.Number] = 1<<31-2, 1<<31-2
		last, lastCompany := named(1), company("last")
		require.NoError(t, contactKind.Create(tx, last))
		require.NoError(t, companyKind.Create(tx, lastCompany))
		require.EqualValues(t, 1<<31-1, last.Ordinal)
		require.EqualValues(t, 1<<31-1, lastCompany.Ordinal)
		require.Error(t, contactKind.Create(tx, named(2)))
		require.Error(t, companyKind.Create(tx, company("one more")))
		return nil
	})
}
