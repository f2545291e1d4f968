package storage_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/workspace"
)

// uniqueWorld is a store with an attribute of contacts.
type workspaceService = workspace.Service

type uniqueWorld struct {
	t     testing.TB
	store *cutStore
	*contacts.Service
	*workspaceService
}

// cutStore fails every commit after some, as a process that is killed does.
type cutStore struct {
	*storage.Store
	left int    // -1 for ever
	next func() // called once before a commit, nil for nothing
	mu   sync.Mutex
}

var errCut = errors.New("killed")

func (s *cutStore) Update(ctx context.Context, by ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	s.mu.Lock()
	over := s.left == 0
	s.left--
	next := s.next
	s.next = nil
	s.mu.Unlock()
	if next != nil {
		next()
	}
	if over {
		return 0, errCut
	}
	return s.Store.Update(ctx, by, closure)
}

func newUniqueWorld(t testing.TB) uniqueWorld {
	store := &cutStore{Store: memoryStore(t), left: -1}
	w := uniqueWorld{t, store, contacts.NewService(store, companies.Directory{}, nil, nil), workspace.NewService(store, nil)}
	_, err := w.DefineAttribute(t.Context(), caller, fields.Draft{"key": "badge", "type": "text"})
	require.NoError(t, err)
	return w
}

func (w uniqueWorld) create(name string, badge any) (contacts.Result, error) {
	return w.Create(w.t.Context(), caller, fields.Draft{"name": name, "attributes": map[string]any{"badge": badge}})
}

func (w uniqueWorld) made(name string, badge any) ledger.ID {
	w.t.Helper()
	r, err := w.create(name, badge)
	require.NoError(w.t, err)
	return r.ID
}

func (w uniqueWorld) patch(id ledger.ID, badge any) error {
	_, err := w.Patch(w.t.Context(), caller, id, fields.Draft{"attributes": map[string]any{"badge": badge}}, 0)
	return err
}

func (w uniqueWorld) unique(is bool) error {
	_, err := w.UpdateAttribute(w.t.Context(), caller, fields.EntityContact, "badge", fields.Draft{"unique": is}, 0)
	return err
}

// sound verifies the store with all its claims.
func (w uniqueWorld) sound() {
	w.t.Helper()
	found, err := w.store.Verify(w.t.Context(), nil)
	require.NoError(w.t, err)
	require.Empty(w.t, found)
}

func (w uniqueWorld) taken(err error, ids ...ledger.ID) {
	w.t.Helper()
	var e *fault.Error
	require.ErrorAs(w.t, err, &e)
	require.Equal(w.t, fault.KindConflict, e.Kind)
	require.Equal(w.t, "attributes.badge", e.Field)
	require.ElementsMatch(w.t, ids, e.ContactIDs)
	w.sound()
}

