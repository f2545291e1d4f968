package contacts

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// TestNoCompanyIsMadeOfAnID: who sends an id as a name means the company that has the id.
func TestNoCompanyIsMadeOfAnID(t *testing.T) {
	w := newWorkbench(t)
	const id = "01938e5c-8e1a-7a0a-9b57-000000000001"
	for path, sent := range map[string]any{"company": id, "company.name": map[string]any{"name": id}} {
		_, err := w.Create(t.Context(), tester, fields.Draft{"name": "Ada", "company": sent})
		var refused *fault.Error
		require.ErrorAs(t, err, &refused)
		require.Equal(t, []fault.Fault{{Path: path, Detail: "is an id; send it as company_id"}}, refused.Faults)
	}

	old := &companies.Company{ID: ledger.NewID(), Name: id, Version: 1}
	_, err := w.store.Update(t.Context(), tester.Author, func(tx ledger.Tx) error { return companies.Kind.Create(tx, old) })
	require.NoError(t, err)
	ada := w.mustCreate(fields.Draft{"name": "Ada", "company": id})
	require.Equal(t, old.Ordinal, ada.Company, "of an older program")
}
