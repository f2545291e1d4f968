package audiences_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

var (
	by   = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}
	noon = time.Date(2027, 3, 14, 12, 0, 0, 0, time.UTC)

	discard = slog.New(slog.DiscardHandler)
)

// workspace is a service over a real store in memory. Segments, the columns and contacts are sets that
// tests fill.
type workspace struct {
	*audiences.Service
	t        require.TestingT
	store    *storage.Store
	failing  *failing
	segment  ledger.ID
	members  map[ledger.ID]*roaring.Bitmap
	expired  uint32 // snapshots up to it are gone
	taken    uint32 // the newest
	standing audiences.Standing
	second   *roaring.Bitmap
	reached  *roaring.Bitmap
	by       string    // the campaign that reached them, "" for any
	since    time.Time // that ReachedSince was asked for
	ids      map[uint32]ledger.ID
	now      time.Time
}

func newWorkspace(t require.TestingT) *workspace {
	store, err := storage.Open(context.Background(), storage.Options{Kinds: []ledger.AnyKind{contacts.Kind, companies.Kind}, Engine: memory.New()})
	require.NoError(t, err)
	w := &workspace{
		t: t, store: store, failing: &failing{Store: store}, segment: uuid.New(), members: map[ledger.ID]*roaring.Bitmap{}, taken: 7,
		second: roaring.New(), reached: roaring.New(), ids: map[uint32]ledger.ID{}, now: noon,
		standing: audiences.Standing{
			Deleted: roaring.New(), Merged: roaring.New(), Survivors: roaring.New(), Blocked: roaring.New(),
			Unsubscribed: roaring.New(), Suppressed: roaring.New(), Unreachable: roaring.New(), Seq: 42,
		},
	}
	w.Service = w.serve(audiences.Options{})
	return w
}

// serve returns another service over the store, as after a restart.
func (w *workspace) serve(o audiences.Options) *audiences.Service {
	o.Logger, o.Now = discard, func() time.Time { return w.now }
	return audiences.New(w.failing, w, w, w, w, o)
}

func (w *workspace) Check(_ context.Context, segment ledger.ID) error {
	if w.members[segment] == nil {
		return fault.NotFound("segment")
	}
	return nil
}

func (w *workspace) WithSnapshot(_ context.Context, _ ledger.Author, segment ledger.ID, n uint32, use func(audiences.Snapshot) error) error {
	switch {
	case n > w.taken:
		return fault.NotFound("snapshot")
	case n > 0 && n <= w.expired:
		return &fault.Error{Kind: fault.KindGone, Type: "snapshot-expired"}
	case n == 0:
		w.taken++
		n = w.taken
	}
	return use(audiences.Snapshot{N: n, Seq: 40, Members: w.members[segment].Clone()})
}

func (w *workspace) MembersNow(_ context.Context, segment ledger.ID) (*roaring.Bitmap, error) {
	return w.members[segment].Clone(), nil
}

func (w *workspace) Standing(_ context.Context, set *roaring.Bitmap, channel string) (audiences.Standing, error) {
	s := w.standing
	left := set.Clone()
	for _, part := range []**roaring.Bitmap{&s.Deleted, &s.Merged, &s.Blocked, &s.Unsubscribed, &s.Suppressed, &s.Unreachable} {
		if channel == "" && (part == &s.Unsubscribed || part == &s.Suppressed || part == &s.Unreachable) {
			*part = roaring.New()
			continue
		}
		*part = roaring.And(left, *part)
		left.AndNot(*part)
	}
	if s.Merged.IsEmpty() {
		s.Survivors = roaring.New()
	}
	return s, nil
}

func (w *workspace) Seeds(set *roaring.Bitmap) (seeds []uint32) {
	for _, ordinal := range set.ToArray() {
		seeds = append(seeds, fields.SeedOf(w.id(ordinal)))
	}
	return seeds
}

// id is that of the contact with an ordinal.
func (w *workspace) id(ordinal uint32) ledger.ID {
	if _, known := w.ids[ordinal]; !known {
		w.ids[ordinal] = uuid.NewSHA1(uuid.Nil, fmt.Append(nil, ordinal))
	}
	return w.ids[ordinal]
}

func (w *workspace) SecondOfAddress(_ context.Context, set *roaring.Bitmap, _ string) (*roaring.Bitmap, error) {
	return roaring.And(set, w.second), nil
}

func (w *workspace) ReachedSince(_ context.Context, since time.Time, campaigns []string) (*roaring.Bitmap, error) {
	w.since = since
	if w.by != "" && len(campaigns) > 0 && !slices.Contains(campaigns, w.by) {
		return roaring.New(), nil
	}
	return w.reached.Clone(), nil
}

func (w *workspace) Before(period string, t time.Time) (time.Time, string) {
	p, wrong := filter.ParsePeriod(period)
	return p.Before(t, time.UTC), wrong
}

// failing is a store whose in-th next commit fails, counted from 1; 0 is never.
type failing struct {
	*storage.Store
	in int
}

var errFailing = errors.New("the store has failed")

func (f *failing) Update(ctx context.Context, by ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	if f.in > 0 {
		if f.in--; f.in == 0 {
			return 0, errFailing
		}
	}
	return f.Store.Update(ctx, by, closure)
}

// filled gives the segment members.
func (w *workspace) filled(ordinals ...uint32) *workspace {
	w.members[w.segment] = roaring.BitmapOf(ordinals...)
	return w
}

// many gives the segment the members 1 to n.
func (w *workspace) many(n uint32) *workspace {
	set := roaring.New()
	set.AddRange(1, uint64(n)+1)
	w.members[w.segment] = set
	return w
}

// order is one of the segment, for the campaign c.
func (w *workspace) order() audiences.Order {
	return audiences.Order{Segment: w.segment, Campaign: "c"}
}

func (w *workspace) make(o audiences.Order) *audiences.Audience {
	made, err := w.Create(context.Background(), by, o, 0, nil)
	require.NoError(w.t, err)
	return made.Audience
}

// rows are all rows of a group, read by pages.
func (w *workspace) rows(a *audiences.Audience, group string, from uint32, limit int) (rows []audiences.Row) {
	for from > 0 {
		page, next, err := w.Rows(context.Background(), a, group, from, limit)
		require.NoError(w.t, err)
		require.LessOrEqual(w.t, len(page), limit)
		rows, from = append(rows, page...), next
	}
	return rows
}

// pieces counts the documents of rows.
func (w *workspace) pieces() (n int) {
	require.NoError(w.t, ledger.EachDocument(context.Background(), w.store, audiences.RowDocuments, "", func(ledger.Document) error {
		n++
		return nil
	}))
	return n
}

// sound demands that verification finds nothing.
func (w *workspace) sound() {
	var found ledger.Differences
	require.NoError(w.t, w.Verify(context.Background(), &found))
	require.Empty(w.t, found.List())
}

func ordinals(rows []audiences.Row) (list []uint32) {
	for _, r := range rows {
		list = append(list, r.Ordinal)
	}
	return list
}

func locations(err error) (paths []string) {
	var e *fault.Error
	if errors.As(err, &e) {
		for _, f := range e.Faults {
			paths = append(paths, f.Path)
		}
	}
	return paths
}

func closing(t *testing.T, w *workspace) *workspace {
	t.Cleanup(func() { require.NoError(t, w.store.Close()) })
	return w
}
