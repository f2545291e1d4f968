package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// sizeBody is how many members a segment had, on the wire.
type sizeBody struct {
	N       uint32 `json:"n" doc:"The number of the snapshot, which may have expired." example:"17"`
	At      string `json:"at" format:"date-time" doc:"When it was evaluated."`
	Count   uint64 `json:"count" doc:"How many members it had."`
	Entered uint64 `json:"entered" doc:"How many of them the snapshot before had not."`
	Left    uint64 `json:"left" doc:"How many the snapshot before had that it had not."`
}

type sizeList struct {
	Sizes      []sizeBody `json:"sizes" doc:"Oldest first."`
	NextCursor string     `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type listSizesInput struct {
	ID     ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	After  int       `query:"after" doc:"Only sizes of snapshots with a higher number." minimum:"0" maximum:"4294967295"`
	Limit  int       `query:"limit" doc:"Sizes a page." minimum:"1" maximum:"1000" default:"50"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before, with the same after."`
}

func (s *server) registerSizes() {
	wire.Register(s.Server, wire.Operation{
		ID: "list-segment-sizes", Method: http.MethodGet, Path: "/v1/segments/{id}/sizes", Tag: "snapshots", Summary: "How large a segment was over time",
		About: "One size for each snapshot, also for those that have expired: the newest 10,000 are kept.",
	}, s.listSizes)
}

func (s *server) listSizes(ctx context.Context, in *listSizesInput) (wire.Answer[sizeList], error) {
	boundTo := []string{"list-segment-sizes", in.ID.String(), strconv.Itoa(in.After)}
	from, err := s.Cursors.OpenNumber(in.Cursor, boundTo...)
	if err != nil {
		return wire.Answer[sizeList]{}, err
	}
	page, err := s.snapshots.Sizes(ctx, in.ID, max(uint32(in.After), uint32(from)), in.Limit+1)
	if err != nil {
		return wire.Answer[sizeList]{}, err
	}
	list := sizeList{Sizes: []sizeBody{}}
	if len(page) > in.Limit {
		page = page[:in.Limit]
		list.NextCursor = s.Cursors.SealNumber(uint64(page[in.Limit-1].N), boundTo...)
	}
	for _, size := range page {
		list.Sizes = append(list.Sizes, wireSize(size))
	}
	return wire.Answer[sizeList]{Body: list}, nil
}

func wireSize(s segments.Size) sizeBody {
	return sizeBody{N: s.N, At: wire.Instant(s.At), Count: s.Count, Entered: s.Entered, Left: s.Left}
}
