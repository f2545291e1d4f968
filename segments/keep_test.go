package segments_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
	space "github.com/ndoto/kundi/workspace"
)

// hourly takes snapshots with one member more each, an hour apart.
func (w *workspace) hourly(segment ledger.ID, n int) {
	for range n {
		w.now = w.now.Add(time.Hour)
		w.add("Nairobi", 1)
		require.False(w.t, w.refresh(segment).Unchanged)
	}
}

// kept lists the snapshots that can be read, and checks that the others cannot and that these are whole.
func (w *workspace) kept(segment ledger.ID) (numbers []uint32) {
	list, err := w.Snapshots(context.Background(), segment, 0, 1000)
	require.NoError(w.t, err)
	readable := map[uint32]bool{}
	for _, s := range list {
		numbers, readable[s.N] = append(numbers, s.N), true
	}
	for n := uint32(1); len(numbers) > 0 && n <= numbers[0]; n++ {
		m, err := w.SnapshotMembers(context.Background(), segment, n)
		_, changesErr := w.Changes(context.Background(), segment, n, numbers[0], 0, 1000)
		if !readable[n] {
			refused(w.t, err, fault.KindGone, "snapshot-expired")
			refused(w.t, changesErr, fault.KindGone, "snapshot-expired")
			continue
		}
		require.NoError(w.t, err)
		require.NoError(w.t, changesErr)
		require.EqualValues(w.t, m.Count, len(listed(w.t, m, 1000)))
	}
	return numbers
}

func (w *workspace) keepSnapshots(k fields.Keep) {
	_, _, err := space.NewService(w.store, time.Now).PatchSettings(context.Background(), by, fields.Draft{"keep_snapshots": k.Members()}, 0)
	require.NoError(w.t, err)
}

// TestSnapshotsAreKeptByNumberAndAge: by both if both are given, and the newest one always.
func TestSnapshotsAreKeptByNumberAndAge(t *testing.T) {
	w := newWorkspace(t, segments.Options{FullEvery: 3, Holds: holds{2}})
	segment := w.create(`{"name": "n", "filter": ` + cityIs("Nairobi") + `, "keep": {"count": 5, "age": "PT3H"}}`)
	require.Equal(t, fields.Keep{Count: 5, Age: "PT3H"}, segment.Keep)
	w.add("Nairobi", 100) // so that what changed is less than the whole
	w.hourly(segment.ID, 10)
	require.Equal(t, []uint32{10, 9, 8, 7, 2}, w.kept(segment.ID), "one that is three hours old is kept, and one that is held")
	w.now = w.now.Add(time.Millisecond)
	require.Equal(t, []uint32{10, 9, 8, 2}, w.kept(segment.ID), "they go without a new one")
	w.now = w.now.AddDate(1, 0, 0)
	require.Equal(t, []uint32{10, 2}, w.kept(segment.ID))
	w.patch(segment.ID, `{"keep": {"count": 3, "age": null}}`)
	require.Equal(t, []uint32{10, 9, 8, 2}, w.kept(segment.ID), "what was not removed yet comes back")
	w.patch(segment.ID, `{"keep": {"age": "P1Y"}}`)
	require.Equal(t, fields.Keep{Count: 3, Age: "P1Y"}, w.get(segment.ID).Keep, "it is merged")
	w.sound()
}

