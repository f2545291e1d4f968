package index

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
)

// Who comes between two pages and fits better than all does not end the pages:
// nobody who stays as he is is skipped.
func TestPagesGoOnWhenSomebodyFitsBetter(t *testing.T) {
	for _, test := range []struct{ name, query, newcomer string }{
		{"Maria Lopez%d", "maria quixtable", "Maria Quixtable"},
		{"Smith Foo%d", "smoth", "Smoth Bar"},
		{"Catherine Nr%d", "cathrime", "Cathrime"},
	} {
		r := newRecords()
		const people = 60
		for i := uint32(1); i <= people; i++ {
			r.people[i] = &contacts.Contact{Ordinal: i, ID: uuid.New(), Name: fmt.Sprintf(test.name, i), Email: fmt.Sprintf("x%d@post.example", i)}
		}
		x, err := Open(t.Context(), Options{Dir: t.TempDir(), Source: r})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, x.Close(context.Background())) })
		built(t, x.text)
		r.follow = x.Apply
		q := SearchQuery{Text: test.query, Limit: 10, Env: everyone}
		seen := map[uint32]bool{}
		for {
			a, err := x.Search(t.Context(), q)
			require.NoError(t, err)
			for _, h := range a.Hits {
				require.False(t, seen[h.Ordinal], h.Ordinal)
				seen[h.Ordinal] = true
			}
			if q.After = a.Next; a.Next == nil {
				break
			}
			newcomer := uint32(people + len(seen))
			c := &contacts.Contact{Ordinal: newcomer, ID: uuid.New(), Name: test.newcomer, Email: fmt.Sprintf("n%d@post.example", newcomer)}
			r.mu.Lock()
			r.people[newcomer] = c
			r.mu.Unlock()
			r.tell(contacts.Change{Entity: contacts.EntityContact, Op: contacts.OpCreate, Ordinal: newcomer, Contact: c})
			q.MinSeq = r.Head()
		}
		for i := uint32(1); i <= people; i++ {
			require.True(t, seen[i], "%s: %d of %d", test.query, i, people)
		}
	}
}

// A position of a program that ranks otherwise is refused.
func TestPositionsOfAnotherRankingAreRefused(t *testing.T) {
	x, _, _ := newCrowd(t)
	q := SearchQuery{Text: "tove lind", Limit: 1, Env: everyone}
	a, err := x.Search(t.Context(), q)
	require.NoError(t, err)
	q.After = a.Next
	_, err = x.Search(t.Context(), q)
	require.NoError(t, err)
	q.After = &contacts.Position{Ordinal: a.Next.Ordinal, Keys: a.Next.Keys[:keyRanking]}
	_, err = x.Search(t.Context(), q)
	var invalid *contacts.Error
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "invalid-cursor", invalid.Type)
}
