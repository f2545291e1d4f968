package segments_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/badger"
)

// prepared is an index that knows the answer.
type prepared struct {
	segments.Index
	set *roaring.Bitmap
}

func (p *prepared) Members(context.Context, *filter.Filter, filter.Env) (*roaring.Bitmap, uint64, error) {
	return p.set.Clone(), 1, nil
}

// churn takes some members out and lets as many others in.
func (p *prepared) churn(contacts, some int) {
	for range some {
		p.set.Remove(rand.Uint32N(uint32(contacts)))
		p.set.Add(rand.Uint32N(uint32(contacts)))
	}
}

// BenchmarkRefresh is a refresh without its evaluation: reading the newest
// snapshot, comparing, storing on disk. A third of the contacts are members,
// of which a part has changed.
func BenchmarkRefresh(b *testing.B) {
	for _, size := range []int{1_000_000, 10_000_000} {
		for _, changed := range []int{0, 100, size / 100} {
			b.Run(fmt.Sprintf("contacts=%d/changed=%d", size, changed), func(b *testing.B) {
				engine, err := badger.Open(filepath.Join(b.TempDir(), "store"), slog.New(slog.DiscardHandler))
				require.NoError(b, err)
				store, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: engine})
				require.NoError(b, err)
				defer store.Close()
				known := &prepared{set: roaring.New()}
				for range size / 3 {
					known.set.Add(rand.Uint32N(uint32(size)))
				}
				service := segments.New(store, known, nil, &schedules{plans: map[ledger.ID]string{}}, segments.Options{})
				made, err := service.Create(context.Background(), by, draft(b, `{"name": "n"}`))
				require.NoError(b, err)
				refresh := func() {
					_, err := service.Refresh(context.Background(), by, made.ID)
					require.NoError(b, err)
				}
				refresh()
				for b.Loop() {
					b.StopTimer()
					known.churn(size, changed/2)
					b.StartTimer()
					refresh()
				}
			})
		}
	}
}
