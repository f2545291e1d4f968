package segments_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// listed reads members by pages.
func listed(t require.TestingT, m *segments.Members, limit int) []ledger.ID {
	var all []ledger.ID
	for after, pages := uint32(0), 0; ; pages++ {
		page, more, err := segments.Page(context.Background(), m, contacts.Kind, after, limit)
		require.NoError(t, err)
		require.LessOrEqual(t, len(page), limit)
		all = append(all, idsOf(page)...)
		if !more {
			return all
		}
		require.Len(t, page, limit)
		after = page[len(page)-1].Ordinal
	}
}

func TestMembersOfNow(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("n", "Nairobi")
	people := idsOf(w.add("Nairobi", 5))
	w.add("Mombasa", 2)
	m, err := w.Members(context.Background(), segment.ID)
	require.NoError(t, err)
	require.EqualValues(t, 5, m.Count)
	require.Equal(t, w.store.Head(), m.Seq)
	require.Nil(t, m.Snapshot)
	require.Equal(t, segment.Hash, m.Segment.Hash)
	for limit := 1; limit <= 6; limit++ {
		require.Equal(t, people, listed(t, m, limit))
	}
	w.move(people[:1], "")
	require.Equal(t, people[1:], listed(t, m, 2), "one that was deleted since is passed over")
}

func TestMembersOfAnOldSnapshot(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("n", "Nairobi")
	people := idsOf(w.add("Nairobi", 5))
	taken := w.refresh(segment.ID)
	w.move(people[:2], "Mombasa")
	w.move(people[4:], "")
	w.add("Nairobi", 3)
	w.refresh(segment.ID)

	m, err := w.SnapshotMembers(context.Background(), segment.ID, 1)
	require.NoError(t, err)
	require.EqualValues(t, 5, m.Count, "as taken")
	require.Equal(t, map[string]uint64{"deleted": 1}, m.HeldBack)
	require.Equal(t, taken.Snapshot, m.Snapshot)
	require.Equal(t, people[:4], listed(t, m, 2), "who moved on was a member and still is listed")

	m, err = w.SnapshotMembers(context.Background(), segment.ID, 2)
	require.NoError(t, err)
	require.Nil(t, m.HeldBack)
}

// TestMergedMembersAnswerAsTheirSurvivors: one that was absorbed answers as who
// absorbed it, once, and what changed names it by its own id.
func TestMergedMembersAnswerAsTheirSurvivors(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("n", "Nairobi")
	in, out := idsOf(w.add("Nairobi", 6)), idsOf(w.add("Mombasa", 2))
	w.refresh(segment.ID)
	merging := contacts.NewService(w.store, companies.Directory{}, nil, nil)
	merge := func(into, other ledger.ID) {
		_, err := merging.Merge(context.Background(), by, into, other, 0)
		require.NoError(t, err)
	}
	merge(in[0], in[1])  // another member
	merge(out[0], in[2]) // one who was none
	merge(out[0], in[3]) // the same
	merge(out[1], in[4])
	merge(in[5], out[1]) // of whom in[4] is a part
	w.refresh(segment.ID)

	m, err := w.SnapshotMembers(context.Background(), segment.ID, 1)
	require.NoError(t, err)
	require.EqualValues(t, 6, m.Count)
	require.Equal(t, map[string]uint64{"merged": 3}, m.HeldBack)
	require.Equal(t, []ledger.ID{in[0], in[5], out[0]}, listed(t, m, 2))

	changes, err := w.Changes(context.Background(), segment.ID, 1, 2, 0, 10)
	require.NoError(t, err)
	require.Equal(t, segments.Changes{Left: []segments.Change{
		{ID: in[1], Cause: "merged"}, {ID: in[2], Cause: "merged"}, {ID: in[3], Cause: "merged"}, {ID: in[4], Cause: "merged"},
	}, LeftCount: 4}, changes)

	w.move(out[:1], "") // with in[2] and in[3]
	m, err = w.SnapshotMembers(context.Background(), segment.ID, 1)
	require.NoError(t, err)
	require.Equal(t, map[string]uint64{"merged": 2, "deleted": 2}, m.HeldBack)
	changes, err = w.Changes(context.Background(), segment.ID, 1, 2, 0, 10)
	require.NoError(t, err)
	require.Equal(t, segments.Change{ID: in[2], Cause: "deleted"}, changes.Left[1])
}

