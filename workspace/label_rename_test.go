package workspace

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// labels are those of the contacts and of the companies, as they are stored.
func (w *workbench) labels() (list []string) {
	people, err := contacts.Kind.Scan(w.t.Context(), w.store, ledger.Ref{Ordinal: 1}, 1000)
	require.NoError(w.t, err)
	for _, c := range people {
		list = append(list, fmt.Sprint(c.Labels))
	}
	firms, err := companies.Kind.Scan(w.t.Context(), w.store, ledger.Ref{Ordinal: 1}, 1000)
	require.NoError(w.t, err)
	for _, c := range firms {
		list = append(list, fmt.Sprint(c.Labels))
	}
	return list
}

func (w *workbench) renameLabel(from, to string) {
	w.t.Helper()
	_, err := w.RenameLabel(w.t.Context(), tester, Rename{From: from, To: to})
	require.NoError(w.t, err)
}

// endSweepOf gives all records of an entity the new name of a label.
func (w *workbench) endSweepOf(e fields.Entity) {
	w.t.Helper()
	key := fields.DefinitionDocument(e, ledger.LabelsKey)
	raw, err := w.store.Document(w.t.Context(), ledger.Renamings, key)
	require.NoError(w.t, err)
	var r renaming
	require.NoError(w.t, json.Unmarshal(raw, &r))
	for more := true; more; {
		r, more, err = w.sweepRenaming(w.t.Context(), key, r)
		require.NoError(w.t, err)
	}
}

// TestALabelThatIsSentWhileItIsRenamed is stored under its new name, also where the sweep has
// passed, and until the records of all entities have it.
func TestALabelThatIsSentWhileItIsRenamed(t *testing.T) {
	for _, ended := range []fields.Entity{"", fields.EntityContact, fields.EntityCompany} {
		w := newWorkbench(t)
		firms := companies.NewService(w.store, nil, nil)
		vip := fields.Draft{"labels": []any{"VIP", "new", "x"}}
		ada := w.mustCreate(fields.Draft{"name": "Ada", "email": "ada@x.example"})
		acme, err := firms.Create(t.Context(), tester, fields.Draft{"name": "Acme"})
		require.NoError(t, err)
		w.renameLabel("vip", "new")
		if ended != "" {
			w.endSweepOf(ended)
		}

		_, err = w.Patch(t.Context(), tester, ada.ID, vip, 0)
		require.NoError(t, err)
		_, err = firms.Patch(t.Context(), tester, acme.ID, vip, 0)
		require.NoError(t, err)
		w.mustCreate(fields.Draft{"name": "Ben", "labels": []any{"x", "vip"}})
		_, err = firms.Create(t.Context(), tester, fields.Draft{"name": "Beta", "labels": []any{"x", "vip"}})
		require.NoError(t, err)
		require.Equal(t, []string{"[new x]", "[x new]", "[new x]", "[x new]"}, w.labels(), "after the sweep of %q", ended)

		p, err := w.RenamingOfLabels(t.Context())
		require.NoError(t, err)
		require.NotNil(t, p)
		require.NoError(t, w.SweepRenamings(t.Context()))
		w.mustCreate(fields.Draft{"name": "Cem", "labels": []any{"vip"}})
		_, err = firms.Create(t.Context(), tester, fields.Draft{"name": "Ceta", "labels": []any{"vip"}})
		require.NoError(t, err)
		require.Equal(t, []string{"[new x]", "[x new]", "[vip]", "[new x]", "[x new]", "[vip]"}, w.labels(), "it is a label like any other again")
		w.renameLabel("vip", "newer")
	}
}

// TestAMergeWhileNamesChange gives the survivor, which the sweep has passed, the new names of
// what the absorbed record still has under the former ones.
func TestAMergeWhileNamesChange(t *testing.T) {
	w := newWorkbench(t)
	w.step = 1
	a := w.define(fields.Draft{"key": "tier", "type": "list", "options": []any{"Pro"}})
	ada := w.mustCreate(fields.Draft{"name": "Ada", "labels": []any{"own"}})
	w.mustCreate(fields.Draft{"name": "Ben", "labels": []any{"vip"}, "attributes": map[string]any{"tier": "Pro"}})
	adah := w.mustCreate(fields.Draft{"name": "Adah", "labels": []any{"vip"}, "attributes": map[string]any{"tier": "Pro"}})
	w.renameLabel("vip", "new")
	w.rename("tier", "Pro", "Gold")
	for _, key := range []string{"labels", "tier"} {
		raw, err := w.store.Document(t.Context(), ledger.Renamings, key)
		require.NoError(t, err)
		var r renaming
		require.NoError(t, json.Unmarshal(raw, &r))
		_, more, err := w.sweepRenaming(t.Context(), key, r)
		require.NoError(t, err)
		require.True(t, more)
	}
	merged, err := w.Merge(t.Context(), tester, ada.ID, adah.ID, 0)
	require.NoError(t, err)
	require.NoError(t, w.SweepRenamings(t.Context()))
	require.Equal(t, []string{"[own new]", "[new]"}, w.labels())
	require.Equal(t, []string{"Gold[]", "Gold[]"}, w.tiers(a.Number))
	_, err = w.UndoMerge(t.Context(), tester, merged.Contact.Absorbed[0].Merge)
	require.NoError(t, err)
	require.Equal(t, []string{"[own]", "[new]", "[new]"}, w.labels())
}
