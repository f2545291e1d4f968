package workspace

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	_ "github.com/ndoto/kundi/repeatable"
)

func (w *workbench) rename(key, from, to string) *fields.AttributeDefinition {
	w.t.Helper()
	done, err := w.RenameOption(w.t.Context(), tester, fields.EntityContact, key, Rename{From: from, To: to}, 0)
	require.NoError(w.t, err)
	return done.Attribute
}

// tiers are the options that the contacts have.
func (w *workbench) tiers(number uint32) (list []string) {
	page, err := contacts.Kind.Scan(w.t.Context(), w.store, ledger.Ref{Ordinal: 1}, 1000)
	require.NoError(w.t, err)
	for _, c := range page {
		v := c.Attributes.Get(number)
		list = append(list, fmt.Sprint(v.Text, v.List))
	}
	return list
}

func TestRenameOption(t *testing.T) {
	w := newWorkbench(t)
	a := w.define(fields.Draft{"key": "tier", "type": "list", "multiple": true, "options": []any{"Free", "Pro", "Max"}, "default": []any{"Pro"}})
	ada := w.mustCreate(fields.Draft{"name": "Ada", "attributes": map[string]any{"tier": []any{"Pro", "Max"}}})
	ben := w.mustCreate(fields.Draft{"name": "Ben", "attributes": map[string]any{"tier": []any{"Free"}}})

	after := w.rename("tier", "pro", "Gold")
	require.Equal(t, []string{"Free", "Gold", "Max"}, after.Options)
	require.Equal(t, []fields.FormerOption{{Name: "Pro", Option: "Gold"}}, after.Former)
	require.Equal(t, []any{"Gold"}, after.Default)
	require.Len(t, w.Renamings(), 1)
	f := field(t, w.store.Schema(), "attributes.tier")
	v, wrong := w.store.Schema().CoerceMember(f, "PRO")
	require.Empty(t, wrong)
	require.Equal(t, "Gold", v.Text, "the former name means the option")
	_, err := w.RenameOption(t.Context(), tester, fields.EntityContact, "tier", Rename{From: "Max", To: "Most"}, 0)
	require.Equal(t, "attribute-changing", problem(t, fault.KindConflict, err).Type)
	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"options": []any{"Free", "Max"}, "default": nil}, 0)
	problem(t, fault.KindConflict, err)

	require.NoError(t, w.SweepRenamings(t.Context()))
	require.Equal(t, []string{"[Gold Max]", "[Free]"}, w.tiers(a.Number))
	got, _, err := w.Get(t.Context(), ben.ID)
	require.NoError(t, err)
	require.Equal(t, ben.Version, got.Version, "others are left alone")
	head := w.store.Head()
	require.NoError(t, w.SweepRenamings(t.Context()))
	require.Equal(t, head, w.store.Head(), "there is nothing left to do")

	for _, c := range []struct {
		from, to any
		path     string
	}{
		{"none", "x", "from"}, {"Pro", "x", "from"}, {nil, "x", "from"}, {"Max", "gold", "to"}, {"Max", "Pro", "to"}, {"Max", " ", "to"}, {"Max", manyLetters(101), "to"},
	} {
		_, err := w.RenameOption(t.Context(), tester, fields.EntityContact, "tier", Rename{From: c.from, To: c.to}, 0)
		require.Equal(t, []string{c.path}, paths(problem(t, fault.KindInvalid, err).Faults), "%v", c)
	}
	_, err = w.UpdateAttribute(t.Context(), tester, fields.EntityContact, "tier", fields.Draft{"options": []any{"Free", "Gold", "Max", "Pro"}}, 0)
	require.Equal(t, []string{"options[3]"}, paths(problem(t, fault.KindInvalid, err).Faults), "a former name is no new option")

	back := w.rename("tier", "Gold", "Pro")
	require.Equal(t, []fields.FormerOption{{Name: "Gold", Option: "Pro"}}, back.Former)
	require.NoError(t, w.SweepRenamings(t.Context()))
	require.Equal(t, []string{"[Pro Max]", "[Free]"}, w.tiers(a.Number))
	require.Equal(t, []fields.FormerOption{{Name: "Gold", Option: "PRO"}}, w.rename("tier", "Pro", "PRO").Former, "another spelling leaves no former name")
	got, _, err = w.Get(t.Context(), ada.ID)
	require.NoError(t, err)
	require.Greater(t, got.Version, ada.Version)
}

