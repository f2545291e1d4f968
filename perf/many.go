package perf

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/segments"
)

// The rows that many filters are asked about at once: as many as change in a few seconds.
const changedRows = 2_000

// manyFilters measures the filters of as many segments as a workspace may have, asked together.
func manyFilters() []Measurement {
	return []Measurement{
		{
			Name: "filters-repeated", What: fmt.Sprintf("what %d filters have in common", segments.MaxSegments), Unit: Milliseconds,
			Floor: Bar{P50: 40}, Goal: Bar{P50: 20}, Run: runRepeated,
		},
		{Name: "filters-passing", What: fmt.Sprintf("which of %d filters one contact passes", segments.MaxSegments), Unit: Milliseconds, Run: runPassing},
		{Name: "filters-beside", What: fmt.Sprintf("who of %d contacts passes each of %d filters", changedRows, segments.MaxSegments), Unit: Milliseconds, Run: runBeside},
	}
}

// usualFilters are the filters of all segments, and their roots.
func (s *Subject) usualFilters() (all []*filter.Filter, roots []filter.Node, err error) {
	for i := range segments.MaxSegments {
		f, err := s.decode(usual(i))
		if err != nil {
			return nil, nil, err
		}
		all, roots = append(all, f), append(roots, f.Root)
	}
	return all, roots, nil
}

func runRepeated(ctx context.Context, s *Subject) (Result, error) {
	_, roots, err := s.usualFilters()
	if err != nil {
		return Result{}, err
	}
	var found int
	r, err := sample(ctx, s, time.Millisecond, func(int) error {
		found = len(filter.Repeated(&filter.Group{Rules: roots}))
		return nil
	})
	r.Note = fmt.Sprintf("%d groups and rules are there more than once", found)
	return r, err
}

func runPassing(ctx context.Context, s *Subject) (Result, error) {
	_, roots, err := s.usualFilters()
	if err != nil {
		return Result{}, err
	}
	repeated := filter.Repeated(&filter.Group{Rules: roots})
	table := s.columns()
	random := rand.New(rand.NewPCG(6, uint64(s.contacts)))
	return sample(ctx, s, time.Millisecond, func(int) error {
		_, err := table.Passing(ctx, uint32(1+random.IntN(s.contacts)), roots, repeated, s.env)
		return err
	})
}

func runBeside(ctx context.Context, s *Subject) (Result, error) {
	all, _, err := s.usualFilters()
	if err != nil {
		return Result{}, err
	}
	random := rand.New(rand.NewPCG(7, uint64(s.contacts)))
	some := roaring.New()
	for range min(changedRows, s.contacts) {
		some.Add(uint32(1 + random.IntN(s.contacts)))
	}
	s.columns()
	var passed uint64
	r, err := sample(ctx, s, time.Millisecond, func(int) error {
		a, err := s.ask(ctx, columns.Question{Within: some, Beside: all, Members: true})
		passed = 0
		for _, one := range a.Beside {
			passed += one.Count
		}
		return err
	})
	r.Note = rows(passed)
	return r, err
}
