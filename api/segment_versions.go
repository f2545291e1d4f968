package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/segments"
)

// segmentVersionBody is a definition that a segment has or had.
type segmentVersionBody struct {
	N           uint32        `json:"n" doc:"From 1 in every segment, without gaps." example:"2"`
	At          string        `json:"at" format:"date-time" doc:"When it was written."`
	Author      *authorBody   `json:"author,omitempty" doc:"Who wrote it; absent in what was written before it was kept."`
	Name        string        `json:"name"`
	Description string        `json:"description,omitempty"`
	Filter      *storedFilter `json:"filter,omitempty" doc:"Absent of a static segment."`
	Reading     string        `json:"reading,omitempty" doc:"The filter in plain words; absent when it does not fit the attributes any more, and of a static segment."`
	Difference  []string      `json:"difference" doc:"What it changed of the version before, a sentence each; none of the oldest one that is kept. What was removed has its location before." example:"[\"Added at filter.rules[1]: Country is Kenya.\"]"`
}

type segmentVersionList struct {
	Versions   []segmentVersionBody `json:"versions" doc:"Newest first; the first is the present one."`
	NextCursor string               `json:"next_cursor,omitempty" doc:"Where the next page begins; absent at the end."`
}

type segmentVersionsInput struct {
	ID     ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	Limit  int       `query:"limit" doc:"Versions a page. It may have fewer and still not be the last: it ends when it has 4 MiB of filters." minimum:"1" maximum:"1000" default:"50"`
	Cursor string    `query:"cursor" doc:"next_cursor of the page before."`
}

type restoreVersionInput struct {
	ID      ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	N       string    `path:"n" doc:"The number of the version."`
	IfMatch string    `header:"If-Match" doc:"The ETag that the segment must still have, else 412."`
}

type duplicateInput struct {
	ID   ledger.ID `path:"id" noun:"segment" doc:"The id of the segment."`
	Body copyInput `body:"optional"`
}

// copyInput is how a copy is to be called.
type copyInput struct {
	Name string `json:"name,omitempty" minLength:"1" maxLength:"200" doc:"Absent: the name of the segment with (copy) after it, and a number if that is taken."`
}

func (s *server) registerSegmentVersions(n wire.Noun) {
	headers := []string{wire.ETagHeader}
	wire.Register(s.Server, n.OfOne(wire.Operation{
		Heavy: true,
		About: "A version has the name, the description and the filter. A change of anything else makes none. A segment keeps its newest 100.",
	}, "list-segment-versions", http.MethodGet, "/versions", "List what a segment was, and who changed it"), s.listSegmentVersions)
	wire.Register(s.Server, n.OfOne(wire.Operation{
		Heavy: true, Writes: true, Headers: headers, Refuses: []int{http.StatusConflict, http.StatusGone},
		About: "The segment gets the name, the description and the filter of that version again, as a new version. " +
			"A version that no longer fits the attributes or segments, or whose name another segment has now, is a 409.",
	}, "restore-segment-version", http.MethodPost, "/versions/{n}/restore", "Bring back what a segment was"), s.restoreSegmentVersion)
	wire.Register(s.Server, n.OfOne(wire.Operation{
		Heavy: true, Writes: true, Status: http.StatusCreated, Headers: []string{wire.ETagHeader, wire.LocationHeader}, Refuses: []int{http.StatusConflict, http.StatusGone},
		About: "The copy has the description, kind, filter, owner, labels and picked contacts. It has no schedule, no snapshots and no earlier versions.",
	}, "duplicate-segment", http.MethodPost, "/duplicate", "Copy a segment"), s.duplicateSegment)
}

func (s *server) listSegmentVersions(ctx context.Context, in *segmentVersionsInput) (wire.Answer[segmentVersionList], error) {
	boundTo := []string{"list-segment-versions", in.ID.String()}
	before, err := s.Cursors.OpenNumber(in.Cursor, boundTo...)
	if err != nil {
		return wire.Answer[segmentVersionList]{}, err
	}
	segment, err := s.definitions.Get(ctx, in.ID)
	if err != nil {
		return wire.Answer[segmentVersionList]{}, err
	}
	page, more, err := s.definitions.Versions(ctx, in.ID, uint32(before), in.Limit)
	if err != nil {
		return wire.Answer[segmentVersionList]{}, err
	}
	list := segmentVersionList{Versions: make([]segmentVersionBody, len(page))}
	words := s.readings(ctx)
	for i, v := range page {
		list.Versions[i] = wireSegmentVersion(segment.Kind, v, words)
	}
	if more {
		list.NextCursor = s.Cursors.SealNumber(uint64(page[len(page)-1].N), boundTo...)
	}
	return wire.Answer[segmentVersionList]{Body: list}, nil
}

func wireSegmentVersion(kind segments.Kind, v *segments.Version, words *readings) segmentVersionBody {
	body := segmentVersionBody{
		N: v.N, At: wire.Instant(v.At), Name: v.Name, Description: v.Description, Difference: v.Difference(words),
	}
	if body.Difference == nil {
		body.Difference = []string{}
	}
	if v.Author != (ledger.Author{}) {
		body.Author = &authorBody{Source: string(v.Author.Source), Name: v.Author.Name}
	}
	if kind != segments.KindStatic {
		stored := storedFilter(filter.Tidy(v.Filter))
		body.Filter, body.Reading = &stored, words.of(v.Filter)
	}
	return body
}

func (s *server) restoreSegmentVersion(ctx context.Context, in *restoreVersionInput) (wire.Answer[segmentBody], error) {
	version, err := wire.ParseIfMatch(in.IfMatch)
	if err != nil {
		return wire.Answer[segmentBody]{}, err
	}
	n, err := strconv.ParseUint(in.N, 10, 32)
	if err != nil || strconv.FormatUint(n, 10) != in.N {
		return wire.Answer[segmentBody]{}, fault.NotFound("version")
	}
	result, err := s.definitions.Restore(ctx, wire.CallerOf(ctx), in.ID, uint32(n), version)
	return s.wroteSegment(ctx, result, err)
}

func (s *server) duplicateSegment(ctx context.Context, in *duplicateInput) (wire.Answer[segmentBody], error) {
	result, err := s.definitions.Duplicate(ctx, wire.CallerOf(ctx), in.ID, in.Body.Name)
	out, err := s.wroteSegment(ctx, result, err)
	out.Location = "/v1/segments/" + out.Body.ID
	return out, err
}
