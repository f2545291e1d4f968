package index

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/index/search"
)

// TestCloseInTheMiddleOfWork closes an index that counts, searches, writes
// checkpoints and follows changes, under a deadline: a lock that is taken twice,
// or a goroutine that nobody stops, would wait for ever. The race detector
// watches. What was applied is in the columns that are opened next.
func TestCloseInTheMiddleOfWork(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	r, dir := indextest.NewRecords(), t.TempDir()
	for ordinal := range uint32(100) {
		r.Put(ordinal+1, "KE")
	}
	x, _ := open(t, dir, r)

	var working sync.WaitGroup
	var rounds [4]atomic.Int64
	stop, reached := make(chan struct{}), make(chan int, len(rounds))
	work := func(i int, step func(round int64)) {
		working.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				round := rounds[i].Add(1)
				if step(round); round == 20 {
					reached <- i
				}
			}
		})
	}
	work(0, func(round int64) {
		ordinal := uint32(round%150) + 1
		if round%7 == 0 {
			r.Remove(ordinal)
		} else {
			r.Put(ordinal, []string{"KE", "TZ"}[round%2])
		}
	})
	country, _ := r.Schema().Field("country")
	email, _ := r.Schema().Field("email")
	inside := &filter.Filter{Root: &filter.Group{Not: true, Rules: []filter.Node{
		&filter.Group{Or: true, Rules: []filter.Node{
			&filter.Rule{Field: country, Operator: filter.Eq, Values: []fields.Value{fields.TextValue("ke")}},
			&filter.Rule{Field: email, Operator: filter.Contains, Values: []fields.Value{fields.TextValue("son1")}},
		}},
	}}}
	work(1, func(int64) {
		if _, err := x.Query(ctx, Query{
			Filter: inside, Env: everyone, Facets: fields.CountValues(country), Sort: []fields.Sort{{Field: email}}, Limit: 10,
		}); err != nil {
			t.Error(err)
		}
	})
	work(2, func(int64) {
		// A search may find the text index closed. It must answer.
		_, _ = x.Search(ctx, search.Query{Text: "person7", Env: everyone, Limit: 5})
	})
	work(3, func(int64) { x.signalCheckpoint(); x.Status() })

	done := make(chan error, 1)
	go func() {
		for range rounds {
			<-reached
		}
		err := x.Close(ctx)
		close(stop)
		working.Wait()
		done <- err
	}()
	select {
	case err := <-done:
		require.NoError(t, err)
	case <-ctx.Done():
		t.Fatal("work and closing wait for each other")
	}

	again, _ := open(t, dir, r)
	defer closeIndex(t, again)
	require.Equal(t, r.Head(), again.Seq())
	differences, err := again.verifyColumns(ctx, func(string, uint64) {})
	require.NoError(t, err)
	require.Empty(t, differences)
}
