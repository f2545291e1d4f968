package storage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

const (
	maxFold    = 256   // closures in one commit
	fullCommit = 1_500 // cost (see batch.cost) up to which a commit takes closures
	anyCost    = math.MaxInt
	maxRetries = 3 // of a batch whose outcome the engine does not know
)

// committer is the one writer of a store: a goroutine that runs the waiting
// closures one after the other over the overlay of a batch, applies the batch
// durably and then has a publisher tell followers and readers, and answer them all.
//
// A closure's failure may rest on a neighbour's write that is not durable
// yet, so failures too are answered only after the batch.
type committer struct {
	tools
	engine    engine.Engine
	clock     func() time.Time
	logger    *slog.Logger
	metrics   *metrics
	ids       *batchIDs
	publisher publisher

	queue   *queue
	stopped chan struct{}

	// inClosure tells Update when to look whether it is called from within one.
	inClosure atomic.Bool

	// below: of the committer's goroutine
	head    engine.BatchID
	state   state
	totals  totals
	schema  *fields.Schema
	sweeps  []recordKey // deleted, with something left
	inHand  []*request  // taken from the queue and not answered
	current *request    // the one whose closure runs
	most    int         // closures in the next commit

	mu      sync.Mutex // guards all below
	health  error      // why writes cannot be taken, nil when they can
	broken  bool       // health is final: the outcome of a batch is unknown
	probing bool       // a write that tests for room is queued
}

// commit is what became durable with one batch.
type commit struct {
	state   state
	schema  *fields.Schema
	changes []ledger.Change
}

// submit runs the closure in the committer's goroutine and waits for its
// outcome to be durable and published.
func (c *committer) submit(ctx context.Context, by ledger.Author, closure func(*tx) error) (uint64, error) {
	return c.await(newRequest(ctx, by, closure))
}

// await is submit of a request.
func (c *committer) await(r *request) (uint64, error) {
	ctx := r.ctx
	if c.inClosure.Load() && insideClosure() {
		return 0, internal("Update was called from within a closure of Update.", nil)
	}
	if err := ctx.Err(); err != nil {
		return 0, cancelled(err)
	}
	if err := c.queue.add(r); err != nil {
		return 0, err
	}
	select {
	case a := <-r.done:
		return a.seq, a.err
	case <-ctx.Done():
		if r.withdraw() {
			c.queue.drop(r)
			return 0, cancelled(ctx.Err())
		}
	}
	a := <-r.done
	return a.seq, a.err
}

// run is the committer's goroutine. It ends when the queue is closed and
// empty.
func (c *committer) run() {
	finished := false
	defer func() {
		switch {
		case finished:
			c.publisher.close()
			close(c.stopped)
		case c.inClosure.Load():
			c.survive()
		}
	}()
	c.most = maxFold
	for {
		switch {
		case c.queue.len() > 0:
			c.serve()
		case c.queue.ended():
			finished = true
			return
		case len(c.sweeps) > 0 && c.writable() == nil:
			_ = c.queue.add(c.sweepRequest()) // when closed, the next start sweeps
		default:
			<-c.queue.arrived
		}
	}
}

// survive goes on in a new goroutine after a closure has ended this one
// (runtime.Goexit, as a failed test assertion does). Its caller gets an error,
// the others run again.
func (c *committer) survive() {
	c.inClosure.Store(false)
	c.current.done <- answer{err: internal("A closure ended its goroutine.", nil)}
	c.queue.putBack(slices.DeleteFunc(c.inHand, func(r *request) bool { return r == c.current }))
	go c.run()
}

// serve makes one commit and answers whom it took from the queue, or puts them
// back to be taken again.
func (c *committer) serve() {
	c.inHand = nil
	err := c.stuck()
	if err != nil {
		for r := c.queue.take(anyCost); r != nil; r = c.queue.take(anyCost) {
			answerAll([]*request{r}, err)
		}
		return
	}
	err = c.fold()
	switch n := len(c.inHand); {
	case err == nil:
		c.most = maxFold
	case errors.Is(err, engine.ErrTooLarge) && n > 1:
		c.most = n / 2
		c.queue.putBack(c.inHand)
	case errors.Is(err, engine.ErrTooLarge):
		answerAll(c.inHand, tooLarge(err))
	case errors.Is(err, engine.ErrMoved):
		c.queue.putBack(c.inHand)
		if err := c.reload(); err != nil {
			c.halt(err)
		}
	default:
		answerAll(c.inHand, c.refuse(err))
	}
}