// TestAContactComesBackWithPresentOptions: options that were renamed, or only spelled anew, while
// a contact was merged into another one are called as now when the merge is undone.
func TestAContactComesBackWithPresentOptions(t *testing.T) {
	for _, to := range []string{"Gold", "PRO"} {
		for _, swept := range []bool{true, false} {
			w := newWorkbench(t)
			a := w.define(fields.Draft{"key": "tier", "type": "list", "options": []any{"Free", "Pro"}})
			b := w.define(fields.Draft{"key": "tags", "type": "list", "multiple": true, "options": []any{"Free", "Pro"}})
			pro := func(name string) fields.Draft {
				return fields.Draft{"name": name, "attributes": map[string]any{"tier": "Pro", "tags": []any{"Free", "Pro"}}}
			}
			survivor, absorbed := w.mustCreate(pro("Ada")), w.mustCreate(pro("Adah"))
			merged, err := w.Merge(t.Context(), tester, survivor.ID, absorbed.ID, 0)
			require.NoError(t, err)
			w.rename("tier", "Pro", to)
			w.rename("tags", "Pro", to)
			if swept {
				require.NoError(t, w.SweepRenamings(t.Context()))
			}
			_, err = w.UndoMerge(t.Context(), tester, merged.Contact.Absorbed[0].Merge)
			require.NoError(t, err)
			require.Equal(t, []string{to + "[]", to + "[]"}, w.tiers(a.Number))
			require.Equal(t, []string{"[Free " + to + "]", "[Free " + to + "]"}, w.tiers(b.Number))
		}
	}
}

func manyLetters(n int) string { return fmt.Sprintf("%0*d", n, 0) }

// TestARenamingSurvivesACrash cuts the sweep off after every commit: the next one goes on
// where it was, and every contact is changed once.
func TestARenamingSurvivesACrash(t *testing.T) {
	for cut := range 6 {
		w := newWorkbench(t)
		w.step = 2
		a := w.define(fields.Draft{"key": "tier", "type": "list", "options": []any{"Free", "Pro"}})
		for i := range 10 {
			w.mustCreate(fields.Draft{"name": fmt.Sprint("n", i), "attributes": map[string]any{"tier": []any{"Free", "Pro", "Pro", "Pro"}[i%4]}})
		}
		w.rename("tier", "Pro", "Gold")
		head := w.store.Head()
		w.store.FailAfter = cut
		failed := w.SweepRenamings(t.Context()) != nil
		w.store.FailAfter = -1
		require.Equal(t, cut < 4, failed)
		require.NoError(t, NewService(w.store, nil).SweepRenamings(t.Context()))
		require.Equal(t, head+7, w.store.Head(), "each contact was changed once")
		for i, tier := range w.tiers(a.Number) {
			require.Equal(t, []string{"Free[]", "Gold[]", "Gold[]", "Gold[]"}[i%4], tier)
		}
	}
}

// TestADeletedAttributeIsRenamedNoMore: the sweep ends, and nothing is left of it.
func TestADeletedAttributeIsRenamedNoMore(t *testing.T) {
	w := newWorkbench(t)
	w.define(fields.Draft{"key": "tier", "type": "list", "options": []any{"Pro"}})
	w.mustCreate(fields.Draft{"name": "Ada", "attributes": map[string]any{"tier": "Pro"}})
	w.rename("tier", "Pro", "Gold")
	_, err := w.DeleteAttribute(t.Context(), tester, fields.EntityContact, "tier", 0)
	require.NoError(t, err)
	head := w.store.Head()
	require.NoError(t, w.SweepRenamings(t.Context()))
	require.Equal(t, head, w.store.Head())
}

// TestASweepLeavesAnotherRenamingAlone: while the sweep reads, the attribute is deleted, and an
// attribute with the same key is defined whose option is renamed too.
func TestASweepLeavesAnotherRenamingAlone(t *testing.T) {
	w := newWorkbench(t)
	pro := fields.Draft{"name": "Ada", "attributes": map[string]any{"tier": "Pro"}}
	define := func() uint32 {
		return w.define(fields.Draft{"key": "tier", "type": "list", "options": []any{"Pro"}}).Number
	}
	underWay := func() (r renaming) {
		raw, err := w.store.Document(t.Context(), ledger.Renamings, "tier")
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(raw, &r))
		return r
	}
	former := define()
	w.mustCreate(pro)
	w.rename("tier", "Pro", "Gold")
	read := underWay()
	_, err := w.DeleteAttribute(t.Context(), tester, fields.EntityContact, "tier", 0)
	require.NoError(t, err)
	number := define()
	w.mustCreate(pro)
	w.rename("tier", "Pro", "Best")
	present := underWay()

	_, more, err := w.sweepRenaming(t.Context(), "tier", read)
	require.NoError(t, err)
	require.False(t, more)
	require.Equal(t, present, underWay())
	require.NoError(t, w.SweepRenamings(t.Context()))
	require.Equal(t, []string{"Pro[]", "[]"}, w.tiers(former), "nobody sees what is left of it")
	require.Equal(t, []string{"[]", "Best[]"}, w.tiers(number))
}

