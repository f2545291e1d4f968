package filtertest

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestWorldsMeetEverySituation is what keeps property tests honest: what they
// draw must reach every cell.
func TestWorldsMeetEverySituation(t *testing.T) {
	coverage := NewCoverage()
	require.NotEmpty(t, coverage.Gaps(), "an empty count has gaps")
	rapid.Check(t, func(t *rapid.T) {
		w := Draw(t, 40)
		for _, f := range w.EveryOperator(t) {
			coverage.Record(w, f)
		}
		coverage.Record(w, w.Filter(t))
	})
	require.Empty(t, coverage.Gaps())
}
