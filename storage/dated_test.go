package storage

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

func (g *tree) leaf(owner *probe, code string, at int64) *leaf {
	g.t.Helper()
	l := &leaf{ID: uuid.New(), Owner: owner.Ordinal, At: time.UnixMilli(at).UTC(), Code: code}
	within(g.t, g.Store, func(tx *tx) error { return tx.Create(leafKind, l) })
	return l
}

// TestMomentsSort writes moments of all that a key can hold.
func TestMomentsSort(t *testing.T) {
	k := &kind{AnyKind: leafKind, Shape: leafKind.Info(), owner: &kind{}}
	var keys [][]byte
	for _, at := range []int64{-momentZero, -62135596800000, -1, 0, 1, 255, 256, 1 << 32, 1 << 40, momentZero - 1} {
		require.True(t, momentFits(at))
		ref := ledger.Ref{Owner: 1 << 31, Ordinal: maxOrdinal, At: at}
		keys = append(keys, k.key(ref))
		back, ok := k.keyRef(keys[len(keys)-1])
		require.True(t, ok)
		require.Equal(t, ref, back)
		back, err := decodeRef(k.encodeRef(ref))
		require.NoError(t, err)
		require.Equal(t, ref, back)
	}
	require.True(t, slices.IsSortedFunc(keys, bytes.Compare))
	require.False(t, momentFits(momentZero) || momentFits(-momentZero-1))
	_, ok := k.keyRef(keys[0][:9])
	require.False(t, ok, "without a moment")
}

// TestADatedRecordLives writes and reads one under its moment, and finds it by its claim and by
// its entry in the log.
func TestADatedRecordLives(t *testing.T) {
	g := newTree(t)
	p := g.probe(g.person(nil), "p")
	late, early := g.leaf(p, "late", 1e12), g.leaf(p, "early", -5)
	require.Equal(t, [][]byte{
		{'y', 0, 0, 0, 1, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xfb, 0, 0, 0, 2}, {'y', 0, 0, 0, 1, 0x80, 0xe8, 0xd4, 0xa5, 0x10, 0, 0, 0, 0, 1},
	}, rawKeys(t, g.engine, []byte{'y'}))
	changes, err := g.Changes(context.Background(), g.Head()-2, 10)
	require.NoError(t, err)
	require.Equal(t, ledger.Ref{Owner: 1, Ordinal: 1, At: 1e12}, changes[0].Ref())
	list, err := leafKind.Many(context.Background(), g.Store, []ledger.Ref{changes[1].Ref(), changes[0].Ref(), {Owner: 1, Ordinal: 1}})
	require.NoError(t, err)
	require.Equal(t, []*leaf{early, late, nil}, list, "there is none without its moment")
	require.NoError(t, g.reading(context.Background(), func(v engine.View) error {
		missed, err := g.kinds.missedChanges(v, g.Head()-1)
		require.Equal(t, early, missed[0].Record)
		return err
	}))
	after := *late
	after.Code = "later"
	moved := after
	moved.At = moved.At.Add(time.Millisecond)
	within(t, g.Store, func(tx *tx) error {
		require.ErrorContains(t, tx.Update(leafKind, late, &moved), "may not change the ordinal, owner, moment or id of a leaf")
		require.NoError(t, tx.Update(leafKind, late, &after))
		never := &leaf{ID: uuid.New(), Owner: p.Ordinal, At: time.Date(6430, 1, 1, 0, 0, 0, 0, time.UTC), Code: "never"}
		require.ErrorContains(t, tx.Create(leafKind, never), "a moment that no key can hold")
		return nil
	})
	g.reopen()
	found, err := leafKind.ReadByClaim(context.Background(), g.Store, ledger.Claim{Kind: claimLeaf, Value: "later"})
	require.NoError(t, err)
	require.Equal(t, &after, found)
	within(t, g.Store, func(tx *tx) error { return tx.Delete(leafKind, &after) })
	_, err = leafKind.ReadByClaim(context.Background(), g.Store, ledger.Claim{Kind: claimLeaf, Value: "later"})
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
	g.requireSound()
}

// TestVerifyFindsAWrongMoment moves a record to another moment behind the store's back, and
// another to a key that is too short.
func TestVerifyFindsAWrongMoment(t *testing.T) {
	g := newTree(t)
	p := g.probe(g.person(nil), "p")
	a, b := g.leaf(p, "a", 10), g.leaf(p, "b", 20)
	g.requireSound()
	k := g.kinds.of(leafKind)
	ref := leafKind.StampOf(a).Ref()
	ref.At++
	inject(t, g.engine, [][]byte{k.key(leafKind.StampOf(a).Ref()), k.key(leafKind.StampOf(b).Ref())},
		engine.Pair{Key: k.key(ref), Value: k.EncodeRecord(a)},
		engine.Pair{Key: []byte{'y', 0, 0, 0, 1, 0, 0, 0, 2}, Value: k.EncodeRecord(b)})
	found, err := g.Verify(context.Background(), nil)
	require.NoError(t, err)
	var words []string
	for _, d := range found {
		words = append(words, d.What)
	}
	require.ElementsMatch(t, []string{
		"leaf records that cannot be read", "code of a leaf taken for somebody else",
		"code of a leaf taken for somebody who does not have it",
	}, words)
}

// TestManyDatedRecordsAreRead reads neighbours by ordinal that lie apart by moment, and those of
// one moment, which are scanned.
func TestManyDatedRecordsAreRead(t *testing.T) {
	g := newTree(t)
	p := g.probe(g.person(nil), "p")
	list := g.grow(leafKind, 200, func(i int) ledger.Record {
		return &leaf{ID: uuid.New(), Owner: p.Ordinal, At: time.UnixMilli(int64(i/50*i%3) * 1000).UTC(), Code: uuid.NewString()}
	})
	for range 2 {
		refs, want := make([]ledger.Ref, len(list)), make([]*leaf, len(list))
		for i, r := range list {
			refs[i], want[i] = leafKind.StampOf(r).Ref(), r.(*leaf)
		}
		found, err := leafKind.Many(context.Background(), g.Store, refs)
		require.NoError(t, err)
		require.Equal(t, want, found)
		slices.SortFunc(list, func(a, b ledger.Record) int {
			return leafKind.StampOf(a).Ref().Compare(leafKind.StampOf(b).Ref())
		})
	}
	var scanned []ledger.Record
	for from := (ledger.Ref{}); ; from.Ordinal++ {
		page, err := leafKind.Scan(context.Background(), g.Store, from, 7)
		require.NoError(t, err)
		for _, l := range page {
			scanned, from = append(scanned, l), leafKind.StampOf(l).Ref()
		}
		if len(page) < 7 {
			break
		}
	}
	require.Equal(t, list, scanned)
}
