package columns

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
)

// TestPagesByNumberAreThoseOfAPlainList walks through all pages of some rows, which lie in several parts and blocks,
// in the order of numbers that many share, some of which are missing, and that change between two walks.
func TestPagesByNumberAreThoseOfAPlainList(t *testing.T) {
	byRow, byPart := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		column, plain := &numberColumn{}, map[uint32]int64{}
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)) // rapid itself would mostly draw few and small numbers
		last := rapid.SampledFrom([]int{2000, 200_000}).Draw(t, "last")
		rows := make([]uint32, rapid.SampledFrom([]int{1, 20, 600}).Draw(t, "rows"))
		for i := range rows {
			rows[i] = uint32(1 + random.IntN(last))
		}
		spread := rapid.SampledFrom([]int64{0, 1, 3, 200, 1 << 45}).Draw(t, "spread")
		drift := rapid.Int64Range(-2, 2).Draw(t, "drift") // so that parts have other numbers than those before
		for range 2 {
			for _, row := range rows {
				n := random.Int64N(2*spread+1) - spread + drift*int64(row/partRows)
				if random.IntN(5) == 0 {
					n = none
				}
				column.put(row, n)
				plain[row] = n
			}
			asked := roaring.BitmapOf(rows[:1+random.IntN(len(rows))]...)
			if rapid.Bool().Draw(t, "everyone") { // and those who are not among the rows
				asked.AddRange(1, 1<<17) // row 0 is nobody's
			}
			desc := rapid.Bool().Draw(t, "descending")
			want := asked.ToArray()
			slices.SortStableFunc(want, func(a, b uint32) int { return compareNumbers(plain, desc, a, b) })
			if asked.GetCardinality() < uint64(len(column.blocks))<<blockBits/sparse {
				byRow++
			} else {
				byPart++
			}

			criteria := []criterion{newCriterion(column, fields.Sort{Desc: desc})}
			size := 1 + random.IntN(70)
			var after *fields.Position
			for pages := 0; pages < 4 && len(want) > 0; pages++ {
				p := pager{work: newWork(nil), limit: size + 1, criteria: criteria}
				p.take(asked, criteria, placeOf(after, criteria))
				var page []uint32
				page, after = p.page()
				require.Equal(t, want[:min(size, len(want))], page)
				want = want[len(page):]
				require.Equal(t, len(want) == 0, after == nil)
			}
		}
	})
	if !testing.Short() {
		require.NotZero(t, byRow)
		require.NotZero(t, byPart)
	}
}

// compareNumbers puts missing numbers last in both directions.
func compareNumbers(numbers map[uint32]int64, desc bool, a, b uint32) int {
	of := func(row uint32) int64 {
		if n, known := numbers[row]; known {
			return n
		}
		return none
	}
	x, y := of(a), of(b)
	switch {
	case x == y:
		return 0
	case x == none:
		return 1
	case y == none:
		return -1
	case desc:
		return cmp.Compare(y, x)
	}
	return cmp.Compare(x, y)
}
