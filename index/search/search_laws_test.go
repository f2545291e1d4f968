package search

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	_ "github.com/ndoto/kundi/repeatable"
)

// townFragments are what queries of the laws below are made of.
var townFragments = strings.Fields(`john maria an m anna de kenya dr smith smi ashcombe bob jürgen 0 07 4477 +44 @gomail gomail.example zoe harcastle
	mills nairobi k k ann mar müller wang 王 محمد xqz robret smtih j k' o'd P-1 - *`)

// However a search is filtered, sorted, faceted and paged, and whether or not
// everybody found can be ranked: the facets of a single-valued field add up to
// the total, nobody comes twice, everybody passes the filter and says why, an
// exact total is the number of hits of all pages, and the order changes nothing
// about who is found.
func TestSearchLaws(t *testing.T) {
	x, _ := newTownOfPeople(t)
	usual := searchEffort
	t.Cleanup(func() { searchEffort = usual })
	people := x.source.People
	schema := x.source.Schema()
	field := func(name string) fields.Field {
		f, found := schema.Field(name)
		require.True(t, found, name)
		return f
	}
	country, kind := field("country"), field("type")
	facets := fields.CountValues(country, kind)
	sorts := [][]fields.Sort{nil, {{Field: field("name")}}, {{Field: field("last_seen_at"), Desc: true}}, {{Field: country}, {Field: field("email"), Desc: true}}}
	rapid.Check(t, func(t *rapid.T) {
		searchEffort = rapid.SampledFrom([]effort{usual, {enough: 3, ranked: 5}}).Draw(t, "effort")
		q := Query{
			Text:   strings.Join(rapid.SliceOfN(rapid.SampledFrom(townFragments), 1, 3).Draw(t, "text"), " "),
			Env:    everyone,
			Facets: rapid.SampledFrom([][]fields.FacetQuery{nil, facets}).Draw(t, "facets"),
			Sort:   rapid.SampledFrom(sorts).Draw(t, "sort"),
			Limit:  rapid.IntRange(30, 400).Draw(t, "limit"),
		}
		only := rapid.SampledFrom([]string{"", "DE", "KE", "GB"}).Draw(t, "country")
		if only != "" {
			q.Filter = &filter.Filter{Root: &filter.Group{Rules: []filter.Node{
				&filter.Rule{Field: country, Operator: filter.Eq, Values: []fields.Value{fields.TextValue(only)}},
			}}}
		}
		seen := map[uint32]bool{}
		first, last, most := Answer{}, 1e9, uint64(0)
		for page := 0; ; page++ {
			a, err := x.Search(t.Context(), q)
			require.NoError(t, err)
			if page == 0 {
				first = a
			}
			require.Equal(t, first.Exact, a.Exact)
			require.GreaterOrEqual(t, a.Total, uint64(len(a.Hits)))
			if most = max(most, a.Total); a.Exact {
				require.Equal(t, first.Total, a.Total)
			}
			for _, h := range a.Hits {
				require.False(t, seen[h.Ordinal], "twice")
				seen[h.Ordinal] = true
				require.True(t, only == "" || people[h.Ordinal].Country == only)
				require.NotEmpty(t, h.Highlights, "it says why")
				if q.Sort == nil {
					require.LessOrEqual(t, h.Score, last, "best first")
					last = h.Score
				}
			}
			if q.After = a.Next; a.Next == nil {
				break
			}
		}
		if q.Facets != nil {
			require.True(t, first.Exact, "facets count exactly who is found")
		}
		if first.Exact {
			require.Len(t, seen, int(first.Total))
		} else {
			require.GreaterOrEqual(t, len(seen), int(most))
		}
		for _, sort := range sorts {
			require.Len(t, everyHit(t, x, q, sort), len(seen), "in the order of %v", sort)
		}
		for _, f := range first.Facets {
			sum := f.Missing + f.Other
			for _, v := range f.Values {
				sum += v.Count
			}
			if first.Exact {
				require.Equal(t, first.Total, sum, fmt.Sprint(f.Field.Name))
			} else {
				require.GreaterOrEqual(t, sum, first.Total)
			}
		}
	})
}

// everyHit returns who is found on all pages, in an order.
func everyHit(t require.TestingT, x *mirror, q Query, order []fields.Sort) map[uint32]bool {
	found := map[uint32]bool{}
	q.Sort, q.After = order, nil
	for {
		a, err := x.Search(context.Background(), q)
		require.NoError(t, err)
		for _, h := range a.Hits {
			found[h.Ordinal] = true
		}
		if q.After = a.Next; a.Next == nil {
			return found
		}
	}
}
