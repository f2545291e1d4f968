package perf

import (
	"context"
	"math"
	"slices"
	"syscall"
	"time"
)

// How often something is timed: at least so often, then until the patience of
// the subject ends.
const (
	fewestSamples = 20
	mostSamples   = 2000
	warmUps       = 3
)

// sample times f again and again, after a few times that do not count.
func sample(ctx context.Context, s *Subject, unit time.Duration, f func(i int) error) (Result, error) {
	for i := range warmUps {
		if err := f(i); err != nil {
			return Result{}, err
		}
	}
	var took []time.Duration
	before := processorTime()
	for end := time.Now().Add(s.patience); len(took) < fewestSamples || (len(took) < mostSamples && time.Now().Before(end)); {
		if err := ctx.Err(); err != nil {
			return Result{}, context.Cause(ctx)
		}
		start := time.Now()
		if err := f(warmUps + len(took)); err != nil {
			return Result{}, err
		}
		took = append(took, time.Since(start))
	}
	r := distribution(took, unit)
	r.CPU = in(processorTime()-before, unit) / float64(len(took))
	return r, nil
}

// processorTime is what this process has used of all cores, 0 where the system
// does not tell.
func processorTime() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// distribution is the median and 99th percentile of what was timed.
// Nothing timed is nothing.
func distribution(took []time.Duration, unit time.Duration) Result {
	if len(took) == 0 {
		return Result{}
	}
	slices.Sort(took)
	return Result{P50: in(percentile(took, 0.5), unit), P99: in(percentile(took, 0.99), unit), Samples: len(took)}
}

// percentile returns the smallest value of a sorted list that a share of the
// list does not exceed.
func percentile(sorted []time.Duration, share float64) time.Duration {
	return sorted[max(int(math.Ceil(share*float64(len(sorted))))-1, 0)]
}

func in(d, unit time.Duration) float64 { return float64(d) / float64(unit) }
