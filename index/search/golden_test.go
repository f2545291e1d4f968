package search

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/index/indextest"
)

var update = flag.Bool("update", false, "write the golden places anew")

// goldenSearches are lines "query | wanted identifier | place".
const goldenSearches = "../../fixtures/searches.txt"

// neighbours are the generated people among whom the invented ones are found.
const neighbours = 3_000

// newTownOfPeople opens an index over the invented people and their neighbours
// and returns the identifiers of the ordinals.
func newTownOfPeople(t testing.TB) (*mirror, map[uint32]string) {
	t.Helper()
	people := fixtures.People()
	g := fixtures.New(7, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	for i := range neighbours {
		people = append(people, g.Person(i))
	}
	return newTown(t, people)
}

// newTown opens an index over people and returns the identifiers of the
// ordinals; visitors, who have none, are named by their place.
func newTown(t testing.TB, people []fixtures.Person) (*mirror, map[uint32]string) {
	t.Helper()
	r := indextest.NewRecords()
	identifiers, firms := map[uint32]string{}, map[string]uint32{}
	for i, p := range people {
		c := &contacts.Contact{
			Ordinal: uint32(i + 1), ID: uuid.New(), Type: p.Type, Name: p.Name, FirstName: p.FirstName, LastName: p.LastName,
			Email: p.Email, Phone: p.Phone, Identifier: p.Identifier, Country: p.Country, City: p.City, LastSeenAt: p.LastSeenAt,
		}
		if identifiers[c.Ordinal] = p.Identifier; p.Type == contacts.TypeVisitor {
			identifiers[c.Ordinal] = fmt.Sprintf("P-%02d", i+1)
		}
		if p.Company != "" {
			if firms[p.Company] == 0 {
				firms[p.Company] = uint32(len(firms) + 1)
				r.Firms[firms[p.Company]] = &companies.Company{Ordinal: firms[p.Company], ID: uuid.New(), Name: p.Company}
			}
			c.Company = firms[p.Company]
		}
		r.People[c.Ordinal] = c
	}
	x := newMirror(t, r)
	return x, identifiers
}

func TestGoldenSearches(t *testing.T) {
	want, err := os.ReadFile(goldenSearches)
	require.NoError(t, err)
	x, identifiers := newTownOfPeople(t)
	var got strings.Builder
	for line := range strings.Lines(string(want)) {
		parts := strings.Split(strings.TrimSpace(line), " | ")
		if len(parts) != 3 {
			got.WriteString(line)
			continue
		}
		place := "-"
		for i, hit := range search(t, x, parts[0]).Hits {
			if identifiers[hit.Ordinal] == parts[1] {
				place = fmt.Sprint(i + 1)
				break
			}
		}
		fmt.Fprintf(&got, "%s | %s | %s\n", parts[0], parts[1], place)
	}
	if *update {
		require.NoError(t, os.WriteFile(goldenSearches, []byte(got.String()), 0o644))
		return
	}
	require.Equal(t, string(want), got.String(), "go test ./index -run TestGoldenSearches -update writes them anew")
}
