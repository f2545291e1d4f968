package api

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

type segmentList struct {
	Segments   []segmentBody `json:"segments" doc:"Oldest first."`
	NextCursor string        `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type segmentListInput struct {
	Limit    int    `query:"limit" doc:"{page}" minimum:"1" maximum:"1000" default:"50"`
	Cursor   string `query:"cursor" doc:"next_cursor of the page before, with the same archived."`
	Archived string `query:"archived" enum:"exclude,include,only" default:"exclude" doc:"Which segments are listed: without the archived ones, with them, or only these."`
}

func (s *server) registerSegmentList(n wire.Noun) {
	wire.Register(s.Server, n.OfAll(wire.Operation{Heavy: true}, "list-segments", http.MethodGet, "", "List the segments"), s.listSegments)
}

func (s *server) listSegments(ctx context.Context, in *segmentListInput) (wire.Answer[segmentList], error) {
	boundTo := []string{"list-segments", in.Archived}
	after, err := s.openSegmentPlace(in.Cursor, boundTo)
	if err != nil {
		return wire.Answer[segmentList]{}, err
	}
	page, more, err := s.definitions.List(ctx, segments.Which(in.Archived), after, in.Limit)
	if err != nil {
		return wire.Answer[segmentList]{}, err
	}
	list := segmentList{Segments: []segmentBody{}}
	if more {
		last := page[len(page)-1].ID
		list.NextCursor = s.Cursors.Seal(last[:], boundTo...)
	}
	words := s.readings(ctx)
	for _, segment := range page {
		body, _, err := s.wireSegment(ctx, segment, words)
		if err != nil {
			return wire.Answer[segmentList]{}, err
		}
		list.Segments = append(list.Segments, body)
	}
	return wire.Answer[segmentList]{Body: list}, nil
}

// openSegmentPlace returns the segment that a cursor leads to, zero for "".
func (s *server) openSegmentPlace(cursor string, boundTo []string) (ledger.ID, error) {
	if cursor == "" {
		return uuid.Nil, nil
	}
	state, err := s.Cursors.Open(cursor, boundTo...)
	if err != nil {
		return uuid.Nil, err
	}
	id, err := uuid.FromBytes(state)
	if err != nil {
		return uuid.Nil, fault.InvalidCursor()
	}
	return id, nil
}
