package api

import (
	"context"
	"net/http"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/index"
)

// attributeUses says what would miss an attribute if it were deleted.
type attributeUses struct {
	Segments      []segmentUse `json:"segments" doc:"The segments whose filters name it, oldest first. While there is one, it cannot be deleted."`
	Contacts      *uint64      `json:"contacts,omitempty" doc:"Of an attribute of contacts: how many have a value. Of a checkbox without three_state: how many have it set." example:"4711"`
	Companies     *uint64      `json:"companies,omitempty" doc:"Of an attribute of companies: how many have a value."`
	Conversations *uint64      `json:"conversations,omitempty" doc:"Of an attribute of conversations: how many have a value."`
	Seq           uint64       `json:"seq" doc:"The newest change that the number reflects."`
}

type segmentUse struct {
	ID   string `json:"id" format:"uuid"`
	Name string `json:"name"`
}

func (s *server) registerAttributeUses() {
	wire.Register(s.Server, wire.Operation{
		ID: "list-attribute-uses", Method: http.MethodGet, Path: "/v1/attributes/{key}/uses", Heavy: true, Tag: "attributes", Summary: "See who uses a custom attribute",
		About: "What names the attribute, and how many records have a value. Ask before you delete it.",
	}, s.listAttributeUses)
}

func (s *server) listAttributeUses(ctx context.Context, in *attributeKeyInput) (wire.Answer[attributeUses], error) {
	entity := entityOf(in.Entity)
	field, known := s.records.Schema().Of(entity).Field(fields.AttributePrefix + in.Key)
	if !known {
		return wire.Answer[attributeUses]{}, s.records.Schema().NoAttribute(entity, in.Key)
	}
	uses, err := s.definitions.UsesOf(ctx, entity, in.Key)
	if err != nil {
		return wire.Answer[attributeUses]{}, err
	}
	body := attributeUses{Segments: []segmentUse{}}
	for _, use := range uses {
		body.Segments = append(body.Segments, segmentUse{ID: use.ID.String(), Name: use.Name})
	}
	found, err := s.index.Query(ctx, index.Query{Of: entity, Filter: has(field), Env: filter.EnvOf(s.records.Schema(), s.now())})
	if err != nil {
		return wire.Answer[attributeUses]{}, err
	}
	body.Seq = found.Seq
	switch entity {
	case fields.EntityCompany:
		body.Companies = &found.Count
	case fields.EntityConversation:
		body.Conversations = &found.Count
	default:
		body.Contacts = &found.Count
	}
	return wire.Answer[attributeUses]{Body: body}, nil
}

// has is the filter of those who have a value. A checkbox that is false until it is set
// always has one, so those count who have it set.
func has(f fields.Field) *filter.Filter {
	rule := &filter.Rule{Field: f, Operator: filter.Exists}
	if f.Type == fields.FieldCheckbox && !f.Attribute.ThreeState {
		rule = &filter.Rule{Field: f, Operator: filter.In, Values: []fields.Value{fields.BoolValue(true)}}
	}
	return &filter.Filter{Root: &filter.Group{Rules: []filter.Node{rule}}}
}
