package contacts

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// mustMerge merges and returns the survivor with the merge.
func (w *workbench) mustMerge(into, other *Contact) (*Contact, ledger.ID) {
	w.t.Helper()
	r, err := w.Merge(w.t.Context(), tester, into.ID, other.ID, 0)
	require.NoError(w.t, err)
	return r.Contact, r.Contact.Absorbed[len(r.Contact.Absorbed)-1].Merge
}

func TestWhatAMergeKeeps(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "tier", "type": "text"})
	w.define(fields.Draft{"key": "mrr", "type": "number"})
	long := fields.Draft{
		"name": "Ada Lovelace", "first_name": "Ada", "email": "ada@example.com", "country": "GB", "labels": []any{"vip", "Beta"},
		"channels": []any{"voice"}, "attributes": map[string]any{"tier": "gold"}, "last_seen_at": "2026-01-01T00:00:00Z",
		"created_at": "2025-01-01T00:00:00Z",
	}
	short := fields.Draft{
		"type": "customer", "name": "A. King", "first_name": "A.", "last_name": "King", "email": "king@example.com", "phone": "+442071234567", "identifier": "C-1",
		"country": "KE", "city": "Nairobi", "labels": []any{"VIP", "new"}, "channels": []any{"sms", "email"}, "company": "Acme",
		"attributes": map[string]any{"tier": "tin", "mrr": 5}, "last_seen_at": "2026-02-02T00:00:00Z", "created_at": "2024-01-01T00:00:00Z",
	}
	ada, king := w.mustCreate(long), w.mustCreate(short)
	_, err := w.Block(t.Context(), tester, king.ID, nil, 0)
	require.NoError(t, err)

	got, merge := w.mustMerge(ada, king)
	require.Equal(t, "Ada Lovelace", got.Name)
	require.Equal(t, "Ada", got.FirstName)
	require.Empty(t, got.LastName, "names go together")
	require.Equal(t, "ada@example.com", got.Email)
	require.Equal(t, "+442071234567", got.Phone)
	require.Equal(t, "C-1", got.Identifier)
	require.Equal(t, "GB", got.Country)
	require.Empty(t, got.City, "a city of another country")
	require.Equal(t, king.Company, got.Company)
	require.Equal(t, []string{"vip", "Beta", "new"}, got.Labels)
	require.Equal(t, []string{"email", "sms", "voice"}, got.Channels)
	require.Equal(t, TypeCustomer, got.Type)
	require.Equal(t, 2024, got.CreatedAt.Year())
	require.Equal(t, time.February, got.LastSeenAt.Month())
	require.Equal(t, fields.TextValue("gold"), got.Attributes.Get(1))
	require.Equal(t, fields.NumberValue(5), got.Attributes.Get(2))
	require.True(t, got.Blocked)
	require.Equal(t, []ledger.Absorbed{{
		Ordinal: king.Ordinal, ID: king.ID, Merge: merge, MergedAt: got.UpdatedAt,
		Name: "A. King", Email: "king@example.com", Phone: "+442071234567", Identifier: "C-1",
	}}, got.Absorbed)

	// What is changed since stays changed.
	_, err = w.Patch(t.Context(), tester, ada.ID, fields.Draft{
		"phone": "+442079999999", "labels": []any{"vip", "new", "later"}, "attributes": map[string]any{"mrr": 6}, "city": "London",
	}, 0)
	require.NoError(t, err)
	restored, err := w.UndoMerge(t.Context(), tester, merge)
	require.NoError(t, err)
	require.Equal(t, king.Name, restored.Contact.Name)
	require.True(t, restored.Contact.Blocked)
	require.Equal(t, "Acme", restored.Company.Name)
	after, _, err := w.Get(t.Context(), ada.ID)
	require.NoError(t, err)
	require.Equal(t, "+442079999999", after.Phone)
	require.Equal(t, "London", after.City)
	require.Equal(t, []string{"vip", "later"}, after.Labels)
	require.Equal(t, fields.NumberValue(6), after.Attributes.Get(2))
	require.Equal(t, fields.TextValue("gold"), after.Attributes.Get(1))
	require.Empty(t, after.Identifier)
	require.Zero(t, after.Company)
	require.Equal(t, []string{"voice"}, after.Channels)
	require.Equal(t, TypeLead, after.Type)
	require.Equal(t, ada.CreatedAt, after.CreatedAt)
	require.Equal(t, ada.LastSeenAt, after.LastSeenAt)
	require.False(t, after.Blocked)
	require.Empty(t, after.Absorbed)
}

