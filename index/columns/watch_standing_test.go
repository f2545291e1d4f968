package columns

import (
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// TestAWatchNotesWhoeverMoves: after a change of anything, whoever passes one of the filters now and
// did not before, or did and does not, was noted.
func TestAWatchNotesWhoeverMoves(t *testing.T) {
	schema := ledger.NewSchema(fields.DefaultSettings(), nil, contacts.Kind, companies.Kind, conversations.Kind)
	var filters []*filter.Filter
	for _, rule := range []string{
		`{"field":"last_seen_at","operator":"after","value":"1970-01-01T00:00:04Z"}`,
		`{"field":"conversations","operator":"count_gte","value":2}`,
		`{"field":"conversations","operator":"any","where":{"combinator":"and","rules":[{"field":"status","operator":"eq","value":"open"}]}}`,
		`{"field":"company.name","operator":"eq","value":"A"}`,
		`{"field":"company.contacts_count","operator":"gte","value":2}`,
		`{"field":"company.last_seen_at","operator":"after","value":"1970-01-01T00:00:06Z"}`,
	} {
		f, err := filter.Decoder{Schema: schema}.Decode([]byte(`{"combinator":"and","rules":[`+rule+`]}`), "filter")
		require.NoError(t, err)
		filters = append(filters, f)
	}
	env := filter.Env{Now: time.UnixMilli(10_000), Zone: time.UTC}
	moved := make([]int, len(filters))
	rapid.Check(t, func(t *rapid.T) {
		w := newTalks(t)
		watch := w.tables.Watch(filters)
		defer watch.Close()
		members := func() []Overlap {
			a, err := w.tables.Ask(t.Context(), Question{Beside: filters, Members: true, Env: env})
			require.NoError(t, err)
			return a.Beside
		}
		before := members()
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			w.step()
			noted, after := watch.Take(), members()
			for i := range filters {
				turned := roaring.Xor(before[i].Members, after[i].Members)
				moved[i] += int(turned.GetCardinality())
				require.True(t, roaring.AndNot(turned, noted).IsEmpty(), "%s: %v moved, and %v were noted", filters[i], turned, noted)
			}
			require.True(t, watch.Take().IsEmpty(), "nothing has changed since")
			before = after
		}
	})
	for i, n := range moved {
		require.NotZero(t, n, "%s moves nobody", filters[i])
	}
}
