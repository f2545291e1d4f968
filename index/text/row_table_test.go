package text

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	_ "github.com/ndoto/kundi/repeatable"
)

// TestRowTables: a table has the rows that it was made of, whatever lies between them.
func TestRowTables(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.SampledFrom([]uint32{0, 1, 255, 256, 65_535, 65_536, 1<<24 - 1, 1 << 24, math.MaxUint32}).Draw(t, "most")
		rows := rapid.SliceOfN(rapid.Uint32Range(0, most), 0, 3*tableBlock).Draw(t, "rows")
		table := newRowTable(rows)
		var got []uint32
		for doc, row := range table.all() {
			require.EqualValues(t, len(got), doc)
			got = append(got, row)
		}
		require.Equal(t, len(rows), len(got))
		for i, row := range rows {
			require.Equal(t, row, got[i])
		}
	})
}

// TestRowsNearEachOtherAreSmall: that is what the table is for.
func TestRowsNearEachOtherAreSmall(t *testing.T) {
	rows := make([]uint32, 100*tableBlock)
	for doc := range rows {
		rows[doc] = 4_000_000 + uint32(doc)/4
	}
	require.Less(t, len(newRowTable(rows).bytes), len(rows)+8, "a byte each")
}
