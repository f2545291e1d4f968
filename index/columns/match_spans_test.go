package columns

import (
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/filter"
)

// TestSpansAreAllNumbersOfSomeIntervals: intervals in any order, one within another, empty ones, near the
// ends of what a number can be.
func TestSpansAreAllNumbersOfSomeIntervals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		near := rapid.SampledFrom([]int64{none + 1, 0, math.MaxInt64 - 60}).Draw(t, "near")
		number := rapid.Custom(func(t *rapid.T) int64 { return near + rapid.Int64Range(0, 60).Draw(t, "number") })
		var list []filter.Span
		for range rapid.IntRange(0, 12).Draw(t, "intervals") {
			list = append(list, filter.Span{From: number.Draw(t, "from"), To: number.Draw(t, "to")})
		}
		s := joinSpans(slices.Clone(list))
		inAny := func(n int64) bool {
			return slices.ContainsFunc(list, func(one filter.Span) bool { return one.From <= n && n <= one.To })
		}
		for i := range int64(61) {
			require.Equal(t, inAny(near+i), s.has(near+i))
		}
		require.False(t, s.has(none))
		least := number.Draw(t, "least")
		most := max(least, number.Draw(t, "most"))
		for n := least; ; n++ {
			require.Equal(t, inAny(n), spans(s.among(least, most)).has(n))
			if n == most {
				break
			}
		}
		for _, one := range s.among(least, most) {
			require.True(t, one.From <= most && least <= one.To, "it has numbers of least to most")
		}
	})
}

// TestRowsOfManySpans holds the walk over blocks of every width, with sketches and without, and the look at
// few rows to a plain list.
func TestRowsOfManySpans(t *testing.T) {
	for name, spread := range map[string]int64{"narrow": 200, "middle": 60_000, "five": 1 << 36, "wide": 1 << 60} {
		t.Run(name, func(t *testing.T) {
			c, plain := &numberColumn{}, map[uint32]int64{}
			next := uint64(1)
			draw := func(below int64) int64 {
				next = next*6364136223846793005 + 1442695040888963407
				return int64(next>>1) % below
			}
			for range 30_000 {
				row, n := uint32(draw(2*blockRows)), draw(spread)-spread/2
				plain[row] = n
				c.put(row, n)
			}
			rows := slices.Collect(maps.Keys(plain))
			live := fromRows(slices.Clone(rows))
			for _, count := range []int{0, 1, fewSpans, fewSpans + 1, 500} {
				var list []filter.Span
				for range count {
					from := plain[rows[draw(int64(len(rows)))]] - draw(3)
					list = append(list, filter.Span{From: from, To: from + draw(max(4, spread/5_000))})
				}
				s := joinSpans(list)
				want := roaring.New()
				for row, n := range plain {
					if s.has(n) {
						want.Add(row)
					}
				}
				all := query{work: newWork(nil)}
				require.True(t, want.Equals(c.anyOfSpans(all, s).rows), "%d spans", count)
				few := roaring.New()
				few.AddRange(0, 400)
				require.True(t, roaring.And(want, few).Equals(c.anyOfSpans(query{work: newWork(nil), within: few}, s).rows), "%d spans, of few rows", count)
				got := c.anyOfSpans(query{work: newWork(nil), within: live}, s).rows
				require.True(t, want.Equals(roaring.And(got, live)), "%d spans, of all rows that have a number", count)
			}
		})
	}
}

// TestManyRangesAcceptWhatMatchAccepts: an "or" of all rules on a field, of which many are ranges.
func TestManyRangesAcceptWhatMatchAccepts(t *testing.T) {
	if testing.Short() {
		t.Skip("each world has hundreds of rules")
	}
	met := map[string]int{} // groups of which ranges were found together, by the field
	rapid.Check(t, func(t *rapid.T) {
		w, tables := ownersWorld(t)
		rules := map[string][]filter.Node{}
		for range 4 {
			for _, f := range w.EveryOperator(t) {
				r := f.Root.Rules[0].(*filter.Rule)
				rules[r.Field.Name] = append(rules[r.Field.Name], r)
			}
		}
		for _, field := range slices.Sorted(maps.Keys(rules)) {
			ranges := slices.DeleteFunc(slices.Clone(rules[field]), func(n filter.Node) bool { return n.(*filter.Rule).Not })
			for _, nodes := range [][]filter.Node{rules[field], ranges} {
				requireSame(t, w, tables, &filter.Filter{Root: &filter.Group{Or: true, Rules: nodes}})
			}
			tables.View(func(v *View) {
				if _, rest := v.ask(newWork(tables), w.Env, nil).anyRange(ranges); len(rest) < len(ranges) {
					met[field]++
				}
			})
		}
	})
	t.Logf("%v", met)
	for _, field := range []string{"created_at", "last_seen_at", "conversations_count"} {
		require.NotZero(t, met[field], field)
	}
}
