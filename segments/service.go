package segments

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// Store is the part of the store that the service uses.
type Store interface {
	ledger.Updater
	Schema() *fields.Schema
	KindOf(e fields.Entity) ledger.AnyKind
	Head() uint64
	ledger.FateReader
	Document(ctx context.Context, c ledger.Collection, key string) ([]byte, error)
	Documents(ctx context.Context, c ledger.Collection, prefix, after string, limit int) ([]ledger.Document, error)
}

// Index evaluates filters.
type Index interface {
	// Members returns the ordinals of the contacts that pass a filter (nil for
	// all), and the sequence number of the newest change that it has seen. The
	// caller may change the bitmap.
	Members(ctx context.Context, f *filter.Filter, env filter.Env) (members *roaring.Bitmap, seq uint64, err error)
	// Resolve replaces absorbed contacts by their survivors. present has each
	// contact once. merged counts the members whose survivor was in present
	// already, and deleted counts those that no longer exist. The size of
	// present, merged and deleted add up to the size of the set.
	Resolve(set *roaring.Bitmap) (present *roaring.Bitmap, merged, deleted uint64)
	// Count returns how many contacts pass a filter, and the newest change that it has seen.
	Count(ctx context.Context, f *filter.Filter, env filter.Env) (count, seq uint64, err error)
	// Passing reports for each of some filters whether a contact passes it. repeated are the
	// nodes that all of them together have more than once; see filter.Repeated.
	Passing(ctx context.Context, ordinal uint32, filters []filter.Node, repeated map[filter.Node]int, env filter.Env) ([]bool, error)
	// Steady calls ask, which decodes filters by a schema and asks the index, until the schema has not changed
	// meanwhile. Otherwise an option that gets another name in between would be of nobody.
	Steady(ctx context.Context, ask func(schema *fields.Schema) error) error
	// Blocked returns the members of a set that are blocked now. The caller may
	// change the bitmap.
	Blocked(set *roaring.Bitmap) *roaring.Bitmap
}

// People finds contacts.
type People interface {
	// Ordinal returns the ordinal of the contact that has a value in a field by which
	// contacts are unique (id, identifier, email, phone), 0 for nobody. fault says why nobody
	// can have such a value, "" if somebody can.
	Ordinal(ctx context.Context, field, value string) (ordinal uint32, fault string, err error)
}

// Schedules is the part of the scheduler that the service uses.
type Schedules interface {
	// Check says what is wrong with a cron line and with a time zone. A fault
	// is "" if there is none.
	Check(cron, zone string) (cronFault, zoneFault string)
	// Upcoming returns when a schedule that Check has found right is due next after a moment: n times, or fewer
	// when it ends.
	Upcoming(cron, zone string, after time.Time, n int) []time.Time
	// Plan sets the schedule of a segment from now on. An empty cron line
	// removes the schedule. Each run is late by a part of jitter that is the same for all runs of
	// the segment. Runs that were due before since do not count as missed.
	Plan(segment ledger.ID, cron, zone string, jitter time.Duration, since time.Time)
	// Forget removes the schedule of a deleted segment, and its runs.
	Forget(ctx context.Context, segment ledger.ID) error
}

// Holds knows the snapshots that others rest on.
type Holds interface {
	// Held returns the numbers of the snapshots of a segment that somebody holds, each once, in
	// rising order.
	Held(ctx context.Context, segment ledger.ID) ([]uint32, error)
}

// Options of a Service. The zero value works.
type Options struct {
	// Holds says which snapshots stay however old they are, nil for none.
	Holds Holds
	// Keep is how many snapshots of a segment can be read if neither it nor the settings say so,
	// fields.DefaultKept by default.
	Keep int
	// FullEvery says that at least every FullEvery-th snapshot is stored in
	// full, 10 by default.
	FullEvery int
	// CommitBytes is about how many bytes of members one commit may hold, 2 MiB
	// by default.
	CommitBytes int
	Now         func() time.Time
	NewID       func() ledger.ID
	Logger      *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Keep <= 0 {
		o.Keep = fields.DefaultKept
	}
	if o.FullEvery <= 0 {
		o.FullEvery = 10
	}
	if o.CommitBytes <= 0 {
		o.CommitBytes = 2 << 20
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewID == nil {
		o.NewID = func() ledger.ID { return uuid.Must(uuid.NewV7()) }
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Holds == nil {
		o.Holds = noHolds{}
	}
	return o
}

// Service has the use cases of segments and snapshots. It is safe for concurrent
// use.
type Service struct {
	store     Store
	index     Index
	people    People
	schedules Schedules
	options   Options

	// defining is the lock of the definitions; see lockDefinitions. One
	// definition changes at a time, so what a filter names is still there when
	// the filter is stored.
	defining chan struct{}
	// changes counts how often the lock of the definitions was given back. filters are those of
	// all segments, as of one number of changes.
	changes atomic.Uint64
	filters atomic.Pointer[membershipFilters]
	// refreshing has a lock for each segment, held by a refresh or by the
	// deletion. A refresh does not take the lock of the definitions.
	refreshing locks
}

// New returns a Service that uses the given store, index, contacts and scheduler.
func New(store Store, index Index, people People, schedules Schedules, options Options) *Service {
	return &Service{
		store: store, index: index, people: people, schedules: schedules, options: options.withDefaults(),
		defining: make(chan struct{}, 1),
	}
}

// now returns the present time in UTC, in milliseconds, as records store it.
func (s *Service) now() time.Time { return s.options.Now().UTC().Truncate(time.Millisecond) }

// env is what filters mean now.
func (s *Service) env(schema *fields.Schema) filter.Env { return filter.EnvOf(schema, s.now()) }

// Saved returns a function that finds a segment by its id, as filter.Decoder
// needs it.
func (s *Service) Saved(ctx context.Context) func(id string) (segment filter.Saved, ok bool, err error) {
	return func(id string) (filter.Saved, bool, error) {
		parsed, err := uuid.Parse(id)
		if err != nil || parsed.String() != id {
			return filter.Saved{}, false, nil
		}
		segment, picked, err := readWhole(ctx, s.store, parsed)
		if fault.KindOf(err) == fault.KindNotFound {
			return filter.Saved{}, false, nil
		}
		if err != nil {
			return filter.Saved{}, false, err
		}
		return segment.saved(picked), true, nil
	}
}

// decode decodes a filter and checks it against a schema. path is that of the filter, and id is the segment that
// has the filter, uuid.Nil for none.
func (s *Service) decode(ctx context.Context, schema *fields.Schema, id ledger.ID, raw []byte, path string) (*filter.Filter, error) {
	return filter.Decoder{Schema: schema, Segments: s.Saved(ctx), Self: id.String()}.Decode(raw, path)
}

// decodeWhole decodes the filter that the members of a segment pass, with those who were picked
// for it.
func (s *Service) decodeWhole(ctx context.Context, schema *fields.Schema, segment *Segment, p picks) (*filter.Filter, error) {
	return filter.Decoder{Schema: schema, Segments: s.Saved(ctx), Self: segment.ID.String()}.DecodeSaved(segment.saved(p), "filter")
}

// readSegment returns a definition, without its newest snapshot, or an error
// of KindNotFound.
func readSegment(ctx context.Context, store Store, id ledger.ID) (*Segment, error) {
	record, err := store.Document(ctx, SegmentDocuments, id.String())
	if err != nil {
		return nil, err
	}
	if record == nil {
		return nil, fault.NotFound("segment")
	}
	return decodeSegment(id, record)
}
