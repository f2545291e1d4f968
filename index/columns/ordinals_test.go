package columns

import (
	"math/rand/v2"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"
)

func TestOrdinalsAreReadOutInOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var lent []uint32
	for _, size := range []int{0, 1, 1000, manyOrdinals - 1, manyOrdinals, 5 * manyOrdinals} {
		for _, most := range []uint32{1 << 18, 1 << 24} {
			set := roaring.New()
			for set.GetCardinality() < uint64(size) {
				set.Add(random.Uint32N(most))
			}
			before := set.Clone()
			require.Equal(t, len(set.ToArray()), len(Ordinals(set, nil)))
			lent = Ordinals(set, lent)
			require.Equal(t, set.ToArray(), append([]uint32{}, lent...), "%d of %d", size, most)
			require.True(t, set.Equals(before))
		}
	}
}
