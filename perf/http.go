package perf

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index"
)

// serving measures the server from outside, over HTTP, while contacts are
// written to it.
func serving() []Measurement {
	return []Measurement{
		{Name: "http-noop", What: "HTTP: a request that does nothing", Unit: Milliseconds, Whole: true, Run: runNoop},
		typing("http-prefix", "HTTP search: four letters of a last name", Bar{P50: 10, P99: 100}, Bar{P50: 5, P99: 50}, searchPath, prefix),
		typing("http-typo", "HTTP search: a last name with a typo", Bar{P50: 20, P99: 100}, Bar{P50: 10, P99: 50}, searchPath, typo),
		typing("http-two-words", "HTTP search: two words, one with a typo", Bar{P50: 30, P99: 100}, Bar{P50: 15, P99: 50}, searchPath, twoWords),
		typing("http-suggest", "HTTP suggestions: one to all letters of a last name", Bar{P99: 20}, Bar{P99: 20}, suggestPath, keystroke),
		{
			Name: "http-count", What: "HTTP count: a range and (a range or a relative date), during a checkpoint", Unit: Milliseconds, Whole: true,
			Floor: Bar{P99: 100}, Goal: Bar{P99: 50}, Run: runCheckpoint,
		},
		{
			Name: "http-upserts", What: "HTTP: durable single upserts, 64 clients", Unit: PerSecond, Whole: true,
			Floor: Bar{P50: 3_000}, Goal: Bar{P50: 5_000}, Run: runHTTPUpserts,
		},
		{
			Name: "lag", What: "from acknowledged to found by searches, at 500 writes/s", Unit: Milliseconds, Whole: true,
			Floor: Bar{P99: 500}, Goal: Bar{P99: 500}, Run: runLag,
		},
	}
}

// Rates a second. As many people type as make a search every 50 ms; the
// latency of each counts from when it was due.
const (
	typed     = 20 // Options.Typed, when that is 0
	written   = 200
	lagWrites = 500
	// serveFor is the time of a measurement over HTTP in patiences: at 20
	// requests a second a 99th percentile takes that many.
	serveFor = 15
)

var noop = request{path: "/healthz"}

// during measures requests at a steady rate while contacts are written and,
// beside them, requests that do nothing: what those take is the machine's and
// the network's share.
func (s *Subject) during(ctx context.Context, v *server, next func(int) request, seen func(*client, []byte) error) (Result, error) {
	return s.beside(ctx, v, s.writes(ctx, v, written), next, seen)
}

// beside measures requests as during does, beside writes that have begun.
func (s *Subject) beside(ctx context.Context, v *server, writes *stream, next func(int) request, seen func(*client, []byte) error) (Result, error) {
	count := max(fewestSamples, int(serveFor*s.patience.Seconds()*s.typed))
	idle := stream{rate: s.typed, clients: 4, next: func(int) request { return noop }}
	idle.start(ctx, v)
	asked := stream{rate: s.typed, clients: 8, count: count, next: next, seen: seen}
	asked.start(ctx, v)

	answers, failed := asked.wait()
	nothing, idleFailed := idle.stop()
	done, writesFailed := writes.stop()
	if err := errors.Join(failed, idleFailed, writesFailed, context.Cause(ctx)); err != nil {
		return Result{}, err
	}
	r := distribution(answers.took, time.Millisecond)
	none, write := distribution(nothing.took, time.Millisecond), distribution(done.took, time.Millisecond)
	r.Note = fmt.Sprintf("beside %.0f writes/s of p50 %.1f and p99 %.1f ms, and no-ops of p50 %.2f and p99 %.1f ms",
		done.rate, write.P50, write.P99, none.P50, none.P99)
	return r, nil
}

// writes starts upserts of single contacts at a rate.
func (s *Subject) writes(ctx context.Context, v *server, rate float64) *stream {
	f := &stream{rate: rate, clients: 16, next: func(int) request { return s.upsertRequest() }}
	f.start(ctx, v)
	return f
}

// upsertRequest is the next upsert.
func (s *Subject) upsertRequest() request {
	return upsertOf(s.upsert(int(s.upserted.Add(1))))
}

func upsertOf(draft fields.Draft) request {
	return request{path: "/v1/contacts/upsert", body: encode(draft)}
}

// encode writes plain values, which cannot fail.
func encode(value any) []byte {
	body, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return body
}

func runNoop(ctx context.Context, s *Subject) (Result, error) {
	v, err := s.served(ctx)
	if err != nil {
		return Result{}, err
	}
	return s.during(ctx, v, func(int) request { return noop }, nil)
}

func searchPath(text string) string {
	return "/v1/contacts/search?limit=10&q=" + url.QueryEscape(text)
}

func suggestPath(text string) string { return "/v1/contacts/suggest?q=" + url.QueryEscape(text) }

