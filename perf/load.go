package perf

import (
	"context"
	"fmt"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// loading measures how contacts get in and out in bulk.
func loading() []Measurement {
	return []Measurement{
		{
			Name: "bulk-load", What: "bulk load, durable and filterable", Unit: PerSecond, Whole: true,
			Floor: Bar{P50: 10_000}, Goal: Bar{P50: 20_000}, Run: runBulkLoad,
		},
		{Name: "scan", What: "one record read and decoded, in order", Unit: Microseconds, Whole: true, Run: runScan},
		{Name: "changed-fill", What: "first question when a field changed: the history of all contacts read", Unit: Seconds, Whole: true, Run: runChangedFill},
	}
}

func runBulkLoad(ctx context.Context, s *Subject) (Result, error) {
	if _, err := s.loaded(ctx); err != nil {
		return Result{}, err
	}
	note := fmt.Sprintf("searchable %.1f s later", s.kept.Follow.Seconds())
	return single(float64(s.contacts)/s.kept.Load.Seconds(), note), nil
}

// runScan times pages of records and divides: a single one is too short for
// the clock.
func runScan(ctx context.Context, s *Subject) (Result, error) {
	a, err := s.loaded(ctx)
	if err != nil {
		return Result{}, err
	}
	from := uint32(0)
	return sample(ctx, s, time.Microsecond*contacts.MaxBatch, func(int) error {
		page, err := contacts.Kind.Scan(ctx, a.Store, ledger.Ref{Ordinal: from}, contacts.MaxBatch)
		if len(page) < contacts.MaxBatch {
			from = 0
		} else {
			from = page[len(page)-1].Ordinal + 1
		}
		return err
	})
}
