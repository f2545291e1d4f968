package api

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/strictjson"
)

// maxFacets is how many fields may be counted at once.
const maxFacets = 20

// facetsText is the text of the facets that are asked for: names of fields, and
// objects as facetInput has them.
type facetsText json.RawMessage

// facetInput is a facet that is asked for in more words than a name.
type facetInput struct {
	Field  string            `json:"field" doc:"Whose values are counted." example:"attributes.mrr"`
	Ranges []json.RawMessage `json:"ranges,omitempty" minItems:"1" maxItems:"100" doc:"Where one range ends and the next begins, rising: a number, an amount, a date or an instant. A day on an instant is its start in the workspace's zone. P30D is 30 days from now, -P30D 30 days ago."`
	Cursor string            `json:"facet_cursor,omitempty" doc:"facet_cursor of the page of values before, with the same query and filter."`
}

// Schema describes them.
func (facetsText) Schema(r huma.Registry) *huma.Schema {
	const name = "FacetQuery"
	most := maxFacets
	if _, described := r.Map()[name]; !described {
		schema := huma.SchemaFromType(r, reflect.TypeFor[facetInput]())
		schema.Properties["ranges"].Items = &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeNumber}, {Type: huma.TypeString}, {Type: huma.TypeObject}}}
		wire.NullableBut(schema, schema.Required)
		r.Map()[name] = schema
	}
	return &huma.Schema{
		Type: huma.TypeArray, MaxItems: &most,
		Items:    &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeString}, {Ref: "#/components/schemas/" + name}}},
		Examples: []any{[]any{"country", map[string]any{"field": "attributes.mrr", "ranges": []int{0, 50, 100}}}},
	}
}

// readFacets reads the facets of a body. Nothing is read of those that are not in
// form.
func readFacets(d *wire.Decoder, text facetsText) (list []facetInput) {
	if len(text) == 0 || string(text) == "null" {
		return nil
	}
	if text[0] != '[' {
		d.Fault("facets", "must be an array")
		return nil
	}
	before := len(d.Faults)
	for i, element := range strictjson.Elements(text) {
		if i == maxFacets {
			d.Fault("facets", "must have at most %d items", maxFacets)
			break
		}
		var in facetInput
		switch path := facetPath(i); element[0] {
		case '"':
			in.Field = string(strictjson.Unquote(element))
		case '{':
			in = facetReader.Read(d, element, path)
		default:
			d.Fault(path, "must be the name of a field, or an object")
		}
		list = append(list, in)
	}
	if len(d.Faults) > before {
		return nil
	}
	return list
}

var facetReader = wire.NewReader[facetInput]()

func facetPath(i int) string { return fmt.Sprintf("facets[%d]", i) }

// facetsNamed is the text of facets of which only the names were sent.
func facetsNamed(names []string) facetsText {
	text, err := json.Marshal(names)
	if err != nil { // names are text, so this cannot fail
		return nil
	}
	return text
}

// checkFacets checks the facets that are asked for, but for their cursors.
func (s *selection) checkFacets(d *wire.Decoder, list []facetInput) []fields.FacetQuery {
	queries := make([]fields.FacetQuery, len(list))
	asked := map[string]bool{}
	for i, in := range list {
		path := facetPath(i)
		field, known := s.fields().Field(in.Field)
		refused := noFacet(field)
		switch {
		case !known:
			meant := s.fields().Meant(in.Field, func(f fields.Field) bool { return noFacet(f) == "" })
			d.Fault(path, "must be the name of a field%s", fields.DidYouMean(meant))
		case refused != "":
			d.Fault(path, "%s", refused)
		case asked[in.Field]:
			d.Fault(path, "must not be there twice")
		case in.Ranges != nil && in.Cursor != "":
			d.Fault(path, "must not have both ranges and facet_cursor: ranges come all at once")
		case in.Ranges != nil:
			bounds, faults := filter.Decoder{Schema: s.schema}.Ranges(field, in.Ranges, s.env, path+".ranges")
			queries[i].Bounds, d.Faults = bounds, append(d.Faults, faults...)
		}
		asked[in.Field] = true
		queries[i].Field = field
	}
	return queries
}

