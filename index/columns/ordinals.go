package columns

import (
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// manyOrdinals is how many are worth a second processor to read them out.
const manyOrdinals = 2 * shareSteps

// Ordinals reads the ordinals of a set out, in rising order: into an array that it is lent, if that has room.
func Ordinals(set *roaring.Bitmap, into []uint32) []uint32 {
	size := int(set.GetCardinality())
	into = slices.Grow(into[:0], size)[:size]
	if size < manyOrdinals {
		return *set.ToExistingArray(&into)
	}
	d := borrowDense(blocksTo(set))
	defer d.giveBack()
	set.WriteDenseTo(d.words)
	begins := make([]int, len(d.words)/blockWords)
	for i := 1; i < len(begins); i++ {
		begins[i] = begins[i-1] + countOnes(d.block(i-1))
	}
	parallel(len(begins), uint64(size), func(_, i int) { readOut(d.block(i), uint32(i)<<blockBits, into[begins[i]:]) })
	return into
}

// readOut writes the rows of a block, of which first is the first one.
func readOut(words []uint64, first uint32, into []uint32) {
	n := 0
	for w, word := range words {
		row := first + uint32(w*64)
		for ; word != 0; word &= word - 1 {
			into[n] = row + uint32(bits.TrailingZeros64(word))
			n++
		}
	}
}
