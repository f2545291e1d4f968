package text

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/index/terms"
	"github.com/ndoto/kundi/ledger"
)

// Source is the log that a text index follows.
type Source interface {
	Head() uint64
	Changes(ctx context.Context, after uint64, limit int) ([]ledger.Change, error)
}

// Options say where a text index lives, what it is of and what it follows. Dir,
// Documents and Source are required.
type Options struct {
	Dir        string // folder of its own, made when missing
	Documents  Documents
	Source     Source
	Logger     *slog.Logger          // nil for none
	Registerer prometheus.Registerer // nil for no metrics
	Pace       Pace
	Begin      <-chan struct{} // the log is followed once it is closed; nil for at once
	// Live returns the rows that there are, in a bitmap of the caller's own, and the newest
	// change that it reflects. It is asked for by indexes of records that belong to others, and
	// required for these.
	Live func() (rows *roaring.Bitmap, seq uint64)
}

// Pace says how long the text index waits. A wait that is 0 is that of a
// server; tests wait for less, or are more patient.
type Pace struct {
	Wait   time.Duration // WaitFor for a change, at most; a server's is 2 seconds
	Gather time.Duration // writes in memory for others, before they go to disk; 2 seconds
	Settle time.Duration // Close for what is not on disk yet, at most; 4 seconds
	Retry  time.Duration // the follower before it tries a failed write again; 1 second
	Sweep  time.Duration // the follower from one look for orphans to the next; 1 minute
	Calm   time.Duration // a build that comes too late again, for a look whether writers rest; 5 seconds
}

// orServers is the pace with a server's waits for those that are 0.
func (p Pace) orServers() Pace {
	return Pace{
		Wait:   cmp.Or(p.Wait, 2*time.Second),
		Gather: cmp.Or(p.Gather, 2*time.Second),
		Settle: cmp.Or(p.Settle, 4*time.Second),
		Retry:  cmp.Or(p.Retry, time.Second),
		Sweep:  cmp.Or(p.Sweep, time.Minute),
		Calm:   cmp.Or(p.Calm, 5*time.Second),
	}
}

// Index is a text index and its follower. It is safe for concurrent use.
type Index struct {
	dir    string
	of     Documents
	rows   func() (*roaring.Bitmap, uint64) // see Options.Live
	source Source
	log    *slog.Logger
	terms  *terms.Terms
	pace   Pace

	grown   chan struct{} // readable when the log may have grown
	hurry   chan struct{} // readable when someone waits for the follower
	stop    context.CancelFunc
	stopped chan struct{} // closed when the follower has returned
	opened  chan struct{} // closed when there is an engine for the first time

	mu       sync.RWMutex
	engine   *engine // nil while there is none to ask: before the first build
	state    string
	applied  uint64
	advanced chan struct{} // closed and replaced when applied grows
	once     sync.Once     // closes opened

	// writing is held from the reading of records until their documents are written: who reads first must not write last.
	writing sync.Mutex

	wordsMu    sync.Mutex // guards what follows, and the file of words
	kept       keptWords
	wordsLeast uint64 // see there

	tablesMu sync.Mutex
	tables   map[uint64]rowTable // rows of documents, by segment of the engine
}

// The states of the index.
const (
	stateFollowing = "following"
	stateBuilding  = "building"
	stateFailing   = "failing"
)

// Status is how the index stands.
type Status struct {
	// State is following, building (there is nothing to ask yet) or failing
	// (the last write did not succeed and is tried again).
	State   string
	Applied uint64 // newest change that searches find
	Lag     uint64 // changes of the log that they do not find yet
	Tokens  int    // distinct words
	Files   int    // segments
}

// Open opens the index that is in the folder and starts to follow the log.
// When there is none that can be followed, it is built beside, in the
// background; until then Reader refuses. An index that is there answers before it begins to follow.
func Open(ctx context.Context, o Options) (*Index, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	x := &Index{
		dir: o.Dir, of: o.Documents, rows: o.Live, source: o.Source, log: o.Logger, terms: terms.New(nil), pace: o.Pace.orServers(),
		grown: make(chan struct{}, 1), hurry: make(chan struct{}, 1), stopped: make(chan struct{}), advanced: make(chan struct{}), opened: make(chan struct{}),
		state: stateBuilding, tables: map[uint64]rowTable{}, wordsLeast: wordsLeast,
	}
	if err := x.openLive(o.Begin); err != nil {
		return nil, err
	}
	if o.Registerer != nil {
		if err := x.register(o.Registerer); err != nil {
			return nil, errors.Join(err, x.closeEngine())
		}
	}
	follow, stop := context.WithCancel(context.WithoutCancel(ctx))
	x.stop = stop
	go func() {
		if o.Begin != nil {
			select {
			case <-o.Begin:
			case <-follow.Done():
			}
		}
		x.follow(follow)
	}()
	return x, nil
}

// openLive takes over the index that is in the folder. One that cannot be
// followed is left for the follower to replace. Its files are merged once begin is closed.
func (x *Index) openLive(begin <-chan struct{}) error {
	e, seq, err := openLive(x.dir, x.of.version, x.pace.Gather, begin)
	if err == nil && e.newest(seq) > x.source.Head() {
		if err := errors.Join(e.close(), discardLive(x.dir)); err != nil {
			return err
		}
		err = errStale{"ahead of the store"}
	}
	if err == nil {
		if x.adopt(e, seq) == nil {
			return nil
		}
		err = damaged // its words cannot be read
	}
	stale := errStale{}
	if !errors.As(err, &stale) {
		return err
	}
	if x.source.Head() > 0 { // of a new folder, nothing is missing
		x.log.Info("text index will be built", "reason", stale.reason)
	}
	return nil
}

