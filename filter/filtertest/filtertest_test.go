package filtertest

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "github.com/ndoto/kundi/repeatable"
)

// TestWorldsMeetEverySituation is what keeps property tests honest: what they
// draw must reach every cell, within the draws of a full run. A short run checks
// a part of them at a time and stops when all are met.
func TestWorldsMeetEverySituation(t *testing.T) {
	coverage := NewCoverage()
	require.NotEmpty(t, coverage.Gaps(), "an empty count has gaps")
	for draws := 0; draws < fullDraws && len(coverage.Gaps()) > 0; {
		rapid.Check(t, func(t *rapid.T) {
			draws++
			w := Draw(t, 40)
			for _, f := range w.EveryOperator(t) {
				coverage.Record(w, f)
			}
			coverage.Record(w, w.Filter(t))
		})
	}
	require.Empty(t, coverage.Gaps())
}

// fullDraws is how often a full run of rapid draws.
const fullDraws = 100
