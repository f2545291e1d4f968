package columns

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// listOf is an attribute with these options.
func listOf(options ...string) fields.Field {
	definition := &fields.AttributeDefinition{Number: 1, Key: "stage", Type: fields.AttributeList, Options: options}
	f, _ := ledger.NewSchema(fields.DefaultSettings(), []*fields.AttributeDefinition{definition}, contacts.Kind, companies.Kind).Field("attributes.stage")
	return f
}

// TestOptionsComeInTheirOrder: few rows are sorted at once, of many the values
// are gone through; both as the definition of the moment has its options. What
// is no option comes behind them, and who has none at the end both ways.
func TestOptionsComeInTheirOrder(t *testing.T) {
	for _, many := range []int{1, 4 * fewRows} {
		stages := []string{"Won", "", "", "new", "Gone", "Open", "Été", "Lost"}
		table := newTables(gramBatch)
		for i := range many * len(stages) {
			c := &contacts.Contact{Ordinal: uint32(i + 1)}
			if stage := stages[i/many]; stage != "" {
				c.Attributes = c.Attributes.With(1, fields.TextValue(stage))
			}
			fill(table, nil, []*contacts.Contact{c})
		}
		for _, test := range []struct {
			name    string
			options []string
			desc    bool
			want    []string
		}{
			{"as defined", []string{"new", "Open", "Won", "Été", "Lost"}, false, []string{"new", "Open", "Won", "Été", "Lost", "Gone", ""}},
			{"falling", []string{"new", "Open", "Won", "Été", "Lost"}, true, []string{"Gone", "Lost", "Été", "Won", "Open", "new", ""}},
			{"in another order", []string{"Lost", "Été", "Gone", "more", "Won", "Open", "new"}, false, []string{"Lost", "Été", "Gone", "Won", "Open", "new", ""}},
			{"without options, by fold", nil, false, []string{"Été", "Gone", "Lost", "new", "Open", "Won", ""}},
		} {
			order := []fields.Sort{{Field: listOf(test.options...), Desc: test.desc}}
			var got []string
			for after, first := (*fields.Position)(nil), true; first || after != nil; first = false {
				a, err := table.Ask(t.Context(), Question{Env: env, Sort: order, After: after, Limit: max(2, many)})
				require.NoError(t, err)
				for _, row := range a.Ordinals {
					stage := stages[(int(row)-1)/many]
					if len(got) == 0 || got[len(got)-1] != stage {
						got = append(got, stage)
					}
				}
				require.Less(t, len(got), 20)
				after = a.Next
			}
			require.Equal(t, test.want, got, "%s, %d each", test.name, many)
		}
	}
}
