package perf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/ndoto/kundi/contacts"
)

// standing measures what Kundi costs without requests: starts, rebuilds, memory and disk.
func standing() []Measurement {
	return []Measurement{
		{
			Name: "restart", What: "ready after an orderly restart", Unit: Seconds, Whole: true,
			Floor: Bar{P50: 8}, Goal: Bar{P50: 3}, Run: runRestart,
		},
		{
			Name: "restart-killed", What: "ready after kill -9 in a bulk load", Unit: Seconds, Whole: true,
			Floor: Bar{P50: 8}, Goal: Bar{P50: 3}, Run: runKilled,
		},
		{
			Name: "memory", What: "most anonymous memory of the server during searches and 200 writes/s", Unit: Gigabytes, Whole: true,
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
	if _, err := s.served(ctx); err != nil {
		return Result{}, err
	}
	return s.restarted(ctx)
}

// restarted times restarts of a server that is running.
func (s *Subject) restarted(ctx context.Context) (Result, error) {
	var took, closing []time.Duration
	for range restarts {
		start := time.Now()
		if err := s.close(ctx); err != nil {
			return Result{}, err
		}
		closing = append(closing, time.Since(start))
		if err := s.serve(ctx); err != nil {
			return Result{}, err
		}
		took = append(took, s.server.took)
	}
	slices.Sort(closing)
	r := distribution(took, time.Second)
	r.Note = fmt.Sprintf("worst of %d; stopping took %.2f s", restarts, closing[restarts/2].Seconds())
	return r, nil
}

// runKilled kills the server three times while contacts are changed in bulk, each time later
// than before.
func runKilled(ctx context.Context, s *Subject) (Result, error) {
	var took []time.Duration
	behind := 0
	for i := range restarts {
		v, err := s.served(ctx)
		if err != nil {
			return Result{}, err
		}
		c, err := v.dial()
		if err != nil {
			return Result{}, err
		}
		s.server = nil // whatever comes, it is killed
		made, err := s.loadFor(ctx, c, time.Duration(i+1)*s.patience)
		c.close()
		if err := errors.Join(err, v.kill()); err != nil {
			return Result{}, err
		}
		if err := s.serve(ctx); err != nil {
			return Result{}, err
		}
		took, behind = append(took, s.server.took), max(behind, made)
	}
	r := distribution(took, time.Second)
	r.Note = fmt.Sprintf("worst of %d, after up to %d changes", restarts, behind)
	return r, s.server.waitUntilIndexed(ctx)
}

// loadFor changes contacts in bulk for a while, at least one batch, and
// returns how many.
func (s *Subject) loadFor(ctx context.Context, c *client, span time.Duration) (made int, err error) {
	for start := time.Now(); made == 0 || time.Since(start) < span; made += contacts.MaxBatch {
		if err := ctx.Err(); err != nil {
			return made, context.Cause(ctx)
		}
		if _, err := c.do(s.batchRequest(made, contacts.MaxBatch)); err != nil {
			return made, err
		}
	}
	return made, nil
}

// runMemory measures the most memory that a server had which was just started, and then
// served searches and writes.
func runMemory(ctx context.Context, s *Subject) (Result, error) {
	v, err := s.rerun(ctx)
	if err != nil {
		return Result{}, err
	}
	return s.mostMemory(ctx, v)
}

// mostMemory is the most memory that a server takes while it serves searches and writes.
func (s *Subject) mostMemory(ctx context.Context, v *server) (Result, error) {
	started, err := v.anonymous()
	if err != nil {
		return Result{}, err
	}
	texts := [][]string{s.texts(prefix), s.texts(typo), s.texts(twoWords)}
	search := func(i int) request {
		return request{path: searchPath(texts[i%len(texts)][i/len(texts)%searched])}
	}
	var mu sync.Mutex // guards most
	most := started
	_, err = s.during(ctx, v, search, func(*client, []byte) error {
		now, err := v.anonymous()
		mu.Lock()
		defer mu.Unlock()
		most = max(most, now)
		return err
	})
	return single(float64(most)/1e9, fmt.Sprintf("%.2f GB after the start", float64(started)/1e9)), err
}

// rebuild is how long a rebuild took: of the columns, and of the text after
// them.
type rebuild struct{ columns, text time.Duration }

// restart closes the data folder, calls between, and opens the folder again. It returns
// how long it took until everything but searches was there.
func (s *Subject) restart(ctx context.Context, between func() error) (time.Duration, error) {
	if _, err := s.loaded(ctx); err != nil {
		return 0, err
	}
	if err := s.close(ctx); err != nil {
		return 0, err
	}
	if err := between(); err != nil {
		return 0, err
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
	u, err := s.use()
	if err != nil {
		return Result{}, err
	}
	return single(float64(u.all())/1e9, u.String()), s.open(ctx)
}

// use is what a data folder takes, in bytes.
type use struct{ Store, Index uint64 }

func (u use) all() uint64 { return u.Store + u.Index }

func (u use) String() string {
	return fmt.Sprintf("store %.2f GB, index %.2f GB", float64(u.Store)/1e9, float64(u.Index)/1e9)
}

// use returns what the data folder takes, which nothing has open.
func (s *Subject) use() (u use, err error) {
	if u.Store, err = onDisk(filepath.Join(s.dir, "store")); err != nil {
		return use{}, err
	}
	u.Index, err = onDisk(filepath.Join(s.dir, "index"))
	return u, err
}
