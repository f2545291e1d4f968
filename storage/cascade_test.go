package storage

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/conversations"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/faulty"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// maker makes n records of an owned kind, with codes that begin so, and returns those it
// has made.
type maker func(g *tree, owner uint32, code string, n int) []ledger.Record

// makers are of every owned kind. The ones of leaves need a probe, and the ones of messages a
// conversation.
var makers = map[fields.Entity]maker{
	fields.EntityConversation: func(g *tree, owner uint32, code string, n int) []ledger.Record {
		return g.grow(conversations.Kind, n, func(i int) ledger.Record {
			return &conversations.Conversation{ID: uuid.New(), Owner: owner, Subject: fmt.Sprint(code, i)}
		})
	},
	fields.EntityMessage: func(g *tree, owner uint32, code string, n int) []ledger.Record {
		return g.grow(conversations.MessageKind, n, func(i int) ledger.Record {
			return &conversations.Message{ID: uuid.New(), Owner: owner, At: time.UnixMilli(int64(i%7) * 1e11).UTC(), Channel: 1, SourceID: fmt.Sprint(code, i)}
		})
	},
	fields.EntityQuarantined: func(g *tree, owner uint32, code string, n int) []ledger.Record {
		return g.grow(conversations.HeldKind, n, func(i int) ledger.Record {
			return &conversations.Held{ID: uuid.New(), Owner: owner, At: time.UnixMilli(int64(i%7) * 1e11).UTC(), Channel: 1, SourceID: fmt.Sprint(code, i)}
		})
	},
	fields.EntityCampaignEvent: func(g *tree, owner uint32, _ string, n int) []ledger.Record {
		audience := uuid.New()
		return g.grow(audiences.EventsKind, n, func(i int) ledger.Record {
			return &audiences.Event{
				ID: uuid.NewSHA1(audience, fmt.Append(nil, i)), Owner: owner, At: time.UnixMilli(int64(i%7) * 1e11).UTC(), Campaign: "c", Kind: audiences.Opened,
				Audience: audience, Row: uint32(i + 1),
			}
		})
	},
	"probe": func(g *tree, owner uint32, code string, n int) []ledger.Record {
		return g.grow(probeKind, n, func(i int) ledger.Record {
			return &probe{ID: uuid.New(), Owner: owner, Code: fmt.Sprint(code, i)}
		})
	},
	"note": func(g *tree, owner uint32, code string, n int) []ledger.Record {
		return g.grow(notes.Kind, n, func(i int) ledger.Record {
			return &notes.Note{ID: uuid.New(), Owner: owner, CreatedAt: time.UnixMilli(int64(i%7) * 1e11).UTC(), Text: fmt.Sprint(code, i), Versions: 1}
		})
	},
	"leaf": func(g *tree, owner uint32, code string, n int) []ledger.Record {
		return g.grow(leafKind, n, func(i int) ledger.Record {
			return &leaf{ID: uuid.New(), Owner: owner, At: time.UnixMilli(int64(i%7) * 1e11).UTC(), Code: fmt.Sprint(code, i)}
		})
	},
}

func (g *tree) grow(k ledger.AnyKind, n int, one func(i int) ledger.Record) (list []ledger.Record) {
	g.t.Helper()
	for len(list) < n {
		within(g.t, g.Store, func(t *tx) error {
			for range min(500, n-len(list)) {
				r := one(len(list))
				if err := t.Create(k, r); err != nil {
					return err
				}
				list = append(list, r)
			}
			return nil
		})
	}
	return list
}

// owner makes a record of the kind that another belongs to, over all that it belongs to
// itself. Root is the one that belongs to nobody.
func (g *tree) ownerOf(k *kind, code string) (owner, root ledger.Record) {
	if k.owner.owner == nil {
		c := g.person(nil)
		return c, c
	}
	above, root := g.ownerOf(k.owner, code)
	return makers[k.owner.Entity](g, *k.owner.owner.StampOf(above).Ordinal, code+"above", 1)[0], root
}

// unmade are the owned kinds for which there is no maker.
func unmade(kinds []ledger.AnyKind) (list []fields.Entity) {
	for _, k := range kinds {
		if k.Info().Owner != "" && makers[k.Info().Entity] == nil {
			list = append(list, k.Info().Entity)
		}
	}
	return list
}

