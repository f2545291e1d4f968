package segments

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
)

// Store is what the service needs of the store.
type Store interface {
	contacts.Updater
	Schema() *fields.Schema
	Head() uint64
	Contacts(ctx context.Context, ordinals []uint32) ([]*contacts.Contact, error)
	// Deleted returns the ids that deleted contacts had, in the order of the
	// ordinals, uuid.Nil for those that were never deleted.
	Deleted(ctx context.Context, ordinals []uint32) ([]contacts.ID, error)
	// Redirects says of contacts that were absorbed what has become of them, in
	// the order of the ordinals, the zero Redirect of all others.
	Redirects(ctx context.Context, ordinals []uint32) ([]contacts.Redirect, error)
	Document(ctx context.Context, c contacts.Collection, key string) ([]byte, error)
	Documents(ctx context.Context, c contacts.Collection, prefix, after string, limit int) ([]contacts.Document, error)
}

// Index evaluates filters.
type Index interface {
	// Members returns the ordinals of the contacts that pass a filter (nil
	// for all), as of a sequence number. The bitmap is the caller's.
	Members(ctx context.Context, f *filter.Filter, env filter.Env) (members *roaring.Bitmap, seq uint64, err error)
	// Resolve replaces contacts that were absorbed by their survivors. merged
	// of the set are in present already, deleted do not exist any more; with
	// those present they add up to the set.
	Resolve(set *roaring.Bitmap) (present *roaring.Bitmap, merged, deleted uint64)
	// Blocked returns those of a set who are blocked now. The bitmap is the
	// caller's.
	Blocked(set *roaring.Bitmap) *roaring.Bitmap
}

// Schedules is what the service needs of the scheduler.
type Schedules interface {
	// Check says what is wrong with a cron line and with a time zone, each
	// "" when it is good.
	Check(cron, zone string) (cronFault, zoneFault string)
	// Plan sets the schedule of a segment from now on; an empty cron line
	// removes it.
	Plan(segment contacts.ID, cron, zone string, since time.Time)
	// Forget removes the schedule of a deleted segment, and its runs.
	Forget(ctx context.Context, segment contacts.ID) error
}

// Options of a Service. The zero value works.
type Options struct {
	// Keep is how many snapshots of a segment can be read, 100 by default.
	Keep int
	// FullEvery is how many snapshots rest on one that is stored in full,
	// that one included; 10 by default.
	FullEvery int
	// CommitBytes is about how much one commit of a snapshot's members may
	// hold, 2 MiB by default.
	CommitBytes int
	Now         func() time.Time
	NewID       func() contacts.ID
	Logger      *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Keep <= 0 {
		o.Keep = 100
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
		o.NewID = func() contacts.ID { return uuid.Must(uuid.NewV7()) }
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}

// Service is the use cases of segments and snapshots. It is safe for several
// goroutines.
type Service struct {
	store     Store
	index     Index
	schedules Schedules
	options   Options

	// defining lets one definition change at a time, so that what a filter
	// names is still there when it is stored. It holds one token.
	defining chan struct{}
	// refreshing lets one refresh, or the deletion, of a segment go on at a
	// time. A refresh does not wait for the definitions.
	refreshing locks
}

// New returns the use cases over a store, an index and a scheduler.
func New(store Store, index Index, schedules Schedules, options Options) *Service {
	return &Service{
		store: store, index: index, schedules: schedules, options: options.withDefaults(),
		defining: make(chan struct{}, 1),
	}
}

// now is the present in the precision that records keep.
func (s *Service) now() time.Time { return s.options.Now().UTC().Truncate(time.Millisecond) }

// FilterOf returns what filter.Decoder needs to follow rules that name
// segments. A failure of the store looks like a segment that does not exist
// and is logged.
func (s *Service) FilterOf(ctx context.Context) func(id string) (json.RawMessage, bool) {
	named := &lookup{ctx: ctx, store: s.store}
	return func(id string) (json.RawMessage, bool) {
		raw, ok := named.filterOf(id)
		if named.err != nil {
			s.options.Logger.Error("the filter of a segment could not be read", "segment", id, "error", named.err)
		}
		return raw, ok
	}
}

// lookup reads the filters of segments and keeps the first failure, which
// filter.Decoder has no way to return.
type lookup struct {
	ctx   context.Context
	store Store
	err   error
}

func (l *lookup) filterOf(id string) (json.RawMessage, bool) {
	parsed, err := uuid.Parse(id)
	if err != nil || parsed.String() != id {
		return nil, false
	}
	segment, err := readSegment(l.ctx, l.store, parsed)
	if fault.KindOf(err) == fault.KindNotFound {
		return nil, false
	}
	if err != nil {
		l.err = err
		return nil, false
	}
	return segment.Filter, true
}

// decode checks a filter of the segment with the given id (uuid.Nil for none)
// against a schema.
func (s *Service) decode(ctx context.Context, schema *fields.Schema, id contacts.ID, raw []byte) (*filter.Filter, error) {
	named := &lookup{ctx: ctx, store: s.store}
	f, err := filter.Decoder{Schema: schema, Segments: named.filterOf, Self: id.String()}.Decode(raw, "filter")
	if named.err != nil {
		return nil, named.err
	}
	return f, err
}

// readSegment returns a definition, without its newest snapshot, or an error
// of KindNotFound.
func readSegment(ctx context.Context, store Store, id contacts.ID) (*Segment, error) {
	record, err := store.Document(ctx, contacts.Segments, id.String())
	if err != nil {
		return nil, err
	}
	if record == nil {
		return nil, fault.NotFound("segment")
	}
	return decodeSegment(id, record)
}