// TestWhatWasRemovedStaysRemoved, also when more is kept again.
func TestWhatWasRemovedStaysRemoved(t *testing.T) {
	w := newWorkspace(t, segments.Options{FullEvery: 4})
	segment, other := w.inCity("n", "Nairobi"), w.inCity("other", "Nairobi")
	w.add("Nairobi", 100)
	w.hourly(segment.ID, 11)
	w.refresh(other.ID)
	w.patch(segment.ID, `{"keep": {"age": "PT4H"}}`)
	before := len(w.documents(segments.SnapshotDocuments))
	require.NoError(t, w.RemoveExpired(context.Background()))
	require.Equal(t, before-4, len(w.documents(segments.SnapshotDocuments)), "7 rests on 5")
	require.Equal(t, []uint32{11, 10, 9, 8, 7}, w.kept(segment.ID))
	w.sound()
	w.patch(segment.ID, `{"keep": null}`)
	require.Equal(t, []uint32{11, 10, 9, 8, 7}, w.kept(segment.ID))
	w.hourly(segment.ID, 1)
	require.Equal(t, []uint32{12, 11, 10, 9, 8, 7}, w.kept(segment.ID))
	require.Equal(t, []uint32{1}, w.kept(other.ID))
	w.sound()
	head := w.store.Head()
	require.NoError(t, w.RemoveExpired(context.Background()))
	require.Equal(t, head, w.store.Head(), "there is nothing to remove")

	w.patch(segment.ID, `{"keep": {"count": 1}}`)
	w.hourly(segment.ID, 1)
	require.Equal(t, []uint32{13}, w.kept(segment.ID))
	w.sound()
	e := refusedSnapshot(w, segment.ID, 3)
	require.EqualValues(t, 13, e.Nearest)
}

func refusedSnapshot(w *workspace, segment ledger.ID, n uint32) *fault.Error {
	_, err := w.Snapshot(context.Background(), segment, n)
	return refused(w.t, err, fault.KindGone, "snapshot-expired")
}

// TestTheSettingsSayWhatIsKept of segments that do not say it themselves.
func TestTheSettingsSayWhatIsKept(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	follows, own := w.inCity("n", "Nairobi"), w.create(`{"name": "own", "filter": `+cityIs("Nairobi")+`, "keep": {}}`)
	require.Equal(t, fields.Keep{Count: 100}, own.Keep)
	w.keepSnapshots(fields.Keep{Count: 3, Age: "PT1H"})
	for range 6 {
		w.hourly(follows.ID, 1)
		w.refresh(own.ID)
	}
	require.Equal(t, []uint32{6, 5}, w.kept(follows.ID))
	require.Len(t, w.kept(own.ID), 6, "neither the number nor the age of the settings counts")
	copied, err := w.Duplicate(context.Background(), by, own.ID, "")
	require.NoError(t, err)
	require.Equal(t, own.Keep, copied.Segment.Keep)
	head := w.store.Head()
	w.patch(own.ID, `{"keep": {"count": 100}}`)
	require.Equal(t, head, w.store.Head(), "nothing has changed")
	require.Len(t, w.versions(own.ID), 1)
	w.patch(own.ID, `{"keep": {"count": 99}}`)
	require.Len(t, w.versions(own.ID), 1, "it is no part of a version")
}

// TestSnapshotsOfAnOlderProgram, which kept a fixed number and wrote no oldest one.
func TestSnapshotsOfAnOlderProgram(t *testing.T) {
	w := newWorkspace(t, segments.Options{Keep: 4, FullEvery: 1})
	segment := w.inCity("n", "Nairobi")
	w.hourly(segment.ID, 6)
	key := "state/" + segment.ID.String()
	record, err := w.store.Document(context.Background(), segments.SetDocuments, key)
	require.NoError(t, err)
	var state map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(record, &state))
	require.JSONEq(t, "3", string(state["oldest"]))
	delete(state, "oldest")
	record, err = json.Marshal(state)
	require.NoError(t, err)
	w.update(func(tx ledger.Tx) error { return tx.PutDocument(segments.SetDocuments, key, record) })
	w.sound()
	require.Equal(t, []uint32{6, 5, 4, 3}, w.kept(segment.ID))
	w.patch(segment.ID, `{"keep": {"count": 6}}`)
	require.Equal(t, []uint32{6, 5, 4, 3}, w.kept(segment.ID), "1 and 2 were removed")
	w.hourly(segment.ID, 2)
	require.Equal(t, []uint32{8, 7, 6, 5, 4, 3}, w.kept(segment.ID))
	w.hourly(segment.ID, 1)
	require.Equal(t, []uint32{9, 8, 7, 6, 5, 4}, w.kept(segment.ID))
	w.sound()
	state["oldest"] = json.RawMessage("7")
	record, err = json.Marshal(state) // with 6 as the newest one
	require.NoError(t, err)
	w.update(func(tx ledger.Tx) error { return tx.PutDocument(segments.SetDocuments, key, record) })
	var found ledger.Differences
	require.NoError(t, w.Verify(context.Background(), &found))
	require.Contains(t, fmt.Sprint(found.List()), "states of snapshots that cannot be read")
}

