package columns

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// TestFacetPagesHaveEveryValueOnce: page by page, in one order, with counts that
// add up on each; of every kind of column, at once and with pauses.
func TestFacetPagesHaveEveryValueOnce(t *testing.T) {
	const people = 1500
	schema := ledger.NewSchema(fields.DefaultSettings(), []*fields.AttributeDefinition{
		{Number: 1, Key: "points", Type: fields.AttributeNumber}, {Number: 2, Key: "due", Type: fields.AttributeDate},
	}, contacts.Kind, companies.Kind)
	table := newTables(gramBatch)
	for i := uint32(1); i <= people; i++ {
		fill(table, []*companies.Company{{Ordinal: i, Name: fmt.Sprint("Company ", i/2)}}, []*contacts.Contact{{
			Ordinal: i, Name: fmt.Sprint("Né ", i%900), Email: fmt.Sprint(i%800, "@example.com"), Company: i % 700,
			Labels: []string{fmt.Sprint("label ", i%450), fmt.Sprint("label ", i%300)},
			Attributes: fields.Attributes{
				{Number: 1, Value: fields.NumberValue(float64(i%350)/4 - 20)}, {Number: 2, Value: fields.IntValue(int64(i % 250))},
			},
		}})
	}
	for _, limits := range []limits{defaultLimits, {quick: 0, pause: 500, most: MaxSteps, spare: 3, texts: 100}, {quick: 0, pause: 500, most: MaxSteps, texts: someTexts}} {
		table.limits = limits
		for name, values := range map[string]int{
			"name": 900, "email": 800, "company.name": 350, "labels": 450, "attributes.points": 350, "attributes.due": 250,
		} {
			f, ok := schema.Field(name)
			require.True(t, ok)
			q := fields.FacetQuery{Field: f}
			var all []fields.FacetValue
			for pages := 1; ; pages++ {
				a, err := table.Ask(t.Context(), Question{Env: env, Facets: []fields.FacetQuery{q}})
				require.NoError(t, err)
				require.Less(t, pages, 20)
				facet := a.Facets[0]
				all = append(all, facet.Values...)
				sum := facet.Missing + facet.Other
				for _, v := range facet.Values {
					sum += v.Count
				}
				if name != "labels" {
					require.EqualValues(t, people, sum, "%s: %d", name, pages)
				}
				if q.After = facet.Next; q.After == nil {
					require.Equal(t, (values+99)/100, pages, name)
					break
				}
				require.Len(t, facet.Values, fields.MaxFacetValues)
			}
			require.Len(t, all, values, name)
			require.True(t, slices.IsSortedFunc(all, func(a, b fields.FacetValue) int {
				return cmp.Or(cmp.Compare(b.Count, a.Count), compareValues(f, a.Value, b.Value))
			}), name)
			require.Len(t, slices.CompactFunc(all, func(a, b fields.FacetValue) bool { return compareValues(f, a.Value, b.Value) == 0 }), values, name)
		}
	}
}
