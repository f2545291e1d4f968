package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index"
	"github.com/ndoto/kundi/segments"
)

type segmentList struct {
	Segments   []segmentBody `json:"segments" doc:"Oldest first."`
	NextCursor string        `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type segmentListInput struct {
	Limit    int    `query:"limit" doc:"{page}" minimum:"1" maximum:"1000" default:"50"`
	Cursor   string `query:"cursor" doc:"next_cursor of the page before, with the same archived, q, label and owner."`
	Archived string `query:"archived" enum:"exclude,include,only" default:"exclude" doc:"Which segments are listed: without the archived ones, with them, or only these."`
	Query    string `query:"q" maxLength:"200" doc:"Only segments whose name has a word that begins with each of these, regardless of case and accents."`
	Label    string `query:"label" maxLength:"100" doc:"Only segments with this label, regardless of case and accents."`
	Owner    string `query:"owner" maxLength:"200" doc:"Only segments of this owner, regardless of case and accents."`
	Count    bool   `query:"count" doc:"Whether to answer how many contacts are in each. Pages then have at most 100."`
}

func (s *server) registerSegmentList(n wire.Noun) {
	wire.Register(s.Server, n.OfAll(wire.Operation{Heavy: true}, "list-segments", http.MethodGet, "", "List the segments"), s.listSegments,
		func(_ context.Context, in *segmentListInput) error { return in.check() })
}

// check refuses pages that would take too long.
func (in *segmentListInput) check() error {
	if !in.Count || in.Limit <= mostCounted {
		return nil
	}
	return wire.InvalidRequest([]fault.Fault{{Path: "limit", Detail: fmt.Sprintf("must be at most %d with count", mostCounted)}})
}

func (s *server) listSegments(ctx context.Context, in *segmentListInput) (wire.Answer[segmentList], error) {
	if err := in.check(); err != nil {
		return wire.Answer[segmentList]{}, err
	}
	boundTo := []string{"list-segments", in.Archived, in.Query, in.Label, in.Owner}
	after, err := s.Cursors.OpenID(in.Cursor, boundTo...)
	if err != nil {
		return wire.Answer[segmentList]{}, err
	}
	page, more, err := s.definitions.List(ctx, segments.Search{Which: segments.Which(in.Archived), Words: in.Query, Label: in.Label, Owner: in.Owner}, after, in.Limit)
	if err != nil {
		return wire.Answer[segmentList]{}, err
	}
	list := segmentList{Segments: []segmentBody{}}
	if more {
		list.NextCursor = s.Cursors.SealID(page[len(page)-1].ID, boundTo...)
	}
	words := s.readings(ctx)
	broken, err := s.broken(ctx, page...)
	if err != nil {
		return wire.Answer[segmentList]{}, err
	}
	for i, segment := range page {
		body, _, err := s.wireSegment(ctx, segment, words)
		if err != nil {
			return wire.Answer[segmentList]{}, err
		}
		body.Broken = broken[i]
		list.Segments = append(list.Segments, body)
	}
	if in.Count {
		if err := s.countMembers(ctx, list.Segments); err != nil {
			return wire.Answer[segmentList]{}, err
		}
	}
	return wire.Answer[segmentList]{Body: list}, nil
}

// mostCounted is how many segments of a list are counted at most: each may take some milliseconds.
const mostCounted = 100

// countMembers says of each segment how many contacts are in it now, unless its filter is broken.
func (s *server) countMembers(ctx context.Context, list []segmentBody) error {
	return s.index.Steady(ctx, func(schema *fields.Schema) error {
		saved := savedFilters{decoder: filter.Decoder{Schema: schema, Segments: s.segments.Saved(ctx)}}
		env := filter.EnvOf(schema, s.now())
		for i := range list {
			_, f := saved.of(list[i].ID, "")
			if saved.failed != nil {
				return saved.failed
			}
			if list[i].Count = nil; f == nil {
				continue
			}
			found, err := s.index.Query(ctx, index.Query{Filter: f, Env: env})
			if err != nil {
				return err
			}
			list[i].Count = &found.Count
		}
		return nil
	})
}
