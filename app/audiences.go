package app

import (
	"context"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// frozenSegments are the segments as audiences know them.
type frozenSegments struct{ *segments.Service }

func (s frozenSegments) Check(ctx context.Context, segment ledger.ID) error {
	_, err := s.Get(ctx, segment)
	return err
}

func (s frozenSegments) WithSnapshot(ctx context.Context, by ledger.Author, segment ledger.ID, n uint32, use func(audiences.Snapshot) error) error {
	return s.Service.WithSnapshot(ctx, by, segment, n, func(snapshot *segments.Snapshot, members *roaring.Bitmap) error {
		return use(audiences.Snapshot{N: snapshot.N, Seq: snapshot.Seq, Members: members})
	})
}

// standings is the index as audiences know it.
type standings struct{ *index.Index }

func (s standings) Standing(set *roaring.Bitmap, channel string) audiences.Standing {
	return audiences.Standing(s.Index.Standing(set, channel))
}

// audiencePeople are the contacts as audiences know them.
type audiencePeople struct{ *App }

func (p audiencePeople) SecondOfAddress(ctx context.Context, set *roaring.Bitmap, channel string) (*roaring.Bitmap, error) {
	return roaring.New(), nil
}

func (p audiencePeople) ReachedSince(ctx context.Context, since time.Time, campaigns []string) (*roaring.Bitmap, error) {
	return roaring.New(), nil
}
