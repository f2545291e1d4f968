package segments_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// pick changes who is picked for a segment.
func (w *workspace) pick(id ledger.ID, set segments.PickSet, add, remove []ledger.ID) segments.PickResult {
	r, err := w.Pick(context.Background(), by, id, segments.Picking{Set: set, Add: texts(add), Remove: texts(remove)}, 0)
	require.NoError(w.t, err)
	return r
}

func texts(ids []ledger.ID) (list []string) {
	for _, id := range ids {
		list = append(list, id.String())
	}
	return list
}

// members are those of now.
func (w *workspace) members(id ledger.ID) []ledger.ID {
	m, err := w.Members(context.Background(), id)
	require.NoError(w.t, err)
	return listed(w.t, m, 1000)
}

func (w *workspace) merge(into, other ledger.ID) (undo func()) {
	service := contacts.NewService(w.store, companies.Directory{}, nil, nil)
	done, err := service.Merge(context.Background(), by, into, other, 0)
	require.NoError(w.t, err)
	last := done.Contact.Absorbed[len(done.Contact.Absorbed)-1]
	return func() {
		_, err := service.UndoMerge(context.Background(), by, last.Merge)
		require.NoError(w.t, err)
	}
}

// naming makes a segment of who is in another one, or not.
func (w *workspace) naming(name, operator string, id ledger.ID) *segments.Segment {
	return w.create(fmt.Sprintf(`{"name": %q, "filter": {"combinator": "and", "rules": [{"field": "segment", "operator": %q, "value": [%q]}]}}`, name, operator, id))
}

func (w *workspace) sound() {
	var found ledger.Differences
	require.NoError(w.t, w.Verify(context.Background(), &found))
	require.Empty(w.t, found.List())
}

func TestPickedContacts(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	in, out := idsOf(w.add("Nairobi", 3)), idsOf(w.add("Mombasa", 3))
	segment := w.inCity("n", "Nairobi")
	inside, outside := w.naming("in", "in", segment.ID), w.naming("out", "not_in", segment.ID)
	first := w.refresh(segment.ID)

	r := w.pick(segment.ID, segments.Pinned, []ledger.ID{out[0], in[0], out[0]}, nil)
	require.Equal(t, segments.PickResult{Added: 2, Count: 2, Version: w.store.Head(), Seq: w.store.Head()}, r)
	r = w.pick(segment.ID, segments.Excluded, []ledger.ID{in[1], out[0]}, nil)
	require.EqualValues(t, 2, r.Added)
	members, others := []ledger.ID{in[0], in[2]}, []ledger.ID{in[1], out[0], out[1], out[2]}
	require.Equal(t, members, w.members(segment.ID), "excluded wins over pinned")
	require.Equal(t, members, w.members(inside.ID))
	require.Equal(t, others, w.members(outside.ID))
	second := w.refresh(segment.ID)
	require.EqualValues(t, []uint64{3, 2, 0, 1}, []uint64{first.Count, second.Count, second.Entered, second.Left})
	require.Equal(t, r.Version, second.DefinitionVersion)
	require.Equal(t, first.DefinitionHash, second.DefinitionHash, "the filter is as it was")

	r = w.pick(segment.ID, segments.Excluded, nil, []ledger.ID{out[0], out[1]})
	require.Equal(t, []uint64{0, 1, 1}, []uint64{r.Added, r.Removed, r.Count})
	require.Equal(t, []ledger.ID{in[0], in[2], out[0]}, w.members(segment.ID))
	head := w.store.Head()
	w.pick(segment.ID, segments.Excluded, []ledger.ID{in[1]}, []ledger.ID{out[0]})
	require.Equal(t, head, w.store.Head(), "nothing has changed, and nothing was written")

	w.pick(segment.ID, segments.Pinned, nil, []ledger.ID{in[0], out[0]})
	w.pick(segment.ID, segments.Excluded, nil, []ledger.ID{in[1]})
	require.Equal(t, in, w.members(segment.ID))
	require.Empty(t, w.documents(segments.PickDocuments), "empty sets take no room")
	w.sound()
}

