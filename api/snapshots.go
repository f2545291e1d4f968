package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// Snapshots are the use cases of snapshots and members.
type Snapshots interface {
	Refresh(ctx context.Context, by ledger.Caller, segment ledger.ID) (segments.Refreshed, error)
	Snapshot(ctx context.Context, segment ledger.ID, n uint32) (*segments.Snapshot, error)
	Snapshots(ctx context.Context, segment ledger.ID, before uint32, limit int) ([]*segments.Snapshot, error)
	Members(ctx context.Context, segment ledger.ID) (*segments.Members, error)
	SnapshotMembers(ctx context.Context, segment ledger.ID, n uint32) (*segments.Members, error)
	MembersOf(set *roaring.Bitmap, seq uint64) *segments.Members
	Sizes(ctx context.Context, segment ledger.ID, after uint32, limit int) ([]segments.Size, error)
	Changes(ctx context.Context, segment ledger.ID, from, to, after uint32, limit int) (segments.Changes, error)
}

// snapshotBody is a snapshot on the wire.
type snapshotBody struct {
	N                 uint32 `json:"n" doc:"From 1 in every segment, without gaps." example:"17"`
	Count             uint64 `json:"count" doc:"How many members it has."`
	Entered           uint64 `json:"entered" doc:"How many of them the snapshot before had not; all of the first."`
	Left              uint64 `json:"left" doc:"How many the snapshot before had that it has not."`
	Seq               uint64 `json:"seq" doc:"The newest change it takes in."`
	EvaluatedAt       string `json:"evaluated_at" format:"date-time" doc:"The moment that relative dates count from."`
	DefinitionVersion uint64 `json:"definition_version" doc:"The version of the segment that was evaluated."`
	Unchanged         bool   `json:"unchanged,omitempty" doc:"Of a refresh: the members are still those of this snapshot, so no other was taken."`
}

type snapshotList struct {
	Snapshots  []snapshotBody `json:"snapshots" doc:"Newest first."`
	NextCursor string         `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type refreshSegmentInput struct {
	ID ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
}

type listSnapshotsInput struct {
	ID     ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	Limit  int       `query:"limit" doc:"Snapshots a page." minimum:"1" maximum:"1000" default:"50"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before."`
}

type snapshotInput struct {
	ID ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	N  string    `path:"n" doc:"The number of the snapshot."`
}

func (s *server) registerSnapshots() {
	wire.Register(s.Server, wire.Operation{
		ID: "refresh-segment", Refuses: []int{http.StatusConflict, http.StatusGone}, Method: http.MethodPost, Path: "/v1/segments/{id}/refresh", Heavy: true, Tag: "snapshots", Status: http.StatusCreated,
		Writes: true, Headers: []string{wire.LocationHeader},
		Also:    map[int]string{http.StatusOK: "The members are those of the newest snapshot: it is answered, and none was taken."},
		Summary: "Take a snapshot",
		About: "Evaluates the segment now and keeps who is in it under the next number. A filter that no longer fits the schema is a 409. " +
			"A segment keeps its newest snapshots, as its keep or the setting keep_snapshots says; those before are a 410.",
	}, s.refreshSegment)
	wire.Register(s.Server, wire.Operation{
		ID: "list-snapshots", Method: http.MethodGet, Path: "/v1/segments/{id}/snapshots", Tag: "snapshots", Summary: "List the snapshots of a segment",
	}, s.listSnapshots)
	wire.Register(s.Server, wire.Operation{
		ID: "get-snapshot", Refuses: []int{http.StatusGone}, Method: http.MethodGet, Path: "/v1/segments/{id}/snapshots/{n}", Tag: "snapshots", Summary: "Read a snapshot",
	}, s.getSnapshot)
}

func (s *server) refreshSegment(ctx context.Context, in *refreshSegmentInput) (wire.Answer[snapshotBody], error) {
	done, err := s.snapshots.Refresh(ctx, wire.CallerOf(ctx), in.ID)
	if err != nil {
		return wire.Answer[snapshotBody]{}, err
	}
	if done.Snapshot == nil {
		return wire.Answer[snapshotBody]{}, wire.DeletedSince("segment")
	}
	out := wire.Answer[snapshotBody]{Body: wireSnapshot(done.Snapshot), Seq: done.Change, Replayed: done.Replayed}
	if done.Unchanged {
		out.Body.Unchanged, out.Status = true, http.StatusOK
		return out, nil
	}
	out.Location = "/v1/segments/" + in.ID.String() + "/snapshots/" + strconv.FormatUint(uint64(done.N), 10)
	return out, nil
}

func (s *server) listSnapshots(ctx context.Context, in *listSnapshotsInput) (wire.Answer[snapshotList], error) {
	boundTo := []string{"list-snapshots", in.ID.String()}
	before, err := s.Cursors.OpenNumber(in.Cursor, boundTo...)
	if err != nil {
		return wire.Answer[snapshotList]{}, err
	}
	page, err := s.snapshots.Snapshots(ctx, in.ID, uint32(before), in.Limit+1)
	if err != nil {
		return wire.Answer[snapshotList]{}, err
	}
	list := snapshotList{Snapshots: []snapshotBody{}}
	if len(page) > in.Limit {
		page = page[:in.Limit]
		list.NextCursor = s.Cursors.SealNumber(uint64(page[in.Limit-1].N), boundTo...)
	}
	for _, snapshot := range page {
		list.Snapshots = append(list.Snapshots, wireSnapshot(snapshot))
	}
	return wire.Answer[snapshotList]{Body: list}, nil
}

func (s *server) getSnapshot(ctx context.Context, in *snapshotInput) (wire.Answer[snapshotBody], error) {
	n, err := snapshotNumber(in.N)
	if err != nil {
		return wire.Answer[snapshotBody]{}, err
	}
	snapshot, err := s.snapshots.Snapshot(ctx, in.ID, n)
	if err != nil {
		return wire.Answer[snapshotBody]{}, err
	}
	return wire.Answer[snapshotBody]{Body: wireSnapshot(snapshot)}, nil
}

// snapshotNumber reads the number in a path. One that can be none is a
// snapshot that does not exist.
func snapshotNumber(text string) (uint32, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || strconv.FormatUint(n, 10) != text {
		return 0, fault.NotFound("snapshot")
	}
	return uint32(n), nil
}

func wireSnapshot(s *segments.Snapshot) snapshotBody {
	return snapshotBody{
		N: s.N, Count: s.Count, Entered: s.Entered, Left: s.Left, Seq: s.Seq,
		EvaluatedAt: wire.Instant(s.EvaluatedAt), DefinitionVersion: s.DefinitionVersion,
	}
}
