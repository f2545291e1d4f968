// Package index is the mirror: everything derived from the store to answer
// questions fast. Columns answer filters, counts, facets, sorts and ids; one text
// index finds people by their words, another one companies, and package search reads
// both. All follow the log of changes: the columns while a change is committed, before
// its caller is answered, the texts a little later.
//
// Nothing here is a source of truth. What is missing, damaged or of another
// version is rebuilt from the store, unasked.
package index

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/index/columns"
	"github.com/ndoto/kundi/index/search"
	"github.com/ndoto/kundi/index/text"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/workers"
)

// Source is what the index reads of the store.
type Source interface {
	// Schema is as of the newest change, also while a commit is being told to
	// followers.
	Schema() *fields.Schema
	Head() uint64
	// Sound is an error when records are damaged, which are then missing in scans.
	Sound() error
	ledger.MeantReader
	// WalkHistories shows the changes of the records from one ordinal to another, newest first of each, until
	// visit has seen enough of one. An entry is good until visit returns.
	WalkHistories(ctx context.Context, s *ledger.Shape, first, last uint32, visit func(ordinal uint32, e *ledger.HistoryEntry) (more bool, err error)) error
	Changes(ctx context.Context, after uint64, limit int) ([]ledger.Change, error)
	// Subscribe returns a channel that is readable when the log has grown since
	// it was last read; cancel ends it.
	Subscribe() (grown <-chan struct{}, cancel func())
}

// Options say where the index lives and what it follows. Dir, Source and
// Kinds are required.
type Options struct {
	Dir        string // folder of the index's own files, made when missing
	Of         string // tells the store from others; "" does not
	Source     Source
	Kinds      []ledger.AnyKind      // of the records of the source, see columns.NewTables
	Logger     *slog.Logger          // nil for none
	Registerer prometheus.Registerer // nil for no metrics
	Clock      func() time.Time      // nil for time.Now
	Pace       text.Pace             // of the text index
}

// Index answers questions about the contacts. It is safe for concurrent use.
type Index struct {
	dir    string
	source Source
	kinds  []ledger.AnyKind // of the tables
	log    *slog.Logger
	now    func() time.Time

	table   *columns.Tables
	schema  atomic.Pointer[fields.Schema] // that the columns follow, nil until they do
	metrics *metrics
	failure atomic.Pointer[error] // why the columns stopped following, nil while they do

	text           *text.Index // of contacts
	companyText    *text.Index
	texts          []openText // all text indexes, with those two
	*search.Engine            // of contacts
	companies      *search.Engine
	writings       map[fields.Entity]*search.Writings // by what they find

	changes changes
	people  ledger.AnyKind // of contacts

	life       context.Context // of what runs beside, until stop
	stop       context.CancelFunc
	running    sync.WaitGroup
	due        chan struct{} // holds at most one signal: a checkpoint is due
	checkpoint checkpoint
}

// Open brings the columns to the head of the store, from their checkpoint or
// else from the records, and starts what runs beside: the text index's
// follower and the writing of checkpoints. Nothing may be written to the store
// until Open has returned and Apply follows it.
func Open(ctx context.Context, o Options) (*Index, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	x := &Index{
		dir: o.Dir, source: o.Source, kinds: columns.Kept(o.Kinds), log: o.Logger, now: o.Clock,
		metrics: newMetrics(), due: make(chan struct{}, 1),
	}
	x.changes.kept, x.changes.ended = make(map[columns.ChangeKey]*keptChange), make(chan struct{})
	for _, k := range x.kinds {
		if k.Info().Entity == fields.EntityContact {
			x.people = k
		}
	}
	if o.Of != "" {
		if err := x.own(o.Of); err != nil {
			return nil, err
		}
	}
	if err := x.openParts(ctx, o); err != nil {
		return nil, errors.Join(err, x.closeTexts(ctx))
	}
	x.Engine = search.New(counted{x}, x.text.Terms(), x.text, o.Source.Schema)
	x.companies = search.NewOfCompanies(countedOf{x, fields.EntityCompany}, x.companyText.Terms(), x.companyText, o.Source.Schema)
	x.start(ctx)
	return x, nil
}

// openParts opens the columns and the texts at the same time. The texts begin to follow the log when the columns
// are open: a start waits for the columns, which may have to be rebuilt.
func (x *Index) openParts(ctx context.Context, o Options) error {
	open := make(chan struct{})
	var ofColumns, ofTexts error
	workers.Together(2, func(i int) {
		if i == 0 {
			ofColumns = x.openColumns(ctx)
		} else {
			ofTexts = x.openTexts(ctx, o, open)
		}
	})
	if err := errors.Join(ofColumns, ofTexts); err != nil {
		return err
	}
	if o.Registerer != nil {
		if err := x.register(o.Registerer); err != nil {
			return err
		}
	}
	close(open)
	return nil
}