func TestPickedContactsThatMergeAndGo(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	people := idsOf(w.add("Mombasa", 5))
	static := w.create(`{"name": "s", "kind": "static"}`)
	w.pick(static.ID, segments.Pinned, people[:3], nil)
	undo := w.merge(people[3], people[0])
	require.Equal(t, []ledger.ID{people[1], people[2], people[3]}, w.members(static.ID), "the survivor stands for who was picked")
	w.move(people[1:2], "")
	require.Equal(t, []ledger.ID{people[2], people[3]}, w.members(static.ID))
	require.EqualValues(t, 2, w.pick(static.ID, segments.Pinned, []ledger.ID{people[0]}, nil).Count, "an absorbed one is its survivor, who is there already")
	undo()
	require.Equal(t, []ledger.ID{people[0], people[2]}, w.members(static.ID))

	w.merge(people[3], people[0])
	require.EqualValues(t, 1, w.pick(static.ID, segments.Pinned, nil, []ledger.ID{people[3]}).Removed)
	require.Equal(t, people[2:3], w.members(static.ID), "with those that the survivor has absorbed")
	segment, err := w.Get(context.Background(), static.ID)
	require.NoError(t, err)
	picks, err := w.PicksOf(context.Background(), segment)
	require.NoError(t, err)
	require.EqualValues(t, 1, picks.Pinned.GetCardinality())
	ids, err := w.IDs(context.Background(), picks.Pinned)
	require.NoError(t, err)
	require.Equal(t, people[2:3], ids)
	w.sound()
}

func TestWhatCannotBePicked(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	people := idsOf(w.add("Mombasa", 2))
	segment := w.inCity("n", "Nairobi")
	head := w.store.Head()
	pick := func(p segments.Picking, version uint64) error {
		p.Set = segments.Pinned
		_, err := w.Pick(context.Background(), by, segment.ID, p, version)
		return err
	}
	many := make([]string, segments.MaxPickedBy)
	for name, c := range map[string]struct {
		picking segments.Picking
		paths   []string
	}{
		"nobody":      {segments.Picking{}, []string{"add"}},
		"too many":    {segments.Picking{Add: many, Remove: texts(people[:1])}, []string{"add"}},
		"both ways":   {segments.Picking{Add: texts(people), Remove: texts(people[1:])}, []string{"remove"}},
		"nobody's id": {segments.Picking{Add: []string{people[0].String(), "x", uuid.NewString()}, Remove: []string{""}}, []string{"add[1]", "add[2]", "remove[0]"}},
	} {
		e := refused(t, pick(c.picking, 0), fault.KindInvalid, "invalid-request")
		var paths []string
		for _, f := range e.Faults {
			paths = append(paths, f.Path)
		}
		require.Equal(t, c.paths, paths, name)
	}
	refused(t, pick(segments.Picking{Add: texts(people)}, 1), fault.KindPrecondition, "version-mismatch")
	_, err := w.Pick(context.Background(), by, uuid.New(), segments.Picking{Set: segments.Pinned, Add: texts(people)}, 0)
	refused(t, err, fault.KindNotFound, "not-found")
	require.Equal(t, head, w.store.Head())
}

func TestPickingIsRepeatedOnce(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	people := idsOf(w.add("Mombasa", 2))
	segment := w.inCity("n", "Nairobi")
	once := by.WithReceipt(ledger.ReceiptKey{Key: "k"})
	p := segments.Picking{Set: segments.Pinned, Add: texts(people)}
	first, err := w.Pick(context.Background(), once, segment.ID, p, 0)
	require.NoError(t, err)
	w.pick(segment.ID, segments.Pinned, nil, people[:1])
	again, err := w.Pick(context.Background(), once, segment.ID, p, 0)
	require.NoError(t, err)
	require.True(t, again.Replayed)
	require.Equal(t, []uint64{first.Added, first.Count, first.Seq}, []uint64{again.Added, again.Count, again.Seq})
	require.Equal(t, people[1:], w.members(segment.ID), "it did nothing more")
}

