package api

import (
	"context"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/fault"
)

type audienceList struct {
	Audiences  []audienceBody `json:"audiences" doc:"Oldest first."`
	NextCursor string         `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type audienceListInput struct {
	SegmentID string `query:"segment_id" minLength:"1" format:"uuid" doc:"Only audiences of this segment, which may have been deleted since."`
	Campaign  string `query:"campaign" maxLength:"200" doc:"Only audiences of this campaign; names compare exactly." example:"spring-2027"`
	Limit     int    `query:"limit" doc:"{page}" minimum:"1" maximum:"1000" default:"50"`
	Cursor    string `query:"cursor" doc:"next_cursor of the page before, with the same segment_id and campaign."`
}

// search is which audiences are asked for.
func (in *audienceListInput) search() (asked audiences.Search, err error) {
	asked.Campaign = in.Campaign
	if in.SegmentID == "" {
		return asked, nil
	}
	if asked.Segment, err = uuid.Parse(in.SegmentID); err != nil {
		err = wire.InvalidRequest([]fault.Fault{{Path: "segment_id", Detail: "must be the id of a segment"}})
	}
	return asked, err
}

func (s *server) listAudiences(ctx context.Context, in *audienceListInput) (wire.Answer[audienceList], error) {
	asked, err := in.search()
	if err != nil {
		return wire.Answer[audienceList]{}, err
	}
	boundTo := []string{"list-audiences", in.SegmentID, in.Campaign}
	after, err := s.Cursors.OpenID(in.Cursor, boundTo...)
	if err != nil {
		return wire.Answer[audienceList]{}, err
	}
	page, more, err := s.audiences.List(ctx, asked, after, in.Limit)
	if err != nil {
		return wire.Answer[audienceList]{}, err
	}
	list := audienceList{Audiences: []audienceBody{}}
	if more {
		list.NextCursor = s.Cursors.SealID(page[len(page)-1].ID, boundTo...)
	}
	for _, a := range page {
		list.Audiences = append(list.Audiences, wireAudience(a))
	}
	return wire.Answer[audienceList]{Body: list}, nil
}