func TestAUniqueAttribute(t *testing.T) {
	w := newUniqueWorld(t)
	a, b := w.made("A", "KE-1"), w.made("B", "ke-1")
	w.taken(w.unique(true), a, b)
	require.False(t, w.store.Schema().Attribute("badge").Unique)
	require.NoError(t, w.patch(b, "KE-2"))
	require.NoError(t, w.unique(true))
	require.True(t, w.store.Schema().Attribute("badge").Unique)
	w.sound()

	_, err := w.create("C", "ke-2")
	w.taken(err, b)
	w.taken(w.patch(a, "KE-2"), b)
	require.NoError(t, w.patch(b, "Ke-2"), "its own in another spelling")
	c := w.made("C", "KE-3")
	require.NoError(t, w.patch(c, nil))
	d := w.made("D", "KE-3")
	w.taken(w.patch(c, "KE-3"), d)
	done, err := w.Batch(t.Context(), caller, []fields.Draft{
		{"name": "X", "company": "New", "attributes": map[string]any{"badge": "ke-3"}}, {"name": "Y", "attributes": map[string]any{"badge": "KE-9"}},
	})
	require.NoError(t, err)
	w.taken(done.Results[0].Err, d)
	require.Equal(t, ledger.StatusCreated, done.Results[1].Status)

	merged, err := w.Merge(t.Context(), caller, c, d, 0)
	require.NoError(t, err)
	w.taken(w.patch(a, "KE-3"), c)
	_, err = w.UndoMerge(t.Context(), caller, merged.Contact.Absorbed[0].Merge)
	require.NoError(t, err)
	w.taken(w.patch(a, "KE-3"), d)

	merged, err = w.Merge(t.Context(), caller, a, d, 0) // both have one: the survivor's stays
	require.NoError(t, err)
	free := w.made("E", "KE-3")
	_, err = w.UndoMerge(t.Context(), caller, merged.Contact.Absorbed[0].Merge)
	w.taken(err, free)
	_, err = w.Delete(t.Context(), caller, free, 0)
	require.NoError(t, err)
	_, err = w.UndoMerge(t.Context(), caller, merged.Contact.Absorbed[0].Merge)
	require.NoError(t, err)
	w.sound()

	require.NoError(t, w.unique(false))
	w.sound()
	var changing *fault.Error
	require.ErrorAs(t, w.unique(true), &changing)
	require.Equal(t, "attribute-changing", changing.Type)
	w.made("F", "KE-1")
	w.sound()
	require.NoError(t, w.SweepRenamings(t.Context()))
	w.sound()
	w.taken(w.unique(true), a, w.find("F"))

	_, err = w.UpdateAttribute(t.Context(), caller, fields.EntityContact, "badge", fields.Draft{"unique": true, "label": "Badge"}, 0)
	require.Equal(t, fault.KindInvalid, fault.KindOf(err))
}

func (w uniqueWorld) find(name string) ledger.ID {
	page, err := contacts.Kind.Scan(w.t.Context(), w.store, ledger.Ref{Ordinal: 1}, 1000)
	require.NoError(w.t, err)
	for _, c := range page {
		if c.Name == name {
			return c.ID
		}
	}
	w.t.Fatal("nobody is called " + name)
	return ledger.ID{}
}

// TestATwinThatComesMeanwhile is made after the look for twins and before the sweep: the
// attribute does not become unique, and nothing is left of the sweep.
func TestATwinThatComesMeanwhile(t *testing.T) {
	w := newUniqueWorld(t)
	a, z := w.made("A", "1"), w.made("Z", "9")
	w.store.next = func() { require.NoError(t, w.patch(z, "1")) }
	w.taken(w.unique(true), a, z)
	require.NoError(t, w.SweepRenamings(t.Context()))
	w.sound()
	require.False(t, w.store.Schema().Attribute("badge").Unique)
	require.Empty(t, w.store.Schema().Claimed(), "nothing is claimed any more")
	w.made("B", "1")
	require.NoError(t, w.patch(z, "2"))
	w.sound()
}

// TestTwoSweepsAtOnce: while one sweep has read and not written, another one finds twins and
// gives up. The first one writes nothing of what it has read.
func TestTwoSweepsAtOnce(t *testing.T) {
	w := newUniqueWorld(t)
	a, z := w.made("A", "1"), w.made("Z", "9")
	w.beforeFirstStep(func() {
		require.NoError(t, w.patch(z, "1"))
		require.NoError(t, w.SweepRenamings(t.Context()))
	})
	w.taken(w.unique(true), a, z)
	require.False(t, w.store.Schema().Attribute("badge").Unique)
	require.Empty(t, w.store.Schema().Claimed())
}

// TestTwoAttributesBecomeUnique at the same time, and one of them has twins: the other one has
// every claim.
func TestTwoAttributesBecomeUnique(t *testing.T) {
	w := newUniqueWorld(t)
	_, err := w.DefineAttribute(t.Context(), caller, fields.Draft{"key": "seat", "type": "text"})
	require.NoError(t, err)
	both, err := w.Create(t.Context(), caller, fields.Draft{"name": "Both", "attributes": map[string]any{"badge": "1", "seat": "S"}})
	require.NoError(t, err)
	var twin ledger.ID
	w.beforeFirstStep(func() {
		twin = w.made("Twin", "1")
		done, err := w.UpdateAttribute(t.Context(), caller, fields.EntityContact, "seat", fields.Draft{"unique": true}, 0)
		require.NoError(t, err)
		require.True(t, done.Attribute.Unique)
	})
	w.taken(w.unique(true), both.ID, twin)
	_, err = w.Create(t.Context(), caller, fields.Draft{"name": "Other", "attributes": map[string]any{"seat": "s"}})
	require.Equal(t, fault.KindConflict, fault.KindOf(err))
	require.NoError(t, w.SweepRenamings(t.Context()))
	w.sound()
}

