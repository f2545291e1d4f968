package audiences

import (
	"context"
	"log/slog"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// MaxAudiences is how many audiences a workspace may have. There is a limit because the frequency
// guard reads all of its time.
const MaxAudiences = 10_000

// Store is the part of the store that the service uses.
type Store interface {
	ledger.Updater
	ledger.DocumentReader
	Schema() *fields.Schema
}

// Segments are what the service asks of segments. Sets are the caller's own.
type Segments interface {
	// Check returns an error of KindNotFound if there is no such segment.
	Check(ctx context.Context, segment ledger.ID) error
	// WithSnapshot calls use with the members of a snapshot, of n = 0 one that is taken now. Nobody
	// removes a snapshot of the segment until use returns. An n that there never was is an error of
	// KindNotFound, one that has expired of KindGone.
	WithSnapshot(ctx context.Context, by ledger.Author, segment ledger.ID, n uint32, use func(Snapshot) error) error
	// MembersNow returns who is in a segment now.
	MembersNow(ctx context.Context, segment ledger.ID) (*roaring.Bitmap, error)
}

// Snapshot is who was in a segment at one moment.
type Snapshot struct {
	N       uint32
	Seq     uint64
	Members *roaring.Bitmap
}

// Index is what the service asks of the columns. It answers for the newest change.
type Index interface {
	// Standing says who of some contacts is gone, and who of the others is not to be written to on a
	// channel, "" for any.
	Standing(ctx context.Context, set *roaring.Bitmap, channel string) (Standing, error)
	// Seeds returns the seeds of contacts, see fields.SeedOf, in the order of their ordinals.
	Seeds(set *roaring.Bitmap) []uint32
}

// Standing is how some contacts are at one moment. Each of them is in one set at most: the first
// that applies, in this order. Sets are the caller's own.
type Standing struct {
	Deleted *roaring.Bitmap
	// Merged are those who were merged into others, and Survivors the others.
	Merged, Survivors *roaring.Bitmap
	Blocked           *roaring.Bitmap
	// These are empty without a channel.
	Unsubscribed, Suppressed, Unreachable *roaring.Bitmap

	Seq uint64 // the newest change that was taken in
}

// People are what the service asks about single contacts.
type People interface {
	// SecondOfAddress returns those of some contacts who are written to at an address of a channel at
	// which another of them with a lower ordinal is. The set is the caller's own.
	SecondOfAddress(ctx context.Context, set *roaring.Bitmap, channel string) (*roaring.Bitmap, error)
	// ReachedSince returns whom something was delivered to from a moment on, by some campaigns, none
	// for any. The set is the caller's own.
	ReachedSince(ctx context.Context, since time.Time, campaigns []string) (*roaring.Bitmap, error)
}

// Calendar knows periods and the workspace's time zone.
type Calendar interface {
	// Before returns the moment that lies a period, such as P7D, before another. wrong is "" unless the
	// text is no period.
	Before(period string, t time.Time) (at time.Time, wrong string)
}

// Options of a Service. The zero value works.
type Options struct {
	// CommitBytes is about how many bytes of rows one commit may hold, 2 MiB by default.
	CommitBytes int
	Now         func() time.Time
	NewID       func() ledger.ID
	Logger      *slog.Logger
}

func (o Options) withDefaults() Options {
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
	return o
}

// Service has the use cases of audiences. It is safe for concurrent use.
type Service struct {
	store    Store
	segments Segments
	index    Index
	people   People
	calendar Calendar
	options  Options

	// freezing is a lock: one audience is made at a time. So there are never more than MaxAudiences,
	// and the memory for one is the memory for all.
	freezing chan struct{}
}

// New returns a Service that uses the given store, segments, index, people and calendar.
func New(store Store, segments Segments, index Index, people People, calendar Calendar, options Options) *Service {
	return &Service{store: store, segments: segments, index: index, people: people, calendar: calendar, options: options.withDefaults(), freezing: make(chan struct{}, 1)}
}

// now returns the present time in UTC, in milliseconds, as records store it.
func (s *Service) now() time.Time { return s.options.Now().UTC().Truncate(time.Millisecond) }

// Get returns an audience, or an error of KindNotFound.
func (s *Service) Get(ctx context.Context, id ledger.ID) (*Audience, error) {
	document, err := s.store.Document(ctx, AudienceDocuments, id.String())
	if err != nil {
		return nil, err
	}
	if document == nil {
		return nil, fault.NotFound("audience")
	}
	return decode(id, document)
}

func decodeDocument(d ledger.Document) (*Audience, error) {
	id, err := uuid.Parse(d.Key)
	if err != nil {
		return nil, err
	}
	return decode(id, d.Value)
}