// adopt makes e the index that is asked, in place of the one before, which
// is returned closed.
func (x *Index) adopt(e *engine, seq uint64) error {
	if x.of.spelled {
		if err := x.readWords(e); err != nil {
			return errors.Join(err, e.close())
		}
	}
	e.durable.Store(seq)
	x.mu.Lock()
	x.engine, x.state, x.applied = e, stateFollowing, 0
	x.once.Do(func() { close(x.opened) })
	x.mu.Unlock()
	x.tablesMu.Lock()
	x.tables = map[uint64]rowTable{}
	x.tablesMu.Unlock()
	x.advance(seq)
	return nil
}

// Close stops the follower, waits for it until ctx ends, and closes the files.
// When many changes are not on disk yet it waits for them, at most Pace.Settle,
// so that who opens the index next finds them at once.
func (x *Index) Close(ctx context.Context) error {
	x.stop()
	select {
	case <-x.stopped:
	case <-ctx.Done():
		return ctx.Err()
	}
	x.mu.RLock()
	e, applied := x.engine, x.applied
	x.mu.RUnlock()
	if e != nil {
		settling, done := context.WithTimeout(ctx, x.pace.Settle)
		e.waitUntilDurable(settling, applied)
		done()
	}
	return x.closeEngine()
}

func (x *Index) closeEngine() error {
	x.mu.Lock()
	e := x.engine
	x.engine = nil
	x.mu.Unlock()
	if e == nil {
		return nil
	}
	return e.close()
}

// Opened returns a channel that is closed once Reader answers, which is after the first
// build when there was no index. It stays open when the index is closed before.
func (x *Index) Opened() <-chan struct{} { return x.opened }

// Wake tells the follower that the log has grown, after the head has. It never
// blocks.
func (x *Index) Wake() { signal(x.grown) }

// signal makes a channel readable that holds one signal.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Terms are the words that the records have; none of kinds whose words are not kept in memory.
func (x *Index) Terms() *terms.Terms { return x.terms }

// Applied is the newest change that searches find.
func (x *Index) Applied() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.applied
}

// Status says how the index stands.
func (x *Index) Status() Status {
	x.mu.RLock()
	s := Status{State: x.state, Applied: x.applied, Tokens: x.terms.Len()}
	x.mu.RUnlock()
	if head := x.source.Head(); head > s.Applied {
		s.Lag = head - s.Applied
	}
	if r, err := x.Reader(); err == nil {
		s.Files = len(r.segments)
		r.Close()
	}
	return s
}

// Reader returns the index at this moment; the caller closes it. While the
// index is built it is an error of KindUnavailable.
func (x *Index) Reader() (*Reader, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.engine == nil {
		return nil, &fault.Error{
			Kind: fault.KindUnavailable, Type: "index-building",
			Message: "The text index is being built; search again in a moment.",
		}
	}
	opened, err := x.engine.scorch.Reader()
	if err != nil {
		return nil, err
	}
	snapshot := opened.(*scorch.IndexSnapshot)
	r := &Reader{snapshot: snapshot}
	// The number that is in the snapshot, and changes without text after it,
	// which only x.applied knows: the smaller of the two would be too modest.
	r.seq = max(x.applied, storedSeq(snapshot, appliedKey))
	if err := x.readSegments(r); err != nil {
		return nil, errors.Join(err, snapshot.Close())
	}
	return r, nil
}

// readSegments gives a reader its segments, and forgets the tables of those
// that were merged away.
func (x *Index) readSegments(r *Reader) error {
	x.tablesMu.Lock()
	defer x.tablesMu.Unlock()
	present := make(map[uint64]rowTable, len(x.tables))
	for _, s := range r.snapshot.Segments() {
		rows, known := x.tables[s.Id()]
		if !known {
			var err error
			if rows, err = x.of.rowsOf(s.Segment()); err != nil {
				return fmt.Errorf("reading the documents of a segment: %w", err)
			}
		}
		present[s.Id()] = rows
		r.segments = append(r.segments, segmentReader{
			segment: s.Segment(), deleted: s.Deleted(), rows: rows, dicts: map[Field]segment.TermDictionary{},
		})
	}
	x.tables = present
	return nil
}

// WaitFor waits until searches find a change, at most Pace.Wait, then it is an
// error of KindUnavailable, type "index-behind". A change that the store
// has not made is one of KindInvalid.
func (x *Index) WaitFor(ctx context.Context, seq uint64) error {
	if x.Applied() >= seq {
		return nil
	}
	if seq > x.source.Head() {
		return fault.Invalid("invalid-min-seq", "The change that was waited for has not been made.",
			[]fault.Fault{{Path: "min_seq", Detail: "at most the Kundi-Seq of the newest write"}})
	}
	ctx, cancel := context.WithTimeout(ctx, x.pace.Wait)
	defer cancel()
	for {
		x.mu.RLock()
		applied, advanced := x.applied, x.advanced
		x.mu.RUnlock()
		if applied >= seq {
			return nil
		}
		signal(x.hurry) // again after each window that does not have it
		select {
		case <-advanced:
		case <-ctx.Done():
			return &fault.Error{
				Kind: fault.KindUnavailable, Type: "index-behind", Reached: applied,
				Message: "The text index has not reached the change that was waited for.",
			}
		}
	}
}

// advance makes seq the newest change that searches find.
func (x *Index) advance(seq uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if seq > x.applied {
		x.applied = seq
	}
	close(x.advanced)
	x.advanced = make(chan struct{})
}
