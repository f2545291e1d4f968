package adapters

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/storage"
)

// Segments are the segments as audiences know them. It is an audiences.Segments.
type Segments struct{ *segments.Service }

// Check implements audiences.Segments.
func (s Segments) Check(ctx context.Context, segment ledger.ID) error {
	_, err := s.Get(ctx, segment)
	return err
}

// WithSnapshot implements audiences.Segments.
func (s Segments) WithSnapshot(ctx context.Context, by ledger.Author, segment ledger.ID, n uint32, use func(audiences.Snapshot) error) error {
	return s.Service.WithSnapshot(ctx, by, segment, n, func(snapshot *segments.Snapshot, members *roaring.Bitmap) error {
		return use(audiences.Snapshot{N: snapshot.N, Seq: snapshot.Seq, Members: members})
	})
}

// Standings is the index as audiences know it, with the store that knows suppressed addresses. It is an
// audiences.Index.
type Standings struct {
	*index.Index
	Store ledger.Records
}

// Standing implements audiences.Index.
func (s Standings) Standing(ctx context.Context, set *roaring.Bitmap, channel string) (audiences.Standing, error) {
	now, on := s.Index.Standing(set, channel), fields.ChannelNamed(channel)
	addressed := s.Index.WithAny(contacts.AddressFields(on)...)
	addressed.And(now.Unreached)
	suppressed, err := contacts.SuppressedOf(ctx, s.Store, addressed, on)
	if err != nil {
		return audiences.Standing{}, err
	}
	return audiences.Standing{
		Deleted: now.Deleted, Merged: now.Merged, Survivors: now.Survivors, Blocked: now.Blocked, Unsubscribed: now.Unsubscribed,
		Suppressed: suppressed, Unreachable: roaring.AndNot(now.Unreached, suppressed), Seq: now.Seq,
	}, nil
}

// Calendar is that of the workspace. It is an audiences.Calendar.
type Calendar struct{ *storage.Store }

// Before implements audiences.Calendar.
func (c Calendar) Before(period string, t time.Time) (time.Time, string) {
	p, wrong := filter.ParsePeriod(period)
	return p.Before(t, c.Schema().Zone()), wrong
}

// People are the contacts as audiences know them. It is an audiences.People.
type People struct {
	*index.Index
	Store *storage.Store
	Now   func() time.Time
}

// SecondOfAddress implements audiences.People.
func (p People) SecondOfAddress(ctx context.Context, set *roaring.Bitmap, channel string) (*roaring.Bitmap, error) {
	return contacts.SecondOfAddress(ctx, p.Store, set, p.WithAny("identities"), fields.ChannelNamed(channel))
}

// ReachedSince implements audiences.People.
func (p People) ReachedSince(ctx context.Context, since time.Time, campaigns []string) (*roaring.Bitmap, error) {
	delivered := []map[string]any{
		{"field": "kind", "operator": "eq", "value": audiences.Delivered.String()},
		{"field": "at", "operator": "gte", "value": fields.FormatInstant(since.UnixMilli())},
	}
	if len(campaigns) > 0 {
		delivered = append(delivered, map[string]any{"field": "campaign", "operator": "in", "value": campaigns})
	}
	text, err := json.Marshal(map[string]any{"combinator": "and", "rules": []any{
		map[string]any{"field": "campaign_events", "operator": "any", "where": map[string]any{"combinator": "and", "rules": delivered}},
	}})
	if err != nil {
		return nil, err
	}
	schema := p.Store.Schema()
	f, err := filter.Decoder{Schema: schema}.Decode(text, "filter")
	if err != nil {
		return nil, fmt.Errorf("the filter of the frequency guard: %w", err)
	}
	reached, _, err := p.Members(ctx, f, filter.EnvOf(schema, p.Now()))
	return reached, err
}
