package search

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/ledger"
)

// Whoever pastes an id finds whose it is, and nobody else.
func TestAnIDFindsItsContact(t *testing.T) {
	r := indextest.NewRecords()
	own, merged, foreign := uuid.New(), uuid.New(), uuid.New()
	r.People[1] = &contacts.Contact{Ordinal: 1, ID: own, Name: "Ana Sola", Absorbed: []ledger.Absorbed{{Ordinal: 4, ID: merged, Name: "Anna Sola"}}}
	r.People[2] = &contacts.Contact{Ordinal: 2, ID: uuid.New(), Name: "Ana Perez", Identifier: foreign.String()}
	x := newMirror(t, r)
	for _, test := range []struct {
		what, text string
		ordinal    uint32
		field, way string
	}{
		{"as it is", own.String(), 1, "id", "exact"},
		{"in capital letters, quoted, with blanks", ` "` + strings.ToUpper(own.String()) + `" `, 1, "id", "exact"},
		{"without dashes", strings.ReplaceAll(own.String(), "-", ""), 1, "id", "exact"},
		{"of a contact that was merged into it", merged.String(), 1, "id", "form"},
		{"of another system", foreign.String(), 2, "identifier", "exact"},
	} {
		t.Run(test.what, func(t *testing.T) {
			a, err := x.Search(context.Background(), Query{Text: test.text, Env: everyone, Limit: 10})
			require.NoError(t, err)
			require.Equal(t, uint64(1), a.Total)
			require.True(t, a.Exact)
			for _, hits := range [][]fields.Hit{a.Hits, suggest(t, x, test.text, 5)} {
				require.Len(t, hits, 1)
				require.Equal(t, test.ordinal, hits[0].Ordinal)
				require.Equal(t, test.field+" "+test.way, hits[0].Highlights[0].Field+" "+hits[0].Highlights[0].Way)
				require.Equal(t, [][2]int{{0, 36}}, hits[0].Highlights[0].Ranges)
			}
		})
	}
	t.Run("nobody's", func(t *testing.T) {
		a, err := x.Search(context.Background(), Query{Text: uuid.NewString(), Env: everyone, Limit: 10})
		require.NoError(t, err)
		require.Empty(t, a.Hits)
	})
	t.Run("within a filter", func(t *testing.T) {
		name, _ := x.source.Schema().Field("name")
		perez := &filter.Filter{Root: &filter.Group{Rules: []filter.Node{
			&filter.Rule{Field: name, Operator: filter.Eq, Values: []fields.Value{fields.TextValue("Ana Perez")}},
		}}}
		country, _ := x.source.Schema().Field("country")
		for f, found := range map[*filter.Filter]uint64{nil: 1, perez: 0} {
			a, err := x.Search(context.Background(), Query{Text: own.String(), Filter: f, Env: everyone, Limit: 10, Facets: fields.CountValues(country), Sort: recentFirst})
			require.NoError(t, err)
			require.Equal(t, found, a.Total)
			require.Len(t, a.Hits, int(found))
			require.Equal(t, found, a.Facets[0].Missing)
		}
	})
}

func TestAnIDFindsItsCompany(t *testing.T) {
	r := indextest.NewRecords()
	id := uuid.New()
	r.Firms[1] = &companies.Company{Ordinal: 1, ID: uuid.New(), Name: "Acme"}
	r.Firms[2] = &companies.Company{Ordinal: 2, ID: id, Name: "Baraka"}
	hits := findFirms(t, engineOfCompanies(t, r), id.String())
	require.Len(t, hits, 1)
	require.Equal(t, uint32(2), hits[0].Ordinal)
	require.Equal(t, "exact", hits[0].Highlights[0].Way)
}
