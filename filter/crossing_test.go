package filter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/filter/filtertest"
)

// TestWhoeverTimeMovesPassesACrossing: who passes a filter at one moment of a day and not at
// another passes one of its crossings.
func TestWhoeverTimeMovesPassesACrossing(t *testing.T) {
	moved := 0
	rapid.Check(t, func(t *rapid.T) {
		w := filtertest.Draw(t, 12)
		w.DrawOwned(t, 12)
		later := w.Env
		later.Now = w.Env.Now.Add(time.Duration(rapid.IntRange(-30_000_000, 30_000_000).Draw(t, "later")) * time.Millisecond)
		if later.Now.In(later.Zone).YearDay() != w.Env.Now.In(w.Env.Zone).YearDay() {
			later.Now = w.Env.Now.Add(time.Millisecond) // which is another day at most once in a day
		}
		filters := append(w.EveryOperator(t), w.Filter(t), w.Mixed(t))
		filters = append(filters, w.Related(t)...)
		for _, f := range filters {
			require.Empty(t, filter.Crossings(f.Root, w.Env, w.Env), "no time passes")
			if filter.MovesOf(f.Root) != filter.Anytime {
				require.Empty(t, filter.Crossings(f.Root, w.Env, later), f)
				continue
			}
			crossings := filter.Crossings(f.Root, w.Env, later)
			for _, c := range w.Contacts {
				facts := w.Facts(c)
				if filter.Match(f.Root, facts, w.Env) == filter.Match(f.Root, facts, later) {
					continue
				}
				moved++
				crosses := len(crossings) > 0 && filter.Match(&filter.Group{Or: true, Rules: crossings}, facts, later)
				require.True(t, crosses, "%s from %s to %s", f, w.Env.Now, later.Now)
			}
		}
	})
	require.NotZero(t, moved, "nobody was moved")
	t.Logf("%d were moved", moved)
}
