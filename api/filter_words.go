package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/filter/cel"
)

type printFilterInput struct {
	Body printFilterBody `body:"json"`
}

type printFilterBody struct {
	Filter filterText `json:"filter,omitempty"`
}

// printedFilter is a filter as text.
type printedFilter struct {
	CEL     string `json:"cel" doc:"An expression of CEL, which POST /v1/filters/parse reads back as a filter with the same meaning." example:"type == \"customer\" && country in [\"KE\", \"TZ\"]"`
	Reading string `json:"reading" doc:"The filter in plain words." example:"Type is customer and Country is Kenya or Tanzania"`
}

type parseFilterInput struct {
	Body parseFilterBody `body:"json"`
}

type parseFilterBody struct {
	CEL string `json:"cel" maxLength:"1000000" doc:"An expression of CEL in the subset that filters have." example:"type == \"customer\" && country in [\"KE\", \"TZ\"]"`
}

type parsedFilter struct {
	Filter storedFilter `json:"filter"`
}

func (s *server) registerFilterWords() {
	wire.Register(s.Server, wire.Operation{
		ID: "print-filter", Method: http.MethodPost, Path: "/v1/filters/print", Heavy: true, Tag: "filters", Summary: "Write a filter of contacts as text",
		About: "As CEL, for files and code review, and in plain words. Filters that mean the same may be written in several ways; reading one back keeps its hash.",
	}, s.printFilter, checkedAs(s, func(in *printFilterInput) selectionText { return selectionText{Filter: in.Body.Filter} }))
	wire.Register(s.Server, wire.Operation{
		ID: "parse-filter", Method: http.MethodPost, Path: "/v1/filters/parse", Heavy: true, Tag: "filters", Summary: "Read a filter of contacts from text",
		About: "Checks the text as a filter is checked. Every fault is at its place: the location of an error is cel:LINE:COLUMN, both from 1.",
	}, s.parseFilter)
}

func (s *server) printFilter(ctx context.Context, in *printFilterInput) (wire.Answer[printedFilter], error) {
	chosen, err := s.selection(ctx, s.records.Schema(), s.now(), selectionText{Filter: in.Body.Filter})
	if err != nil {
		return wire.Answer[printedFilter]{}, err
	}
	return wire.Answer[printedFilter]{Body: printedFilter{CEL: cel.Print(chosen.filter), Reading: s.readings(ctx).Say(chosen.filter.Root)}}, nil
}

func (s *server) parseFilter(ctx context.Context, in *parseFilterInput) (wire.Answer[parsedFilter], error) {
	f, err := cel.Parse(filter.Decoder{Schema: s.records.Schema(), Segments: s.segments.Saved(ctx)}, in.Body.CEL)
	if err != nil {
		return wire.Answer[parsedFilter]{}, err
	}
	return wire.Answer[parsedFilter]{Body: parsedFilter{Filter: storedFilter(f.Saved())}}, nil
}
