package filter

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLongCirclesAreCutShort: a circle of 20 segments names the first ones and counts the rest.
func TestLongCirclesAreCutShort(t *testing.T) {
	d := testDecoder()
	d.Segments = func(id string) (Saved, bool, error) {
		var i int
		_, err := fmt.Sscan(id, &i)
		require.NoError(t, err)
		return Saved{Name: "S" + id, Filter: fmt.Appendf(nil, `{"combinator":"and","rules":[{"field":"segment","operator":"in","value":["%d"]}]}`, (i+1)%20)}, true, nil
	}
	found := faultsOf(t, d, `{"combinator":"and","rules":[{"field":"segment","operator":"in","value":["5"]}]}`)
	require.Equal(t, "circular: S5 -> S6 -> S7 -> S8 -> S9 -> S10 -> S11 -> S12 -> 12 more -> S5", found[0].Detail)
}

// TestACircleIsNamedOfASegmentThatIsNotStored: there is no name to ask for.
func TestACircleIsNamedOfASegmentThatIsNotStored(t *testing.T) {
	d := Decoder{Schema: testSchema(), Self: "new"}
	found := faultsOf(t, d, `{"combinator":"and","rules":[{"field":"segment","operator":"in","value":["new"]}]}`)
	require.Equal(t, "circular: this segment -> this segment", found[0].Detail)
}
