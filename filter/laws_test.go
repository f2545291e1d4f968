package filter_test

import (
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/filter/filtertest"
	_ "github.com/ndoto/kundi/repeatable"
)

// TestComplement: a filter and its negation part everyone in two.
func TestComplement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := filtertest.Draw(t, 20)
		w.DrawChanges(t)
		for range 5 {
			f := w.Filter(t)
			negated := &filter.Filter{Root: &filter.Group{Not: true, Rules: []filter.Node{f.Root}}}
			require.Equal(t, len(w.Contacts), len(w.Matching(f))+len(w.Matching(negated)), f)
		}
	})
}

// TestNegativeOperators: every negative operator is the complement of its
// positive, and no positive one accepts a missing value.
func TestNegativeOperators(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := filtertest.Draw(t, 8)
		w.DrawChanges(t)
		for _, f := range w.EveryOperator(t) {
			r := f.Root.Rules[0].(*filter.Rule)
			other := *r
			other.Not = !r.Not
			for _, c := range w.Contacts {
				accepts := filter.Match(r, w.Facts(c), w.Env)
				if accepts == filter.Match(&other, w.Facts(c), w.Env) {
					t.Fatalf("both or none of %s and its complement", f)
				}
				missing := r.Field.Type.HasValues() && len(c.Absorbed) == 0 && w.Facts(c).Value(r.Field).IsMissing()
				if unset := r.Field.Standard != nil && r.Field.Standard.Unset != ""; missing && !unset && accepts != r.Not {
					t.Fatalf("%s of a missing value: %v", f, accepts)
				}
			}
		}
	})
}

// TestCanonicalRoundTrip: the canonical form decodes into the same tree, with
// the same canonical form and hash.
func TestCanonicalRoundTrip(t *testing.T) {
	same := cmp.Options{cmpopts.IgnoreUnexported(filter.Filter{}, filter.Rule{}), cmp.Comparer(func(a, b *fields.AttributeDefinition) bool { return a == b }), cmp.Comparer(func(a, b *roaring.Bitmap) bool { return a == b })}
	rapid.Check(t, func(t *rapid.T) {
		w := filtertest.Draw(t, 2)
		w.DrawChanges(t)
		filters := []*filter.Filter{w.Filter(t), w.Filter(t)}
		for some := range slices.Chunk(w.EveryOperator(t), 50) { // which have some more rules within
			every := &filter.Filter{Root: &filter.Group{}}
			for _, f := range some {
				every.Root.Rules = append(every.Root.Rules, f.Root.Rules...)
			}
			filters = append(filters, every)
		}
		for _, f := range filters {
			again, err := w.Decoder().Decode(f.Canonical(), "filter")
			require.NoError(t, err, string(f.Canonical()))
			if !cmp.Equal(f, again, same) {
				t.Fatal(cmp.Diff(f, again, same))
			}
			require.Equal(t, string(f.Canonical()), string(again.Canonical()))
			require.Equal(t, f.Hash(), again.Hash())
			require.NotEmpty(t, f.String())
		}
	})
}

// TestBoundsAgreeWithMatch: the interval of a rule holds exactly the values
// that its positive form accepts, whatever the clocks of the zone do.
func TestBoundsAgreeWithMatch(t *testing.T) {
	intervals := 0
	rapid.Check(t, func(t *rapid.T) {
		w := filtertest.Draw(t, 15)
		for _, f := range w.EveryOperator(t) {
			r := *f.Root.Rules[0].(*filter.Rule)
			r.Not = false
			lo, hi, ok := r.Bounds(w.Env)
			require.Equal(t, interval(&r), ok, f)
			if !ok {
				continue
			}
			intervals++
			for _, c := range w.Contacts {
				v := w.Facts(c).Value(r.Field)
				in := !v.IsMissing() && lo <= v.Int && v.Int <= hi
				if filter.Match(&r, w.Facts(c), w.Env) != in {
					t.Fatalf("%s: %d in [%d, %d] is %v, now %s", f, v.Int, lo, hi, in, w.Env.Now)
				}
			}
		}
	})
	require.NotZero(t, intervals)
}

// TestAnniversariesAgreeWithMatch: the spans of a rule hold exactly the values that its positive
// form accepts, and Has says so of each.
func TestAnniversariesAgreeWithMatch(t *testing.T) {
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		w := filtertest.Draw(t, 15)
		for _, f := range w.EveryOperator(t) {
			r := *f.Root.Rules[0].(*filter.Rule)
			if r.Not = false; r.Operator != filter.AnniversaryWithin {
				continue
			}
			a := r.Anniversaries(w.Env)
			for _, c := range w.Contacts {
				v := w.Facts(c).Value(r.Field)
				if v.IsMissing() {
					continue
				}
				want := filter.Match(&r, w.Facts(c), w.Env)
				in := func(s filter.Span) bool { return s.From <= v.Int && v.Int <= s.To }
				back := int64(10_000) // days
				if r.Field.Type == fields.FieldInstant {
					back *= 24 * 60 * 60 * 1000
				}
				if want != a.Has(v.Int) || want != slices.ContainsFunc(a.Spans(v.Int, v.Int), in) || want != slices.ContainsFunc(a.Spans(v.Int-back, v.Int+1), in) {
					t.Fatalf("%s: %d is %v, now %s", f, v.Int, want, w.Env.Now)
				}
				if want {
					accepted++
				}
			}
		}
	})
	require.NotZero(t, accepted)
}

func interval(r *filter.Rule) bool {
	integers := []fields.FieldType{fields.FieldCurrency, fields.FieldDate, fields.FieldInstant}
	others := []filter.Operator{filter.In, filter.Exists, filter.AnniversaryWithin}
	return slices.Contains(integers, r.Field.Type) && !slices.Contains(others, r.Operator)
}
