package columns

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

// pagesOf requires that page by page some rows come in an order, from the first on and from somewhere within.
func pagesOf(t *testing.T, rows *roaring.Bitmap, criteria []criterion, size int) {
	t.Helper()
	all := pager{criteria: criteria}
	var want []place
	for row := range each(rows) {
		want = append(want, all.place(row))
	}
	slices.SortFunc(want, func(a, b place) int { return comparePlaces(criteria, a, b) })
	for _, at := range []int{0, 1, len(want) / 2, len(want) - 10} {
		var after *fields.Position
		if at > 0 {
			after = want[at-1].position()
		}
		p := pager{work: newWork(nil), limit: size + 1, criteria: criteria}
		p.take(rows, criteria, placeOf(after, criteria))
		page, next := p.page()
		end := min(len(want), at+size)
		require.Equal(t, rowsOf(want[at:end], func(p place) uint32 { return p.row }), page, "from %d", at)
		require.Equal(t, end == len(want), next == nil)
	}
}

// TestPagesByNumberAndMore: by numbers of which few rows or many have each, or none, and then by others.
func TestPagesByNumberAndMore(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	for _, spread := range []int64{1, 5, 1000, 1 << 45} {
		first, second := &numberColumn{}, &numberColumn{}
		rows := roaring.New()
		for range 3000 {
			row := uint32(1 + random.IntN(3<<blockBits-1))
			rows.Add(row)
			if random.IntN(4) > 0 {
				first.put(row, random.Int64N(spread))
			}
			if random.IntN(4) > 0 {
				second.put(row, random.Int64N(100))
			}
		}
		everyone := roaring.New()
		everyone.AddRange(1, 3<<blockBits)
		for _, desc := range []bool{false, true} {
			criteria := []criterion{newCriterion(first, fields.Sort{Desc: desc}), newCriterion(second, fields.Sort{})}
			for _, size := range []int{50, 700} {
				pagesOf(t, rows, criteria, size)
				pagesOf(t, rows, criteria[:1], size)
			}
			pagesOf(t, everyone, criteria, 50)
		}
	}
}

// TestPagesOfRowsThatComeLate: every part has rows that would come before all those that are asked for.
func TestPagesOfRowsThatComeLate(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 5))
	column, rows := &numberColumn{}, roaring.New()
	for row := uint32(1); row < 3<<blockBits; row++ {
		n := random.Int64N(1 << 40)
		column.put(row, n)
		if n > 9<<40/10 {
			rows.Add(row)
		}
	}
	pagesOf(t, rows, []criterion{newCriterion(column, fields.Sort{})}, 50)
}

// TestPagesByNumbersOfCompanies: of companies that many contacts have, few or none, and of contacts whose company is not there.
func TestPagesByNumbersOfCompanies(t *testing.T) {
	const firms = 1200
	table := newTables(gramBatch)
	var founded []*companies.Company
	for i := uint32(1); i <= firms; i++ {
		founded = append(founded, &companies.Company{Ordinal: i, Name: fmt.Sprint("Company ", i)})
	}
	random := rand.New(rand.NewPCG(4, 4))
	var people []*contacts.Contact
	rows := roaring.New()
	for i := uint32(1); i <= 4000; i++ {
		c := &contacts.Contact{Ordinal: i, Name: fmt.Sprint("Name ", random.IntN(500))}
		switch random.IntN(4) {
		case 0:
			c.Company = uint32(1 + random.IntN(10))
		case 1, 2:
			c.Company = uint32(1 + random.IntN(firms+20)) // some of which are not there
		}
		people = append(people, c)
		if random.IntN(3) > 0 {
			rows.Add(i)
		}
	}
	fill(table, founded, people)
	wide := rows.Clone()
	wide.AddRange(4001, 1<<blockBits) // nobody's, so that as many values may be looked at
	tied := map[int64]int{}
	numbers := columnOf[*numberColumn](table.companies, "contacts_count")
	for i := uint32(1); i <= firms; i++ {
		tied[numbers.get(i)]++
	}
	require.Greater(t, slices.Max(slices.Collect(maps.Values(tied))), manyOthers)
	table.View(func(v *View) {
		for _, order := range []string{"company.contacts_count", "-company.contacts_count", "-company.contacts_count,name", "company.contacts_count,-name"} {
			criteria, err := v.criteria(sortOf(order))
			require.NoError(t, err)
			require.IsType(t, joinedNumbers{}, criteria[0].column)
			for _, some := range []*roaring.Bitmap{rows, wide} {
				pagesOf(t, some, criteria, 50)
				pagesOf(t, some, criteria, 1000)
			}
			groups := 0
			for group := range criteria[0].groups(wide, nil, 1<<20) {
				require.NotNil(t, group)
				groups++
			}
			require.Equal(t, len(tied)+1, groups)
		}
	})
}
