package columns

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// TestFacetsOfLabelsAreTheSameInBothWays counts labels by the rows of each and by the sets of the rows: of some rows,
// of most and of all, some labels with several spellings.
func TestFacetsOfLabelsAreTheSameInBothWays(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	column, live := newSetColumn(strings.ToLower), roaring.New()
	for row := uint32(1); row < 3*blockRows; row += 1 + uint32(random.IntN(20)) {
		live.Add(row)
		var labels []string
		for range random.IntN(4) {
			label := fmt.Sprint("label ", random.IntN(150))
			if random.IntN(3) == 0 {
				label = strings.ToUpper(label)
			}
			labels = append(labels, label)
		}
		if len(labels) > 0 {
			column.set(row, fields.ListValue(labels))
		}
	}
	for _, share := range []int{1, 10, 50, 90, 100} {
		rows := roaring.New()
		for row := range each(live) {
			if random.IntN(100) < share {
				rows.Add(row)
			}
		}
		s := newSubset(rows, live)
		sets := make([]uint32, column.sets.size())
		column.codes.count(rows, sets)
		var q fields.FacetQuery
		for pages := 0; ; pages++ {
			want := column.facetOf(sets, q, s)
			require.Equal(t, want, column.facetOfMembers(s.intersect(&column.rows, column.members.size()), q, s), "%d %% of the rows", share)
			require.Equal(t, want, column.facet(q, s)(), "%d %% of the rows", share)
			if q.After = want.Next; q.After == nil {
				require.Equal(t, 1, pages)
				break
			}
		}
	}
}

// TestCodesAreCountedInEveryWay counts codes of each width, which few rows or many have.
func TestCodesAreCountedInEveryWay(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	var c codes
	widths := []int{200, 60_000, 70_000}
	for block, width := range widths {
		for range 20_000 {
			c.set(uint32(block)<<blockBits+uint32(random.IntN(blockRows)), uint32(1+random.IntN(width)))
		}
		c.set(uint32(block)<<blockBits+7, uint32(width))
	}
	require.True(t, c.blocks[0].narrow != nil && c.blocks[1].middle != nil && c.blocks[2].wide != nil)
	p := newPostings(&c, c.size(), func(uint32) bool { return true })
	live := roaring.New()
	live.AddRange(1, 4<<blockBits)
	for _, size := range []int{10, 500, 100_000} {
		rows := roaring.New()
		for range size {
			rows.Add(uint32(1 + random.IntN(4<<blockBits-1)))
		}
		want := make([]uint32, 70_001)
		for row := range each(rows) {
			want[c.get(row)]++
		}
		counts := make([]uint32, len(want))
		c.count(rows, counts)
		blank := counts[0]
		counts[0] = want[0] // which a block without codes may leave out
		require.LessOrEqual(t, blank, want[0])
		require.Equal(t, want, counts)

		want[0] = 0
		s := newSubset(rows, live)
		require.Equal(t, want, s.count(&c, len(want), &p))
		require.Equal(t, want, s.intersect(&p, len(want)))
		most := p.intersectionSteps(len(want), rows, 1<<40)
		require.Equal(t, most/2, p.intersectionSteps(len(want), rows, most/2))
	}
}

// TestFacetsOfOneQuestionAreThoseOfSeveral: several processors count them at once.
func TestFacetsOfOneQuestionAreThoseOfSeveral(t *testing.T) {
	table := newTables(gramBatch)
	var people []*contacts.Contact
	for i := range uint32(3000) {
		people = append(people, person(i+1))
	}
	fill(table, []*companies.Company{{Ordinal: 1, Name: "Acme"}, {Ordinal: 2, Name: "Bolt"}}, people)
	var queries []fields.FacetQuery
	for _, name := range []string{"type", "country", "company.name", "labels", "name", "email", "attributes.mrr", "attributes.newsletter", "channels"} {
		f, ok := benchSchema.Field(name)
		require.True(t, ok)
		queries = append(queries, fields.FacetQuery{Field: f})
	}
	table.View(func(v *View) {
		s := newSubset(v.Evaluate(eq("type", "visitor"), env), v.of.live)
		require.NotZero(t, s.size)
		together := v.facets(s, queries, 100*shareSteps)()
		for i := range queries {
			require.Equal(t, v.facets(s, queries[i:i+1], 0)(), together[i:i+1])
		}
	})
}
