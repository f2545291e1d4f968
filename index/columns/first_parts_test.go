package columns

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// TestFirstPartsAreEnoughOrAreFollowedByOthers asks for pages of rows that lie anywhere in the order, at its end or in
// few parts, of numbers that lie anywhere, rise with the rows or are shared by many, in each form of a block.
func TestFirstPartsAreEnoughOrAreFollowedByOthers(t *testing.T) {
	const last = 5 << blockBits / 2
	random := rand.New(rand.NewPCG(1, 2))
	numbers := map[string]func(row uint32) int64{
		"anywhere":        func(uint32) int64 { return random.Int64N(1 << 34) },
		"anywhere, wide":  func(uint32) int64 { return random.Int64N(1<<60) - 1<<59 },
		"rising":          func(row uint32) int64 { return int64(row)<<12 + random.Int64N(1<<20) },
		"shared by many":  func(uint32) int64 { return random.Int64N(3) },
		"two bytes":       func(uint32) int64 { return random.Int64N(40_000) },
		"of few rows":     func(row uint32) int64 { return orNone(row%97 == 0, int64(row%1000)<<20) },
		"of some parts":   func(row uint32) int64 { return orNone(row/partRows%5 == 0, random.Int64N(1<<34)) },
		"of one half":     func(row uint32) int64 { return orNone(row < last/2, random.Int64N(1<<34)) },
		"few by part":     func(row uint32) int64 { return int64(row/partRows*7919%50) + random.Int64N(3) },
		"the same in all": func(uint32) int64 { return 7 },
	}
	for name, number := range numbers {
		t.Run(name, func(t *testing.T) {
			column, plain := &numberColumn{}, map[uint32]int64{}
			for row := uint32(1); row <= last; row++ {
				n := number(row)
				column.put(row, n)
				plain[row] = n
			}
			for _, desc := range []bool{false, true} {
				order := make([]uint32, last)
				for i := range order {
					order[i] = uint32(i + 1)
				}
				slices.SortStableFunc(order, func(a, b uint32) int { return compareNumbers(plain, desc, a, b) })
				for what, asked := range askedOf(order, random) {
					requirePages(t, column, order, asked, desc, what)
				}
			}
		})
	}
}

func orNone(has bool, n int64) int64 {
	if has {
		return n
	}
	return none
}

// askedOf makes sets of rows that are in order.
func askedOf(order []uint32, random *rand.Rand) map[string]*roaring.Bitmap {
	some := func(rows []uint32, every int) *roaring.Bitmap {
		b := roaring.New()
		for _, row := range rows {
			if random.IntN(every) == 0 {
				b.Add(row)
			}
		}
		return b
	}
	mostlyLast := some(order[len(order)*2/3:], 3) // and a few of the first: less than a page
	mostlyLast.AddMany(order[:20])
	return map[string]*roaring.Bitmap{
		"everyone": some(order, 1), "a third": some(order, 3), "one in forty": some(order, 40), "few": some(order, 3000),
		"the last": some(order[len(order)/2:], 2), "mostly the last": mostlyLast, "the middle": some(order[len(order)/8:len(order)/4], 2),
	}
}

// requirePages compares some pages with the order.
func requirePages(t *testing.T, column *numberColumn, order []uint32, asked *roaring.Bitmap, desc bool, what string) {
	t.Helper()
	criteria := []criterion{newCriterion(column, fields.Sort{Desc: desc})}
	want := slices.DeleteFunc(slices.Clone(order), func(row uint32) bool { return !asked.Contains(row) })
	var after *fields.Position
	for _, size := range []int{50, 1, 50, 400, 3} {
		p := pager{work: newWork(nil), limit: size + 1, criteria: criteria}
		p.take(asked, criteria, placeOf(after, criteria))
		var page []uint32
		page, after = p.page()
		require.Equal(t, want[:min(size, len(want))], page, "%s, descending: %t", what, desc)
		if want = want[len(page):]; after == nil {
			break
		}
	}
}