// start starts the goroutines that Close waits for.
func (x *Index) start(ctx context.Context) {
	ctx, x.stop = context.WithCancel(context.WithoutCancel(ctx))
	x.life = ctx
	x.running.Go(func() { x.keepCheckpoints(ctx) })
	grown, cancel := x.source.Subscribe()
	x.running.Go(func() {
		defer cancel()
		for {
			select {
			case <-ctx.Done():
				return
			case <-grown:
				for _, t := range x.texts {
					t.Wake()
				}
			}
		}
	})
}

// Apply takes the changes of a commit, in order and with their after-images.
// The store calls it before it answers the writers, one call at a time. When
// changes are missing before them, it reads those from the log first; when
// that fails the columns stop following, see Ready.
func (x *Index) Apply(changes []ledger.Change) {
	if len(changes) == 0 {
		return
	}
	if missing := changes[0].Seq > x.table.Seq()+1; missing {
		if err := x.replay(context.Background()); err != nil {
			x.log.Error("columns cannot read the changes they missed", "error", err)
			x.failure.Store(&err)
			return
		}
		x.failure.Store(nil)
	}
	start := x.now()
	x.followSchema()
	x.table.Apply(changes)
	x.metrics.applied(len(changes), x.now().Sub(start))
	if x.table.Seq()-x.checkpoint.seq.Load() >= x.checkpoint.dueAfter() {
		x.signalCheckpoint()
	}
}

// Close stops what Open started and writes a checkpoint, so that the next Open
// is fast. ctx bounds how long it waits for the text index.
func (x *Index) Close(ctx context.Context) error {
	x.stop()
	x.running.Wait()
	return errors.Join(x.closeTexts(ctx), x.writeCheckpoint())
}

// Status is how the index stands.
type Status struct {
	Head        uint64 // of the store
	Columns     uint64 // newest change that counts, filters and segments reflect
	Contacts    uint64
	Text        text.Status
	CompanyText text.Status
}

// SearchBoth finds people and companies by the same words, at the same time. It asks for
// no filter, facets or sort, and for the first page. Errors are those of Search.
func (x *Index) SearchBoth(ctx context.Context, q search.Query) (people, companies search.Answer, err error) {
	q = search.Query{Text: q.Text, Env: q.Env, Limit: q.Limit, MinSeq: q.MinSeq}
	var ofPeople, ofCompanies error
	workers.Together(2, func(i int) {
		if i == 0 {
			people, ofPeople = x.Search(ctx, q)
		} else {
			companies, ofCompanies = x.SearchCompanies(ctx, q)
		}
	})
	return people, companies, cmp.Or(ofPeople, ofCompanies)
}

// SearchCompanies finds companies by words, as Search finds contacts. Filters, facets and sorts are over the
// fields of companies. Errors are those of Search.
func (x *Index) SearchCompanies(ctx context.Context, q search.Query) (search.Answer, error) {
	return x.companies.Search(ctx, q)
}

// WaitForCompanies waits until searches for companies reflect a change, as WaitFor does for
// people.
func (x *Index) WaitForCompanies(ctx context.Context, seq uint64) error {
	return x.companies.WaitFor(ctx, seq)
}

// Followed is the newest change that every part of the index reflects.
func (x *Index) Followed() uint64 {
	seq := x.Seq()
	for _, t := range x.texts {
		seq = min(seq, t.Applied())
	}
	return seq
}

// Status says how the index stands.
func (x *Index) Status() Status {
	s := Status{Head: x.source.Head(), Text: x.text.Status(), CompanyText: x.companyText.Status()}
	x.table.View(func(v *columns.View) { s.Columns, s.Contacts = v.Seq(), v.Size() })
	return s
}

// TextStatus says how the text index stands.
func (x *Index) TextStatus() text.Status { return x.text.Status() }

// Ready returns nil while the columns follow the store, else an error of
// KindUnavailable. The text index, which is built in the background, does not
// matter.
func (x *Index) Ready() error {
	if cause := x.failure.Load(); cause != nil {
		return &fault.Error{
			Kind: fault.KindUnavailable, Type: "columns-behind",
			Message: "The columns could not read the log; restart the server.", Err: *cause,
		}
	}
	return nil
}
