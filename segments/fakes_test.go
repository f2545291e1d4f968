package segments_test

import (
	"context"
	"errors"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// spread is an index whose members are far apart: each of those there really
// are becomes seven in a chunk of their own.
type spread struct{ matcher }

func (s *spread) Members(ctx context.Context, f *filter.Filter, env filter.Env) (*roaring.Bitmap, uint64, error) {
	set, seq, err := s.matcher.Members(ctx, f, env)
	if err != nil {
		return nil, 0, err
	}
	far := roaring.New()
	for _, ordinal := range set.ToArray() {
		far.AddRange(uint64(ordinal)<<20, uint64(ordinal)<<20+7)
	}
	return far, seq, nil
}

var errFailing = errors.New("the store has failed")

// failing is a store whose in-th next commit fails, counted from 1; 0 is
// never.
type failing struct {
	segments.Store
	mu sync.Mutex
	in int
}

func (f *failing) Update(ctx context.Context, by ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	f.mu.Lock()
	if f.in > 0 {
		if f.in--; f.in == 0 {
			f.mu.Unlock()
			return 0, errFailing
		}
	}
	f.mu.Unlock()
	return f.Store.Update(ctx, by, closure)
}

// stuck is an index that answers when it is released.
type stuck struct {
	matcher
	entered, release chan struct{}
}

func (s *stuck) Members(ctx context.Context, f *filter.Filter, env filter.Env) (*roaring.Bitmap, uint64, error) {
	close(s.entered)
	<-s.release
	return s.matcher.Members(ctx, f, env)
}
