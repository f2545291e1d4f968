package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
)

type countInput struct {
	Body countInputBody `body:"json"`
}

type countInputBody struct {
	Filter filterText `json:"filter,omitempty"`
	Facets facetsText `json:"facets,omitempty" doc:"Fields whose values are counted among those who pass: names, or objects."`
	Sample int        `json:"sample,omitempty" doc:"How many of those who pass are shown." minimum:"0" maximum:"100"`
}

type countBody struct {
	Count  uint64               `json:"count" doc:"How many pass, exactly." example:"4711"`
	Facets map[string]facetBody `json:"facets" doc:"By field, as asked for."`
	Sample []contactBody        `json:"sample" doc:"The first of them in the order they were made."`
	TookMS float64              `json:"took_ms" doc:"How long the server took, in milliseconds."`
	Seq    uint64               `json:"seq" doc:"The newest change that the answer reflects."`
}

func (s *server) registerCount() {
	wire.Register(s.Server, wire.Operation{
		ID: "count-contacts", Elsewhere: peopleElsewhere, Method: http.MethodPost, Path: "/v1/contacts/count", Heavy: true, Tag: "contacts", Summary: "Count contacts by filter",
		About: "Exact and fast enough to be asked at every keystroke. Every acknowledged write is reflected.",
	}, s.countContacts, checkedAs(s, (*countInput).selection))
}

func (in *countInput) selection() selectionText {
	return selectionText{Filter: in.Body.Filter, Facets: in.Body.Facets}
}

func (s *server) countContacts(ctx context.Context, in *countInput) (wire.Answer[countBody], error) {
	began := s.now()
	asked := s.question(in.selection())
	found, err := asked.query(ctx, nil, in.Body.Sample)
	if err != nil {
		return wire.Answer[countBody]{}, err
	}
	if err := s.countSingled(ctx, found.Facets); err != nil {
		return wire.Answer[countBody]{}, err
	}
	people, err := s.people(ctx, found.Ordinals)
	if err != nil {
		return wire.Answer[countBody]{}, err
	}
	facets, err := s.wireFacets(asked.selection, found.Facets)
	if err != nil {
		return wire.Answer[countBody]{}, err
	}
	return wire.Answer[countBody]{Body: countBody{
		Count: found.Count, Facets: facets, Sample: s.bodies(people), TookMS: s.elapsed(began), Seq: found.Seq,
	}}, nil
}