// fold runs closures in turn over one batch until it is full, applies it and
// answers them. After an error those in hand have not been answered, and
// nothing is applied unless the outcome is unknown.
func (c *committer) fold() error {
	view, err := c.engine.View(context.Background())
	if err != nil {
		c.hold(c.queue.take(anyCost))
		return err
	}
	defer view.Close()
	if head, err := view.Head(); err == nil && head != c.head {
		// What is in memory is not about this view, so that not even an answer
		// without a write may rest on both.
		return engine.ErrMoved
	}

	b := newBatch(view, c.tools, c.clock().UTC().Truncate(time.Millisecond), c.state, c.totals, c.schema)
	var answers []answer
	for len(c.inHand) < c.most && !b.full() {
		room := anyCost
		if len(answers) > 0 {
			room = fullCommit - b.cost()
		}
		r := c.queue.take(room)
		if r == nil {
			break
		}
		if !c.hold(r) {
			continue
		}
		a, fits := c.runOne(b, r)
		if !fits && len(answers) > 0 {
			c.inHand = c.inHand[:len(answers)]
			c.queue.putBack([]*request{r}) // it will be the first of its line in the next batch
			break
		}
		if !fits {
			a = answer{err: tooLarge(nil)}
		}
		answers = append(answers, a)
	}
	made, err := c.apply(b, len(answers))
	if err != nil {
		return err
	}
	c.publisher.hand(publication{commit: made, requests: c.inHand, answers: answers})
	return nil
}

// hold takes a request in hand, to be answered or put back; false for one that
// was withdrawn.
func (c *committer) hold(r *request) bool {
	if r == nil || !r.pick() {
		return false
	}
	c.inHand = append(c.inHand, r)
	return true
}

// runOne runs one closure and keeps or drops its writes. fits is false when
// they were too many for the batch.
func (c *committer) runOne(b *batch, r *request) (a answer, fits bool) {
	t := &tx{batch: b, by: r.by, before: b.cost(), queue: c.queue}
	c.current = r
	c.inClosure.Store(true)
	err := runClosure(t, r.closure)
	c.inClosure.Store(false)
	t.over = true
	c.queue.charge(r, b.cost()-t.before)
	switch {
	case err != nil:
		b.rollback()
		return answer{err: err}, true
	case !b.fits():
		b.rollback()
		return answer{}, false
	}
	b.keep()
	return answer{seq: b.state.Seq}, true
}

// apply makes the batch durable and returns what has to be published, nil for an empty one.
func (c *committer) apply(b *batch, closures int) (*commit, error) {
	if b.empty() {
		return nil, nil
	}
	out := b.build(c.ids.next(), c.head)
	start := time.Now()
	err := c.engine.Apply(context.Background(), out)
	if err != nil && isUnknown(err) {
		err = c.resolve(out)
	}
	if err != nil {
		return nil, err
	}
	c.metrics.committed(time.Since(start), closures)
	c.head, c.state, c.totals, c.schema = out.ID, b.state, b.totals, b.schema
	c.metrics.counted(c.totals)
	c.noteSweeps(out)
	c.healthy()
	return &commit{b.state, b.schema, b.changes}, nil
}

// isUnknown reports whether an error of Apply leaves the outcome open, which
// is every error that does not promise otherwise.
func isUnknown(err error) bool {
	if errors.Is(err, engine.ErrUnknown) {
		return true
	}
	for _, nothingApplied := range []error{engine.ErrMoved, engine.ErrTooLarge, engine.ErrClosed} {
		if errors.Is(err, nothingApplied) {
			return false
		}
	}
	return !engine.Passing(err)
}

// resolve finds out what became of a batch with an unknown outcome: nil when
// it is durable, errUndecided when nobody can say. While the head is still the
// one before it, it applies the same batch again: at most one of the two can
// succeed.
func (c *committer) resolve(b engine.Batch) error {
	var err error
	for range maxRetries {
		var head engine.BatchID
		if head, err = c.readHead(); err != nil {
			break
		}
		if head == b.ID {
			return nil
		}
		if head != b.Expect {
			err = errors.New("another batch is at the head")
			break
		}
		err = c.engine.Apply(context.Background(), b)
		if err == nil || !isUnknown(err) && !errors.Is(err, engine.ErrMoved) {
			return err
		}
	}
	return fmt.Errorf("%w: %w", errUndecided, err)
}

// errUndecided means that nobody can say whether a batch is durable.
var errUndecided = errors.New("the outcome of a commit could not be found out")

func (c *committer) readHead() (engine.BatchID, error) {
	view, err := c.engine.View(context.Background())
	if err != nil {
		return engine.BatchID{}, err
	}
	defer view.Close()
	return view.Head()
}

// reload reads the state that another writer has left, and tells followers
// of its changes, without the state after each but with the newest.
func (c *committer) reload() error {
	c.unclaimed.forget()
	c.blocks.known = false // the other one may have blocked somebody
	view, err := c.engine.View(context.Background())
	if err != nil {
		return err
	}
	defer view.Close()
	head, err := view.Head()
	if err != nil {
		return err
	}
	s, err := readState(view)
	if err != nil {
		return err
	}
	n, err := readTotals(view)
	if err != nil {
		return err
	}
	changes, err := c.kinds.missedChanges(view, c.state.Seq)
	if err != nil {
		return err
	}
	schema := c.schema
	if touchesSchema(changes) {
		if schema, err = readSchema(view, c.kinds); err != nil {
			return err
		}
	}
	c.head, c.state, c.totals, c.schema = head, s, n, schema
	c.metrics.counted(c.totals)
	if len(changes) > 0 {
		c.publisher.hand(publication{commit: &commit{s, schema, changes}})
	}
	return nil
}

func answerAll(requests []*request, err error) {
	for _, r := range requests {
		if r.pick() {
			r.done <- answer{err: err}
		}
	}
}
