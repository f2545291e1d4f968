package filtertest

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "github.com/ndoto/kundi/repeatable"
)

// TestWorldsMeetEverySituation is what keeps property tests honest: what they
// draw must reach every cell, within the draws of a full run.
func TestWorldsMeetEverySituation(t *testing.T) {
	coverage := NewCoverage()
	require.NotEmpty(t, coverage.Gaps(), "an empty count has gaps")
	each := 1
	if testing.Short() {
		each = shortDivisor
	}
	rapid.Check(t, func(t *rapid.T) {
		for range each {
			if len(coverage.Gaps()) == 0 {
				return
			}
			w := Draw(t, 40)
			for _, f := range w.EveryOperator(t) {
				coverage.Record(w, f)
			}
			coverage.Record(w, w.Filter(t))
		}
	})
	require.Empty(t, coverage.Gaps())
}

// shortDivisor is by how much rapid divides the number of checks in a short run.
const shortDivisor = 5
