package watch

import (
	"context"
	"log/slog"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// Kept is for how long events are kept, those of segments and those of contacts.
const Kept = 90 * 24 * time.Hour

// Store is the part of the store that the Watcher uses.
type Store interface {
	ledger.Updater
	log
	Schema() *fields.Schema
	Changes(ctx context.Context, after uint64, limit int) ([]ledger.Change, error)
	// Subscribe returns a channel that is readable when something was written.
	Subscribe() (grown <-chan struct{}, cancel func())
}

// Index knows which contacts pass a filter.
type Index interface {
	// Seq is the newest change that it reflects.
	Seq() uint64
	// Follows reports whether the columns know of all that is being renamed by a schema.
	Follows(schema *fields.Schema) bool
	// Watch begins to note the contacts whose membership in some filters can change.
	Watch(filters []*filter.Filter) Noted
	// MembersWithin returns who of a set passes each of some filters, nil for who of all does. The
	// bitmaps are the caller's.
	MembersWithin(ctx context.Context, filters []*filter.Filter, within *roaring.Bitmap, env filter.Env) ([]*roaring.Bitmap, error)
}

// Noted are contacts that were noted; see columns.Watch.
type Noted interface {
	Take() *roaring.Bitmap
	Close()
}

// Segments knows which segments are watched.
type Segments interface {
	Revision() segments.Revision
	Watched(ctx context.Context) ([]segments.Watched, error)
}

// Options of a Watcher. The zero value works.
type Options struct {
	Now        func() time.Time
	Logger     *slog.Logger
	Registerer prometheus.Registerer // nil for no metrics
	// Pace is how long the Watcher rests at least between two looks, 2 seconds by default. While nothing is
	// written it rests 2.5 times as long.
	Pace time.Duration
}

// Watcher notes who enters and leaves watched segments. Run is its only goroutine. Events may be called
// at any time; Look and Check are what Run does, for those who do not call it.
type Watcher struct {
	store    Store
	index    Index
	segments Segments
	now      func() time.Time
	log      *slog.Logger
	pace     time.Duration
	metrics  *metrics

	revision segments.Revision // that the list is of
	schema   *fields.Schema    // by which its filters were decoded, or the one before
	list     []*watched        // in order of their ids
	began    bool              // the list was read
	noted    Noted             // nil while there is nothing to note
	dirty    *roaring.Bitmap   // contacts that were noted and are not evaluated yet
	env      filter.Env        // of the last look
	seq      uint64            // the log behind it may have causes of what is noted next
	stored   position          // what is stored of seq
	storedAt time.Time
	checked  string // the day on which everybody was evaluated last
}

// New returns the Watcher of a store. It does nothing before Run.
func New(store Store, index Index, s Segments, o Options) (*Watcher, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Pace <= 0 {
		o.Pace = 2 * time.Second
	}
	m, err := newMetrics(o.Registerer)
	return &Watcher{
		store: store, index: index, segments: s, now: o.Now, log: o.Logger, pace: o.Pace, metrics: m, dirty: roaring.New(),
	}, err
}

// Author writes what is noted.
var Author = ledger.Author{Source: ledger.SourceSystem, Name: "watched segments"}

// How long the Watcher rests.
const (
	retryAfter = 5 * time.Second
	restTimes  = 8 // it rests that many times as long as a look took
	mostRest   = 4 * time.Second
	flushEvery = time.Minute // the position is stored, if nothing else is
)

// Run watches until ctx ends. It is called once.
func (w *Watcher) Run(ctx context.Context) {
	grown, cancel := w.store.Subscribe()
	defer cancel()
	defer func() {
		if err := w.Close(context.WithoutCancel(ctx)); err != nil {
			w.log.Warn("the position of watched segments is not stored; the next start reads more of the log", "error", err)
		}
	}()
	for ctx.Err() == nil {
		start := time.Now()
		err := w.Look(ctx)
		took := time.Since(start)
		w.metrics.looked(took)
		if err != nil && ctx.Err() == nil {
			w.log.Error("watched segments could not be evaluated and are tried again", "error", err)
			rest(ctx, retryAfter, nil, retryAfter)
			continue
		}
		// Time moves while nothing is written, and a definition counts a little after it is written.
		rest(ctx, max(w.pace, min(restTimes*took, mostRest)), grown, 5*w.pace/2)
	}
}

// Close ends the noting and stores the position. Run does it when it ends.
func (w *Watcher) Close(ctx context.Context) error {
	if w.noted != nil {
		w.noted.Close()
		w.noted = nil
	}
	return w.flush(ctx)
}

// rest waits for at least a time, then until something was written, but at most for another time.
func rest(ctx context.Context, least time.Duration, grown <-chan struct{}, most time.Duration) {
	deadline := time.NewTimer(max(least, most))
	defer deadline.Stop()
	first := time.NewTimer(least)
	defer first.Stop()
	select {
	case <-ctx.Done():
		return
	case <-first.C:
	}
	if grown == nil {
		return
	}
	select {
	case <-ctx.Done():
	case <-grown:
	case <-deadline.C:
	}
}

// newName is a name for what is stored once.
func newName() string { return uuid.Must(uuid.NewV7()).String() }