func TestWhatIsKeptIsChecked(t *testing.T) {
	w := newWorkspace(t, segments.Options{})
	for keep, want := range map[string][]string{
		`5`: {"keep"}, `[]`: {"keep"}, `"P1D"`: {"keep"}, `{"days": 3}`: {"keep"},
		`{"count": 0}`: {"keep.count"}, `{"count": 1001}`: {"keep.count"}, `{"count": "5"}`: {"keep.count"}, `{"count": 2.5}`: {"keep.count"},
		`{"age": "90 days"}`: {"keep.age"}, `{"age": 90}`: {"keep.age"}, `{"age": ""}`: {"keep.age"}, `{"age": "P11Y"}`: {"keep.age"}, `{"age": "P121M"}`: {"keep.age"},
		`{"count": -1, "age": "P0D", "x": 1}`: {"keep.count", "keep.age", "keep"},
	} {
		_, err := w.Create(context.Background(), by, draft(t, `{"name": "n", "keep": `+keep+`}`))
		e := refused(t, err, fault.KindInvalid, "invalid-segment")
		var paths []string
		for _, f := range e.Faults {
			paths = append(paths, f.Path)
		}
		require.Equal(t, want, paths, keep)
	}
	for keep, want := range map[string]fields.Keep{
		`null`: {}, `{"age": "P10Y"}`: {Count: 100, Age: "P10Y"}, `{"count": 1000, "age": null}`: {Count: 1000}, `{"count": null, "age": "PT1M"}`: {Count: 100, Age: "PT1M"},
	} {
		segment := w.create(`{"name": ` + fmt.Sprintf("%q", keep) + `, "keep": ` + keep + `}`)
		require.Equal(t, want, segment.Keep)
		require.Equal(t, want, w.get(segment.ID).Keep)
		require.Equal(t, fields.Keep{}, w.patch(segment.ID, `{"keep": null}`).Keep)
	}
}

// TestRemovingIsFinishedLater: at whichever commit it fails.
func TestRemovingIsFinishedLater(t *testing.T) {
	for fail := 1; ; fail++ {
		w := newWorkspace(t, segments.Options{FullEvery: 2})
		segment := w.inCity("n", "Nairobi")
		w.add("Nairobi", 100)
		w.hourly(segment.ID, 9)
		w.patch(segment.ID, `{"keep": {"count": 2}}`)
		err := w.serve(&failing{Store: w.store, in: fail}, segments.Options{}).RemoveExpired(context.Background())
		if err == nil {
			require.Equal(t, 6, fail, "it takes five commits, of which each has failed once")
			return
		}
		require.ErrorIs(t, err, errFailing)
		require.Equal(t, []uint32{9, 8}, w.kept(segment.ID))
		w.sound()
		require.NoError(t, w.RemoveExpired(context.Background()))
		require.Equal(t, []uint32{9, 8}, w.kept(segment.ID))
		require.Len(t, w.documents(segments.SnapshotDocuments), 3)
		w.sound()
	}
}

func (w *workspace) get(id ledger.ID) *segments.Segment {
	segment, err := w.Get(context.Background(), id)
	require.NoError(w.t, err)
	return segment
}
