package eval

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Search answers a query with the identifiers of its first Depth hits, best first. For
// a contact without an identifier it returns any text that no contact has as
// identifier.
type Search func(ctx context.Context, query string) ([]string, error)

// Run asks the queries one after the other and scores the answers. It asks the first
// query once before, without measuring, so that no time includes what happens only
// once. progress, if not nil, is called with the number of queries that are done.
func Run(ctx context.Context, queries []Query, search Search, progress func(done int)) (*Report, error) {
	answers := make([]answer, len(queries))
	for i := range queries {
		if i == 0 {
			if _, err := search(ctx, queries[0].Text); err != nil {
				return nil, failed(&queries[0], err)
			}
		}
		start := time.Now()
		hits, err := search(ctx, queries[i].Text)
		if err != nil {
			return nil, failed(&queries[i], err)
		}
		answers[i] = answer{query: &queries[i], hits: distinct(hits), took: time.Since(start)}
		if progress != nil {
			progress(i + 1)
		}
	}
	return report(answers), nil
}

func failed(q *Query, err error) error {
	return fmt.Errorf("the query of line %d was not answered: %w", q.Line, err)
}

// answer is what came of one query.
type answer struct {
	query *Query
	hits  []string
	took  time.Duration
}

// report sums up the answers, classes in the order in which they first come.
func report(answers []answer) *Report {
	r := &Report{All: classOf("", answers)}
	var names []string
	byClass := map[string][]answer{}
	for _, a := range answers {
		name := a.query.Class
		if byClass[name] == nil {
			names = append(names, name)
		}
		byClass[name] = append(byClass[name], a)
		if rank := rankOf(a.query.Relevant, a.hits); rank != 1 {
			r.Misses = append(r.Misses, Miss{Line: a.query.Line, Class: name, Query: a.query.Text, Rank: rank})
		}
	}
	if len(names) > 1 || names[0] != "" {
		for _, name := range names {
			r.Classes = append(r.Classes, classOf(name, byClass[name]))
		}
	}
	return r
}

func classOf(name string, answers []answer) Class {
	scores := make([]Score, len(answers))
	took := make([]time.Duration, len(answers))
	for i, a := range answers {
		scores[i], took[i] = ScoreOf(a.query.Relevant, a.hits), a.took
	}
	slices.Sort(took)
	return Class{Name: name, Score: mean(scores), P50: percentile(took, 50), P99: percentile(took, 99)}
}

// percentile returns the smallest of the sorted durations that n percent of
// them do not exceed, in milliseconds.
func percentile(sorted []time.Duration, n int) float64 {
	at := (len(sorted)*n + 99) / 100
	return float64(sorted[max(at, 1)-1].Microseconds()) / 1000
}
