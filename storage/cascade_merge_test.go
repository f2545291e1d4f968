package storage

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

// TestMergeMovesNothing merges owners, takes it back, and deletes the survivor.
func TestMergeMovesNothing(t *testing.T) {
	g := newTree(t)
	ada, ben := g.person(nil), g.person(nil)
	own, theirs := g.probe(ada, "own"), g.probe(ben, "theirs")
	leaves := makers["leaf"](g, theirs.Ordinal, "leaf", 1)
	after := *ada
	after.Absorbed = []ledger.Absorbed{{ID: ben.ID, Ordinal: ben.Ordinal, Merge: uuid.New()}}
	merge := func() {
		g.update(func(tx ledger.Tx) error {
			return contactKind.Absorb(tx, &ledger.Merge[contacts.Contact]{ID: after.Absorbed[0].Merge, Before: ada, After: &after, Absorbed: ben})
		})
	}
	listed := func(c *contacts.Contact) []*probe {
		t.Helper()
		list, err := probeKind.OwnedBy(context.Background(), g.Store, ledger.Ordinals(contactKind, c), ledger.Window{Limit: 10})
		require.NoError(t, err)
		return list
	}
	merge()
	require.Equal(t, []*probe{own, theirs}, listed(&after))
	keys := rawKeys(t, g.engine, []byte{'p'})
	require.Equal(t, [][]byte{{'p', 0, 0, 0, 1, 0, 0, 0, 1}, {'p', 0, 0, 0, 2, 0, 0, 0, 2}}, keys, "merging moves nothing")
	changed := *theirs
	changed.Text = "changed since"
	within(t, g.Store, func(tx *tx) error { return tx.Update(probeKind, theirs, &changed) })
	g.requireSound()

	parted, restored := after, *ben
	parted.Absorbed = nil
	g.update(func(tx ledger.Tx) error { return contactKind.Restore(tx, &after, &parted, &restored) })
	require.Equal(t, []*probe{own}, listed(&parted))
	require.Equal(t, []*probe{&changed}, listed(&restored))
	require.Equal(t, keys, rawKeys(t, g.engine, []byte{'p'}))

	ada, ben = &parted, &restored
	after = *ada
	after.Absorbed = []ledger.Absorbed{{ID: ben.ID, Ordinal: ben.Ordinal, Merge: uuid.New()}}
	merge()
	g.deleteStopped(&after)
	g.requireGone(g.kinds.of(probeKind), &after, []ledger.Record{own, &changed})
	g.requireGone(g.kinds.of(leafKind), &changed, leaves)
	g.requireSound()
	g.reopen()
	require.NoError(t, g.Sweep(context.Background()))
	require.Empty(t, rawKeys(t, g.engine, []byte{'p'}))
	require.Empty(t, rawKeys(t, g.engine, []byte{'y'}))
	g.requireSound()
}

// TestAMergeOfOwnedRecordsIsNotUndoneWithoutTheOwner absorbs a probe of somebody else who
// is deleted then.
func TestAMergeOfOwnedRecordsIsNotUndoneWithoutTheOwner(t *testing.T) {
	g := newTree(t)
	ada, ben := g.person(nil), g.person(nil)
	a, b := g.probe(ada, "A"), g.probe(ben, "B")
	leaves := makers["leaf"](g, b.Ordinal, "leaf", 3)
	after := *a
	after.Absorbed = []ledger.Absorbed{{Ordinal: b.Ordinal, ID: b.ID, Merge: uuid.New(), Identifier: "B"}}
	within(t, g.Store, func(tx *tx) error {
		return tx.Absorb(probeKind, ledger.Merged{ID: after.Absorbed[0].Merge, Before: a, After: &after, Absorbed: b})
	})
	list, err := leafKind.OwnedBy(context.Background(), g.Store, ledger.Ordinals(probeKind, &after), ledger.Window{Limit: 10})
	require.NoError(t, err)
	require.Len(t, list, 3, "they belong to the survivor")
	within(t, g.Store, func(tx *tx) error { return contactKind.Delete(tx, ben) })
	within(t, g.Store, func(tx *tx) error {
		parted, restored := after, *b
		parted.Absorbed = nil
		require.Equal(t, fault.KindNotFound, fault.KindOf(tx.Restore(probeKind, &after, &parted, &restored)))
		return nil
	})
	g.requireSound()
	g.deleteStopped(ada)
	g.requireGone(g.kinds.of(leafKind), &after, leaves)
	g.requireSound()
	g.reopen()
	require.NoError(t, g.Sweep(context.Background()))
	require.Empty(t, rawKeys(t, g.engine, []byte{'y'}))
	g.requireSound()
}