// typing measures what somebody who types a name asks for.
func typing(name, what string, floor, goal Bar, path func(string) string, words func(first, last string) string) Measurement {
	return Measurement{
		Name: name, What: what, Unit: Milliseconds, Floor: floor, Goal: goal, Whole: true,
		Run: func(ctx context.Context, s *Subject) (Result, error) {
			v, err := s.served(ctx)
			if err != nil {
				return Result{}, err
			}
			texts := s.texts(words)
			var asked, found atomic.Int64
			r, err := s.during(ctx, v,
				func(i int) request { return request{path: path(texts[i%len(texts)])} },
				func(_ *client, answer []byte) error {
					asked.Add(1)
					if bytes.Contains(answer, []byte(`"highlights":`)) {
						found.Add(1)
					}
					return nil
				})
			r.Note = fmt.Sprintf("%d %% find somebody; %s", 100*found.Load()/max(asked.Load(), 1), r.Note)
			return r, err
		},
	}
}

// runCheckpoint changes contacts in bulk until so few changes are missing that
// the checkpoint falls into the middle of the measurement. Of fewer contacts
// than that takes there is none.
func runCheckpoint(ctx context.Context, s *Subject) (Result, error) {
	v, err := s.rerun(ctx) // a server that has stopped in order has a checkpoint
	if err != nil {
		return Result{}, err
	}
	meanwhile := int(serveFor * s.patience.Seconds() * written)
	if err := s.change(ctx, v, min(index.CheckpointChanges-meanwhile/2, s.contacts)); err != nil {
		return Result{}, err
	}
	const checkpoints = "kundi_columns_checkpoint_seconds_count"
	before, err := v.metric(checkpoints)
	if err != nil {
		return Result{}, err
	}
	count := request{path: "/v1/contacts/count", body: []byte(`{"filter":` + group(atRisk) + `}`)}
	r, err := s.during(ctx, v, func(int) request { return count }, nil)
	if err != nil {
		return Result{}, err
	}
	after, err := v.metric(checkpoints)
	r.Note = fmt.Sprintf("%.0f checkpoints; %s", after-before, r.Note)
	return r, err
}

// change gives n contacts another city, one batch a request. It waits until searches
// find them.
func (s *Subject) change(ctx context.Context, v *server, n int) error {
	c, err := v.dial()
	if err != nil {
		return err
	}
	defer c.close()
	for from := 0; from < n; from += contacts.MaxBatch {
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if _, err := c.do(s.batchRequest(from, min(contacts.MaxBatch, n-from))); err != nil {
			return err
		}
	}
	return v.waitUntilIndexed(ctx)
}

// batchRequest gives n contacts from the given one on another city.
func (s *Subject) batchRequest(from, n int) request {
	drafts := make([]fields.Draft, n)
	for i := range drafts {
		drafts[i] = s.people.Contact((from + i) % s.contacts)
		drafts[i]["city"] = fmt.Sprintf("Town %d", s.upserted.Add(1)%9973)
	}
	return request{path: "/v1/contacts/batch", body: encode(map[string]any{"contacts": drafts})}
}

// runHTTPUpserts measures upserts.
func runHTTPUpserts(ctx context.Context, s *Subject) (Result, error) {
	v, err := s.served(ctx)
	if err != nil {
		return Result{}, err
	}
	return s.atOnce(ctx, v, 2*5_000, s.upsertRequest) // twice as many as the goal takes
}

// atOnce has every client send its next write as soon as the one before is durable. The bodies are
// made beforehand, most of them a second: the clients share the processors with the server.
func (s *Subject) atOnce(ctx context.Context, v *server, most float64, write func() request) (Result, error) {
	span := 5 * s.patience
	bodies := make([]request, max(writers, int(most*span.Seconds())))
	for i := range bodies {
		bodies[i] = write()
	}
	var next atomic.Int64
	end := time.Now().Add(span)
	w, err := writeAtOnce(func() ([]time.Duration, error) {
		return v.writeUntil(ctx, end, func() (request, bool) {
			i := int(next.Add(1)) - 1
			return bodies[min(i, len(bodies)-1)], i < len(bodies)
		})
	})
	if err != nil {
		return Result{}, err
	}
	behind, err := v.metric("kundi_text_lag_changes")
	if err != nil {
		return Result{}, err
	}
	return w.rate(behind), v.waitUntilIndexed(ctx)
}

// writeUntil is one client of atOnce. It makes at least one request.
func (v *server) writeUntil(ctx context.Context, end time.Time, next func() (request, bool)) (took []time.Duration, err error) {
	c, err := v.dial()
	if err != nil {
		return nil, err
	}
	defer c.close()
	for len(took) == 0 || time.Now().Before(end) {
		r, more := next()
		if !more {
			return took, nil
		}
		if err := ctx.Err(); err != nil {
			return took, context.Cause(ctx)
		}
		start := time.Now()
		if _, err := c.do(r); err != nil {
			return took, err
		}
		took = append(took, time.Since(start))
	}
	return took, nil
}
