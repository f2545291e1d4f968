package perf

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ndoto/kundi/contacts"
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
	var (
		mu    sync.Mutex // guards the two below
		took  []time.Duration
		fault error
		group sync.WaitGroup
	)
	start := time.Now()
	// Commits take milliseconds, so a rate needs more time than a question.
	end := start.Add(3 * s.patience)
	for range writers {
		group.Go(func() {
			var own []time.Duration
			var err error
			for err == nil && (len(own) == 0 || time.Now().Before(end)) {
				draft := s.upsert(int(s.upserted.Add(1)))
				began := time.Now()
				_, err = a.Contacts.Upsert(ctx, author, draft)
				own = append(own, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			took = append(took, own...)
			if err != nil {
				fault = err
			}
		})
	}
	group.Wait()
	elapsed := time.Since(start)
	if fault != nil {
		return Result{}, fault
	}
	each := distribution(took, time.Millisecond)
	note := fmt.Sprintf("each p50 %.1f ms, p99 %.1f ms; text %d changes behind", each.P50, each.P99, a.Index.TextStatus().Lag)
	r := single(float64(len(took))/elapsed.Seconds(), note)
	r.Samples = len(took)
	return r, s.searchable(ctx)
}

// upsert is draft n of the upserts: by turns somebody new and somebody known.
func (s *Subject) upsert(n int) contacts.Draft {
	if n%2 == 0 {
		return s.people.Contact(s.contacts + n/2)
	}
	return s.moved(n)
}

// moved is somebody known in another city.
func (s *Subject) moved(n int) contacts.Draft {
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
	drafts := make([]contacts.Draft, 0, moves)
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