// TestEveryOwnedKindGoesWithItsOwner walks all kinds that there are.
func TestEveryOwnedKindGoesWithItsOwner(t *testing.T) {
	require.Empty(t, unmade(treeKinds()), "write a maker for each")
	made := *probeKind
	made.Entity = "promise"
	require.Equal(t, []fields.Entity{"promise"}, unmade(append(treeKinds(), &made)), "one that has none is named")
	kinds, err := newKinds(treeKinds()...)
	require.NoError(t, err)
	for _, k := range kinds.list {
		if k.owner == nil {
			continue
		}
		for _, n := range []int{1, 1_500} {
			t.Run(fmt.Sprint(k.Entity, n), func(t *testing.T) {
				g := newTree(t)
				_, other := g.ownerOf(k, "other")
				owner, root := g.ownerOf(k, "code")
				list := makers[k.Entity](g, *k.owner.StampOf(owner).Ordinal, "code", n)
				g.deleteStopped(root.(*contacts.Contact))
				g.requireGone(k, owner, list)
				g.requireSound()
				g.reopen()
				require.NoError(t, g.Sweep(context.Background()))
				g.requireGone(k, owner, list)
				g.requireNothingOf(root.(*contacts.Contact), 0)
				g.requireSound()
				within(t, g.Store, func(tx *tx) error { return contactKind.Delete(tx, other.(*contacts.Contact)) })
				require.NoError(t, g.Sweep(context.Background()))
				for _, owned := range kinds.list {
					if owned.owner != nil {
						require.Zero(t, g.totals().of(owned))
						require.Empty(t, rawKeys(t, g.engine, []byte{owned.Prefix}))
					}
				}
				require.Zero(t, g.totals().Claims)
				g.requireSound()
			})
		}
	}
}

// deleteStopped deletes a contact and stops before anything is swept.
func (g *tree) deleteStopped(c *contacts.Contact) {
	g.t.Helper()
	head, applies := g.Head(), g.faults.Applies()
	g.faults.Next(faulty.None(), faulty.Full())
	within(g.t, g.Store, func(tx *tx) error { return contactKind.Delete(tx, c) })
	if len(rawKeys(g.t, g.engine, []byte{kindSweep})) > 0 { // few that own nothing go in the commit of the deletion
		require.Eventually(g.t, func() bool { return g.faults.Applies() == applies+2 }, time.Minute, time.Millisecond)
	}
	within(g.t, g.Store, func(*tx) error { g.committer.sweeps = nil; return nil })
	changes, err := g.Changes(context.Background(), head, 10)
	require.NoError(g.t, err)
	require.Len(g.t, changes, 1, "the log has the owner alone")
	require.Equal(g.t, ledger.OpDelete, changes[0].Op)
}

// requireGone looks for records in every way there is.
func (g *tree) requireGone(k *kind, owner ledger.Record, list []ledger.Record) {
	g.t.Helper()
	ctx := context.Background()
	refs := make([]ledger.Ref, len(list))
	for i, r := range list {
		refs[i] = k.StampOf(r).Ref()
	}
	owners := ledger.Ordinals(k.owner, owner)
	require.NoError(g.t, g.Read(ctx, k.Shape, refs, func(i int, _ []byte) error { return fmt.Errorf("%v is read", refs[i]) }))
	require.NoError(g.t, g.Owned(ctx, k.Shape, owners, ledger.Window{Limit: 10}, func(r ledger.Record) error { return fmt.Errorf("%v is listed", r) }))
	require.NoError(g.t, g.Store.Scan(ctx, k.Shape, ledger.Ref{}, 10_000, func(ref ledger.Ref, _ []byte) error {
		if ref.Owner == owners[0] {
			return fmt.Errorf("%v is scanned", ref)
		}
		return nil
	}))
	require.NoError(g.t, g.reading(ctx, func(v engine.View) error {
		tx := g.readOnly(v)
		for i, r := range list {
			if _, err := tx.Record(k.AnyKind, refs[i]); fault.KindOf(err) != fault.KindNotFound {
				return fmt.Errorf("%v: %w", refs[i], err)
			}
			for _, c := range k.ClaimsOf(r) {
				if _, held, err := tx.Holder(c); held || err != nil {
					return fmt.Errorf("%v holds %v: %w", refs[i], c, err)
				}
			}
		}
		found, err := tx.Owned(k.AnyKind, owners, ledger.Window{Limit: 10})
		require.Empty(g.t, found)
		return err
	}))
}

// requireNothingOf wants no key of what belonged to a contact, and no mark, but for so
// many.
func (g *tree) requireNothingOf(c *contacts.Contact, marks int) {
	g.t.Helper()
	require.Empty(g.t, rawKeys(g.t, g.engine, g.kinds.of(probeKind).ownerPrefix(c.Ordinal)))
	require.Len(g.t, rawKeys(g.t, g.engine, []byte{kindSweep}), marks)
}

