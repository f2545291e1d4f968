package perf

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// waiting are the writes that were acknowledged and are not yet found.
type waiting struct {
	mu    sync.Mutex // guards all below
	acks  []ack
	taken []time.Duration // until found, of those that are
}

type ack struct {
	seq uint64
	at  time.Time
}

func (w *waiting) add(seq uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acks = append(w.acks, ack{seq, time.Now()})
}

// found notes that an answer given by now reflects all changes up to seq.
func (w *waiting) found(seq uint64, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.acks = slices.DeleteFunc(w.acks, func(a ack) bool {
		if a.seq > seq {
			return false
		}
		w.taken = append(w.taken, max(now.Sub(a.at), 0))
		return true
	})
}

func (w *waiting) left() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.acks)
}

// lookEvery is how often a search looks how far the text index is: what the
// lag is known to.
const lookEvery = 10 * time.Millisecond

// runLag writes, and asks by a search what searches find: the answer names the
// newest change it reflects. It does not ask for a change to be reflected, for
// that would hurry the text index.
func runLag(ctx context.Context, s *Subject) (Result, error) {
	v, err := s.served(ctx)
	if err != nil {
		return Result{}, err
	}
	if err := v.waitUntilIndexed(ctx); err != nil {
		return Result{}, err
	}
	c, err := v.dial()
	if err != nil {
		return Result{}, err
	}
	defer c.close()
	var w waiting
	writes := &stream{
		rate: lagWrites, clients: 32, count: max(fewestSamples, int(5*s.patience.Seconds()*lagWrites)),
		next: func(int) request { return s.upsertRequest() },
		seen: func(c *client, _ []byte) error { w.add(c.seq); return nil },
	}
	writes.start(ctx, v)
	made := make(chan struct{})
	var done served
	var failed error
	go func() {
		defer close(made)
		done, failed = writes.wait()
	}()
	err = w.follow(ctx, c, made)
	<-made
	if err := errors.Join(err, failed); err != nil {
		return Result{}, err
	}
	r := distribution(w.taken, time.Millisecond)
	r.Note = fmt.Sprintf("%.0f writes/s", done.rate)
	return r, nil
}

// follow searches until all writes are made and found.
func (w *waiting) follow(ctx context.Context, c *client, made <-chan struct{}) error {
	for over := false; !over || w.left() > 0; {
		select {
		case <-made:
			over = true
		default:
		}
		answer, err := c.do(request{path: searchPath("nobody@nowhere.example")})
		if err != nil {
			return err
		}
		var reflected struct{ Seq uint64 }
		if err := json.Unmarshal(answer, &reflected); err != nil {
			return err
		}
		w.found(reflected.Seq, time.Now())
		if err := sleep(ctx, lookEvery); err != nil {
			return err
		}
	}
	return nil
}