// The absorbed one gets its identities back even where the survivor was given
// them as its own.
func TestUndoGivesIdentitiesBack(t *testing.T) {
	w := newWorkbench(t)
	ada := w.mustCreate(fields.Draft{"email": "ada@example.com", "identifier": "C-1"})
	king := w.mustCreate(fields.Draft{"email": "king@example.com", "phone": "+442071234567"})
	_, merge := w.mustMerge(ada, king)
	_, err := w.Patch(t.Context(), tester, king.ID, fields.Draft{"email": "KING@example.com", "name": "Ada"}, 0)
	require.NoError(t, err)

	restored, err := w.UndoMerge(t.Context(), tester, merge)
	require.NoError(t, err)
	require.Equal(t, "king@example.com", restored.Contact.Email)
	after, _, err := w.Get(t.Context(), ada.ID)
	require.NoError(t, err)
	require.Equal(t, "ada@example.com", after.Email)
	require.Empty(t, after.Phone)
	require.Equal(t, "Ada", after.Name)

	_, err = w.UndoMerge(t.Context(), tester, merge)
	problem(t, fault.KindNotFound, err)
}

func TestUndoLeavesNobodyWithoutAName(t *testing.T) {
	w := newWorkbench(t)
	ada, king := w.mustCreate(fields.Draft{"email": "ada@example.com"}), w.mustCreate(fields.Draft{"name": "King"})
	_, merge := w.mustMerge(ada, king)
	_, err := w.Patch(t.Context(), tester, ada.ID, fields.Draft{"email": nil}, 0)
	require.NoError(t, err)
	_, err = w.UndoMerge(t.Context(), tester, merge)
	require.NoError(t, err)
	after, _, err := w.Get(t.Context(), ada.ID)
	require.NoError(t, err)
	require.Equal(t, "King", after.Name)
}

func TestMergeOfMerged(t *testing.T) {
	w := newWorkbench(t)
	a, b, c := w.mustCreate(fields.Draft{"name": "A"}), w.mustCreate(fields.Draft{"name": "B"}), w.mustCreate(fields.Draft{"name": "C"})
	_, first := w.mustMerge(b, c)
	got, second := w.mustMerge(a, b)
	require.Equal(t, []ledger.ID{c.ID, b.ID}, []ledger.ID{got.Absorbed[0].ID, got.Absorbed[1].ID})

	_, err := w.UndoMerge(t.Context(), tester, first)
	e := problem(t, fault.KindConflict, err)
	require.Equal(t, "later-merge", e.Type)
	require.Equal(t, second, e.MergeID)

	same, err := w.Merge(t.Context(), tester, c.ID, b.ID, 0)
	require.NoError(t, err)
	require.Equal(t, ledger.StatusUnchanged, same.Status)
	require.Equal(t, a.ID, same.ID)
	_, err = w.Merge(t.Context(), tester, a.ID, a.ID, 0)
	require.Equal(t, "contact_id", problem(t, fault.KindInvalid, err).Faults[0].Path)
	_, err = w.Merge(t.Context(), tester, a.ID, uuid.New(), 0)
	require.Equal(t, "contact_id", problem(t, fault.KindInvalid, err).Faults[0].Path)
	_, err = w.Merge(t.Context(), tester, uuid.New(), a.ID, 0)
	problem(t, fault.KindNotFound, err)
	_, err = w.Merge(t.Context(), tester, a.ID, w.mustCreate(fields.Draft{"name": "D"}).ID, got.Version-1)
	problem(t, fault.KindPrecondition, err)

	restored, err := w.UndoMerge(t.Context(), tester, second)
	require.NoError(t, err)
	require.Equal(t, first, restored.Contact.Absorbed[0].Merge)
	_, err = w.UndoMerge(t.Context(), tester, first)
	require.NoError(t, err)
}

