package search

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/ledger"
)

// Who comes between two pages and fits better than all does not end the pages:
// nobody who stays as he is is skipped.
func TestPagesGoOnWhenSomebodyFitsBetter(t *testing.T) {
	for _, test := range []struct{ name, query, newcomer string }{
		{"Maria Lopez%d", "maria quixtable", "Maria Quixtable"},
		{"Smith Foo%d", "smoth", "Smoth Bar"},
		{"Catherine Nr%d", "cathrime", "Cathrime"},
	} {
		r := indextest.NewRecords()
		const people = 60
		for i := uint32(1); i <= people; i++ {
			r.People[i] = &contacts.Contact{Ordinal: i, ID: uuid.New(), Name: fmt.Sprintf(test.name, i), Email: fmt.Sprintf("x%d@post.example", i)}
		}
		x := newMirror(t, r)
		q := Query{Text: test.query, Limit: 10, Env: everyone}
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
			r.Mu.Lock()
			r.People[newcomer] = c
			r.Mu.Unlock()
			r.Tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpCreate, Ordinal: newcomer, Record: c})
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
	q := Query{Text: "tove lind", Limit: 1, Env: everyone}
	a, err := x.Search(t.Context(), q)
	require.NoError(t, err)
	q.After = a.Next
	_, err = x.Search(t.Context(), q)
	require.NoError(t, err)
	q.After = &fields.Position{Ordinal: a.Next.Ordinal, Keys: a.Next.Keys[:keyRanking]}
	_, err = x.Search(t.Context(), q)
	var invalid *fault.Error
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, "invalid-cursor", invalid.Type)
}

// What is stored decides the order, not how often it was written: an edit of
// somebody's city makes the name no commoner.
func TestWritingAnewChangesNoOrder(t *testing.T) {
	r := indextest.NewRecords()
	for i, name := range []string{"Robert Smith", "Anna Smith", "Bob Smithson", "Zoe Quixtable"} {
		ordinal := uint32(i + 1)
		r.People[ordinal] = &contacts.Contact{Ordinal: ordinal, ID: uuid.New(), Name: name, Email: fmt.Sprintf("x%d@post.example", i)}
	}
	x := newMirror(t, r)
	answers := func() (out []uint32) {
		for _, text := range []string{"bob smith", "zoe nobody", "anna quixtable"} {
			a, err := x.Search(t.Context(), Query{Text: text, Limit: 10, Env: everyone, MinSeq: r.Head()})
			require.NoError(t, err)
			for _, hit := range a.Hits {
				out = append(out, hit.Ordinal)
			}
		}
		return out
	}
	before := answers()
	require.Equal(t, uint32(1), before[0])
	for i := range 6 {
		for _, ordinal := range []uint32{3, 4} {
			r.Mu.Lock()
			edited := *r.People[ordinal]
			edited.City = fmt.Sprintf("City%d", i)
			r.People[ordinal] = &edited
			r.Mu.Unlock()
			r.Tell(ledger.Change{Entity: fields.EntityContact, Op: ledger.OpUpdate, Ordinal: ordinal, Fields: []string{"city"}, Record: &edited})
		}
		_, err := x.Search(t.Context(), Query{Text: "x", Env: everyone, MinSeq: r.Head()})
		require.NoError(t, err)
	}
	require.Equal(t, before, answers())
}
