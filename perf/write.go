package perf

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/segments"
)

// writing measures what is written one at a time, with every follower on.
func writing() []Measurement {
	return []Measurement{
		{Name: "upserts", What: "durable single upserts, 64 writers", Unit: PerSecond, Whole: true, Run: runUpserts},
		{
			Name: "refresh", What: "segment refresh with entered and left, stored", Unit: Milliseconds, Whole: true,
			Floor: evaluationFloor, Goal: evaluationGoal, Run: runRefresh,
		},
	}
}

// writers is how many callers upsert at once.
const writers = 64

// runUpserts has every second upsert make a contact and the others change
// one.
func runUpserts(ctx context.Context, s *Subject) (Result, error) {
	a, err := s.loaded(ctx)
	if err != nil {
		return Result{}, err
	}
	// Commits take milliseconds, so a rate needs more time than a question.
	end := time.Now().Add(3 * s.patience)
	w, err := writeAtOnce(func() (took []time.Duration, err error) {
		for err == nil && (len(took) == 0 || time.Now().Before(end)) {
			draft := s.upsert(int(s.upserted.Add(1)))
			began := time.Now()
			_, err = a.Contacts.Upsert(ctx, author, draft)
			took = append(took, time.Since(began))
		}
		return took, err
	})
	if err != nil {
		return Result{}, err
	}
	return w.rate(float64(a.Index.TextStatus().Lag)), s.searchable(ctx)
}

// burst is what writers did at once.
type burst struct {
	took    []time.Duration // of each write
	elapsed time.Duration
}

// writeAtOnce runs one function for each of the writers, which returns how long
// its writes took.
func writeAtOnce(write func() ([]time.Duration, error)) (burst, error) {
	var (
		mu    sync.Mutex // guards the two below
		w     burst
		fault error
		group sync.WaitGroup
	)
	start := time.Now()
	for range writers {
		group.Go(func() {
			took, err := write()
			mu.Lock()
			defer mu.Unlock()
			w.took = append(w.took, took...)
			if err != nil {
				fault = err
			}
		})
	}
	group.Wait()
	w.elapsed = time.Since(start)
	return w, fault
}

// rate is the writes a second; behind is how many changes the text index had
// still to apply when they ended.
func (w burst) rate(behind float64) Result {
	each := distribution(w.took, time.Millisecond)
	r := single(float64(len(w.took))/w.elapsed.Seconds(),
		fmt.Sprintf("each p50 %.1f ms, p99 %.1f ms; text %.0f changes behind", each.P50, each.P99, behind))
	r.Samples = len(w.took)
	return r
}

// upsert is draft n of the upserts: by turns somebody new and somebody known.
func (s *Subject) upsert(n int) fields.Draft {
	if n%2 == 0 {
		return s.people.Contact(s.contacts + n/2)
	}
	return s.moved(n)
}

// moved is somebody known in another city.
func (s *Subject) moved(n int) fields.Draft {
	draft := s.people.Contact(n * 7919 % s.contacts)
	draft["city"] = fmt.Sprintf("City %d", n%9973)
	return draft
}

// runRefresh changes a few contacts before each refresh, outside of its time.
func runRefresh(ctx context.Context, s *Subject) (Result, error) {
	a, err := s.loaded(ctx)
	if err != nil {
		return Result{}, err
	}
	name, _ := json.Marshal(fmt.Sprintf("At risk %d", a.Store.Head()))
	made, err := a.Segments.Create(ctx, author, segments.Draft{
		"name": name, "filter": json.RawMessage(`{"combinator":"and","rules":[{"field":"city","operator":"exists"},` + third + `]}`),
	})
	if err != nil {
		return Result{}, err
	}
	var took []time.Duration
	var last segments.Refreshed
	for i := range fewestSamples + 1 {
		if err := s.move(ctx, i); err != nil {
			return Result{}, err
		}
		start := time.Now()
		if last, err = a.Segments.Refresh(ctx, author, made.Segment.ID); err != nil {
			return Result{}, err
		}
		took = append(took, time.Since(start))
	}
	r := distribution(slices.Clone(took[1:]), time.Millisecond) // the first stores everyone
	r.Note = fmt.Sprintf("%s, the first took %.1f ms", rows(last.Count), in(took[0], time.Millisecond))
	return r, nil
}

// moves is how many contacts change before each refresh.
const moves = 100

// move gives some contacts a city, or by turns none.
func (s *Subject) move(ctx context.Context, round int) error {
	drafts := make([]fields.Draft, 0, moves)
	for i := 0; len(drafts) < moves && i < s.contacts; i++ {
		draft := s.people.Contact(i)
		if round%2 == 0 {
			draft["city"] = nil
		} else {
			draft["city"] = "Nairobi"
		}
		drafts = append(drafts, draft)
	}
	_, err := s.app.Contacts.Batch(ctx, author, drafts)
	return err
}
