package storage

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// watchedEngine counts what its views are asked for.
type watchedEngine struct {
	engine.Engine
	gets, scans atomic.Int64
}

func (e *watchedEngine) View(ctx context.Context) (engine.View, error) {
	v, err := e.Engine.View(ctx)
	return watchedView{v, e}, err
}

type watchedView struct {
	engine.View
	engine *watchedEngine
}

func (v watchedView) Get(key []byte) ([]byte, error) {
	v.engine.gets.Add(1)
	return v.View.Get(key)
}

func (v watchedView) GetMany(keys [][]byte) ([][]byte, error) {
	v.engine.gets.Add(int64(len(keys)))
	return v.View.GetMany(keys)
}

func (v watchedView) Scan(r engine.Range) (engine.Page, error) {
	v.engine.scans.Add(1)
	return v.View.Scan(r)
}

// TestReadsAskForNoOwners reads records of many owners: while nobody is being deleted, one scan
// says that all owners stand.
func TestReadsAskForNoOwners(t *testing.T) {
	g := newTree(t)
	const owners, each = 100, 25
	var people []uint32
	for range owners {
		people = append(people, g.person(nil).Ordinal)
		makers["probe"](g, people[len(people)-1], fmt.Sprint("p", len(people), "."), each)
	}
	makers["leaf"](g, 1, "l", 10)
	w := &watchedEngine{Engine: g.engine}
	g.views = w
	ctx := context.Background()
	reads := func(read func() int) (found int, gets, scans int64) {
		w.gets.Store(0)
		w.scans.Store(0)
		found = read()
		return found, w.gets.Load(), w.scans.Load()
	}
	all := func() (n int) {
		require.NoError(t, g.Scan(ctx, probeKind.Info(), ledger.Ref{}, 10_000, func(ledger.Ref, []byte) error { n++; return nil }))
		return n
	}
	found, gets, scans := reads(all)
	require.Equal(t, []int64{owners * each, 0, 3 + 1}, []int64{int64(found), gets, scans}, "three pages, and one look for marks")
	found, gets, scans = reads(func() int {
		list, err := probeKind.OwnedBy(ctx, g.Store, people, ledger.Window{Limit: 50})
		require.NoError(t, err)
		return len(list)
	})
	require.Equal(t, []int64{50, 0, owners + 1}, []int64{int64(found), gets, scans})
	found, gets, _ = reads(func() int {
		leaf, err := leafKind.ReadByClaim(ctx, g.Store, ledger.Claim{Kind: claimLeaf, Value: "l3"})
		require.NoError(t, err)
		return int(leaf.Ordinal)
	})
	require.Equal(t, []int64{4, 3}, []int64{int64(found), gets}, "the claim, and the record twice")

	gone := g.person(nil)
	makers["probe"](g, gone.Ordinal, "gone", 1_500)
	g.deleteStopped(gone)
	found, gets, _ = reads(all)
	require.Equal(t, owners*each, found)
	require.Positive(t, gets, "with a mark each owner is asked for")
}

// TestWhatAClosureWritesIsFoundByOwner makes records of many owners in one closure: a list of one
// owner looks at what that one has, and not at all that was written.
func TestWhatAClosureWritesIsFoundByOwner(t *testing.T) {
	g := newTree(t)
	var people []uint32
	for range 500 {
		people = append(people, g.person(nil).Ordinal)
	}
	k := g.kinds.of(probeKind)
	within(t, g.Store, func(tx *tx) error {
		for i, owner := range people {
			require.NoError(t, tx.Create(probeKind, &probe{ID: uuid.New(), Owner: owner, Code: fmt.Sprint("p", i)}))
			require.Len(t, tx.belonging[k.at(owner)], 1)
		}
		taken := tx.Attempt(func() error {
			require.NoError(t, tx.Create(probeKind, &probe{ID: uuid.New(), Owner: people[0], Code: "taken back"}))
			return errItem
		})
		require.Equal(t, errItem, taken)
		require.NoError(t, tx.Create(probeKind, &probe{ID: uuid.New(), Owner: people[1], Code: "another's ordinal"}))
		require.Equal(t, []string{"p0"}, g.owned(tx, people[0], 0, 10))
		require.Equal(t, []string{"p1", "another's ordinal"}, g.owned(tx, people[1], 0, 10))
		return nil
	})
	g.requireSound()
}
