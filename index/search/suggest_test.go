package search

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/indextest"
)

func suggest(t testing.TB, x *mirror, q string, limit int) []fields.Hit {
	t.Helper()
	a, err := x.Suggest(context.Background(), SuggestQuery{Text: q, Limit: limit})
	require.NoError(t, err)
	require.LessOrEqual(t, len(a.Hits), limit)
	return a.Hits
}

func TestSuggestRanks(t *testing.T) {
	x, _, names := newCrowd(t)
	for _, test := range []struct {
		what, query string
		want        []string // the first, in order
	}{
		{"two letters", "ro", []string{"rob", "robert"}},
		{"two words begun", "an ort", []string{"anna", "ana"}},
		{"whole name before longer ones", "maria", []string{"maria", "mariah"}},
		{"exact before nickname", "bob", []string{"bob", "bobo", "robert"}},
		{"a typo when nobody is found without", "robert whitfei", []string{"robert"}},
		{"beginning of an e-mail", "sokolov@", []string{"vladimir"}},
		{"last digits of a phone", "2223", []string{"anna"}},
		{"an e-mail with a typo", "r.whitfeld@northgate.example", []string{"robert"}},
		{"a phone number with digits in the wrong order", "07700 909123", []string{"smyth"}},
		{"the beginning of an e-mail", "jm", []string{"jurgen"}},
		{"the beginning of a company", "ana lu", []string{"ana"}},
		{"the beginning of a city", "ana se", []string{"ana"}},
		{"the beginning of an e-mail behind a name", "rob rw", []string{"rob"}},
		{"an identifier", "crm-00417", []string{"robert"}},
		{"the seen last first, visitors last", "tove", []string{"seen", "unseen", "visitor"}},
		{"one letter: the seen last first, visitors last", "t", []string{"seen", "unseen", "visitor"}},
		{"one letter: names before later words, in Latin too", "w", []string{"wang", "robert", "rob"}},
		{"one character of another script", "王", []string{"wang"}},
	} {
		t.Run(test.what, func(t *testing.T) {
			var got []string
			for _, hit := range suggest(t, x, test.query, MaxSuggestions) {
				got = append(got, names[hit.Ordinal])
				require.NotEmpty(t, hit.Highlights)
			}
			require.Equal(t, test.want, got[:min(len(test.want), len(got))], "all: %v", got)
		})
	}
	for _, nobody := range []string{"", "  ", "*", "'", "🙂", strings.Repeat("x", 1000)} {
		require.Empty(t, suggest(t, x, nobody, 3), nobody)
	}
	require.Len(t, suggest(t, x, "o", 2), 2, "never more than were asked for")
	_, err := x.Suggest(t.Context(), SuggestQuery{Text: strings.Repeat("a", MaxText+1), Limit: 1})
	require.Equal(t, fault.KindInvalid, fault.KindOf(err))
}

// Of thousands who begin with a letter only the last seen are looked at, and
// those whose name begins with it come first.
func TestSuggestByOneLetterPrefersNamesThatBeginWithIt(t *testing.T) {
	r := indextest.NewRecords()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := uint32(1); i <= 300; i++ {
		name := fmt.Sprintf("Nora Kim%d", i)
		if i%10 == 0 {
			name = fmt.Sprintf("Kim Nr%d", i)
		}
		r.People[i] = &contacts.Contact{Ordinal: i, ID: uuid.New(), Name: name, Email: fmt.Sprintf("m%d@x.example", i), LastSeenAt: start.Add(time.Duration(i) * time.Hour)}
	}
	x := newMirror(t, r)
	var got []uint32
	for _, hit := range suggest(t, x, "k", 3) {
		got = append(got, hit.Ordinal)
	}
	require.Equal(t, []uint32{300, 290, 280}, got)
}

// A first name that few have and something else of the person, typed letter by
// letter: nobody is lost between the first letter and the last.
func TestSuggestionsAreNotLostInBetween(t *testing.T) {
	x, _ := newTownOfPeople(t)
	people := x.source.People
	fits := map[string]int{} // by first word
	for _, c := range people {
		for _, word := range wordsOf(c.Name) {
			fits[word]++
		}
	}
	texts, prefixes, lost := 0, 0, 0
	for ordinal := range uint32(len(people)) {
		c := people[ordinal+1]
		first, rest, _ := strings.Cut(strings.ToLower(c.Name), " ")
		if fits[first] == 0 || fits[first] > 5 || texts >= 400 {
			continue
		}
		local, _, _ := strings.Cut(c.Email, "@")
		for _, more := range []string{rest, companyOf(x, c), c.City, local} {
			if more == "" {
				continue
			}
			texts++
			for i := range more {
				typed := first + " " + more[:i] + string([]rune(more[i:])[0])
				prefixes++
				if !slices.ContainsFunc(suggest(t, x, typed, MaxSuggestions), func(h fields.Hit) bool { return h.Ordinal == c.Ordinal }) {
					lost++
					t.Errorf("%q does not find %q <%s>, %q, %q", typed, c.Name, c.Email, companyOf(x, c), c.City)
				}
			}
		}
	}
	t.Logf("%d texts, %d prefixes, %d lost", texts, prefixes, lost)
	require.Greater(t, prefixes, 2_000)
}

func companyOf(x *mirror, c *contacts.Contact) string {
	if company := x.source.Firms[c.Company]; company != nil {
		return company.Name
	}
	return ""
}