// TestAMergeIntoOneWhoIsGoneHidesToo has probes absorbed one by the other, the last by one
// that waits for the sweep.
func TestAMergeIntoOneWhoIsGoneHidesToo(t *testing.T) {
	g := newTree(t)
	ada, ben := g.person(nil), g.person(nil)
	probes := makers["probe"](g, ada.Ordinal, "p", 1_500)
	first, second := g.probe(ben, "first"), g.probe(ben, "second")
	leaves := makers["leaf"](g, first.Ordinal, "leaf", 3)
	absorb := func(survivor *probe, absorbed *probe) *probe {
		after := *survivor
		after.Absorbed = append(absorbed.Absorbed[:len(absorbed.Absorbed):len(absorbed.Absorbed)],
			ledger.Absorbed{Ordinal: absorbed.Ordinal, ID: absorbed.ID, Merge: uuid.New(), Identifier: absorbed.Code})
		m := ledger.Merged{ID: uuid.New(), Before: survivor, After: &after, Absorbed: absorbed}
		within(t, g.Store, func(tx *tx) error { return tx.Absorb(probeKind, m) })
		return &after
	}
	survivor := absorb(probes[1_499].(*probe), absorb(second, first))
	read, err := leafKind.Many(context.Background(), g.Store, []ledger.Ref{leafKind.StampOf(leaves[0]).Ref()})
	require.NoError(t, err)
	require.Equal(t, leaves[0], read[0], "over two merges")
	g.requireSound()
	g.deleteStopped(ada)
	g.requireGone(g.kinds.of(leafKind), survivor, leaves)
	g.requireSound()
	makers["leaf"](g, g.probe(ben, "third").Ordinal, "leaf", 3) // with the same codes
	g.requireSound()
	g.reopen()
	require.NoError(t, g.Sweep(context.Background()))
	require.Len(t, rawKeys(t, g.engine, []byte{'y'}), 3)
	require.Empty(t, rawKeys(t, g.engine, []byte{kindMerge}))
	g.requireSound()
}

// TestWhatIsMadeForOneWhoWasAbsorbed is listed with what the survivor has, goes back with the
// undo of the merge, and goes with the survivor.
func TestWhatIsMadeForOneWhoWasAbsorbed(t *testing.T) {
	g := newTree(t)
	ada, ben := g.person(nil), g.person(nil)
	after := *ada
	after.Absorbed = []ledger.Absorbed{{ID: ben.ID, Ordinal: ben.Ordinal, Merge: uuid.New()}}
	merge := func() {
		g.update(func(tx ledger.Tx) error {
			return contactKind.Absorb(tx, &ledger.Merge[contacts.Contact]{ID: after.Absorbed[0].Merge, Before: ada, After: &after, Absorbed: ben})
		})
	}
	listed := func(owners ...uint32) []*probe {
		t.Helper()
		list, err := probeKind.OwnedBy(context.Background(), g.Store, owners, ledger.Window{Limit: 10})
		require.NoError(t, err)
		return list
	}
	merge()
	own, theirs := g.probe(ada, "own"), g.probe(ben, "theirs")
	leaf := g.leaf(theirs, "leaf", 1)
	g.requireSound()
	require.Equal(t, []*probe{own, theirs}, listed(ledger.Ordinals(contactKind, &after)...))
	found, err := leafKind.ReadByClaim(context.Background(), g.Store, ledger.Claim{Kind: claimLeaf, Value: "leaf"})
	require.NoError(t, err)
	require.Equal(t, leaf, found)

	parted, restored := after, *ben
	parted.Absorbed = nil
	g.update(func(tx ledger.Tx) error { return contactKind.Restore(tx, &after, &parted, &restored) })
	require.Equal(t, []*probe{own}, listed(parted.Ordinal))
	require.Equal(t, []*probe{theirs}, listed(restored.Ordinal))
	g.requireSound()

	ada, ben = &parted, &restored
	after = *ada
	after.Absorbed = []ledger.Absorbed{{ID: ben.ID, Ordinal: ben.Ordinal, Merge: uuid.New()}}
	merge()
	late := g.probe(ben, "late")
	g.deleteStopped(&after)
	g.requireGone(g.kinds.of(probeKind), &after, []ledger.Record{own, theirs, late})
	g.requireGone(g.kinds.of(leafKind), theirs, []ledger.Record{leaf})
	within(t, g.Store, func(tx *tx) error {
		err := tx.Create(probeKind, &probe{ID: uuid.New(), Owner: ben.Ordinal, Code: "too late"})
		require.Equal(t, fault.KindNotFound, fault.KindOf(err))
		return nil
	})
	g.reopen()
	require.NoError(t, g.Sweep(context.Background()))
	g.requireNothingOf(&after, 0)
	g.requireNothingOf(ben, 0)
	g.requireSound()
}
