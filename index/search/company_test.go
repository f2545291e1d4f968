package search

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/ledger"
)

// ofCompanies are the columns of companies.
type ofCompanies struct{ *columns.Tables }

func (c ofCompanies) Members(ctx context.Context, f *filter.Filter, env filter.Env) (*roaring.Bitmap, uint64, error) {
	a, err := c.Ask(ctx, columns.Question{Filter: f, Env: env, Members: true})
	return a.Members, a.Seq, err
}

func (c ofCompanies) Ask(ctx context.Context, q columns.Question) (columns.Answer, error) {
	q.Of = fields.EntityCompany
	return c.Tables.Ask(ctx, q)
}

func (c ofCompanies) View(read func(*columns.View)) {
	c.Tables.View(func(v *columns.View) { read(v.Of(fields.EntityCompany)) })
}

// firmsOf returns an engine over companies, numbered from 1 in their order, and the records
// that they stand in.
func firmsOf(t testing.TB, firms []fixtures.Firm) (*Engine, *indextest.Records) {
	t.Helper()
	r := indextest.NewRecords()
	for i, f := range firms {
		o := uint32(i + 1)
		r.Firms[o] = &companies.Company{
			Ordinal: o, ID: uuid.New(), Name: f.Name, Domains: f.Domains, Identifier: f.Identifier, Country: f.Country, City: f.City, Labels: f.Labels,
		}
	}
	return engineOfCompanies(t, r), r
}

func engineOfCompanies(t testing.TB, r *indextest.Records) *Engine {
	t.Helper()
	table := columns.NewTables(indextest.Kinds...)
	for _, c := range r.Firms {
		table.Fill(companies.Kind, c)
	}
	table.Advance(r.Head())
	x, err := text.Open(context.Background(), text.Options{Dir: t.TempDir(), Documents: text.CompanyDocuments(r), Source: r, Pace: patient})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, x.Close(context.Background())) })
	built(t, x)
	return NewOfCompanies(ofCompanies{table}, x.Terms(), x, r.Schema)
}

// manyFirms are the invented companies and n generated ones.
func manyFirms(neighbours int) []fixtures.Firm {
	firms := fixtures.Firms()
	g := fixtures.New(7, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	for i := range neighbours {
		firms = append(firms, g.Firm(i))
	}
	return firms
}

// findFirms returns the hits of a text, ten at most.
func findFirms(t testing.TB, e *Engine, text string) []fields.Hit {
	t.Helper()
	found, err := e.Search(context.Background(), Query{Text: text, Limit: 10, Env: everyone})
	require.NoError(t, err)
	return found.Hits
}

const goldenCompanySearches = "../../fixtures/company_searches.txt"

func TestGoldenCompanySearches(t *testing.T) {
	want, err := os.ReadFile(goldenCompanySearches)
	require.NoError(t, err)
	firms := manyFirms(neighbours)
	e, _ := firmsOf(t, firms)
	var got strings.Builder
	for line := range strings.Lines(string(want)) {
		parts := strings.Split(strings.TrimSpace(line), " | ")
		if len(parts) != 3 {
			got.WriteString(line)
			continue
		}
		place := "-"
		for i, hit := range findFirms(t, e, parts[0]) {
			if firms[hit.Ordinal-1].Identifier == parts[1] {
				place = fmt.Sprint(i + 1)
				break
			}
		}
		fmt.Fprintf(&got, "%s | %s | %s\n", parts[0], parts[1], place)
	}
	if *update {
		require.NoError(t, os.WriteFile(goldenCompanySearches, []byte(got.String()), 0o644))
		return
	}
	require.Equal(t, string(want), got.String(), "go test ./index/search -run TestGoldenCompanySearches -update writes them anew")
}

func TestCompaniesAreFoundByWhatTheyHaveAbsorbed(t *testing.T) {
	r := indextest.NewRecords()
	r.Firms[1] = &companies.Company{Ordinal: 1, ID: uuid.New(), Name: "Baraka Ltd", Absorbed: []ledger.Absorbed{
		{Ordinal: 8, ID: uuid.New()}, {Ordinal: 9, ID: uuid.New(), Name: "Zuberi Mills", Identifier: "old-77"},
	}}
	r.Firms[2] = &companies.Company{Ordinal: 2, ID: uuid.New(), Name: "Zuberi Mills Kampala"}
	e := engineOfCompanies(t, r)
	hits := findFirms(t, e, "zuberi mills")
	require.Len(t, hits, 2, "the survivor, and who is called so itself")
	require.Equal(t, fields.Hit{
		Ordinal: 1, Score: hits[0].Score, Highlights: []fields.Highlight{{Field: "absorbed[1].name", Way: "exact", Ranges: [][2]int{{0, 12}}}},
	}, hits[0])
	hits = findFirms(t, e, "old-77")
	require.Len(t, hits, 1)
	require.Equal(t, "absorbed[1].identifier", hits[0].Highlights[0].Field)
	require.Equal(t, hits[0].Ordinal, findFirms(t, e, "OLD/7")[0].Ordinal, "by the beginning")
}

// What people type or paste never does harm, and what is no company's finds none.
func TestTextsOfNoCompany(t *testing.T) {
	e, _ := firmsOf(t, manyFirms(100))
	for _, text := range []string{
		"", " ", "???", "@", "jane@", "https://", "https://www.", "www.", "ana@qxzvyw.test", "qxzvyw.test", "+254 712 345 678", "\xff\x00",
		strings.Repeat("zz ", 300), strings.Repeat("q9", 400),
	} {
		require.Empty(t, findFirms(t, e, text), "%q", text)
	}
	require.NotEmpty(t, findFirms(t, e, "ltd"), "a legal form alone is looked for")
	_, err := e.Search(context.Background(), Query{Text: strings.Repeat("a", MaxText+1), Env: everyone})
	require.Error(t, err)
}
