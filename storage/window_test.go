package storage

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// grove is a tree with two owners, and a model of the records of a kind that belong to
// either.
type grove struct {
	*tree
	kind   ledger.AnyKind
	owners []uint32
	fresh  func(owner uint32, n int) ledger.Record
	edited func(r ledger.Record) ledger.Record
	model  map[ledger.Ref]ledger.Record
}

// step is one change: what, of which owner, and of which record.
type step struct{ Choice, Owner, Record int }

// look is one window: of both owners, or of one, from the start or after some record.
type look struct {
	Owners, Limit, After int
	Reverse              bool
}

var (
	steps = rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) step {
		return step{rapid.IntRange(0, 9).Draw(rt, "choice"), rapid.IntRange(0, 1).Draw(rt, "owner"), rapid.IntRange(0, 99).Draw(rt, "record")}
	}), 0, 12)
	looks = rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) look {
		return look{
			Owners: rapid.IntRange(0, 2).Draw(rt, "owners"), Limit: rapid.IntRange(1, 5).Draw(rt, "limit"),
			After: rapid.IntRange(-1, 30).Draw(rt, "after"), Reverse: rapid.Bool().Draw(rt, "reverse"),
		}
	}), 3, 3)
)

// change makes, changes and deletes some of them in a closure.
func (g *grove) change(tx *tx, list []step) {
	for _, s := range list {
		refs := g.sorted(g.owners, ledger.Window{})
		if s.Choice < 6 || len(refs) == 0 {
			r := g.fresh(g.owners[s.Owner], s.Record)
			require.NoError(g.t, tx.Create(g.kind, r))
			g.model[g.kind.StampOf(r).Ref()] = r
			continue
		}
		ref := refs[s.Record%len(refs)]
		if s.Choice < 8 {
			after := g.edited(g.model[ref])
			require.NoError(g.t, tx.Update(g.kind, g.model[ref], after))
			g.model[ref] = after
			continue
		}
		require.NoError(g.t, tx.Delete(g.kind, g.model[ref]))
		delete(g.model, ref)
	}
}

// sorted is what the model has of some owners, in the order of a window.
func (g *grove) sorted(owners []uint32, w ledger.Window) (refs []ledger.Ref) {
	for ref := range g.model {
		if slices.Contains(owners, ref.Owner) {
			refs = append(refs, ref)
		}
	}
	slices.SortFunc(refs, w.Compare)
	return refs
}

// requirePages reads all that a window may have, page by page.
func (g *grove) requirePages(l look, read func(owners []uint32, w ledger.Window) []ledger.Record) {
	owners := [][]uint32{g.owners, g.owners[:1], g.owners[1:]}[l.Owners]
	w := ledger.Window{Reverse: l.Reverse, Limit: l.Limit}
	refs := g.sorted(owners, w)
	if l.After >= 0 && l.After < len(refs) {
		after := refs[l.After]
		after.Owner = 99 // no matter whose it is
		w.After, refs = &after, refs[l.After+1:]
	}
	var found []ledger.Ref
	for len(found) <= len(refs) {
		page := read(owners, w)
		require.LessOrEqual(g.t, len(page), w.Limit)
		for _, r := range page {
			ref := g.kind.StampOf(r).Ref()
			require.Equal(g.t, g.model[ref], r)
			found, w.After = append(found, ref), &ref
		}
		if len(page) < w.Limit {
			break
		}
	}
	require.True(g.t, slices.Equal(refs, found), "%v is not %v", found, refs)
}

// stored reads a window from the store.
func (g *grove) stored(owners []uint32, w ledger.Window) (list []ledger.Record) {
	require.NoError(g.t, g.Owned(context.Background(), g.kind.Info(), owners, w, func(r ledger.Record) error {
		list = append(list, r)
		return nil
	}))
	return list
}