// beforeFirstStep does something when a sweep that is yet to begin has read its first records,
// and has not written them.
func (w uniqueWorld) beforeFirstStep(f func()) {
	w.store.next = func() { w.store.next = f }
}

// TestADeletedUniqueAttributeLeavesNoClaims deletes the definition, and what had claims.
func TestADeletedUniqueAttributeLeavesNoClaims(t *testing.T) {
	w := newUniqueWorld(t)
	require.NoError(t, w.unique(true))
	a := w.made("A", "1")
	w.made("B", "2")
	_, err := w.DeleteAttribute(t.Context(), caller, fields.EntityContact, "badge", 0)
	require.NoError(t, err)
	w.sound()
	_, err = w.Delete(t.Context(), caller, a, 0)
	require.NoError(t, err)
	w.sound()
	require.NoError(t, w.SweepRenamings(t.Context()))
	w.sound()
	d, err := w.store.Documents(t.Context(), ledger.Claimings, "", "", 9)
	require.NoError(t, err)
	require.Empty(t, d)
}

// TestASweepOfClaimsSurvivesAKill stops after every commit, on the way to a unique attribute
// and back: the store is sound, and the sweep goes on after the next start.
func TestASweepOfClaimsSurvivesAKill(t *testing.T) {
	for _, on := range []bool{true, false} {
		for cut := range 4 {
			w := newUniqueWorld(t)
			for i := range 1500 { // two pages
				w.made(fmt.Sprint("n", i), fmt.Sprint("b", i))
			}
			if !on {
				require.NoError(t, w.unique(true))
			}
			w.store.left = cut
			err := w.unique(on)
			if err == nil {
				err = w.SweepRenamings(t.Context())
			}
			require.Error(t, err)
			w.store.left = -1
			w.sound()
			next := workspace.NewService(w.store, nil)
			require.NoError(t, next.SweepRenamings(t.Context()))
			w.sound()
			if on {
				require.Equal(t, cut > 0, w.store.Schema().Attribute("badge").Unique, cut)
			} else {
				require.Equal(t, cut == 0, w.store.Schema().Attribute("badge").Unique, cut)
			}
		}
	}
}

// TestUniqueUnderWriters makes an attribute unique while others write: either it becomes
// unique and no two have one value, or two are named. Run it with -race.
func TestUniqueUnderWriters(t *testing.T) {
	for range 10 {
		w := newUniqueWorld(t)
		for i := range 50 {
			w.made(fmt.Sprint("n", i), fmt.Sprint("b", i))
		}
		var writers sync.WaitGroup
		for n := range 3 {
			writers.Go(func() {
				for i := range 40 {
					_, err := w.create("w", fmt.Sprint("b", 40+i+n*3))
					if kind := fault.KindOf(err); err != nil && kind != fault.KindConflict {
						t.Error(err)
					}
				}
			})
		}
		err := w.unique(true)
		writers.Wait()
		require.NoError(t, w.SweepRenamings(t.Context()))
		w.sound()
		is := w.store.Schema().Attribute("badge").Unique
		require.Equal(t, err == nil, is, err)
		if err != nil {
			require.Equal(t, fault.KindConflict, fault.KindOf(err))
		}
		page, scanned := contacts.Kind.Scan(t.Context(), w.store, ledger.Ref{Ordinal: 1}, 1000)
		require.NoError(t, scanned)
		seen := map[string]bool{}
		for _, c := range page {
			badge := c.Attributes.Get(w.store.Schema().Attribute("badge").Number).Text
			require.False(t, is && seen[badge], "two have %s", badge)
			seen[badge] = true
		}
	}
}
