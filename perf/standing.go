package perf

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"time"
)

// standing measures what it costs to be there: starts, rebuilds, memory and
// disk.
func standing() []Measurement {
	return []Measurement{
		{
			Name: "restart", What: "ready after an orderly restart", Unit: Seconds, Whole: true,
			Floor: Bar{P50: 8}, Goal: Bar{P50: 3}, Run: runRestart,
		},
		{
			Name: "memory", What: "anonymous memory after a restart and some questions", Unit: Gigabytes, Whole: true,
			Floor: Bar{P50: 1.5}, Goal: Bar{P50: 0.8}, Run: runMemory,
		},
		{Name: "rebuild-columns", What: "ready without a checkpoint", Unit: Seconds, Whole: true, Run: runRebuildColumns},
		{
			Name: "text-build", What: "text bulk build", Unit: PerSecond, Whole: true,
			Floor: Bar{P50: 5_000}, Goal: Bar{P50: 9_000}, Run: runTextBuild,
		},
		{
			Name: "rebuild", What: "everything derived, from the store", Unit: Seconds, Whole: true,
			Floor: Bar{P50: 360}, Goal: Bar{P50: 240}, Run: runRebuild,
		},
		{
			Name: "disk", What: "data folder, closed", Unit: Gigabytes, Whole: true,
			Floor: Bar{P50: 2}, Goal: Bar{P50: 1.2}, Run: runDisk,
		},
	}
}

// restarts is how often a restart is timed.
const restarts = 3

func runRestart(ctx context.Context, s *Subject) (Result, error) {
	var took, closing []time.Duration
	for range restarts {
		start := time.Now()
		opened, err := s.restart(ctx, nil)
		if err != nil {
			return Result{}, err
		}
		took, closing = append(took, opened), append(closing, time.Since(start)-opened)
	}
	slices.Sort(closing)
	r := distribution(took, time.Second)
	r.Note = fmt.Sprintf("worst of %d; closing took %.2f s", restarts, closing[restarts/2].Seconds())
	return r, nil
}

// restart closes the data folder, does something to it and opens it again; it
// returns how long the opening took until everything but searches was there.
func (s *Subject) restart(ctx context.Context, between func() error) (time.Duration, error) {
	if _, err := s.loaded(ctx); err != nil {
		return 0, err
	}
	if err := s.close(ctx); err != nil {
		return 0, err
	}
	if between != nil {
		if err := between(); err != nil {
			return 0, err
		}
	}
	start := time.Now()
	if err := s.open(ctx); err != nil {
		return 0, err
	}
	if err := s.app.Index.Ready(); err != nil {
		return 0, err
	}
	return time.Since(start), nil
}

// runMemory gives garbage back first, as the limit GOMEMLIMIT would under
// pressure; the invented people's word lists are counted in.
func runMemory(ctx context.Context, s *Subject) (Result, error) {
	if _, err := s.restart(ctx, nil); err != nil {
		return Result{}, err
	}
	if err := s.searchable(ctx); err != nil {
		return Result{}, err
	}
	for _, m := range searches() {
		if _, err := m.Run(ctx, s); err != nil {
			return Result{}, err
		}
	}
	busy, err := anonymous()
	if err != nil {
		return Result{}, err
	}
	debug.FreeOSMemory()
	bytes, err := anonymous()
	return single(float64(bytes)/1e9, fmt.Sprintf("%.2f GB before garbage was given back", float64(busy)/1e9)), err
}

// rebuild is how long a rebuild took: of the columns, and of the text after
// them.
type rebuild struct{ columns, text time.Duration }

// rebuilt removes everything derived and lets it be built again, once.
func (s *Subject) rebuilt(ctx context.Context) (rebuild, error) {
	if s.rebuild != (rebuild{}) {
		return s.rebuild, nil
	}
	columns, err := s.restart(ctx, func() error { return os.RemoveAll(filepath.Join(s.dir, "index")) })
	if err != nil {
		return rebuild{}, err
	}
	start := time.Now()
	if err := s.searchable(ctx); err != nil {
		return rebuild{}, err
	}
	s.rebuild = rebuild{columns, time.Since(start)}
	return s.rebuild, nil
}

func runRebuildColumns(ctx context.Context, s *Subject) (Result, error) {
	r, err := s.rebuilt(ctx)
	return single(r.columns.Seconds(), ""), err
}

func runTextBuild(ctx context.Context, s *Subject) (Result, error) {
	r, err := s.rebuilt(ctx)
	if err != nil {
		return Result{}, err
	}
	return single(float64(s.app.Index.Status().Contacts)/r.text.Seconds(), fmt.Sprintf("%.1f s", r.text.Seconds())), nil
}

func runRebuild(ctx context.Context, s *Subject) (Result, error) {
	r, err := s.rebuilt(ctx)
	return single((r.columns + r.text).Seconds(), ""), err
}

func runDisk(ctx context.Context, s *Subject) (Result, error) {
	if _, err := s.loaded(ctx); err != nil {
		return Result{}, err
	}
	if err := s.close(ctx); err != nil {
		return Result{}, err
	}
	store, err := onDisk(filepath.Join(s.dir, "store"))
	if err != nil {
		return Result{}, err
	}
	derived, err := onDisk(filepath.Join(s.dir, "index"))
	if err != nil {
		return Result{}, err
	}
	note := fmt.Sprintf("store %.2f GB, index %.2f GB", float64(store)/1e9, float64(derived)/1e9)
	return single(float64(store+derived)/1e9, note), s.open(ctx)
}
