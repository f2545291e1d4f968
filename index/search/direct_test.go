package search

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fixtures"
	"github.com/ndoto/kundi/index/columns"
)

// What is placed directly is as cheap as the best of all ways, and lies where that lies.
func TestDirectAlignmentsAreTheBest(t *testing.T) {
	people, _ := fixtures.Labelled(fixtures.FirstHalf)
	families := map[string][]columns.Person{}
	for _, p := range people {
		families[p.LastName] = append(families[p.LastName], columns.Person{Name: p.Name, FirstName: p.FirstName, LastName: p.LastName})
	}
	nobody := func() columns.Person { return columns.Person{} }
	begin := func(s string, letters int) string { return string([]rune(s)[:min(letters, len([]rune(s)))]) }
	direct := 0
	for i, p := range people {
		if i%91 != 0 {
			continue
		}
		first, last, _ := strings.Cut(p.Name, " ")
		for _, text := range []string{p.Name, last + " " + first, begin(p.LastName, 4), p.FirstName + " " + begin(p.LastName, 3), begin(p.Name, 5), first} {
			phrase := parse(text, "KE")
			missing := make([]int, len(phrase.words))
			quick, slow := newAligner(phrase, missing), newAligner(phrase, missing)
			for _, person := range families[p.LastName][:min(40, len(families[p.LastName]))] {
				var r candidateWords
				r.of(person, nobody)
				got, ok := quick.alignDirectly(&r, 0)
				if !ok {
					continue
				}
				direct++
				s := solver{aligner: slow, record: &r, places: slow.places(&r)}
				require.True(t, s.align(0), "%q in %q", text, person.Name)
				require.Equal(t, s.best.cost, got.cost, "%q in %q", text, person.Name)
				require.Equal(t, s.best.highlights(&r), got.highlights(&r), "%q in %q", text, person.Name)
			}
		}
	}
	t.Logf("%d are direct", direct)
	require.Greater(t, direct, 1_000)
}
