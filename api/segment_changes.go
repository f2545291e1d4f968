package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

type changesInput struct {
	ID     ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	From   int       `query:"from" required:"true" doc:"The number of the snapshot to compare with." minimum:"0" maximum:"4294967295"`
	To     int       `query:"to" required:"true" doc:"The number of the snapshot that is compared. It may be the lower one: then the answer is the mirror." minimum:"0" maximum:"4294967295"`
	Limit  int       `query:"limit" doc:"Contacts a page, entered and left together. Absent: 50 in JSON, all in NDJSON and CSV." minimum:"1" maximum:"1000"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before, in NDJSON and CSV the header Kundi-Next-Cursor, with the same snapshots."`
}

type changesBody struct {
	Entered      []changeBody `json:"entered" doc:"Who is in to and not in from."`
	Left         []changeBody `json:"left" doc:"Who is in from and not in to."`
	EnteredCount uint64       `json:"entered_count" doc:"How many entered, on all pages."`
	LeftCount    uint64       `json:"left_count" doc:"How many left, on all pages."`
	NextCursor   string       `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type changeBody struct {
	ID      string `json:"id" format:"uuid"`
	Cause   string `json:"cause,omitempty" enum:"deleted,merged" doc:"Of those who left: deleted when the contact does not exist any more, merged when it was absorbed by another, which its id means now; absent when the filter no longer held."`
	Blocked bool   `json:"blocked,omitempty" doc:"True of a contact that is blocked now; absent else."`
}

func (s *server) registerChanges() {
	wire.Register(s.Server, wire.Operation{
		ID: "list-segment-changes", Refuses: []int{http.StatusGone}, Method: http.MethodGet, Path: "/v1/segments/{id}/changes", Heavy: true, Tag: "snapshots",
		Summary: "Who entered and left between two snapshots",
		Media:   []string{wire.NDJSONMedia, wire.CSVMedia}, Headers: []string{wire.NextCursorHeader},
		About: "With the header Accept it is application/json, application/x-ndjson or text/csv. The latter have a line for each contact, with id, event (entered or left), cause and blocked. Contacts come in the order they were made. Those deleted or merged into others since are listed too, by the ids they had.",
	}, s.listChanges)
}

func (s *server) listChanges(ctx context.Context, in *changesInput) (wire.Answer[changesBody], error) {
	boundTo := []string{"list-segment-changes", in.ID.String(), fmt.Sprint(in.From, " ", in.To)}
	after, err := s.Cursors.OpenNumber(in.Cursor, boundTo...)
	if err != nil {
		return wire.Answer[changesBody]{}, err
	}
	ask := func(ctx context.Context, after uint32, limit int) (segments.Changes, error) {
		return s.snapshots.Changes(ctx, in.ID, uint32(in.From), uint32(in.To), after, limit)
	}
	media, limit := wire.MediaOf(ctx), cmp.Or(in.Limit, 50)
	if media != wire.JSONMedia && in.Limit == 0 {
		limit = streamedChanges
	}
	page, err := ask(ctx, uint32(after), limit)
	if err != nil {
		return wire.Answer[changesBody]{}, err
	}
	switch {
	case media != wire.JSONMedia && in.Limit == 0:
		return wire.Answer[changesBody]{Stream: streamChanges(media, page, ask, nil)}, nil
	case media != wire.JSONMedia:
		header := wire.WithCursor(map[string]string{}, s.Cursors.SealNumber(uint64(page.Next), boundTo...))
		page.Next = 0
		return wire.Answer[changesBody]{Stream: streamChanges(media, page, ask, header)}, nil
	}
	return wire.Answer[changesBody]{Body: changesBody{
		Entered: wireChanges(page.Entered), Left: wireChanges(page.Left), EnteredCount: page.EnteredCount, LeftCount: page.LeftCount,
		NextCursor: s.Cursors.SealNumber(uint64(page.Next), boundTo...),
	}}, nil
}

func wireChanges(changes []segments.Change) []changeBody {
	list := make([]changeBody, len(changes))
	for i, c := range changes {
		list[i] = changeBody{ID: c.ID.String(), Cause: c.Cause, Blocked: c.Blocked}
	}
	return list
}