// TestRenamingsAreOneChange: after any renamings and writes under old and new names, every
// contact has what it would have if the options had been called so from the beginning.
func TestRenamingsAreOneChange(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorkbench(t)
		a := w.define(fields.Draft{"key": "tier", "type": "list", "options": []any{"o0", "o1", "o2"}})
		names := [][]string{{"o0"}, {"o1"}, {"o2"}} // of each option, the newest last
		var want []int                              // of each contact, which option it has
		for i := range rapid.IntRange(1, 12).Draw(r, "steps") {
			option := rapid.IntRange(0, 2).Draw(r, "option")
			switch rapid.IntRange(0, 2).Draw(r, "what") {
			case 0:
				require.NoError(t, w.SweepRenamings(t.Context()))
				now := names[option][len(names[option])-1]
				to := fmt.Sprintf("n%d", i)
				w.rename("tier", now, to)
				names[option] = append(names[option], to)
			case 1:
				name := rapid.SampledFrom(names[option]).Draw(r, "name")
				w.mustCreate(fields.Draft{"name": "x", "attributes": map[string]any{"tier": name}})
				want = append(want, option)
			case 2:
				require.NoError(t, w.SweepRenamings(t.Context()))
			}
		}
		require.NoError(t, w.SweepRenamings(t.Context()))
		for i, tier := range w.tiers(a.Number) {
			now := names[want[i]]
			require.Equal(t, now[len(now)-1]+"[]", tier)
		}
	})
}

// TestARenamedLabelSurvivesACrash cuts the sweep of a label off after every commit.
func TestARenamedLabelSurvivesACrash(t *testing.T) {
	for cut := range 8 {
		w := newWorkbench(t)
		w.step = 2
		for i := range 10 {
			w.mustCreate(fields.Draft{"name": fmt.Sprint("n", i), "labels": []any{"Vip", []any{"x", "vip", "new", "VIP"}[i%4]}})
		}
		_, err := w.RenameLabel(t.Context(), tester, Rename{From: "vip", To: "new"})
		require.NoError(t, err)
		_, err = w.RenameLabel(t.Context(), tester, Rename{From: "x", To: "y"})
		require.Equal(t, "labels-changing", problem(t, fault.KindConflict, err).Type)
		head := w.store.Head()
		w.store.FailAfter = cut
		failed := w.SweepRenamings(t.Context()) != nil
		w.store.FailAfter = -1
		require.Equal(t, cut < 7, failed, "five steps of contacts, their end, and that of companies")
		p, err := w.RenamingOfLabels(t.Context())
		require.NoError(t, err)
		require.Equal(t, failed, p != nil)
		require.NoError(t, NewService(w.store, nil).SweepRenamings(t.Context()))
		require.Equal(t, head+10, w.store.Head(), "each contact was changed once")
		page, err := contacts.Kind.Scan(t.Context(), w.store, ledger.Ref{Ordinal: 1}, 100)
		require.NoError(t, err)
		for i, c := range page {
			require.Equal(t, [][]string{{"new", "x"}, {"new"}, {"new"}, {"new"}}[i%4], c.Labels)
		}
	}
}

// TestAContactComesBackWithPresentLabels: a label that was renamed after a merge has its new
// name when the merge is undone, also while others are still being renamed.
func TestAContactComesBackWithPresentLabels(t *testing.T) {
	for _, swept := range []bool{true, false} {
		w := newWorkbench(t)
		a := w.mustCreate(fields.Draft{"name": "Ada", "labels": []any{"own"}})
		b := w.mustCreate(fields.Draft{"name": "Adah", "labels": []any{"vip", "own"}})
		merged, err := w.Merge(t.Context(), tester, a.ID, b.ID, 0)
		require.NoError(t, err)
		_, err = w.RenameLabel(t.Context(), tester, Rename{From: "vip", To: "key"})
		require.NoError(t, err)
		if swept {
			require.NoError(t, w.SweepRenamings(t.Context()))
		}
		_, err = w.UndoMerge(t.Context(), tester, merged.Contact.Absorbed[0].Merge)
		require.NoError(t, err)
		for id, labels := range map[ledger.ID][]string{a.ID: {"own"}, b.ID: {"key", "own"}} {
			c, _, err := w.Get(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, labels, c.Labels)
		}
	}
}
