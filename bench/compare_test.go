package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/bench/cluster"
	"github.com/ndoto/kundi/fixtures"
)

// TestMain makes this test binary be kundi, as main does, so that it has a server to ask.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == asKundi {
		main()
	}
	os.Exit(m.Run())
}

// The systems must agree, else what is compared is not the same question.
// PostgreSQL takes part where it is installed.
func TestSystemsAgree(t *testing.T) {
	const total, pages = 3000, 2
	ctx, dir := context.Background(), t.TempDir()
	now := time.Now().UTC().Truncate(time.Millisecond)
	people := fixtures.New(3, now)
	rows, err := newRows(dir, people, total)
	require.NoError(t, err)
	o := options{postgres: cluster.Programs, python: "python3"}
	if _, err := os.Stat(o.postgres); err != nil || os.Geteuid() == 0 { // the test's folder is closed to other users
		o.without = "postgres"
	}
	at := moments{now}
	var systems []System
	for _, starts := range starters(dir, people, at, o) {
		s, err := starts(ctx)
		var m *missing
		if errors.As(err, &m) {
			t.Log(m.why)
			continue
		}
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		require.NoError(t, s.Load(ctx, rows))
		require.NotEmpty(t, s.Setup())
		systems = append(systems, s)
	}
	c := comparison{systems: systems, rounds: 1, rows: rows, at: at, report: &Report{}}
	searches := Searches(people, total)
	require.NoError(t, c.run(ctx, searches))
	require.NoError(t, c.disagreement())
	require.Len(t, c.report.Lines, len(Questions(at))+pages+len(searches), "pages have two lines")
	for _, line := range c.report.Lines {
		if slices.Max(line.Medians) > 0 { // somebody was asked
			require.Positive(t, line.Size, "%s must find somebody", line.Question)
		}
	}
}

func TestDisagreementIsSeen(t *testing.T) {
	same := func(kind Kind, a, b Answer) bool { return a.same(kind) == b.same(kind) }
	require.False(t, same(Count, Answer{Count: 1}, Answer{Count: 2}))
	require.True(t, same(IDs, Answer{IDs: []uint32{2, 1}}, Answer{IDs: []uint32{1, 2}}))
	require.False(t, same(IDs, Answer{IDs: []uint32{2, 1}}, Answer{IDs: []uint32{2}}))
	require.False(t, same(Page, Answer{IDs: []uint32{2, 1}}, Answer{IDs: []uint32{1, 2}}), "a page has an order")
	require.True(t, same(Facets, Answer{Facets: []Facet{{"a", "x", 1}, {"a", "y", 2}}}, Answer{Facets: []Facet{{"a", "y", 2}, {"a", "x", 1}, {"a", "", 9}}}))
	require.False(t, same(Facets, Answer{Facets: []Facet{{"a", "x", 1}}}, Answer{Facets: []Facet{{"a", "x", 2}}}))
	c := comparison{report: &Report{Lines: []Line{{Question: "q", Differs: "b (1)"}}}}
	require.ErrorContains(t, c.disagreement(), "q")
}
