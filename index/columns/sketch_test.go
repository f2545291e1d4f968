package columns

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"
)

// TestSketchesSeeEveryRange holds ranges over numbers of many shapes, that
// change into each other, against a look at every number.
func TestSketchesSeeEveryRange(t *testing.T) {
	if testing.Short() {
		t.Skip("each range is held against every number")
	}
	here := hasVectors
	defer func() { hasVectors = here }()
	r := rand.New(rand.NewPCG(4, 4))
	shapes := map[string]func() int64{
		"days":        func() int64 { return 20_000 + r.Int64N(1000) },
		"moments":     func() int64 { return 1_700_000_000_000 + r.Int64N(1e11) },
		"later":       func() int64 { return 1_900_000_000_000 + r.Int64N(1e9) },
		"mostly zero": func() int64 { return r.Int64N(10_000) * (r.Int64N(5) / 4) },
		"skewed":      func() int64 { return int64(math.Exp(r.Float64() * 40)) },
		"floats":      func() int64 { return inOrder(r.NormFloat64()) },
		"the same":    func() int64 { return 7 },
		"at the edges": func() int64 {
			return []int64{none + 1, none + 2, -1, 0, 1, math.MaxInt64 - 1, math.MaxInt64}[r.IntN(7)]
		},
		"everywhere": func() int64 { return max(none+1, int64(r.Uint64())) },
		"missing":    func() int64 { return none },
	}
	names := []string{"days", "moments", "later", "mostly zero", "skewed", "floats", "the same", "at the edges", "everywhere", "missing", "later", "moments", "days"}
	var c numberColumn
	const rows = blockRows + 3*sketchChanges // the last block has few
	numbers := make([]int64, rows)
	for row := range numbers {
		numbers[row] = none
	}
	for _, name := range names {
		for range rows / 2 {
			row := r.IntN(rows)
			numbers[row] = shapes[name]()
			c.set(uint32(row), c.value(numbers[row]))
		}
		require.Equal(t, c.blocks[1].sketched(), c.sketches[1].codes != nil, name)
		for range 15 {
			lo, hi := numbers[r.IntN(rows)], numbers[r.IntN(rows)]
			switch r.IntN(4) {
			case 0:
				lo, hi = max(lo, none+1)-1, min(hi, math.MaxInt64-1)+1
			case 1:
				hi = lo
			case 2:
				hi = math.MaxInt64
			}
			lo = max(lo, none+1)
			hasVectors = here && r.IntN(2) == 0
			wanted := []uint32{}
			for row, n := range numbers {
				if lo <= n && n <= hi {
					wanted = append(wanted, uint32(row))
				}
			}
			all := roaring.BitmapOf(wanted...)
			require.True(t, all.Equals(c.between(query{work: newWork(nil)}, lo, hi).rows), "%s from %d to %d", name, lo, hi)
			for _, size := range []int{10, 800, rows / 3} { // few are looked at one by one
				within := roaring.New()
				for range size {
					within.Add(uint32(r.IntN(rows)))
				}
				found := c.between(query{work: newWork(nil), within: within}, lo, hi)
				require.Equal(t, lo <= hi, found.inside)
				require.True(t, roaring.And(all, within).Equals(found.rows), "%s from %d to %d, among %d", name, lo, hi, size)
			}
		}
		for row := range uint32(rows) {
			require.True(t, c.sketched(row), "%s, row %d", name, row)
		}
	}
}

// Codes that are restored with a block are those of its numbers, and in order.
func TestSketchCodesAreInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	block := emptyNumbers()
	for row := range block {
		block[row] = int64(r.NormFloat64() * 1e12)
	}
	wide := numberBlock{wide: block}
	wide.findEnds()
	c := numberColumn{blocks: []numberBlock{wide}}
	require.NoError(t, c.restore())
	numbers := append(slices.Clone(block), none, none+1, 0, math.MaxInt64)
	slices.Sort(numbers)
	s, last, different := &c.sketches[0], uint8(0), 0
	require.Zero(t, s.code(none))
	for _, n := range numbers[1:] {
		code := s.code(n)
		require.GreaterOrEqual(t, code, max(last, 1))
		if code > last {
			different++
		}
		last = code
	}
	require.Greater(t, different, maxBuckets*9/10, "codes tell numbers apart")
}

// TestBoundsAreRound: a range that begins at a round number needs no look at the numbers of a bucket.
func TestBoundsAreRound(t *testing.T) {
	for _, c := range []struct {
		form             numberForm
		low, n, roundest int64
	}{
		{minors, 9_870, 10_123, 10_000},
		{minors, 10_000, 10_123, 10_100}, // the low end is somebody else's
		{minors, 12, 12, 12},
		{minors, -10_123, -9_870, -10_000},
		{minors, math.MinInt64, math.MinInt64 + 5, math.MinInt64 + 5}, // no rounder one is left
		{minors, math.MaxInt64 - 20, math.MaxInt64, math.MaxInt64 - 7},
		{counts, 95, 119, 100},
		{floats, inOrder(39.2), inOrder(41.7), inOrder(40)},
		{floats, inOrder(0.49), inOrder(0.53), inOrder(0.5)},
	} {
		require.Equal(t, c.roundest, c.form.roundest(c.low, c.n), "%v above %d, at most %d", c.form, c.low, c.n)
	}
	r := rand.New(rand.NewPCG(6, 6))
	column := numberColumn{form: minors}
	for row := range uint32(blockRows) {
		column.put(row, 5+r.Int64N(1e6)+r.Int64N(1e6))
	}
	s := &column.sketches[0]
	s.make(minors, &column.blocks[0])
	split := 0
	for lo := int64(200_000); lo < 1_800_000; lo += 100_000 {
		span, some := s.span(lo, math.MaxInt64)
		require.True(t, some)
		split += int(bit(span.splitsFrom))
	}
	require.Zero(t, split, "of 16 round numbers")
	most := 0
	sizes := map[uint8]int{}
	for _, code := range s.codes {
		sizes[code]++
		most = max(most, sizes[code])
	}
	require.Less(t, most, 3*blockRows/(maxBuckets-2), "buckets stay about even")
}