// grovesOf have records with an owner that stands alone, and with one that has an owner
// itself.
func grovesOf(t *testing.T) map[string]func() *grove {
	return map[string]func() *grove{
		"probes": func() *grove {
			g := &grove{tree: newTree(t), kind: probeKind, model: map[ledger.Ref]ledger.Record{}}
			for range 2 {
				g.owners = append(g.owners, g.person(nil).Ordinal)
			}
			g.fresh = func(owner uint32, _ int) ledger.Record {
				return &probe{ID: uuid.New(), Owner: owner, Code: uuid.NewString()}
			}
			g.edited = func(r ledger.Record) ledger.Record {
				after := *r.(*probe)
				after.Text += "changed"
				return &after
			}
			return g
		},
		"leaves": func() *grove {
			g := &grove{tree: newTree(t), kind: leafKind, model: map[ledger.Ref]ledger.Record{}}
			for _, p := range makers["probe"](g.tree, g.person(nil).Ordinal, "p", 2) {
				g.owners = append(g.owners, *probeKind.StampOf(p).Ordinal)
			}
			g.fresh = func(owner uint32, n int) ledger.Record { // some of one moment, some before 1970
				return &leaf{ID: uuid.New(), Owner: owner, At: time.UnixMilli(int64(n%9-4) * 1e12).UTC(), Code: uuid.NewString()}
			}
			g.edited = func(r ledger.Record) ledger.Record {
				after := *r.(*leaf)
				after.Code = uuid.NewString()
				return &after
			}
			return g
		},
	}
}

// TestWindowsArePartsOfASortedList reads windows of what closures have written, within the
// next closure and from the store.
func TestWindowsArePartsOfASortedList(t *testing.T) {
	for name, plant := range grovesOf(t) {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				g := plant()
				defer g.Close()
				for range rapid.IntRange(1, 4).Draw(rt, "closures") {
					changes, views := steps.Draw(rt, "changes"), looks.Draw(rt, "views")
					within(t, g.Store, func(tx *tx) error {
						g.change(tx, changes)
						for _, l := range views {
							g.requirePages(l, func(owners []uint32, w ledger.Window) []ledger.Record {
								refs, err := tx.OwnedRefs(g.kind, owners, w)
								require.NoError(t, err)
								list, err := tx.Owned(g.kind, owners, w)
								require.NoError(t, err)
								requireRefs(t, g.kind, refs, list)
								return list
							})
						}
						return nil
					})
					for _, l := range views {
						g.requirePages(l, g.stored)
					}
				}
				g.requireSound()
			})
		})
	}
}

// requireRefs compares what names records with the records.
func requireRefs(t *testing.T, k ledger.AnyKind, refs []ledger.Ref, list []ledger.Record) {
	t.Helper()
	require.Len(t, refs, len(list))
	for i, r := range list {
		require.Equal(t, k.StampOf(r).Ref(), refs[i])
	}
}

// TestAWindowsLimit asks for no records, and for more than one page of the
// engine has.
func TestAWindowsLimit(t *testing.T) {
	g := newTree(t)
	ada := g.person(nil)
	all := makers["probe"](g, ada.Ordinal, "p", engine.MaxPageKeys+500)
	for limit, want := range map[int]int{-1: 0, 0: 0, 1: 1, engine.MaxPageKeys + 1: engine.MaxPageKeys + 1, 5_000: len(all)} {
		list, err := probeKind.OwnedBy(context.Background(), g.Store, []uint32{ada.Ordinal}, ledger.Window{Reverse: true, Limit: limit})
		require.NoError(t, err)
		require.Len(t, list, want)
		for i, p := range list {
			require.Equal(t, all[len(all)-1-i], p)
		}
	}
	_, err := contacts.Kind.OwnedBy(context.Background(), g.Store, []uint32{ada.Ordinal}, ledger.Window{Limit: 1})
	require.ErrorContains(t, err, fmt.Sprintf("A %s belongs to nobody", contacts.Kind.Entity))
}
