package search

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// countdown is a context that ends after left looks at it.
type countdown struct {
	context.Context
	looks, left atomic.Int64
}

func newCountdown(ctx context.Context, left int64) *countdown {
	c := &countdown{Context: ctx}
	c.left.Store(left)
	return c
}

func (c *countdown) Err() error {
	c.looks.Add(1)
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// However far a search has come when its context ends, it looks at it only a few
// times more: each of these looks stands for less than a millisecond of work, and
// what goes on is what returns.
func TestSearchesEndWithTheirContext(t *testing.T) {
	x, _ := newTangle(t)
	country, _ := x.source.Schema().Field("country")
	for _, q := range []Query{
		{Text: "ali ann", Env: everyone, Limit: 10, Facets: fields.CountValues(country)},
		{Text: "anna lee bob dan", Env: everyone, Limit: 10},
		{Text: "an", Env: everyone, Limit: 50, Sort: recentFirst},
	} {
		whole := newCountdown(t.Context(), 1<<40)
		_, err := x.Search(whole, q)
		require.NoError(t, err)
		looks := whole.looks.Load()
		require.Greater(t, looks, int64(20), q.Text)
		for left := int64(0); left < looks-1; left += 1 + looks/50 {
			ending := newCountdown(t.Context(), left)
			_, err := x.Search(ending, q)
			require.ErrorIs(t, err, context.Canceled, "%q after %d of %d looks", q.Text, left, looks)
			require.Less(t, ending.looks.Load(), left+80, "%q goes on after look %d of %d", q.Text, left, looks)
		}
	}
}
