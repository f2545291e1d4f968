package columns

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/filter"
)

// TestPassingIsWhatMatchAccepts, for every contact that is there, and nothing for others.
func TestPassingIsWhatMatchAccepts(t *testing.T) {
	met := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		h := newWideHistory(t)
		for range rapid.IntRange(0, 10).Draw(t, "writes") {
			h.write()
		}
		var roots []filter.Node
		for range rapid.IntRange(1, 5).Draw(t, "filters") {
			roots = append(roots, h.filter().Root)
		}
		roots = append(roots, roots[0])
		repeated := filter.Repeated(&filter.Group{Rules: roots})
		asked := func(ordinal uint32) []bool {
			passes, err := h.table.Passing(context.Background(), ordinal, roots, repeated, h.world.Env)
			require.NoError(t, err)
			return passes
		}
		for _, c := range h.world.Contacts {
			want := make([]bool, len(roots))
			for i, n := range roots {
				want[i] = h.passes(c, n)
				met[want[i]]++
			}
			require.Equal(t, want, asked(c.Ordinal), c.Ordinal)
		}
		require.NotContains(t, asked(h.next), true, "nobody has this ordinal yet")
	})
	require.Greater(t, met[true], 100)
	require.Greater(t, met[false], 100)
}

func TestPassingEndsWithItsContext(t *testing.T) {
	table := someTable(t, 1)
	ended, end := context.WithCancel(context.Background())
	end()
	_, err := table.Passing(ended, 1, []filter.Node{&filter.Group{}}, nil, env)
	require.ErrorIs(t, err, context.Canceled)
}
