package storage

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

func authorNamed(name string) ledger.Author {
	return ledger.Author{Source: ledger.SourceAPI, Name: name}
}

func requestOf(by ledger.Author) *request { return &request{by: by, done: make(chan answer, 1)} }

// Whatever authors ask for, among those who wait all the time nobody is served
// more than another by more than one request costs, and the requests of one
// author keep their order.
func TestQueueServesByCost(t *testing.T) {
	const dearest = 50
	rapid.Check(t, func(t *rapid.T) {
		q := newQueue()
		authors := rapid.IntRange(1, 5).Draw(t, "authors")
		sent := map[*request]int{}
		send := func(name string) {
			r := requestOf(authorNamed(name))
			sent[r] = len(sent)
			require.NoError(t, q.add(r))
		}
		served := map[string]uint64{}
		last := map[string]int{}
		for i := range authors {
			send(fmt.Sprint(i))
			send(fmt.Sprint(i)) // so that nobody's line is ever empty
		}
		for range 200 {
			r := q.take(anyCost)
			require.NotNil(t, r)
			name := r.by.Name
			require.GreaterOrEqual(t, sent[r], last[name])
			last[name] = sent[r]
			cost := rapid.IntRange(0, dearest).Draw(t, "cost")
			q.charge(r, cost)
			served[name] += uint64(max(cost, 1))
			send(name)
		}
		for a := range authors {
			for b := range authors {
				require.LessOrEqual(t, served[fmt.Sprint(a)], served[fmt.Sprint(b)]+dearest)
			}
		}
	})
}

func TestQueueNobodySavesUp(t *testing.T) {
	q := newQueue()
	busy, late := authorNamed("busy"), authorNamed("late")
	for range 20 {
		require.NoError(t, q.add(requestOf(busy)))
	}
	for range 10 {
		q.charge(q.take(anyCost), 100)
	}
	for range 10 {
		require.NoError(t, q.add(requestOf(late)))
	}
	turns := map[ledger.Author]int{}
	for range 10 {
		r := q.take(anyCost)
		q.charge(r, 100)
		turns[r.by]++
	}
	require.InDelta(t, 5, turns[late], 1)
}

func TestQueueRemembersWhoWasServedUntilOthersCatchUp(t *testing.T) {
	q := newQueue()
	dear, cheap := authorNamed("dear"), authorNamed("cheap")
	require.NoError(t, q.add(requestOf(dear)))
	q.charge(q.take(anyCost), 10) // dear is away for a moment
	for range 20 {
		require.NoError(t, q.add(requestOf(cheap)))
	}
	require.NoError(t, q.add(requestOf(dear)))
	for i := range 10 {
		r := q.take(anyCost)
		require.Equal(t, cheap, r.by, i)
		q.charge(r, 1)
	}
}

func TestQueueForgetsEmptyLinesWhenThereAreMany(t *testing.T) {
	q := newQueue()
	waits := authorNamed("waits")
	require.NoError(t, q.add(requestOf(waits)))
	q.charge(q.take(anyCost), 5*manyLines)
	require.NoError(t, q.add(requestOf(waits)))
	for i := range 3 * manyLines {
		require.NoError(t, q.add(requestOf(authorNamed(fmt.Sprint(i)))))
		q.charge(q.take(anyCost), 1)
		require.LessOrEqual(t, len(q.lines), manyLines+1)
	}
	require.Contains(t, q.lines, waits)
}

func TestQueuePutsBackInFrontAndGivesBack(t *testing.T) {
	q := newQueue()
	a, b := authorNamed("a"), authorNamed("b")
	var requests []*request
	for _, by := range []ledger.Author{a, a, b} {
		r := requestOf(by)
		requests = append(requests, r)
		require.NoError(t, q.add(r))
	}
	first := q.take(anyCost)
	require.Same(t, requests[0], first)
	q.charge(first, 1_000)
	second := q.take(anyCost)
	require.Same(t, requests[2], second)
	q.charge(second, 1)
	q.close()
	q.putBack([]*request{first, second})
	require.Equal(t, 3, q.len())
	require.Zero(t, q.lines[a].charged)
	require.Zero(t, q.lines[b].charged)
	var order []*request
	for r := q.take(anyCost); r != nil; r = q.take(anyCost) {
		q.charge(r, 1)
		order = append(order, r)
	}
	require.ElementsMatch(t, requests, order)
	require.True(t, q.ended())
}

func TestQueueBoundsWhoWaits(t *testing.T) {
	q := newQueue()
	greedy := authorNamed("greedy")
	for range maxWaitingOfOne {
		require.NoError(t, q.add(requestOf(greedy)))
	}
	err := q.add(requestOf(greedy))
	require.Equal(t, fault.KindTooMany, fault.KindOf(err))
	require.ErrorContains(t, err, "1000 writes")
	require.Equal(t, maxWaitingOfOne, q.len())

	for i := 1; i < maxWaiting/maxWaitingOfOne; i++ {
		for range maxWaitingOfOne {
			require.NoError(t, q.add(requestOf(authorNamed(fmt.Sprint(i)))))
		}
	}
	namesake := greedy
	namesake.Key = ledger.ID{1}
	err = q.add(requestOf(namesake))
	require.Equal(t, fault.KindUnavailable, fault.KindOf(err), "it has a line of its own")
	err = q.add(requestOf(authorNamed("late")))
	var refused *fault.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, fault.KindUnavailable, refused.Kind)
	require.Equal(t, "busy", refused.Type, "it is not the key that has too many")
	require.NoError(t, q.add(systemRequest(nil)), "the store's own work is never turned away")

	taken := q.take(anyCost)
	require.NotNil(t, taken)
	for _, r := range q.lines[authorNamed("1")].requests[:2] {
		q.drop(r)
		q.drop(r)
	}
	require.NoError(t, q.add(requestOf(authorNamed("late"))))
	require.Equal(t, maxWaiting-1, q.len())
}

// Whoever asks for little is not kept waiting by what is expected to cost much.
func TestQueueKeepsBackWhatIsDear(t *testing.T) {
	q := newQueue()
	dear, cheap := authorNamed("dear"), authorNamed("cheap")
	for range 3 {
		require.NoError(t, q.add(requestOf(dear)))
	}
	q.charge(q.take(0), 500) // nobody knows yet
	require.NoError(t, q.add(requestOf(cheap)))
	r := q.take(499)
	require.Equal(t, cheap, r.by)
	q.charge(r, 1)
	require.Nil(t, q.take(499))
	r = q.take(500)
	require.Equal(t, dear, r.by)
	q.charge(r, 2)
	require.NotNil(t, q.take(2), "it may change its ways")
}