// TestBlockedMembersAreHeldBack: who is blocked now is a member, is marked, and can be
// left out; the reasons and who is listed add up to the count.
func TestBlockedMembersAreHeldBack(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("n", "Nairobi")
	in := idsOf(w.add("Nairobi", 5))
	w.refresh(segment.ID)
	service := contacts.NewService(w.store, companies.Directory{}, nil, nil)
	block := func(id ledger.ID, blocked bool) {
		_, err := service.Block(context.Background(), by, id, nil, 0)
		if !blocked {
			_, err = service.Unblock(context.Background(), by, id, 0)
		}
		require.NoError(t, err)
	}
	block(in[1], true)
	block(in[3], true)
	_, err := service.Merge(context.Background(), by, in[3], in[2], 0)
	require.NoError(t, err)
	w.move(in[4:], "")
	w.refresh(segment.ID)

	m, err := w.SnapshotMembers(context.Background(), segment.ID, 1)
	require.NoError(t, err)
	require.Equal(t, []ledger.ID{in[0], in[1], in[3]}, listed(t, m, 2))
	open := m.WithoutBlocked()
	require.EqualValues(t, 5, open.Count)
	require.Equal(t, map[string]uint64{"blocked": 2, "merged": 1, "deleted": 1}, open.HeldBack)
	require.Equal(t, map[string]uint64{"merged": 1, "deleted": 1}, m.HeldBack, "those they came from are as they were")
	require.Equal(t, in[:1], listed(t, open, 2))
	_, more, err := segments.Page(context.Background(), open, contacts.Kind, 0, 1)
	require.NoError(t, err)
	require.False(t, more, "only blocked ones are behind the first")

	live, err := w.Members(context.Background(), segment.ID)
	require.NoError(t, err)
	require.Equal(t, []ledger.ID{in[0], in[1], in[3]}, listed(t, live, 9), "the blocked stay members")
	require.Equal(t, map[string]uint64{"blocked": 2}, live.WithoutBlocked().HeldBack)
	require.Nil(t, live.HeldBack)

	changes, err := w.Changes(context.Background(), segment.ID, 2, 1, 0, 10)
	require.NoError(t, err)
	require.Equal(t, []segments.Change{{ID: in[2], Blocked: true}, {ID: in[4]}}, changes.Entered, "who was absorbed is as blocked as the survivor")
	w.move(in[1:2], "Mombasa")
	w.refresh(segment.ID)
	changes, err = w.Changes(context.Background(), segment.ID, 2, 3, 0, 10)
	require.NoError(t, err)
	require.Equal(t, []segments.Change{{ID: in[1], Blocked: true}}, changes.Left)

	block(in[0], true)
	require.Empty(t, listed(t, open, 2), "one who is blocked while they are read is passed over")
	block(in[0], false)
	block(in[3], false)
	m, err = w.SnapshotMembers(context.Background(), segment.ID, 1)
	require.NoError(t, err)
	require.Equal(t, map[string]uint64{"blocked": 1, "merged": 1, "deleted": 1}, m.WithoutBlocked().HeldBack)
}

func TestEachMemberOnce(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("n", "Nairobi")
	people := idsOf(w.add("Nairobi", 2500))
	w.refresh(segment.ID)
	m, err := w.SnapshotMembers(context.Background(), segment.ID, 1)
	require.NoError(t, err)
	require.Equal(t, people, listed(t, m, 999))
	page, more, err := segments.Page(context.Background(), m, contacts.Kind, 0, 2_100)
	require.NoError(t, err)
	require.True(t, more)
	require.Equal(t, people[:2_100], idsOf(page), "a page of several readings")
}

func changed(list []segments.Change) (ids []ledger.ID, causes map[ledger.ID]string) {
	causes = map[ledger.ID]string{}
	for _, c := range list {
		ids = append(ids, c.ID)
		if c.Cause != "" {
			causes[c.ID] = c.Cause
		}
	}
	return ids, causes
}

func TestChangesBetweenSnapshots(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("n", "Nairobi")
	people := idsOf(w.add("Nairobi", 4))
	w.refresh(segment.ID)
	w.move(people[:1], "Mombasa")
	w.move(people[1:2], "")
	people = append(people, idsOf(w.add("Nairobi", 2))...)
	w.refresh(segment.ID)
	w.move(people[:1], "Nairobi")
	w.move(people[5:6], "")
	w.refresh(segment.ID)

	for _, c := range []struct {
		from, to      uint32
		entered, left []ledger.ID
		deleted       []ledger.ID
	}{
		{1, 2, []ledger.ID{people[4], people[5]}, []ledger.ID{people[0], people[1]}, []ledger.ID{people[1]}},
		{2, 1, []ledger.ID{people[0], people[1]}, []ledger.ID{people[4], people[5]}, []ledger.ID{people[5]}},
		{2, 3, []ledger.ID{people[0]}, []ledger.ID{people[5]}, []ledger.ID{people[5]}},
		{1, 3, []ledger.ID{people[4]}, []ledger.ID{people[1]}, []ledger.ID{people[1]}},
		{2, 2, nil, nil, nil},
	} {
		for limit := 1; limit <= 5; limit++ {
			var all segments.Changes
			for after := uint32(0); ; after = all.Next {
				page, err := w.Changes(context.Background(), segment.ID, c.from, c.to, after, limit)
				require.NoError(t, err)
				require.LessOrEqual(t, len(page.Entered)+len(page.Left), limit)
				all.Entered, all.Left, all.Next = append(all.Entered, page.Entered...), append(all.Left, page.Left...), page.Next
				if all.Next == 0 {
					break
				}
			}
			entered, causes := changed(all.Entered)
			require.Equal(t, c.entered, entered)
			require.Empty(t, causes)
			left, causes := changed(all.Left)
			require.Equal(t, c.left, left)
			require.Len(t, causes, len(c.deleted))
			for _, id := range c.deleted {
				require.Equal(t, segments.CauseDeleted, causes[id])
			}
		}
	}
}

func TestAContactWithoutATraceIsNotListed(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.inCity("n", "Nairobi")
	people := idsOf(w.add("Nairobi", 2))
	w.refresh(segment.ID)
	w.move(people[:1], "")
	w.refresh(segment.ID)
	service := w.serve(traceless{w.store}, segments.Options{})
	changes, err := service.Changes(context.Background(), segment.ID, 1, 2, 0, 10)
	require.NoError(t, err)
	require.Empty(t, changes.Left)
}

// traceless is a store that knows nothing of deleted contacts.
type traceless struct{ segments.Store }

func (traceless) Buried(_ context.Context, _ *ledger.Shape, ordinals []uint32) ([]ledger.Grave, error) {
	return make([]ledger.Grave, len(ordinals)), nil
}
