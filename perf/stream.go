package perf

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// stream is requests at a constant rate, whether or not those before have been
// answered. A request that finds every client waiting is late, and its time
// counts from when it was due: a server that stands still for a second is seen
// by all that fell into that second, not by one.
type stream struct {
	rate    float64 // a second
	clients int     // connections
	count   int     // how many in all; 0 until stop
	// until is when requests end that have no answer yet, and none is made any
	// more; zero for never.
	until time.Time
	next  func(int) request
	// seen looks at each answer, if not nil. Clients call it at the same time.
	seen func(c *client, answer []byte) error
	// failed is told of each request that failed, if not nil: its time counts
	// like others and the stream goes on. Without it the first one ends all.
	failed func(error)

	cancel  context.CancelFunc
	running sync.WaitGroup
	started time.Time
	begun   atomic.Int64

	mu    sync.Mutex // guards the two below
	took  []time.Duration
	fault error
}

// start begins the stream.
func (f *stream) start(ctx context.Context, v *server) {
	ctx, f.cancel = context.WithCancel(ctx)
	f.started = time.Now()
	for range f.clients {
		f.running.Go(func() {
			if err := f.work(ctx, v); err != nil && ctx.Err() == nil {
				f.mu.Lock()
				f.fault = errors.Join(f.fault, err)
				f.mu.Unlock()
				f.cancel() // one failed request fails the measurement
			}
		})
	}
}

// work is one client.
func (f *stream) work(ctx context.Context, v *server) error {
	c, err := v.dial()
	if err != nil {
		return err
	}
	defer c.close()
	c.until = f.until
	for f.until.IsZero() || time.Now().Before(f.until) {
		i := int(f.begun.Add(1)) - 1
		if f.count > 0 && i >= f.count {
			return nil
		}
		due := f.started.Add(time.Duration(float64(i) / f.rate * float64(time.Second)))
		if sleep(ctx, time.Until(due)) != nil {
			return nil
		}
		answer, err := f.ask(c, f.next(i), v)
		took := time.Since(due)
		switch {
		case err == nil:
		case f.failed == nil || ctx.Err() != nil:
			return err
		default:
			f.failed(err)
		}
		if f.seen != nil && err == nil {
			if err := f.seen(c, answer); err != nil {
				return err
			}
		}
		f.mu.Lock()
		f.took = append(f.took, took)
		f.mu.Unlock()
	}
	return nil
}

// ask makes a request. When failures are told of, it does what any client does
// with a connection that was closed while nothing was asked: it opens another.
func (f *stream) ask(c *client, r request, v *server) ([]byte, error) {
	answer, err := c.do(r)
	var refused *refusal
	if err == nil || f.failed == nil || errors.As(err, &refused) {
		return answer, err
	}
	c.close()
	again, err := v.dial()
	if err != nil {
		return nil, err
	}
	again.until = c.until
	*c = *again
	return c.do(r)
}

// served is what became of a stream.
type served struct {
	took []time.Duration
	rate float64 // answers a second
}

// wait returns what became of the stream once all has been answered.
func (f *stream) wait() (served, error) {
	f.running.Wait()
	f.cancel()
	return served{f.took, float64(len(f.took)) / time.Since(f.started).Seconds()}, f.fault
}

// stop ends the stream after the answers that are due.
func (f *stream) stop() (served, error) {
	f.cancel()
	return f.wait()
}

// drain returns the times since the last call, and why the stream has ended if
// it has.
func (f *stream) drain() ([]time.Duration, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	took := f.took
	f.took = nil
	return took, f.fault
}
