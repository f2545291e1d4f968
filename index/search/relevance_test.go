package search

import (
	"context"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/eval"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/fixtures"
)

// floors are the least recall at 1 and at 10 of each class of the labelled set.
// Raise them when more is reached.
var floors = map[string][2]float64{
	"exact":              {.99, .99},
	"prefix":             {.99, .99},
	"typo1":              {.99, .99},
	"typo2":              {.97, .99},
	"transposition":      {.99, .99},
	"swapped":            {.99, .99},
	"diacritics_space":   {.99, .99},
	"email_fragment":     {.98, .99},
	"email_domain_typo":  {.99, .99},
	"phone_last_digits":  {.99, .99},
	"phone_national":     {.99, .99},
	"company_first":      {.99, .99},
	"sound":              {.99, .995},
	"sound_namesakes":    {.965, .99},
	"nickname":           {.99, .995},
	"nickname_namesakes": {.94, .985},
	"scripts":            {.985, .995},
}

// mostLost is how many of the prefixes of growing texts may lose the person.
const mostLost = 0

func TestLabelledSearches(t *testing.T) {
	if testing.Short() {
		t.Skip("asks thousands of searches")
	}
	people, labelled := fixtures.Labelled(fixtures.FirstHalf)
	x, identifiers := newTown(t, people)
	queries := make([]eval.Query, len(labelled))
	for i, q := range labelled {
		queries[i] = eval.Query{Line: i + 1, Text: q.Text, Class: q.Class, Relevant: q.Relevant}
	}
	report, err := eval.Run(t.Context(), queries, func(ctx context.Context, text string) ([]string, error) {
		a, err := x.Search(ctx, Query{Text: text, Limit: eval.Depth, Env: everyone})
		hits := make([]string, len(a.Hits))
		for i, hit := range a.Hits {
			hits[i] = identifiers[hit.Ordinal]
		}
		return hits, err
	}, nil)
	require.NoError(t, err)
	report.Contacts = len(people)
	shown := *report
	if !testing.Verbose() {
		shown.Misses = nil
	}
	require.NoError(t, shown.Write(os.Stdout))
	require.Len(t, report.Classes, len(floors))
	for _, class := range report.Classes {
		floor := floors[class.Name]
		require.GreaterOrEqual(t, class.RecallAt1, floor[0], "recall@1 of %s", class.Name)
		require.GreaterOrEqual(t, class.RecallAt10, floor[1], "recall@10 of %s", class.Name)
	}

	lost, asked := 0, 0
	for _, growing := range fixtures.Suggestions(fixtures.FirstHalf) {
		for _, text := range growing.Prefixes() {
			asked++
			a, err := x.Suggest(t.Context(), SuggestQuery{Text: text, Limit: MaxSuggestions})
			require.NoError(t, err)
			if !slices.ContainsFunc(a.Hits, func(h fields.Hit) bool { return identifiers[h.Ordinal] == growing.Target }) {
				lost++
				t.Logf("%q, on the way to %q, loses %s", text, growing.Text, growing.Target)
			}
		}
	}
	t.Logf("of %d prefixes %d lost", asked, lost)
	require.Greater(t, asked, 2_000)
	require.LessOrEqual(t, lost, mostLost)
}