// noFacet says why the values of a field are not counted, "" when they are.
func noFacet(f fields.Field) string {
	switch {
	case f.Type == fields.FieldSegment:
		return "must not be about segments: ask for the counts of segments themselves"
	case f.HasLines():
		return "must not be a text of several lines"
	}
	return f.NotShown()
}

// facetState is a fields.FacetPlace inside a cursor.
type facetState struct {
	Value wire.CursorValue `json:"v"`
	Count uint64           `json:"n"`
}

// facetBoundTo is what a cursor through the values of a field is bound to.
func (s *selection) facetBoundTo(f fields.Field) []string {
	return []string{"facet" + string(s.of), s.query, s.filter.Hash(), f.Name}
}

// openFacets opens the cursors of the facets of a selection.
func (s *server) openFacets(chosen *selection, list []facetInput) error {
	for i, in := range list {
		if in.Cursor == "" {
			continue
		}
		var state facetState
		text, err := s.Cursors.Open(in.Cursor, chosen.facetBoundTo(chosen.facets[i].Field)...)
		if err == nil {
			err = json.Unmarshal(text, &state)
		}
		if err != nil {
			return &fault.Error{
				Kind: fault.KindInvalid, Type: "invalid-cursor", Message: "The cursor does not belong to this request.",
				Faults: []fault.Fault{{Path: facetPath(i) + ".facet_cursor", Detail: "must be the facet_cursor of an answer about this field to the same query and filter"}},
			}
		}
		chosen.facets[i].After = &fields.FacetPlace{Value: state.Value.Value(), Count: state.Count}
	}
	return nil
}

// facetBody is how many of the contacts have which value of a field.
type facetBody struct {
	Values  []facetValueBody `json:"values,omitzero" doc:"At most 100, by count, then by value; absent when ranges were asked for."`
	Ranges  []facetRangeBody `json:"ranges,omitempty" doc:"When ranges were asked for, and then in the place of values: from the lowest, one more than bounds."`
	Missing uint64           `json:"missing" doc:"How many have none."`
	Other   uint64           `json:"other" doc:"How many have a value that is not listed. Of fields with one value, the counts of values and ranges, missing and other add up to the number of contacts."`
	Cursor  string           `json:"facet_cursor,omitempty" doc:"Where the next page of values begins; absent at the end."`
}

type facetValueBody struct {
	Value any    `json:"value" doc:"As in contacts. Texts that differ in case and accents only are one value, in the commonest spelling."`
	Count uint64 `json:"count"`
}

type facetRangeBody struct {
	From  any    `json:"from,omitempty" doc:"The lowest value in it, as in contacts; absent in the first range."`
	To    any    `json:"to,omitempty" doc:"The first value above it; absent in the last range."`
	Count uint64 `json:"count"`
}

// wireFacets writes facets by the names of their fields.
func (s *server) wireFacets(chosen *selection, facets []fields.Facet) (map[string]facetBody, error) {
	out := make(map[string]facetBody, len(facets))
	for _, facet := range facets {
		body := facetBody{Missing: facet.Missing, Other: facet.Other}
		if len(facet.Ranges) == 0 {
			body.Values = make([]facetValueBody, len(facet.Values)) // [] when nobody has one
		}
		for i, v := range facet.Values {
			body.Values[i] = facetValueBody{Value: facet.Field.JSON(v.Value), Count: v.Count}
		}
		for _, r := range facet.Ranges {
			body.Ranges = append(body.Ranges, facetRangeBody{From: facet.Field.JSON(r.From), To: facet.Field.JSON(r.To), Count: r.Count})
		}
		if facet.Next != nil {
			key, err := wire.CursorValueOf(facet.Next.Value)
			if err != nil {
				return nil, err
			}
			text, err := json.Marshal(facetState{Value: key, Count: facet.Next.Count})
			if err != nil {
				return nil, err
			}
			body.Cursor = s.Cursors.Seal(text, chosen.facetBoundTo(facet.Field)...)
		}
		out[facet.Field.Name] = body
	}
	return out, nil
}
