package api

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/segments/filter"
)

// maxSorts is how many fields a selection may be sorted by.
const maxSorts = 5

// selectionText is a selection of contacts as it was sent.
type selectionText struct {
	Filter []byte
	Facets []string
	Sort   string
}

// selection is which contacts are asked for, in which order, and what is to be
// counted about them, checked against one schema and at one moment.
type selection struct {
	schema *contacts.Schema
	filter *filter.Filter
	env    filter.Env
	facets []contacts.Field
	sort   []contacts.Sort
}

// boundTo is what a cursor through the selection is bound to: the operation
// that lists it and the words searched for, beside the filter and the sort, with
// the order of the options that it sorts by.
func (s *selection) boundTo(operation, query string) []string {
	order := make([]string, len(s.sort))
	for i, criterion := range s.sort {
		order[i] = criterion.Field.Name
		if criterion.Desc {
			order[i] = "-" + order[i]
		}
	}
	bound := []string{operation, query, s.filter.Hash(), strings.Join(order, ",")}
	for _, criterion := range s.sort {
		if a := criterion.Field.Attribute; a != nil && len(a.Options) > 0 {
			bound = append(bound, string(binding(a.Options)))
		}
	}
	return bound
}

// selection checks a selection and says everything that is wrong with it.
func (s *server) selection(ctx context.Context, text selectionText) (*selection, error) {
	schema := s.records.Schema()
	out := &selection{schema: schema, env: filter.Env{Now: s.now(), Zone: schema.Zone()}}
	var d decoder
	out.facets = d.facets(schema, text.Facets)
	out.sort = d.sorts(schema, text.Sort)

	var err error
	out.filter, err = filter.Decoder{Schema: schema, Segments: s.segments.FilterOf(ctx)}.Decode(text.Filter, "filter")
	var invalid *contacts.Error
	switch {
	case errors.As(err, &invalid) && invalid.Kind == contacts.KindInvalid:
		return nil, contacts.Invalid(invalid.Type, invalid.Message, append(invalid.Faults, d.faults...))
	case err != nil:
		return nil, err
	}
	return out, invalidRequest(d.faults)
}

// facets reads the names of fields whose values are to be counted.
func (d *decoder) facets(schema *contacts.Schema, names []string) []contacts.Field {
	fields := make([]contacts.Field, 0, len(names))
	asked := map[string]bool{}
	for i, name := range names {
		path := fmt.Sprintf("facets[%d]", i)
		field, known := schema.Field(name)
		switch {
		case !known:
			d.fault(path, "must be the name of a field")
		case field.Type == contacts.FieldSegment:
			d.fault(path, "must not be segment: ask for the counts of segments themselves")
		case asked[name]:
			d.fault(path, "must not be there twice")
		}
		asked[name] = true
		fields = append(fields, field)
	}
	return fields
}

// sorts reads an order like "-attributes.mrr,name", "" for none.
func (d *decoder) sorts(schema *contacts.Schema, text string) []contacts.Sort {
	if text == "" {
		return nil
	}
	names := strings.Split(text, ",")
	if len(names) > maxSorts {
		d.fault("sort", "must have at most %d fields", maxSorts)
		return nil
	}
	order := make([]contacts.Sort, 0, len(names))
	asked := map[string]bool{}
	for i, name := range names {
		name, desc := strings.CutPrefix(strings.TrimSpace(name), "-")
		field, known := schema.Field(name)
		switch {
		case !known:
			d.fault("sort", "must be names of fields, each with - before it for falling order; number %d is none", i+1)
		case field.Type == contacts.FieldMany || field.Type == contacts.FieldSegment:
			d.fault("sort", "must be fields with one value; number %d has several", i+1)
		case asked[name]:
			d.fault("sort", "must not have a field twice; number %d is", i+1)
		}
		asked[name] = true
		order = append(order, contacts.Sort{Field: field, Desc: desc})
	}
	return order
}

// facetBody is how many of the contacts have which value of a field.
type facetBody struct {
	Values  []facetValueBody `json:"values" doc:"At most 100, by count, then by value."`
	Missing uint64           `json:"missing" doc:"How many have none."`
	Other   uint64           `json:"other" doc:"How many have a value that is not listed. Of fields with one value, the counts of values, missing and other add up to the number of contacts."`
}

type facetValueBody struct {
	Value any    `json:"value" doc:"As in contacts. Texts that differ in case and accents only are one value, in the commonest spelling."`
	Count uint64 `json:"count"`
}

// wireFacets writes facets by the names of their fields.
func wireFacets(facets []contacts.Facet) map[string]facetBody {
	out := make(map[string]facetBody, len(facets))
	for _, facet := range facets {
		body := facetBody{Values: make([]facetValueBody, len(facet.Values)), Missing: facet.Missing, Other: facet.Other}
		for i, v := range facet.Values {
			body.Values[i] = facetValueBody{Value: facet.Field.JSON(v.Value), Count: v.Count}
		}
		out[facet.Field.Name] = body
	}
	return out
}
