package columns

import (
	"math"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestNumbersOfEveryWidth writes numbers that need ever more bytes, near what a form
// reaches, and holds the block to a plain list: single rows, runs, ranges, and what comes
// back from a checkpoint.
func TestNumbersOfEveryWidth(t *testing.T) {
	forms := map[uint64]bool{}
	rapid.Check(t, func(t *rapid.T) {
		block, plain := numberBlock{}, map[uint16]int64{}
		near := rapid.SampledFrom([]int64{none + 1, -70_000, 0, 1_790_000_000_000, math.MaxInt64 - 2_000_000_000_000, math.MaxInt64 - 300}).Draw(t, "near")
		for range rapid.IntRange(1, 4).Draw(t, "stages") {
			spread := rapid.SampledFrom([]int64{1, 200, 254, 255, 300, 65_534, 65_535, 1 << 39, 1<<40 - 2, 1<<40 - 1, 1 << 50, math.MaxInt64}).Draw(t, "spread")
			for range rapid.IntRange(1, 30).Draw(t, "numbers") {
				row := rapid.Uint16().Draw(t, "row")
				n := near
				if room := rapid.Int64Range(0, spread).Draw(t, "above"); n <= math.MaxInt64-room {
					n += room
				}
				if rapid.IntRange(0, 5).Draw(t, "missing") == 0 {
					n = none
				}
				was, known := plain[row]
				require.Equal(t, n != none && (!known || was != n) || n == none && known && was != none, block.set(row, n))
				plain[row] = n
			}
		}
		forms[block.reach()] = true
		requireNumbers(t, plain, &block)

		c := numberColumn{blocks: []numberBlock{block}}
		read, ok := decodeNumbers(c.encode(0, nil))
		require.True(t, ok)
		require.LessOrEqual(t, read.runs, block.runs)
		requireNumbers(t, plain, &read)
		read.runs = block.runs
		require.Equal(t, block, read)
	})
	if !testing.Short() { // which draws too few to meet all
		require.Len(t, forms, 4, "every form was met")
	}
}

func requireNumbers(t *rapid.T, plain map[uint16]int64, block *numberBlock) {
	present := 0
	for row, n := range plain {
		require.Equal(t, n, block.get(row))
		if n != none {
			present++
		}
	}
	block.each(func(i uint16, n int64) {
		require.Equal(t, plain[i], n)
		present--
	})
	require.Zero(t, present, "each gives every number once")
	for part := range blockParts {
		least, most := int64(math.MaxInt64), int64(none)
		for row, n := range plain {
			if int(row/partRows) == part && n != none {
				least, most = min(least, n), max(most, n)
			}
		}
		if !block.empty() {
			require.Equal(t, [2]int64{least, most}, [2]int64{block.ends.least[part], block.ends.most[part]}, "ends of part %d", part)
		}
	}
	for row, n := range plain {
		if n == none {
			continue
		}
		for _, span := range [][2]int64{{n, n}, {none + 1, n}, {n, math.MaxInt64}, {max(n, none+2) - 1, min(n, math.MaxInt64-1) + 1}, {min(n, math.MaxInt64-1) + 1, math.MaxInt64}} {
			words := make([]uint64, blockRows/64)
			block.scan(span[0], span[1], words)
			wanted := 0
			for _, other := range plain {
				wanted += int(bit(other != none && span[0] <= other && other <= span[1]))
			}
			found := 0
			for _, word := range words {
				found += bits.OnesCount64(word)
			}
			require.Equal(t, wanted, found, "%d to %d", span[0], span[1])
			require.Equal(t, span[0] <= n && n <= span[1], words[row/64]>>(row%64)&1 == 1)
		}
	}
}
