package columns

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/filter"
)

// TestFunnelsOfGroupsWithoutRules: everyone passes a group without rules, whatever would join them.
func TestFunnelsOfGroupsWithoutRules(t *testing.T) {
	table := smallTable()
	everyone, err := table.Ask(t.Context(), Question{Env: env})
	require.NoError(t, err)
	require.NotZero(t, everyone.Count)
	for _, or := range []bool{false, true} {
		f := &filter.Filter{Root: &filter.Group{Or: or}}
		a, err := table.Ask(t.Context(), Question{Filter: f, Funnel: f, Members: true, Env: env})
		require.NoError(t, err)
		require.Equal(t, everyone.Count, a.Count)
		f.Root.Not = true
		a, err = table.Ask(t.Context(), Question{Filter: f, Funnel: f, Members: true, Env: env})
		require.NoError(t, err)
		require.Zero(t, a.Count)
	}
}
