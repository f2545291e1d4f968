package search

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fixtures"
)

// identified are contacts with identifiers of one kind, and people whose names, e-mails and phones are like them.
func identified() []fixtures.Person {
	var people []fixtures.Person
	for i := range 40 { // many with the same letters, who were seen last
		people = append(people, fixtures.Person{
			Type: contacts.TypeCustomer, Name: fmt.Sprintf("Many Others %d", i), Identifier: fmt.Sprintf("CU-7700%04d", 97*i),
			LastSeenAt: time.Unix(1_900_000_000+int64(i), 0),
		})
	}
	for _, p := range []fixtures.Person{
		{Name: "Alice Isaksson", Identifier: "CU-19819968"},
		{Name: "Bram Jansen", Identifier: "CU-19819727"},
		{Name: "Chipo Moyo", Identifier: "cu/2040.1981"},
		{Name: "Dana Cuttle", Email: "cu198@mail.example", Identifier: "D-1"},
		{Name: "Emeka Obi", Phone: "+441819819727", Identifier: "E-2"},
		{Name: "Farid Said", Identifier: "ключ-4455"},
		{Name: "Gita Rao", Identifier: "550e8400-e29b-41d4-a716-446655440000"},
		{Name: "Walrus 4711", Identifier: "V-9"},
	} {
		p.Type = contacts.TypeCustomer
		people = append(people, p)
	}
	return people
}

func TestIdentifiersAreFoundByTheirBeginning(t *testing.T) {
	x, identifiers := newTown(t, identified())
	for _, test := range []struct {
		what, query string
		want        []string // all who are found, in order
		way         string   // of the first
		from, to    int      // what is marked of it
	}{
		{"whole", "CU-19819968", []string{"CU-19819968"}, "exact", 0, 11},
		{"without punctuation", "cu19819968", []string{"CU-19819968"}, "exact", 0, 11},
		{"in two words", "CU 19819968", []string{"CU-19819968"}, "exact", 0, 11},
		{"the beginning", "CU-1981996", []string{"CU-19819968"}, "prefix", 0, 10},
		{"the beginning, in small letters and with another mark", "cu/1981996", []string{"CU-19819968"}, "prefix", 0, 10},
		{"the beginning, without punctuation", "cu1981996", []string{"CU-19819968"}, "prefix", 0, 10},
		{"the beginning, in two words", "CU 1981996", []string{"CU-19819968"}, "prefix", 0, 10},
		{"the beginning of a number in it", "1981996", []string{"CU-19819968"}, "prefix", 0, 11},
		{"the last digits of a number in it", "819968", []string{"CU-19819968"}, "digits", 5, 11},
		{"four of them", "9968", []string{"CU-19819968"}, "digits", 7, 11},
		{"the beginning of a long one", "550e8400-e29b", []string{"550e8400-e29b-41d4-a716-446655440000"}, "prefix", 0, 13},
		{"a digit too many", "CU-198199688", []string{"CU-19819968"}, "typo", 0, 11},
		{"two digits in the wrong order", "CU-19819986", []string{"CU-19819968"}, "typo", 0, 11},
		{"another digit, without punctuation", "cu19819928", []string{"CU-19819968", "CU-19819727"}[:1], "typo", 0, 11},
		{"a number that nobody has", "CU-33334444", []string{"D-1"}, "", 0, 0}, // who has cu in the e-mail
		{"behind a name", "alice cu-1981", []string{"CU-19819968"}, "", 0, 0},
		{"no identifier", "walrus-4711", []string{"V-9"}, "", 0, 0},
	} {
		t.Run(test.what, func(t *testing.T) {
			a, err := x.Search(context.Background(), Query{Text: test.query, Env: everyone, Limit: 50})
			require.NoError(t, err)
			var got []string
			for _, hit := range a.Hits {
				got = append(got, identifiers[hit.Ordinal])
			}
			require.Equal(t, test.want, got)
			if test.way != "" {
				h := a.Hits[0].Highlights[0]
				require.Equal(t, "identifier "+test.way, h.Field+" "+h.Way)
				require.Equal(t, [][2]int{{test.from, test.to}}, h.Ranges)
			}
		})
	}
}

// While an identifier is typed, whom it may become is suggested from the first digit on.
func TestIdentifiersAreSuggested(t *testing.T) {
	x, identifiers := newTown(t, identified())
	for _, typed := range []string{"cu-1", "cu-19", "cu-198", "cu-1981", "cu-19819", "cu-198199", "CU1981996", "CU-19819968"} {
		found := false
		for _, hit := range suggest(t, x, typed, MaxSuggestions) {
			found = found || identifiers[hit.Ordinal] == "CU-19819968"
		}
		require.True(t, found, typed)
	}
	hits := suggest(t, x, "cu-7700", MaxSuggestions)
	require.Len(t, hits, MaxSuggestions)
	require.Equal(t, "CU-77003783", identifiers[hits[0].Ordinal], "who was seen last comes first")
}

// Letters alone still find everybody whose identifier has them.
func TestLettersOfIdentifiersAreFoundAlone(t *testing.T) {
	x, _ := newTown(t, identified())
	a, err := x.Search(context.Background(), Query{Text: "CU", Env: everyone, Limit: 1})
	require.NoError(t, err)
	require.GreaterOrEqual(t, a.Total, uint64(43))
}