// TestSweepSurvivesAnyKill cuts the sweep off after each of its commits.
func TestSweepSurvivesAnyKill(t *testing.T) {
	g := newTree(t)
	ada := g.person(nil)
	probes := makers["probe"](g, ada.Ordinal, "p", 1_500)
	var leaves []ledger.Record
	for _, at := range []int{0, 700, 1_499} {
		owner := *probeKind.StampOf(probes[at]).Ordinal
		leaves = append(leaves, makers["leaf"](g, owner, fmt.Sprint("l", at, "."), 700)...)
	}
	g.deleteStopped(ada)
	kills := 0
	for len(rawKeys(t, g.engine, []byte{kindSweep})) > 0 {
		g.requireGone(g.kinds.of(probeKind), ada, probes)
		g.requireGone(g.kinds.of(leafKind), probes[1_499], leaves)
		g.requireSound()
		g.reopen(faulty.SyncFailed(kills%2 == 1))
		_ = g.Sweep(context.Background()) // until it is cut off
		g.reopen(faulty.Full())
		kills++
	}
	require.Greater(t, kills, 3)
	g.requireNothingOf(ada, 0)
	for _, prefix := range []byte{'p', 'y', kindOwner, kindClaim} {
		want := 0
		if prefix == kindClaim {
			want = int(g.totals().Claims)
		}
		require.Len(t, rawKeys(t, g.engine, []byte{prefix}), want, "%c", prefix)
	}
	require.Zero(t, g.totals().of(g.kinds.of(leafKind)))
	g.requireSound()
}

// TestAClaimOfOneWhoIsGoneIsFree takes the codes of probes whose owner is gone before
// they are swept, and again.
func TestAClaimOfOneWhoIsGoneIsFree(t *testing.T) {
	g := newTree(t)
	ada, ben := g.person(nil), g.person(nil)
	probes := makers["probe"](g, ada.Ordinal, "p", 1_500)
	g.deleteStopped(ada)
	last := g.probe(ben, "p1499")
	held := func(code string) (ref ledger.Ref) {
		t.Helper()
		within(t, g.Store, func(tx *tx) (err error) {
			ref, _, err = tx.Holder(ledger.Claim{Kind: claimCode, Value: code})
			return err
		})
		return ref
	}
	require.Equal(t, ledger.Ref{Owner: ben.Ordinal, Ordinal: last.Ordinal}, held("p1499"))
	other := g.probe(ben, "other")
	after := *other
	after.Code = "p1498"
	within(t, g.Store, func(tx *tx) error { return tx.Update(probeKind, other, &after) })
	passing := g.probe(ben, "p1497")
	within(t, g.Store, func(tx *tx) error { return tx.Delete(probeKind, passing) })
	within(t, g.Store, func(tx *tx) error {
		var taken *ledger.Taken
		require.ErrorAs(t, tx.Create(probeKind, &probe{ID: uuid.New(), Owner: ben.Ordinal, Code: "p1499"}), &taken)
		err := tx.Create(probeKind, &probe{ID: uuid.New(), Owner: ada.Ordinal, Code: "late"})
		require.Equal(t, fault.KindNotFound, fault.KindOf(err))
		err = tx.Update(probeKind, probes[1_499], probes[1_499])
		require.Equal(t, fault.KindNotFound, fault.KindOf(err))
		err = tx.Delete(probeKind, probes[1_499])
		require.Equal(t, fault.KindNotFound, fault.KindOf(err))
		return nil
	})
	g.requireSound()
	g.reopen()
	require.NoError(t, g.Sweep(context.Background()))
	require.Equal(t, ledger.Ref{Owner: ben.Ordinal, Ordinal: last.Ordinal}, held("p1499"), "the sweep has left it")
	require.Equal(t, ledger.Ref{Owner: ben.Ordinal, Ordinal: other.Ordinal}, held("p1498"))
	g.requireNothingOf(ada, 0)
	g.requireSound()
}

// TestAClaimGoesFromOneWhoIsGoneToTheNext deletes who took a code as well, before the
// first is swept.
func TestAClaimGoesFromOneWhoIsGoneToTheNext(t *testing.T) {
	g := newTree(t)
	ada, ben, cleo := g.person(nil), g.person(nil), g.person(nil)
	makers["probe"](g, ada.Ordinal, "p", 1_500)
	g.deleteStopped(ada)
	makers["probe"](g, ben.Ordinal, "q", 1_500)
	g.probe(ben, "p1499")
	g.deleteStopped(ben)
	g.requireSound()
	g.reopen()
	last := g.probe(cleo, "p1499")
	require.NoError(t, g.Sweep(context.Background()))
	require.Equal(t, uint64(1), g.totals().of(g.kinds.of(probeKind)))
	g.requireSound()
	within(t, g.Store, func(tx *tx) error {
		ref, held, err := tx.Holder(ledger.Claim{Kind: claimCode, Value: "p1499"})
		require.True(t, held)
		require.Equal(t, last.Ordinal, ref.Ordinal)
		return err
	})
}

