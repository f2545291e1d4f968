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

// someText returns a text that differs from others in its first eight bytes or behind them, and is short, long, shared or
// missing.
func someText(random *rand.Rand, texts int) string {
	n := random.IntN(texts)
	switch random.IntN(6) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("https://%d.example", n)
	case 2:
		return fmt.Sprint(n)
	case 3:
		return fmt.Sprintf("%05d", n) + strings.Repeat("long", 40)
	}
	return string(rune('a'+n%26)) + fmt.Sprintf(" %d", n)
}

// sorted makes the order of a column's texts.
func sorted(c *textColumn) *textColumn {
	c.sorting.codes = new(sortedCodes)
	c.sorting.codes.renew(c.folds, c.folds.all())
	return c
}

// TestPagesByTextAreThoseOfASortedList: of few texts and many, of some rows and all, with an order of the texts and without,
// alone and before another criterion.
func TestPagesByTextAreThoseOfASortedList(t *testing.T) {
	const all = 40_000
	random := rand.New(rand.NewPCG(7, 7))
	ways := map[string]int{}
	for _, texts := range []int{3, 200, 3000, 1 << 30} {
		first, second := newTextColumn(exact), newTextColumn(exact)
		for row := uint32(1); row <= all; row++ {
			first.set(row*3, fields.TextValue(someText(random, texts)))
			second.set(row*3, fields.TextValue(someText(random, 50)))
		}
		for _, ordered := range []bool{false, true} {
			if ordered {
				sorted(first)
			}
			for _, size := range []int{20, 60, 300, 2500, 9000, all} {
				rows := roaring.New()
				for range size {
					rows.Add(uint32(1+random.IntN(all)) * 3)
				}
				if size == all {
					rows.AddRange(1, 3*all) // and those without any text
				}
				ways[wayOf(first, rows)]++
				for _, desc := range []bool{false, true} {
					criteria := []criterion{newCriterion(first, fields.Sort{Desc: desc}), newCriterion(second, fields.Sort{})}
					pagesOf(t, rows, criteria[:1], 50)
					pagesOf(t, rows, criteria, 50)
				}
			}
		}
	}
	require.Subset(t, keysOf(ways), []string{"no order", "marked", "unmarked"})
}

// wayOf is how the texts are gone through for some rows.
func wayOf(c *textColumn, rows *roaring.Bitmap) string {
	w := c.newTextWalk(rows, &c.codes, c.codes.get, rows.GetCardinality())
	defer w.end()
	switch {
	case w.gaveUp:
		return "no order"
	case w.marks.words != nil:
		return "marked"
	}
	return "unmarked"
}

func keysOf(m map[string]int) (keys []string) {
	for key := range m {
		keys = append(keys, key)
	}
	return keys
}

// TestPagesOfRowsWhoseTextsComeLate: the walk passes over most texts, or gives up.
func TestPagesOfRowsWhoseTextsComeLate(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 8))
	column, late := newTextColumn(exact), roaring.New()
	for row := uint32(1); row <= 60_000; row++ {
		n := random.IntN(100_000)
		column.set(row, fields.TextValue(fmt.Sprintf("%06d", n)))
		if n >= 97_000 {
			late.Add(row)
		}
	}
	criteria := []criterion{newCriterion(sorted(column), fields.Sort{})}
	require.Equal(t, "marked", wayOf(column, late))
	pagesOf(t, late, criteria, 50)

	few := roaring.BitmapOf(late.ToArray()[:700]...)
	p := pager{work: newWork(nil), limit: 51, criteria: criteria}
	require.Equal(t, "marked", wayOf(column, few))
	require.False(t, p.takeGroups(few, criteria, nil), "700 rows are looked at before 58,000 texts")
	require.Empty(t, p.rows)
	pagesOf(t, few, criteria, 50)
}

// TestPagesByTextsAndNumbersOfCompanies: of contacts that share companies, and of some whose company is not there.
func TestPagesByTextsAndNumbersOfCompanies(t *testing.T) {
	const firms = 3000
	table := newTables(gramBatch)
	random := rand.New(rand.NewPCG(9, 9))
	var founded []*companies.Company
	for i := uint32(1); i <= firms; i++ {
		founded = append(founded, &companies.Company{
			Ordinal: i, Name: fmt.Sprintf("Company %d", random.IntN(10*firms)), City: fmt.Sprint("City ", random.IntN(300)),
		})
	}
	var people []*contacts.Contact
	for i := uint32(1); i <= 20_000; i++ {
		c := &contacts.Contact{Ordinal: i, Name: fmt.Sprint("Name ", random.IntN(500))}
		if random.IntN(4) > 0 {
			c.Company = uint32(1 + random.IntN(firms+20)) // some of which are not there
		}
		people = append(people, c)
	}
	fill(table, founded, people)
	names := columnOf[*textColumn](table.companies, "name")
	table.sort(names)
	table.sort(columnOf[*textColumn](table.companies, "city"))
	table.View(func(v *View) {
		for _, size := range []int{30, 1500, 20_000} {
			rows := roaring.New()
			for range size {
				rows.Add(uint32(1 + random.IntN(20_000)))
			}
			for _, order := range []string{"company.name", "-company.name,name", "company.city,-name", "-company.contacts_count,name", "company.contacts_count"} {
				criteria, err := v.criteria(sortOf(order))
				require.NoError(t, err)
				require.NotNil(t, criteria[0].heads)
				pagesOf(t, rows, criteria, 50)
			}
		}
	})
}

// TestHeadsAreInTheOrderOfTexts: and those of all texts lie above that of a missing one.
func TestHeadsAreInTheOrderOfTexts(t *testing.T) {
	c := newTextColumn(exact)
	texts := []string{"", "\x00", "a", "a\x00", "ab", "abcdefgh", "abcdefghi", "abcdefgi", "b", "\u00e9", "\U0010ffff\U0010ffff"}
	rows, heads := []uint32{}, make([]int64, len(texts))
	for i, text := range texts {
		c.set(uint32(i+1), fields.TextValue(text))
		rows = append(rows, uint32(i+1))
	}
	c.heads(fields.Field{})(rows, heads)
	require.Equal(t, int64(none), heads[0], "an empty text is none")
	for i := 1; i < len(texts); i++ {
		require.Greater(t, heads[i], int64(none))
		require.GreaterOrEqual(t, heads[i], heads[i-1], "%q", texts[i])
		require.Equal(t, textHead(texts[i]), heads[i], "%q", texts[i])
	}
	require.Greater(t, heads[7], heads[6])
}
