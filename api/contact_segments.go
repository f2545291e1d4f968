package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// membershipBody is a segment that a contact is in.
type membershipBody struct {
	ID       string `json:"id" format:"uuid"`
	Name     string `json:"name"`
	Kind     string `json:"kind" enum:"dynamic,static"`
	Archived bool   `json:"archived,omitempty" doc:"True of an archived segment; absent else."`
	Pinned   bool   `json:"pinned" doc:"Whether the contact was picked for the segment."`
}

type membershipList struct {
	Segments   []membershipBody `json:"segments" doc:"Oldest first."`
	NextCursor string           `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type membershipsInput struct {
	ID       ledger.ID `path:"id" noun:"contact" doc:"The id of the contact."`
	Limit    int       `query:"limit" doc:"Segments a page." minimum:"1" maximum:"1000" default:"50"`
	Cursor   string    `query:"cursor" doc:"next_cursor of the page before, with the same archived."`
	Archived string    `query:"archived" enum:"exclude,include,only" default:"exclude" doc:"Which segments are listed: without the archived ones, with them, or only these."`
}

type combineInput struct {
	Body combineText `body:"json"`
}

type combineText struct {
	Operation  string   `json:"operation" enum:"union,intersection,difference" doc:"union: who is in any of the segments. intersection: who is in all of them. difference: who is in the first and in none of the others."`
	SegmentIDs []string `json:"segment_ids" minItems:"2" maxItems:"20"`
}

type combinedBody struct {
	Count   uint64       `json:"count" doc:"How many contacts are in the combination now, exactly."`
	Filter  storedFilter `json:"filter" doc:"Who is in it. A segment with this filter stays what the combination is."`
	Reading string       `json:"reading" doc:"The filter in plain words."`
	Seq     uint64       `json:"seq" doc:"The newest change that the count reflects."`
	TookMS  float64      `json:"took_ms" doc:"How long the server took, in milliseconds."`
}

func (s *server) registerMemberships(n wire.Noun) {
	wire.Register(s.Server, wire.Operation{
		ID: "list-contact-segments", Method: http.MethodGet, Path: "/v1/contacts/{id}/segments", Tag: "contacts", Heavy: true,
		Summary: "List the segments that a contact is in now",
		About:   "Every acknowledged write is reflected. A segment whose filter no longer fits the attributes is left out.",
	}, s.listMemberships)
	wire.Register(s.Server, n.OfAll(wire.Operation{
		Heavy: true, Refuses: []int{http.StatusConflict},
		About: "Nothing is stored. To keep the combination, make a segment with the filter of the answer.",
	}, "combine-segments", http.MethodPost, "/combine", "Count who is in a combination of segments"), s.combineSegments)
}

func (s *server) listMemberships(ctx context.Context, in *membershipsInput) (wire.Answer[membershipList], error) {
	boundTo := []string{"list-contact-segments", in.ID.String(), in.Archived}
	after, err := s.Cursors.OpenID(in.Cursor, boundTo...)
	if err != nil {
		return wire.Answer[membershipList]{}, err
	}
	page, more, err := s.definitions.Memberships(ctx, in.ID, segments.Which(in.Archived), after, in.Limit)
	if err != nil {
		return wire.Answer[membershipList]{}, err
	}
	list := membershipList{Segments: make([]membershipBody, len(page))}
	for i, m := range page {
		list.Segments[i] = membershipBody{ID: m.ID.String(), Name: m.Name, Kind: string(m.Kind), Archived: m.Archived, Pinned: m.Pinned}
	}
	if more {
		list.NextCursor = s.Cursors.SealID(page[len(page)-1].ID, boundTo...)
	}
	return wire.Answer[membershipList]{Body: list}, nil
}

func (s *server) combineSegments(ctx context.Context, in *combineInput) (wire.Answer[combinedBody], error) {
	began := s.now()
	c, err := s.definitions.Combine(ctx, segments.Operation(in.Body.Operation), in.Body.SegmentIDs)
	if err != nil {
		return wire.Answer[combinedBody]{}, err
	}
	return wire.Answer[combinedBody]{Body: combinedBody{
		Count: c.Count, Filter: storedFilter(filter.Tidy(c.Filter)), Reading: s.readings(ctx).of(c.Filter), Seq: c.Seq, TookMS: s.elapsed(began),
	}}, nil
}