func TestStaticSegments(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	in, out := idsOf(w.add("Nairobi", 3)), idsOf(w.add("Mombasa", 2))
	source := w.inCity("n", "Nairobi")
	w.refresh(source.ID)
	w.move(in[:1], "Mombasa")
	created := func(from string) ledger.ID {
		return w.create(fmt.Sprintf(`{"name": %q, "kind": "static", "from": %s}`, from, from)).ID
	}
	filter := created(`{"filter": ` + cityIs("Mombasa") + `}`)
	segment := created(fmt.Sprintf(`{"segment_id": %q}`, source.ID))
	snapshot := created(fmt.Sprintf(`{"segment_id": %q, "snapshot": 1}`, source.ID))
	w.move(out, "Nairobi")
	w.move(in[1:2], "")
	require.Equal(t, []ledger.ID{in[0], out[0], out[1]}, w.members(filter))
	require.Equal(t, in[2:], w.members(segment))
	require.Equal(t, []ledger.ID{in[0], in[2]}, w.members(snapshot))
	require.Empty(t, w.members(w.create(`{"name": "empty", "kind": "static"}`).ID))
	require.EqualValues(t, 2, w.refresh(snapshot).Count)

	got, err := w.Get(context.Background(), snapshot)
	require.NoError(t, err)
	require.Equal(t, segments.KindStatic, got.Kind)
	require.Nil(t, got.Filter)
	w.patch(snapshot, fmt.Sprintf(`{"kind": "static", "pinned": [%q], "excluded": [%q]}`, out[0], in[0]))
	require.Equal(t, out[:1], w.members(snapshot), "a list replaces the former one")
	w.patch(snapshot, `{"pinned": null, "filter": null}`)
	require.Empty(t, w.members(snapshot))
	w.sound()
}

func TestWhatStaticSegmentsCannotBe(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	dynamic, static := w.inCity("n", "Nairobi"), w.create(`{"name": "s", "kind": "static"}`)
	w.refresh(dynamic.ID)
	unknown := uuid.NewString()
	for body, paths := range map[string][]string{
		`{"name": "x", "kind": "Static"}`:                                                                                                {"kind"},
		`{"name": "x", "kind": 1, "labels": "a", "archived": "yes", "owner": 5}`:                                                         {"kind", "labels", "archived", "owner"},
		`{"name": "x", "kind": "static", "filter": ` + cityIs("a") + `}`:                                                                 {"filter"},
		`{"name": "x", "from": {"filter": {}}}`:                                                                                          {"from"},
		`{"name": "x", "kind": "static", "from": {}}`:                                                                                    {"from"},
		`{"name": "x", "kind": "static", "from": {"snapshot": 1}}`:                                                                       {"from"},
		`{"name": "x", "kind": "static", "from": {"filter": {}, "segment_id": "` + unknown + `"}}`:                                       {"from"},
		`{"name": "x", "kind": "static", "from": {"segment_id": "x"}}`:                                                                   {"from.segment_id"},
		`{"name": "x", "kind": "static", "from": {"segment_id": "` + unknown + `"}}`:                                                     {"from.segment_id"},
		`{"name": "x", "kind": "static", "from": {"segment_id": "` + unknown + `", "snapshot": 1}}`:                                      {"from.segment_id"},
		`{"name": "x", "kind": "static", "from": {"segment_id": "` + dynamic.ID.String() + `", "snapshot": 2}}`:                          {"from.snapshot"},
		`{"name": "x", "kind": "static", "from": {"segment_id": "` + dynamic.ID.String() + `", "snapshot": 0}}`:                          {"from.snapshot"},
		`{"name": "x", "kind": "static", "from": {"filter": {"combinator": "and", "rules": [{"field": "nope", "operator": "exists"}]}}}`: {"from.filter.rules[0].field"},
		`{"name": "x", "pinned": "a", "excluded": ["` + unknown + `"]}`:                                                                  {"pinned", "excluded[0]"},
	} {
		_, err := w.Create(context.Background(), by, draft(t, body))
		e := refused(t, err, fault.KindInvalid, "invalid-segment")
		var got []string
		for _, f := range e.Faults {
			got = append(got, f.Path)
		}
		require.ElementsMatch(t, paths, got, body)
	}
	for id, body := range map[ledger.ID]string{dynamic.ID: `{"kind": "static"}`, static.ID: `{"kind": "dynamic"}`} {
		_, err := w.Patch(context.Background(), by, id, draft(t, body), 0)
		refused(t, err, fault.KindInvalid, "invalid-segment")
		w.patch(id, `{"kind": `+map[ledger.ID]string{dynamic.ID: `"dynamic"`, static.ID: `"static"`}[id]+`}`)
	}
	_, err := w.Patch(context.Background(), by, static.ID, draft(t, `{"from": {"filter": {}}}`), 0)
	refused(t, err, fault.KindInvalid, "invalid-segment")
	require.Len(t, w.documents(segments.SegmentDocuments), 2)
}

