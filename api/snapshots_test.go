package api

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/api/wire"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

func (h *harness) refresh(id string, status int) snapshotBody {
	h.t.Helper()
	taken, _ := ok[snapshotBody](h.call("POST", "/v1/segments/"+id+"/refresh"), status)
	return taken
}

func TestSnapshotsAndWhatChanged(t *testing.T) {
	h := newHarness(t)
	segment := h.segment("Nairobi", "Nairobi")
	path := "/v1/segments/" + segment.ID
	people := h.settle("Nairobi", 5)
	w := h.call("POST", path+"/refresh").do()
	require.Equal(t, 201, w.Code)
	require.Equal(t, path+"/snapshots/1", w.Header().Get("Location"))
	require.NotEmpty(t, w.Header().Get("Kundi-Seq"))
	var first snapshotBody
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &first))
	require.EqualValues(t, 5, first.Entered)
	require.NotContains(t, w.Body.String(), "unchanged")
	require.Equal(t, segment.Version, first.DefinitionVersion)

	same := h.refresh(segment.ID, 200)
	require.True(t, same.Unchanged)
	same.Unchanged = false
	require.Equal(t, first, same)

	ok[contactBody](h.call("PATCH", "/v1/contacts/"+people[0], object{"city": "Mombasa"}), 200)
	ok[wire.None](h.call("DELETE", "/v1/contacts/"+people[1]), 204)
	joined := h.settle("Nairobi", 1)
	second := h.refresh(segment.ID, 201)
	require.Equal(t, []uint64{2, 4, 1, 2}, []uint64{uint64(second.N), second.Count, second.Entered, second.Left})

	sizes, _ := ok[sizeList](h.call("GET", path+"/sizes?limit=1"), 200)
	require.Equal(t, []sizeBody{{N: 1, At: first.EvaluatedAt, Count: 5, Entered: 5}}, sizes.Sizes)
	sizes, _ = ok[sizeList](h.call("GET", path+"/sizes?limit=1&cursor="+sizes.NextCursor), 200)
	require.Equal(t, []sizeBody{{N: 2, At: second.EvaluatedAt, Count: 4, Entered: 1, Left: 2}}, sizes.Sizes)
	require.Empty(t, sizes.NextCursor)
	after, _ := ok[sizeList](h.call("GET", path+"/sizes?after=1"), 200)
	require.Equal(t, sizes.Sizes, after.Sizes)
	h.call("GET", path+"/sizes?after=-1").problem(422, "invalid-request")

	list, _ := ok[snapshotList](h.call("GET", path+"/snapshots?limit=1"), 200)
	require.Equal(t, []snapshotBody{second}, list.Snapshots)
	list, _ = ok[snapshotList](h.call("GET", path+"/snapshots?limit=1&cursor="+list.NextCursor), 200)
	require.Equal(t, []snapshotBody{first}, list.Snapshots)
	require.Empty(t, list.NextCursor)
	read, _ := ok[snapshotBody](h.call("GET", path+"/snapshots/1"), 200)
	require.Equal(t, first, read)
	for _, n := range []string{"0", "3", "01", "-1", "1.0", "4294967296", marker} {
		h.call("GET", path+"/snapshots/"+n).problem(404, "not-found")
		h.call("GET", path+"/snapshots/"+n+"/members").problem(404, "not-found")
	}

	w = h.call("GET", path+"/changes?from=1&to=2").do()
	require.JSONEq(t, fmt.Sprintf(`{"entered":[{"id":%q}],"left":[{"id":%q},{"id":%q,"cause":"deleted"}],"entered_count":1,"left_count":2}`, joined[0], people[0], people[1]), w.Body.String())
	mirror, _ := ok[changesBody](h.call("GET", path+"/changes?from=2&to=1"), 200)
	require.Equal(t, []changeBody{{ID: people[0]}, {ID: people[1]}}, mirror.Entered)
	require.Equal(t, []changeBody{{ID: joined[0]}}, mirror.Left)
	w = h.call("GET", path+"/changes?from=2&to=2").do()
	require.JSONEq(t, `{"entered":[],"left":[],"entered_count":0,"left_count":0}`, w.Body.String())

	page, _ := ok[changesBody](h.call("GET", path+"/changes?from=1&to=2&limit=2"), 200)
	require.Len(t, page.Left, 2)
	require.Empty(t, page.Entered)
	h.call("GET", path+"/changes?from=2&to=1&limit=2&cursor="+page.NextCursor).problem(422, "invalid-cursor")
	page, _ = ok[changesBody](h.call("GET", path+"/changes?from=1&to=2&limit=2&cursor="+page.NextCursor), 200)
	require.Len(t, page.Entered, 1)
	require.Empty(t, page.NextCursor)
	h.call("GET", path+"/changes?from=1&to=3").problem(404, "not-found")
	require.ElementsMatch(t, []string{"from", "to"}, locations(h.call("GET", path+"/changes").problem(422, "invalid-request")))
	h.call("GET", path+"/changes?from=x&to=4294967296").problem(422, "invalid-request")

	old, _ := ok[wholeMembers](h.call("GET", path+"/snapshots/1/members"), 200)
	require.Equal(t, []string{people[0], people[2], people[3], people[4]}, idsIn(old.Contacts))
	require.EqualValues(t, 5, old.Count)
	require.Equal(t, map[string]uint64{"deleted": 1}, old.HeldBack)
}

func TestExpiredSnapshotsAreGone(t *testing.T) {
	h := newHarness(t)
	h.server.snapshots = expired{h.server.snapshots}
	segment := h.segment("n", "Nairobi")
	for _, path := range []string{"/snapshots/1", "/snapshots/1/members", "/changes?from=1&to=2"} {
		h.call("GET", "/v1/segments/"+segment.ID+path).problem(410, "snapshot-expired")
	}
}

// expired are snapshots of which none is left.
type expired struct{ stored }

// stored names the interface otherwise than its method.
type stored interface{ Snapshots }

var errExpired = &fault.Error{Kind: fault.KindGone, Type: "snapshot-expired", Message: "It was removed."}

func (expired) Snapshot(context.Context, ledger.ID, uint32) (*segments.Snapshot, error) {
	return nil, errExpired
}

func (expired) SnapshotMembers(context.Context, ledger.ID, uint32) (*segments.Members, error) {
	return nil, errExpired
}

func (expired) Changes(context.Context, ledger.ID, uint32, uint32, uint32, int) (segments.Changes, error) {
	return segments.Changes{}, errExpired
}

func TestEnginesOfCampaignsTakeTheSnapshotTheyPull(t *testing.T) {
	h := newHarness(t)
	h.settle("Nairobi", 2)
	id := h.segment("Nairobi", "Nairobi").ID
	as := "Bearer " + h.keys[access.ScopeCampaign]
	taken, _ := ok[snapshotBody](h.call("POST", "/v1/segments/"+id+"/refresh").with("Authorization", as), 201)
	require.EqualValues(t, 2, taken.Count)
	h.call("PATCH", "/v1/segments/"+id, object{"name": "x"}).with("Authorization", as).problem(403, "forbidden")
	h.call("POST", "/v1/segments/"+id+"/refresh").with("Authorization", "Bearer "+h.keys[access.ScopeAgent]).problem(403, "forbidden")
}