// TestWhatWasMadeInTheSameCommitGoesToo deletes an owner in the closure that made what
// belongs to it.
func TestWhatWasMadeInTheSameCommitGoesToo(t *testing.T) {
	g := newTree(t)
	ada := g.person(nil)
	within(t, g.Store, func(tx *tx) error {
		p := &probe{ID: uuid.New(), Owner: ada.Ordinal, Code: "A"}
		require.NoError(t, tx.Create(probeKind, p))
		require.NoError(t, tx.Create(leafKind, &leaf{ID: uuid.New(), Owner: p.Ordinal, Code: "L"}))
		require.NoError(t, contactKind.Delete(tx, ada))
		_, held, err := tx.Holder(ledger.Claim{Kind: claimLeaf, Value: "L"})
		require.False(t, held)
		return err
	})
	require.NoError(t, g.Sweep(context.Background()))
	g.requireNothingOf(ada, 0)
	require.Empty(t, rawKeys(t, g.engine, []byte{'y'}))
	g.requireSound()
}

// TestABackupCarriesMarks restores what was saved between a deletion and its sweep.
func TestABackupCarriesMarks(t *testing.T) {
	g := newTree(t)
	ada := g.person(nil)
	probes := makers["probe"](g, ada.Ordinal, "p", 1_500)
	g.deleteStopped(ada)
	var saved bytes.Buffer
	_, err := g.Backup(context.Background(), &saved)
	require.NoError(t, err)
	g.region = new(memory.Region)
	e, err := g.region.Open()
	require.NoError(t, err)
	_, err = Restore(context.Background(), e, &saved, bytes.NewReader(make([]byte, 1<<20)), nil)
	require.NoError(t, err)
	require.NoError(t, e.Close())
	g.reopen()
	g.requireGone(g.kinds.of(probeKind), ada, probes)
	require.NoError(t, g.Sweep(context.Background()))
	g.requireNothingOf(ada, 0)
	g.requireSound()
}

// TestVerifyTellsOrphansFromWhatIsBeingDeleted takes away the mark.
func TestVerifyTellsOrphansFromWhatIsBeingDeleted(t *testing.T) {
	g := newTree(t)
	ada, ben := g.person(nil), g.person(nil)
	makers["probe"](g, ada.Ordinal, "p", 1_500)
	p, unplaced := g.probe(ben, "ben"), g.probe(ben, "unplaced")
	g.deleteStopped(ada)
	g.requireSound()
	k := g.kinds.of(probeKind)
	inject(t, g.engine, [][]byte{g.kinds.of(contactKind).sweepKey(ada.Ordinal), k.placeKey(unplaced.Ordinal)},
		engine.Pair{Key: k.placeKey(p.Ordinal), Value: encodeNumber(ada.Ordinal)},
		engine.Pair{Key: k.placeKey(77_777), Value: encodeNumber(ben.Ordinal)})
	found, err := g.Verify(context.Background(), nil)
	require.NoError(t, err)
	var words []string
	for _, d := range found {
		words = append(words, d.What)
	}
	require.ElementsMatch(t, []string{
		"owners of probes that are not theirs", "probes whose owner is not said", "probes of a contact that does not exist",
	}, words)
}

// TestADeletionOfManyPutsOff deletes one who has absorbed many with long histories, which
// would not go into one commit.
func TestADeletionOfManyPutsOff(t *testing.T) {
	g := newTree(t)
	k := g.kinds.of(contactKind)
	survivor := g.person(nil)
	var entries []engine.Pair
	for range 12 {
		absorbed := g.person(nil)
		after := *survivor
		after.Absorbed = append(after.Absorbed[:len(after.Absorbed):len(after.Absorbed)], ledger.Absorbed{ID: absorbed.ID, Ordinal: absorbed.Ordinal, Merge: uuid.New()})
		g.update(func(tx ledger.Tx) error {
			return contactKind.Absorb(tx, &ledger.Merge[contacts.Contact]{ID: after.Absorbed[len(after.Absorbed)-1].Merge, Before: survivor, After: &after, Absorbed: absorbed})
		})
		survivor = &after
		for seq := range uint64(1_000) {
			entries = append(entries, engine.Pair{Key: k.historyKey(absorbed.Ordinal, seq), Value: encodeHistory(ledger.HistoryEntry{Op: ledger.OpUpdate})})
		}
	}
	require.NoError(t, g.Close())
	e, err := g.region.Open()
	require.NoError(t, err)
	for len(entries) > 0 {
		inject(t, e, nil, entries[:4_000]...)
		entries = entries[4_000:]
	}
	require.NoError(t, e.Close())
	g.reopen()
	g.deleteStopped(survivor)
	g.reopen()
	require.NoError(t, g.Sweep(context.Background()))
	require.Empty(t, rawKeys(t, g.engine, []byte{kindHistory}))
	g.requireNothingOf(survivor, 0)
	g.requireSound()
}