func TestArchivedSegmentsRest(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	people := idsOf(w.add("Nairobi", 2))
	segment := w.create(`{"name": "n", "filter": ` + cityIs("Nairobi") + `, "schedule": {"cron": "@daily"}, "owner": " Amina ", "labels": ["VIP", "vip", "east"]}`)
	require.Equal(t, "Amina", segment.Owner)
	require.Equal(t, []string{"VIP", "east"}, segment.Labels)
	other := w.naming("in", "in", segment.ID)
	w.refresh(segment.ID)
	w.patch(segment.ID, `{"archived": true}`)
	require.Empty(t, w.schedule.plans)
	require.NoError(t, w.EachSchedule(context.Background(), nil), "nobody's")
	require.Equal(t, people, w.members(other.ID), "others may go on to name it")
	snapshots, err := w.Snapshots(context.Background(), segment.ID, 0, 10)
	require.NoError(t, err)
	require.Len(t, snapshots, 1)
	for which, want := range map[segments.Which][]ledger.ID{
		segments.WithoutArchived: {other.ID}, segments.OnlyArchived: {segment.ID}, segments.WithArchived: {segment.ID, other.ID},
	} {
		page, more, err := w.List(context.Background(), segments.Search{Which: which}, uuid.Nil, 2)
		require.NoError(t, err)
		require.False(t, more)
		var got []ledger.ID
		for _, one := range page {
			got = append(got, one.ID)
		}
		require.Equal(t, want, got, which)
	}
	w.now = w.now.Add(90 * 60e9)
	back := w.patch(segment.ID, `{"archived": false}`)
	require.Equal(t, map[ledger.ID]string{segment.ID: "@daily UTC 13:30"}, w.schedule.plans, "runs while it rested are not made up")
	require.Equal(t, segment.Labels, back.Labels)
	require.Nil(t, w.patch(segment.ID, `{"labels": null}`).Labels)
}

// TestPickedContactsOfFailedAttemptsGo: they are stored before the definition that names them.
func TestPickedContactsOfFailedAttemptsGo(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	w.add("Nairobi", 3)
	store := &failing{Store: w.store}
	far := segments.New(store, &spread{matcher{w.store}}, w.people(), w.schedule, segments.Options{CommitBytes: 1})
	store.in = 3
	_, err := far.Create(context.Background(), by, draft(t, `{"name": "s", "kind": "static", "from": {"filter": {}}}`))
	require.ErrorIs(t, err, errFailing)
	require.Len(t, w.documents(segments.PickDocuments), 2)
	require.NoError(t, far.Sweep(context.Background()))
	require.Empty(t, w.documents(segments.PickDocuments))

	made, err := far.Create(context.Background(), by, draft(t, `{"name": "s", "kind": "static", "from": {"filter": {}}}`))
	require.NoError(t, err)
	require.Len(t, w.documents(segments.PickDocuments), 3)
	require.NoError(t, far.Sweep(context.Background()))
	require.Len(t, w.documents(segments.PickDocuments), 3)
	w.sound()
	_, err = far.Delete(context.Background(), by, made.ID, 0)
	require.NoError(t, err)
	require.Empty(t, w.documents(segments.PickDocuments))
}

// TestVerifyFindsPickedContactsThatAreNotThere, whatever became of them.
func TestVerifyFindsPickedContactsThatAreNotThere(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	segment := w.create(`{"name": "s", "kind": "static"}`)
	w.pick(segment.ID, segments.Pinned, idsOf(w.add("Nairobi", 1)), nil)
	key := w.documents(segments.PickDocuments)[0]
	for _, damage := range []func(ledger.Tx) error{
		func(tx ledger.Tx) error { return tx.PutDocument(segments.PickDocuments, key, []byte("x")) },
		func(tx ledger.Tx) error { return tx.DeleteDocument(segments.PickDocuments, key) },
	} {
		w.update(damage)
		var found ledger.Differences
		require.NoError(t, w.Verify(context.Background(), &found))
		require.Len(t, found.List(), 1)
		_, err := w.Members(context.Background(), segment.ID)
		require.Error(t, err)
	}
}
