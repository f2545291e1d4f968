package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/index/indextest"
)

// strangers are given names that are nobody's pet form in the tests.
var strangers = strings.Fields(`Agustin Beltran Camila Dolores Ernesto Fabian Gonzalo Hortensia Ines Jimena Lorenzo Mercedes Noelia Octavio
	Pilar Quintina Ramiro Soledad Tobias Ursula Valentin Xiomara Yolanda Zacarias`)

// peopleOf opens an index over people with first and last names and returns it
// with their names by ordinal.
func peopleOf(t *testing.T, names ...[2]string) (*mirror, map[uint32]string) {
	t.Helper()
	r := indextest.NewRecords()
	byOrdinal := map[uint32]string{}
	for i, n := range names {
		ordinal := uint32(i + 1)
		byOrdinal[ordinal] = strings.Join(n[:], " ")
		r.People[ordinal] = &contacts.Contact{
			Ordinal: ordinal, ID: uuid.New(), Type: contacts.TypeLead, Name: byOrdinal[ordinal], FirstName: n[0], LastName: n[1],
			Email: fmt.Sprintf("n%d@crowd.example", i),
		}
	}
	x := newMirror(t, r)
	return x, byOrdinal
}

// Among many of one family name, those come first who are called so, then whom
// the name usually means, then the others that it may mean, then other pet forms
// of their names, and only then sounds and typos.
func TestNicknamesAmongNamesakes(t *testing.T) {
	for _, test := range []struct {
		query, family string
		want          []string // groups of given names, the first of each group before all of the next
	}{
		{"billy diaz", "Diaz", []string{"Billy", "William", "Guillermo Bill Robert Wilma", "Willa", "Lilly"}},
		{"william diaz", "Diaz", []string{"William", "Bill Billy Will Willy"}},
		{"joe mwangi", "Mwangi", []string{"Joe", "Joseph", "Joel Joshua Joanna", "Josh", "Job"}},
		{"ann lee", "Lee", []string{"Ann", "Anna Anne Nancy", "Marianne Anita", "Ana"}},
		{"marie martin", "Martin", []string{"Marie", "Manon Maria", "Mario"}},
		{"liz okafor", "Okafor", []string{"Liz", "Elizabeth", "Lisa Elisabeth", "Betsy"}},
		{"harry khan", "Khan", []string{"Harry", "Henry Harold", "Harpreet Harrison", "Larry"}},
		{"ted moore", "Moore", []string{"Ted", "Edward Theodore", "Edmund", "Ned"}},
		{"pepe ruiz", "Ruiz", []string{"Pepe", "José", "Pedro", "Chepe"}},
		{"paco ruiz", "Ruiz", []string{"Paco", "Francisco", "Pancho Kiko", "Pato"}},
		{"sasha petrov", "Petrov", []string{"Sasha", "Александр Aleksandra", "Shura", "Masha"}},
		{"саша petrov", "Petrov", []string{"Саша", "Александр Aleksandra"}},
		{"kasia nowak", "Nowak", []string{"Kasia", "Katarzyna", "Basia"}},
		{"beppe conti", "Conti", []string{"Beppe", "Giuseppe", "Pino"}},
		{"hansi huber", "Huber", []string{"Hansi", "Johannes", "Johann"}},
		{"femi ojo", "Ojo", []string{"Femi", "Oluwafemi", "Remi"}},
	} {
		t.Run(test.query, func(t *testing.T) {
			names := [][2]string{}
			for _, given := range slices.Concat(strangers, strings.Fields(strings.Join(test.want, " ")), strangers) {
				names = append(names, [2]string{given, test.family})
			}
			slices.Reverse(names) // the order in which they came decides nothing
			x, byOrdinal := peopleOf(t, names...)
			var got []string
			for _, hit := range search(t, x, test.query).Hits {
				got = append(got, strings.TrimSuffix(byOrdinal[hit.Ordinal], " "+test.family))
			}
			for _, group := range test.want {
				given := strings.Fields(group)
				require.GreaterOrEqual(t, len(got), len(given), "all of %s", group)
				require.ElementsMatch(t, given, got[:len(given)], "then %v", got[len(given):])
				got = got[len(given):]
			}
		})
	}
}

// A pet form is of a given name: Amina Yusuf is not called Joe.
func TestNicknamesAreOfGivenNames(t *testing.T) {
	x, byOrdinal := peopleOf(t, [2]string{"Amina", "Yusuf"}, [2]string{"Yusuf", "Kaya"}, [2]string{"Anna", "Sommer"}, [2]string{"Jörg", "Maier"},
		[2]string{"Jun-seo", "Jo"}, [2]string{"Joseph", "Mushi"}, [2]string{"Jörg", "Becker"}, [2]string{"Joel", "Diaz"})
	var got []string
	for _, hit := range search(t, x, "joe").Hits {
		got = append(got, byOrdinal[hit.Ordinal])
	}
	require.Equal(t, "Joel Diaz", got[0], "it begins so")
	require.Equal(t, "Joseph Mushi", got[1])
	require.Equal(t, "Yusuf Kaya", got[2])
	require.Greater(t, slices.Index(got, "Amina Yusuf"), slices.Index(got, "Jörg Maier"))
	require.NotContains(t, got, "Anna Sommer")
}