func TestMergeLimits(t *testing.T) {
	w := newWorkbench(t)
	labels := func(prefix string) []any {
		var list []any
		for i := range fields.MaxLabels {
			list = append(list, fmt.Sprint(prefix, i))
		}
		return list
	}
	a, b := w.mustCreate(fields.Draft{"name": "A", "labels": labels("a")}), w.mustCreate(fields.Draft{"name": "B", "labels": labels("b")[:1]})
	_, err := w.Merge(t.Context(), tester, a.ID, b.ID, 0)
	require.Equal(t, "merge-limit", problem(t, fault.KindConflict, err).Type)

	for range ledger.MaxAbsorbed {
		w.mustMerge(b, w.mustCreate(fields.Draft{"name": "C"}))
	}
	_, err = w.Merge(t.Context(), tester, b.ID, w.mustCreate(fields.Draft{"name": "D"}).ID, 0)
	require.Equal(t, "merge-limit", problem(t, fault.KindConflict, err).Type)
}

func TestBlockAgainChangesNothing(t *testing.T) {
	w := newWorkbench(t)
	a := w.mustCreate(fields.Draft{"name": "A"})
	for _, blocked := range []bool{true, false} {
		set := func(version uint64) (Result, error) {
			if blocked {
				return w.Block(t.Context(), tester, a.ID, nil, version)
			}
			return w.Unblock(t.Context(), tester, a.ID, version)
		}
		r, err := set(0)
		require.NoError(t, err)
		require.Equal(t, ledger.StatusUpdated, r.Status)
		require.Equal(t, blocked, r.Contact.Blocked)
		again, err := set(r.Contact.Version)
		require.NoError(t, err)
		require.Equal(t, ledger.StatusUnchanged, again.Status)
		require.Equal(t, r.Contact, again.Contact)
	}
	_, err := w.Block(t.Context(), tester, a.ID, nil, 1)
	problem(t, fault.KindPrecondition, err)
	_, faults := NewPatch(ledger.NewSchema(fields.DefaultSettings(), nil, Kind, companies.Kind), fields.Draft{"name": "A", "blocked": true, "absorbed": []any{}, "block": map[string]any{}})
	require.Equal(t, []fault.Fault{
		{Path: "blocked", Detail: "cannot be sent; block or unblock the contact instead"},
		{Path: "absorbed", Detail: "cannot be sent; merge contacts instead"},
		{Path: "block", Detail: "cannot be sent; block or unblock the contact instead"},
	}, faults)
}

// A block that was there before a merge comes back whole, also when it was lifted and set again
// since. One that was lifted leaves nothing of itself. A block set since is the survivor's.
func TestUndoGivesBlocksBackWhole(t *testing.T) {
	for name, try := range map[string]struct{ lift, set, back bool }{
		"untouched":            {back: true},
		"lifted":               {lift: true},
		"lifted and set again": {lift: true, set: true, back: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorkbench(t)
			outer, middle, inner := w.mustCreate(fields.Draft{"name": "Outer"}), w.mustCreate(fields.Draft{"name": "Middle"}), w.mustCreate(fields.Draft{"name": "Inner"})
			middle, innerMerge := w.mustMerge(middle, inner)
			blocked, err := w.Block(t.Context(), tester, middle.ID, fields.Draft{"reason": "spam", "until": "2999-01-01T00:00:00Z"}, 0)
			require.NoError(t, err)
			_, outerMerge := w.mustMerge(outer, middle)
			var since *Block
			if try.lift {
				_, err := w.Unblock(t.Context(), tester, outer.ID, 0)
				require.NoError(t, err)
			}
			if try.set {
				again, err := w.Block(t.Context(), tester, outer.ID, fields.Draft{"reason": "again"}, 0)
				require.NoError(t, err)
				since = again.Contact.Block()
			}
			has := func(id ledger.ID, b *Block) {
				t.Helper()
				got, _, err := w.Get(t.Context(), id)
				require.NoError(t, err)
				want := got.Clone()
				want.setBlock(b)
				require.Equal(t, want, got)
			}
			own := blocked.Contact.Block()
			if !try.back {
				own = nil
			}
			_, err = w.UndoMerge(t.Context(), tester, outerMerge)
			require.NoError(t, err)
			has(outer.ID, since)
			has(middle.ID, own)
			_, err = w.UndoMerge(t.Context(), tester, innerMerge)
			require.NoError(t, err)
			has(middle.ID, own)
			has(inner.ID, nil)
		})
	}
}
