package columns

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// TestCountsAnswerAsFloatsDo: whole numbers in few bytes pass the rules, and lie in the ranges, that
// they would as floats, also those of fractions.
func TestCountsAnswerAsFloatsDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plain, narrow := &numberColumn{form: floats}, &numberColumn{form: counts}
		everyone := []uint32{}
		for row := range uint32(rapid.IntRange(1, 40).Draw(t, "rows")) {
			if v := fields.NumberValue(float64(rapid.IntRange(-3, 300).Draw(t, "count"))); v.Float >= 0 {
				plain.set(row+1, v)
				narrow.set(row+1, v)
				require.Equal(t, v, narrow.value(narrow.get(row+1)))
			}
			everyone = append(everyone, row+1)
		}
		value := func() fields.Value {
			return fields.NumberValue(rapid.OneOf(
				rapid.Float64Range(-5, 305), rapid.Map(rapid.IntRange(-5, 305), func(n int) float64 { return float64(n) }),
				rapid.SampledFrom([]float64{-1e300, 1e300, 2.5, 3.5}),
			).Draw(t, "value"))
		}
		rule := &filter.Rule{Operator: rapid.SampledFrom([]filter.Operator{
			filter.Eq, filter.Gt, filter.Gte, filter.Lt, filter.Lte, filter.Between, filter.In, filter.Exists,
		}).Draw(t, "operator")}
		for range rapid.SampledFrom([]int{2, 9}).Draw(t, "values") {
			rule.Values = append(rule.Values, value())
		}
		among := query{work: newWork(nil)}
		if rapid.Bool().Draw(t, "within") {
			among.within = fromSorted(everyone)
		}
		wanted, got := plain.match(among, rule).rows, narrow.match(among, rule).rows
		require.Equal(t, append([]uint32{}, wanted.ToArray()...), append([]uint32{}, got.ToArray()...), "%+v", rule)

		q := fields.FacetQuery{Bounds: []fields.Value{fields.NumberValue(1.5), fields.NumberValue(1.7), fields.NumberValue(2), value()}}
		if q.Bounds[3].Float > 2 {
			all := subset{rows: fromSorted(everyone), size: uint64(len(everyone))}
			require.Equal(t, plain.facet(q, all)(), narrow.facet(q, all)())
		}
	})
}
