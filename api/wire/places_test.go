package wire

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/access"
	_ "github.com/ndoto/kundi/repeatable"
)

func someUsage() *usage {
	return newUsage(access.Limits{RequestsPerSecond: 10, HeavyQuestions: 2}, maxAtOnce, 1<<20)
}

func granted(t *ticket) bool {
	select {
	case <-t.granted:
		return true
	default:
		return false
	}
}

// TestPlacesGoRound: however many questions one key has asked, another's comes
// next.
func TestPlacesGoRound(t *testing.T) {
	p := newPlaces(2, 2)
	greedy, modest, third := someUsage(), someUsage(), someUsage()
	var line []*ticket
	for range 100 {
		line = append(line, p.ask(greedy))
	}
	require.True(t, granted(line[1]))
	require.False(t, granted(line[2]))
	one, two, other := p.ask(modest), p.ask(modest), p.ask(third)
	require.Equal(t, 101, waitingIn(p))

	p.give(greedy)
	require.True(t, granted(line[2]), "it has waited longest")
	p.give(greedy)
	require.True(t, granted(one))
	p.give(greedy)
	require.True(t, granted(other))
	require.False(t, granted(two), "a turn is one question")
	p.give(modest)
	require.True(t, granted(line[3]))
	p.give(third)
	require.True(t, granted(two))
}

// TestNoKeyHasAllPlaces: those that a busy key may not have are free for
// others at once.
func TestNoKeyHasAllPlaces(t *testing.T) {
	p := newPlaces(4, 2)
	greedy, modest := someUsage(), someUsage()
	for range 10 {
		p.ask(greedy)
	}
	require.Equal(t, 8, waitingIn(p))
	require.True(t, granted(p.ask(modest)))
	require.True(t, granted(p.ask(modest)))
}

// TestPlacesKeepTheirRules compares any history with what must always hold.
func TestPlacesKeepTheirRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total, each := rapid.IntRange(1, 4).Draw(t, "total"), rapid.IntRange(1, 4).Draw(t, "each")
		p := newPlaces(total, each)
		keys := []*usage{someUsage(), someUsage(), someUsage()}
		waiting, held := map[*usage][]*ticket{}, map[*usage]int{}
		settle := func() {
			for _, u := range keys {
				waiting[u] = slices.DeleteFunc(waiting[u], func(t *ticket) bool {
					if granted(t) {
						held[u]++
						return true
					}
					return false
				})
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			u := rapid.SampledFrom(keys).Draw(t, "key")
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0:
				waiting[u] = append(waiting[u], p.ask(u))
			case 1:
				if held[u] > 0 {
					held[u]--
					p.give(u)
				}
			case 2:
				if n := len(waiting[u]); n > 0 {
					at := rapid.IntRange(0, n-1).Draw(t, "who")
					require.True(t, p.withdraw(u, waiting[u][at]))
					waiting[u] = slices.Delete(waiting[u], at, at+1)
				}
			}
			settle()
			sum, lines := 0, 0
			for _, u := range keys {
				require.LessOrEqual(t, held[u], each)
				sum += held[u]
				if held[u]+len(waiting[u]) > 0 {
					lines++
				}
			}
			require.Equal(t, total, sum+p.free)
			require.Len(t, p.lines, lines, "lines that are not used are forgotten")
			for _, u := range keys {
				require.False(t, len(waiting[u]) > 0 && held[u] < each && p.free > 0, "a place is free while somebody waits who may have it")
			}
		}
	})
}

func TestWaitingForAPlaceEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlaces(1, 1)
		one, two := someUsage(), someUsage()
		require.NoError(t, p.take(t.Context(), one, time.Second))
		began := time.Now()
		var refused *Problem
		require.ErrorAs(t, p.take(t.Context(), two, time.Second), &refused)
		require.Equal(t, 503, refused.Status)
		require.Equal(t, time.Second, time.Since(began))

		ctx, cancel := context.WithCancelCause(t.Context())
		gone := errors.New("gone")
		time.AfterFunc(time.Second, func() { cancel(gone) })
		require.ErrorIs(t, p.take(ctx, two, time.Minute), context.Canceled)
		require.Equal(t, 2*time.Second, time.Since(began))
		require.Zero(t, waitingIn(p))

		time.AfterFunc(time.Second, func() { p.give(one) })
		require.NoError(t, p.take(t.Context(), two, time.Minute))
		p.give(two)
		require.Equal(t, 1, p.free)
	})
}

func TestPlacesAreTakenAndGivenAtOnce(t *testing.T) {
	p := newPlaces(3, 2)
	var all sync.WaitGroup
	for range 4 {
		u := someUsage()
		for range 8 {
			all.Go(func() {
				for i := range 200 {
					if p.take(t.Context(), u, time.Duration(i%3)*time.Microsecond) == nil {
						p.give(u)
					}
				}
			})
		}
	}
	all.Wait()
	require.Equal(t, 3, p.free)
	require.Empty(t, p.lines)
	require.Empty(t, p.turns)
}

func waitingIn(p *places) (n int) {
	_, n = p.load()
	return n
}
