package workspace

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// TestARequestWaitsForClaimsOnlySoLong: after that, the attribute becomes unique by itself.
func TestARequestWaitsForClaimsOnlySoLong(t *testing.T) {
	w := newWorkbench(t)
	w.patience = 0
	a := w.define(fields.Draft{"key": "badge", "type": "text"})
	w.mustCreate(fields.Draft{"name": "Ada", "attributes": map[string]any{"badge": "1"}})
	done, err := w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "badge", fields.Draft{"unique": true}, 0)
	require.NoError(t, err)
	require.False(t, done.Attribute.Unique)
	p, err := w.ClaimingOf(t.Context(), a)
	require.NoError(t, err)
	require.Equal(t, &Progress{Done: 0, Total: 1}, p)
	require.Len(t, w.Renamings(), 1, "who sweeps is told")
	require.NoError(t, w.SweepRenamings(t.Context()))
	require.True(t, w.store.Schema().Attribute("badge").Unique)
	p, err = w.ClaimingOf(t.Context(), a)
	require.NoError(t, err)
	require.Nil(t, p)
}
