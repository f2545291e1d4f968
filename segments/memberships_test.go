package segments_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

func TestSegmentsOfAContact(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	ada, ben := w.add("Nairobi", 1)[0].ID, w.add("Mombasa", 1)[0].ID
	w.define(fields.AttributeDefinition{Number: 1, Key: "tier", Label: "Tier", Type: fields.AttributeText})
	n, m := w.inCity("n", "Nairobi"), w.inCity("m", "Mombasa")
	broken := w.create(exists("broken", "tier"))
	not := w.naming("not n", "not_in", n.ID)
	static := w.create(`{"name": "static", "kind": "static"}`)
	names := func(id ledger.ID, which segments.Which) (list []string) {
		for after, more := uuid.Nil, true; more; {
			var page []segments.Membership
			var err error
			page, more, err = w.Memberships(context.Background(), id, which, after, 1)
			require.NoError(t, err)
			for _, one := range page {
				name := one.Name
				if one.Pinned {
					name += "!"
				}
				list, after = append(list, name), one.ID
			}
		}
		return list
	}
	all := func(id ledger.ID) []string { return names(id, segments.WithArchived) }
	require.Equal(t, []string{"n"}, all(ada))
	require.Equal(t, []string{"m", "not n"}, all(ben))

	w.pick(static.ID, segments.Pinned, []ledger.ID{ada}, nil)
	w.pick(n.ID, segments.Pinned, []ledger.ID{ben}, nil)
	require.Equal(t, []string{"n", "static!"}, all(ada))
	require.Equal(t, []string{"n!", "m"}, all(ben))
	w.pick(n.ID, segments.Excluded, []ledger.ID{ada}, nil)
	require.Equal(t, []string{"not n", "static!"}, all(ada))
	w.patch(m.ID, `{"name": "M", "archived": true}`)
	require.Equal(t, []string{"n!"}, names(ben, segments.WithoutArchived))
	require.Equal(t, []string{"M"}, names(ben, segments.OnlyArchived))
	w.move([]ledger.ID{ada}, "Mombasa")
	require.Equal(t, []string{"M", "not n", "static!"}, all(ada), "every write counts at once")
	undo := w.merge(ben, ada)
	require.Equal(t, []string{"M", "not n", "static!"}, all(ada), "as its survivor, excluded with what it has absorbed")
	undo()
	w.update(func(tx ledger.Tx) error { return tx.DeleteDocument(ledger.AttributeDefinitions, "tier") })
	require.Equal(t, []string{"n!", "M"}, all(ben))
	_, err := w.Delete(context.Background(), by, broken.ID, 0)
	require.NoError(t, err)
	_, err = w.Delete(context.Background(), by, not.ID, 0)
	require.NoError(t, err)
	require.Equal(t, []string{"M", "static!"}, all(ada))
	_, _, err = w.Memberships(context.Background(), uuid.New(), segments.WithArchived, uuid.Nil, 1)
	refused(t, err, fault.KindNotFound, "not-found")
	w.move([]ledger.ID{ada}, "")
	_, _, err = w.Memberships(context.Background(), ada, segments.WithArchived, uuid.Nil, 1)
	refused(t, err, fault.KindNotFound, "not-found")
}

func TestSegmentsAreCombined(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	in, out := idsOf(w.add("Nairobi", 3)), idsOf(w.add("Mombasa", 2))
	n, s := w.inCity("n", "Nairobi"), w.create(`{"name": "s", "kind": "static"}`)
	w.pick(s.ID, segments.Pinned, []ledger.ID{in[0], out[0]}, nil)
	ids := []string{n.ID.String(), s.ID.String()}
	for operation, want := range map[segments.Operation][]ledger.ID{
		segments.Union: {in[0], in[1], in[2], out[0]}, segments.Intersection: {in[0]}, segments.Difference: {in[1], in[2]},
	} {
		c, err := w.Combine(context.Background(), operation, ids)
		require.NoError(t, err)
		require.EqualValues(t, len(want), c.Count, operation)
		require.Equal(t, w.store.Head(), c.Seq)
		saved := w.create(`{"name": "` + string(operation) + `", "filter": ` + string(c.Filter) + `}`)
		require.Equal(t, want, w.members(saved.ID), operation)
	}
	for _, c := range []struct {
		ids   []string
		paths []string
	}{
		{nil, []string{"segment_ids"}},
		{ids[:1], []string{"segment_ids"}},
		{[]string{ids[0], ids[0], "x", uuid.NewString()}, []string{"segment_ids[1]", "segment_ids[2]", "segment_ids[3]"}},
	} {
		_, err := w.Combine(context.Background(), segments.Union, c.ids)
		e := refused(t, err, fault.KindInvalid, "invalid-request")
		var paths []string
		for _, f := range e.Faults {
			paths = append(paths, f.Path)
		}
		require.Equal(t, c.paths, paths)
	}
}
