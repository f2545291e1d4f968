// Package storage is the source of truth: records of all kinds, documents, the
// log and the history, over an ordered key-value engine.
//
// All writing goes through one committer (see Update); reading goes to
// snapshots of the engine and waits for nobody.
package storage

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// Options of a store. Engine and Kinds are required.
type Options struct {
	// Engine keeps the bytes. The store closes it.
	Engine engine.Engine
	// Kinds are the kinds of records.
	Kinds []ledger.AnyKind
	// Collections are those that documents may be in, for Verify. Nil allows any.
	Collections []ledger.Collection
	// Clock tells the time of commits; time.Now when nil.
	Clock func() time.Time
	// Logger is told of what an operator must know; silent when nil.
	Logger *slog.Logger
	// Registerer gets the metrics; nil for none.
	Registerer prometheus.Registerer
	// Rand makes the secret of a new store and names batches; crypto/rand when
	// nil.
	Rand io.Reader
	// Settings are those of a new store; fields.DefaultSettings when zero.
	// An existing store keeps its own.
	Settings fields.Settings
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Settings == (fields.Settings{}) {
		o.Settings = fields.DefaultSettings()
	}
	return o
}

// Store implements ledger.Updater and ledger.Reader. It is safe for
// concurrent use.
type Store struct {
	reader
	engine      engine.Engine
	collections []ledger.Collection // nil for any
	committer   *committer
	followers   followers
	tail        tail
	master      []byte

	head    atomic.Uint64
	counted atomic.Int64 // when Count last found all, in milliseconds since 1970
	schema  atomic.Pointer[fields.Schema]

	closing sync.Once
	closed  error // of closing the engine
}

// Open opens the store that the engine holds, and sets up an empty one. On
// failure the engine is left open.
//
// Errors wrap engine.ErrNewer for a store of a newer format and
// engine.ErrCorrupt for one that is damaged.
func Open(ctx context.Context, options Options) (*Store, error) {
	o := options.withDefaults()
	kinds, err := newKinds(o.Kinds...)
	if err != nil {
		return nil, err
	}
	if err := kinds.prepare(ctx, o.Engine, o.Rand, o.Settings, o.Logger); err != nil {
		return nil, err
	}
	s := &Store{
		reader: reader{views: o.Engine, kinds: kinds, clock: o.Clock}, engine: o.Engine,
		collections: o.Collections, followers: followers{waiting: map[chan struct{}]struct{}{}},
	}
	c := &committer{
		engine: o.Engine, clock: o.Clock, logger: o.Logger,
		tools: tools{kinds: kinds, unclaimed: &freeClaims{engine: o.Engine, logger: o.Logger}},
		queue: newQueue(), stopped: make(chan struct{}),
	}
	c.publisher = newPublisher(s.publish, c.halt)
	s.committer = c
	if err := s.load(ctx); err != nil {
		return nil, fmt.Errorf("opening the store: %w", err)
	}
	if c.ids, err = newBatchIDs(o.Rand); err != nil {
		return nil, err
	}
	if c.metrics, err = newMetrics(o.Registerer, c.queue.len, s.kinds); err != nil {
		return nil, err
	}
	c.metrics.counted(c.totals)
	go c.publisher.run()
	go c.run()
	if err := s.Count(ctx); err != nil {
		c.logger.Error("the records of the store were counted", "error", err)
	}
	return s, nil
}

// load reads what the store and its committer keep in memory.
func (s *Store) load(ctx context.Context) error {
	view, err := s.engine.View(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	c := s.committer
	if c.head, err = view.Head(); err != nil {
		return err
	}
	if c.state, err = readState(view); err != nil {
		return err
	}
	if c.totals, err = readTotals(view); err != nil {
		return err
	}
	if err := s.kinds.known(c.state, c.totals); err != nil {
		return err
	}
	if c.schema, err = readSchema(view, s.kinds); err != nil {
		return err
	}
	if c.sweeps, err = s.kinds.readSweeps(view); err != nil {
		return err
	}
	if s.master, err = view.Get(keyMaster); err != nil {
		return err
	}
	if len(s.master) != masterBytes {
		return fmt.Errorf("%w: the secret has %d bytes", engine.ErrCorrupt, len(s.master))
	}
	s.hasher = newClaimHasher(s.master, "claims")
	s.blocks = newBlocks(s.master)
	c.hasher, c.blocks = s.hasher, s.blocks
	if err := c.blocks.read(view); err != nil {
		return err
	}
	s.head.Store(c.state.Seq)
	s.schema.Store(c.schema)
	return nil
}

// Update implements ledger.Updater.
//
// ctx counts only until the closure is picked up; from then on its outcome is
// awaited. Up to some hundred closures are made durable together. Authors take
// turns by what their closures cost (see queue), and at most 1,000 writes of one
// and 10,000 of all may wait: more are of KindTooMany and KindUnavailable. A closure
// that panics fails only its own caller. After the store has lost track of
// what is durable, or is closed, every error is of KindUnavailable.
func (s *Store) Update(ctx context.Context, by ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	return s.committer.submit(ctx, by, func(t *tx) error { return closure(t) })
}

// UpdateHastily implements ledger.HastyUpdater.
func (s *Store) UpdateHastily(ctx context.Context, by ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	r := newRequest(ctx, by, func(t *tx) error { return closure(t) })
	r.hasty = true
	return s.committer.await(r)
}

// Ready is nil while writes are taken, otherwise why they are not. While there
// is no room, asking also tries whether there is some again.
func (s *Store) Ready() error {
	select {
	case <-s.committer.stopped:
		return shuttingDown()
	default:
		s.committer.probe()
		if err := s.Failed(); err != nil {
			return readFailure(err)
		}
		return s.committer.writable()
	}
}

// Dead is closed when the engine can go on no more, and the process should end.
// It is nil for an engine that never does.
func (s *Store) Dead() <-chan struct{} {
	if m, ok := s.engine.(engine.Mortal); ok {
		return m.Dead()
	}
	return nil
}

// Failed says why the engine can go on no more, nil while it can.
func (s *Store) Failed() error {
	if m, ok := s.engine.(engine.Mortal); ok {
		return m.Err()
	}
	return nil
}

// Secret returns 32 bytes that only this store has, always the same for a
// purpose and of no use for another.
func (s *Store) Secret(purpose string) []byte { return derive(s.master, purpose) }

// Close runs what is waiting, refuses what comes later, and closes the
// engine. Further calls wait and return the same.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.committer.queue.close()
		<-s.committer.stopped
		s.committer.unclaimed.close()
		s.closed = s.engine.Close()
	})
	return s.closed
}

var (
	_ ledger.Updater      = (*Store)(nil)
	_ ledger.HastyUpdater = (*Store)(nil)
	_ ledger.Reader       = (*Store)(nil)
	_ ledger.Records      = (*Store)(nil)
	_ ledger.Viewer       = (*Store)(nil)
)
