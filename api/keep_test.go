package api

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestSnapshotsAreKeptAsTheSegmentSays, and else as the settings say.
func TestSnapshotsAreKeptAsTheSegmentSays(t *testing.T) {
	h := newHarness(t)
	segment, _ := ok[segmentBody](h.call("POST", "/v1/segments", object{"name": "n", "keep": object{"age": "PT150M"}}), 201)
	require.Equal(t, &keepBody{Count: 100, Age: "PT150M"}, segment.Keep)
	target := "/v1/segments/" + segment.ID
	kept := func() (numbers []uint32) {
		list, _ := ok[snapshotList](h.call("GET", target+"/snapshots"), 200)
		for _, s := range list.Snapshots {
			numbers = append(numbers, s.N)
		}
		return numbers
	}
	for range 4 {
		h.later(time.Hour)
		h.create(object{"name": "Ada"})
		h.taken(segment.ID)
	}
	require.Equal(t, []uint32{4, 3, 2}, kept())
	gone := h.call("GET", target+"/snapshots/1").problem(410, "snapshot-expired")
	require.EqualValues(t, 2, gone.Nearest)
	gone = h.call("POST", "/v1/segments", object{"name": "s", "kind": "static", "from": object{"segment_id": segment.ID, "snapshot": 1}}).problem(410, "snapshot-expired")
	require.EqualValues(t, 2, gone.Nearest)
	h.later(time.Hour)
	require.Equal(t, []uint32{4, 3}, kept(), "they go by themselves")
	require.True(t, h.taken(segment.ID).Unchanged)

	body, _ := ok[segmentBody](h.call("PATCH", target, object{"keep": nil}), 200)
	require.Nil(t, body.Keep)
	settings, _ := ok[settingsBody](h.call("PATCH", "/v1/settings", object{"keep_snapshots": object{"count": 1}}), 200)
	require.Equal(t, keepBody{Count: 1}, settings.KeepSnapshots)
	require.Equal(t, []uint32{4}, kept())
	settings, _ = ok[settingsBody](h.call("PATCH", "/v1/settings", object{"keep_snapshots": object{"age": "P90D"}}), 200)
	require.Equal(t, keepBody{Count: 1, Age: "P90D"}, settings.KeepSnapshots)
	settings, _ = ok[settingsBody](h.call("PATCH", "/v1/settings", object{"keep_snapshots": nil}), 200)
	require.Equal(t, keepBody{Count: 100}, settings.KeepSnapshots)

	p := h.call("PATCH", target, object{"keep": object{"count": 0, "age": marker, marker: 1}}).problem(422, "invalid-segment")
	require.Equal(t, []string{"keep.count", "keep.age", "keep"}, locations(p))
	p = h.call("PATCH", "/v1/settings", object{"keep_snapshots": object{"count": 1001, "age": "P0D"}}).problem(422, "invalid-settings")
	require.Equal(t, []string{"keep_snapshots.count", "keep_snapshots.age"}, locations(p))
}
