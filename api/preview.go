package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index"
)

type previewInput struct {
	Body previewInputBody `body:"json"`
}

type previewInputBody struct {
	Filter    filterText `json:"filter,omitempty"`
	SegmentID string     `json:"segment_id,omitempty" format:"uuid" doc:"The segment that is being edited: the filter is compared with the one that it has. Those who are pinned or excluded in it stay so."`
	Sample    int        `json:"sample,omitempty" doc:"How many of the members are shown." minimum:"0" maximum:"100"`
	Facets    facetsText `json:"facets,omitempty" doc:"Fields whose values are counted among the members: names, or objects."`
	Overlap   []string   `json:"overlap,omitempty" doc:"The ids of segments. For each of them, the contacts that are in both are counted." maxItems:"20"`
	Rules     bool       `json:"rules,omitempty" doc:"Whether to count each rule and each group by itself, those in groups too: the first 50 in the order in which they are written."`
}

// previewBody is what a segment with a filter would be now.
type previewBody struct {
	Count      uint64               `json:"count" doc:"How many members it would have, exactly." example:"4711"`
	Sample     []contactBody        `json:"sample" doc:"The first of them in the order they were made."`
	Facets     map[string]facetBody `json:"facets" doc:"By field, as asked for."`
	Funnel     []uint64             `json:"funnel" doc:"For each rule and group of the outermost group, how many pass the filter that ends with it. Those who are pinned or excluded make no difference to it."`
	Rules      []ruleCountBody      `json:"rules,omitempty" doc:"With rules: the first 50 rules and groups in the order in which they are written, each group before what is in it."`
	Reach      map[string]uint64    `json:"reach,omitzero" doc:"By channel: how many of the members can be reached on it. Channels on which nobody can be reached are left out."`
	Difference *differenceBody      `json:"difference,omitempty" doc:"From the segment that is being edited, as it is saved; absent without segment_id."`
	Overlap    []overlapBody        `json:"overlap" doc:"In the order they were asked for."`
	Reading    string               `json:"reading" doc:"The filter in plain words." example:"Type is customer and Country is Kenya or Tanzania"`
	TookMS     float64              `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq        uint64               `json:"seq" doc:"The newest change that the answer reflects. All of its numbers are of this one moment."`
}

type differenceBody struct {
	Entered uint64 `json:"entered" doc:"How many would be members that are none by the saved definition."`
	Left    uint64 `json:"left" doc:"How many are members by the saved definition and would not be."`
}

type overlapBody struct {
	SegmentID string `json:"segment_id" format:"uuid"`
	Count     uint64 `json:"count" doc:"How many members of this segment would be members, too."`
}

// reachField is the field of the channels on which a contact can be reached.
const reachField = "reachable"

func (s *server) registerPreview() {
	wire.Register(s.Server, wire.Operation{
		ID: "preview-segment", Method: http.MethodPost, Path: "/v1/segments/preview", Heavy: true, Tag: "segments", Summary: "See what a segment would be",
		About: "For a filter that is being written: its exact size, what each rule does to it, how it differs from the saved segment, and how it overlaps with others. " +
			"All numbers are of one moment. Nothing is stored. In a group of or, the funnel counts who passes one of the rules so far.",
	}, s.previewSegment, func(ctx context.Context, in *previewInput) error {
		_, err := s.previewed(ctx, s.records.Schema(), in.Body)
		return err
	})
}

// previewed are the filters that a preview compares.
type previewed struct {
	*selection
	whole  *filter.Filter   // with those who were picked for the segment that is edited
	beside []*filter.Filter // the saved one if one is edited, and those of the overlap
	edited bool
	steps  []filter.Step       // that are counted; their filters are behind those of beside
	facets []fields.FacetQuery // with that of the channels, if it was not asked for
}

func (s *server) previewSegment(ctx context.Context, in *previewInput) (wire.Answer[previewBody], error) {
	began := s.now()
	var p *previewed
	var found index.Answer
	err := s.index.Steady(ctx, func(schema *fields.Schema) (err error) {
		if p, err = s.previewed(ctx, schema, in.Body); err != nil {
			return err
		}
		found, err = s.index.Query(ctx, index.Query{
			Filter: p.whole, Env: p.env, Facets: p.facets, Limit: in.Body.Sample, Funnel: p.filter, Beside: append(slices.Clip(p.beside), filtersOf(p.steps)...),
		})
		return err
	})
	if err != nil {
		return wire.Answer[previewBody]{}, err
	}
	body, err := s.wirePreview(ctx, p, in.Body, found)
	if err != nil {
		return wire.Answer[previewBody]{}, err
	}
	body.TookMS = s.elapsed(began)
	return wire.Answer[previewBody]{Body: body}, nil
}

// previewed checks what a preview asks for, and says everything that is wrong with it.
func (s *server) previewed(ctx context.Context, schema *fields.Schema, in previewInputBody) (*previewed, error) {
	saved := savedFilters{decoder: filter.Decoder{Schema: schema, Segments: s.segments.Saved(ctx)}}
	p := &previewed{edited: in.SegmentID != ""}
	var picked filter.Saved
	if p.edited {
		var before *filter.Filter
		if picked, before = saved.of(in.SegmentID, "segment_id"); picked.Static {
			saved.fault("segment_id", "must be a dynamic segment: a static one has no filter")
		}
		p.beside = append(p.beside, before)
	}
	for i, id := range in.Overlap {
		path := fmt.Sprintf("overlap[%d]", i)
		if slices.Contains(in.Overlap[:i], id) {
			saved.fault(path, "is named twice")
			continue
		}
		_, other := saved.of(id, path)
		p.beside = append(p.beside, other)
	}
	if saved.failed != nil {
		return nil, saved.failed
	}
	var err error
	p.selection, err = s.selection(ctx, schema, s.now(), selectionText{Filter: in.Filter, Facets: in.Facets, Self: in.SegmentID})
	if err := fault.Join(wire.InvalidRequest(saved.faults), err); err != nil {
		return nil, err
	}
	p.whole, p.facets = picked.Whole(p.filter), p.selection.facets
	if in.Rules {
		p.steps = filter.Steps(p.filter.Root, "filter", mostSteps)
	}
	if field, known := p.schema.Field(reachField); known && !slices.ContainsFunc(p.facets, isFacetOf(reachField)) {
		p.facets = append(slices.Clip(p.facets), fields.FacetQuery{Field: field})
	}
	return p, nil
}

func isFacetOf(name string) func(fields.FacetQuery) bool {
	return func(q fields.FacetQuery) bool { return q.Field.Name == name && q.After == nil }
}

// savedFilters decodes the filters of segments, and collects what is wrong.
type savedFilters struct {
	decoder filter.Decoder
	faults  []fault.Fault
	failed  error // the last one for which a segment could not be read
}

func (s *savedFilters) fault(path, detail string) {
	s.faults = append(s.faults, fault.Fault{Path: path, Detail: detail})
}

// of returns a segment and the filter that its members pass, nil after a fault. path is the member of the request
// that names the segment.
func (s *savedFilters) of(id, path string) (saved filter.Saved, f *filter.Filter) {
	saved, known, err := s.decoder.Segments(id)
	if err != nil {
		s.failed = err
		return saved, nil
	}
	if _, err := uuid.Parse(id); err != nil || !known {
		s.fault(path, "there is no such segment")
		return saved, nil
	}
	decoder := s.decoder
	decoder.Self = id
	f, err = decoder.DecodeSaved(saved, "filter")
	switch kind := fault.KindOf(err); {
	case err == nil:
	case kind == fault.KindInvalid || kind == fault.KindMalformed:
		s.fault(path, "the filter of this segment is not valid any more")
	default:
		s.failed = err
	}
	return saved, f
}

// wirePreview writes the answer, but for how long it took.
func (s *server) wirePreview(ctx context.Context, p *previewed, in previewInputBody, found index.Answer) (previewBody, error) {
	if err := s.countSingled(ctx, found.Facets); err != nil {
		return previewBody{}, err
	}
	people, err := s.people(ctx, found.Ordinals)
	if err != nil {
		return previewBody{}, err
	}
	body := previewBody{
		Count: found.Count, Sample: s.bodies(people), Funnel: append([]uint64{}, found.Funnel...), Reach: reachOf(found.Facets),
		Overlap: []overlapBody{}, Reading: s.readings(ctx).Say(p.filter.Root), Seq: found.Seq,
	}
	if body.Facets, err = s.wireFacets(p.selection, found.Facets[:len(p.selection.facets)]); err != nil {
		return previewBody{}, err
	}
	if p.edited {
		before := found.Beside[0]
		body.Difference = &differenceBody{Entered: found.Count - before.Both, Left: before.Count - before.Both}
		found.Beside = found.Beside[1:]
	}
	body.Rules = countsOf(p.steps, found.Beside[len(in.Overlap):])
	for i, other := range found.Beside[:len(in.Overlap)] {
		body.Overlap = append(body.Overlap, overlapBody{SegmentID: in.Overlap[i], Count: other.Both})
	}
	return body, nil
}

// reachOf returns how many contacts can be reached on each channel, nil when that was not counted.
func reachOf(facets []fields.Facet) map[string]uint64 {
	for _, facet := range slices.Backward(facets) { // the last one has all channels
		if facet.Field.Name != reachField {
			continue
		}
		reach := map[string]uint64{}
		for _, v := range facet.Values {
			reach[v.Value.Text] = v.Count
		}
		return reach
	}
	return nil
}
