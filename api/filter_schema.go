package api

import (
	"encoding/json"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ndoto/kundi/api/wire"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/filter"
	"github.com/ndoto/kundi/ledger"
)

// filterText is the text of a filter; package filter decodes it.
type filterText json.RawMessage

// filterExample is the filter that the documentation shows.
const filterExample = `{"combinator":"and","rules":[{"field":"type","operator":"eq","value":"customer"},` +
	`{"field":"attributes.mrr","operator":"gte","value":100},` +
	`{"combinator":"or","rules":[{"field":"country","operator":"in","value":["KE","TZ"]},` +
	`{"field":"last_seen_at","operator":"within_last","value":"P30D"}]}]}`

// Schema describes what may be sent as a filter.
func (filterText) Schema(r huma.Registry) *huma.Schema {
	return describeFilter(r, "Filter", func() *huma.Schema {
		root := filterGroup("Rules and groups joined by and or or; not turns the whole into its complement. Absent, or without rules: everyone. With rules the combinator is required.")
		ofBuilders(root)
		return root
	})
}

// storedFilter is a filter as a segment is answered with it.
type storedFilter json.RawMessage

// Schema describes it.
func (storedFilter) Schema(r huma.Registry) *huma.Schema {
	return describeFilter(r, "SegmentFilter", func() *huma.Schema {
		root := filterGroup("As it was sent, with our operators and without ids; without rules: everyone.")
		root.Required = []string{"combinator", "rules"}
		return root
	})
}

// describeFilter adds a root of filters to the document, with what is in it.
func describeFilter(r huma.Registry, name string, root func() *huma.Schema) *huma.Schema {
	if _, described := r.Map()[name]; !described {
		r.Map()[name] = root()
		r.Map()["FilterGroup"] = nestedGroup()
		r.Map()["FilterRule"] = filterRule()
		where := filterGroup("Of a rule on conversations or notes: the filter over their own fields that those pass which count. Absent, or without rules: all of them.")
		where.Examples = nil
		ofBuilders(where)
		r.Map()["FilterWhere"] = where
	}
	return &huma.Schema{Ref: wire.SchemaPrefix + name}
}

// nestedGroup describes a group within a filter.
func nestedGroup() *huma.Schema {
	group := filterGroup("Rules and groups joined by and or or; not turns the group into its complement.")
	one := 1
	group.Required, group.Examples, group.Properties["rules"].MinItems = []string{"combinator", "rules"}, nil, &one
	ofBuilders(group)
	return group
}

func filterGroup(about string) *huma.Schema {
	var example any
	if err := json.Unmarshal([]byte(filterExample), &example); err != nil {
		panic("api: the example of a filter is no JSON")
	}
	rules := filter.MaxRules
	return &huma.Schema{
		Type: huma.TypeObject, Description: about,
		Properties: map[string]*huma.Schema{
			"combinator": {Type: huma.TypeString, Enum: []any{"and", "or"}},
			"not":        {Type: huma.TypeBoolean, Default: false},
			"rules": {
				Type: huma.TypeArray, MaxItems: &rules,
				Items: &huma.Schema{OneOf: []*huma.Schema{{Ref: wire.SchemaPrefix + "FilterRule"}, {Ref: wire.SchemaPrefix + "FilterGroup"}}},
			},
		},
		AdditionalProperties: false, Examples: []any{example},
	}
}

func filterRule() *huma.Schema {
	operators := map[string]bool{}
	var enum []any
	for _, field := range everyFieldType() {
		for _, operator := range filter.Operators(field) {
			if !operators[operator] {
				operators[operator] = true
				enum = append(enum, operator)
			}
		}
	}
	for _, alias := range filter.Aliases() {
		enum = append(enum, alias)
	}
	salt := filter.MaxSaltLength
	rule := &huma.Schema{
		Type:        huma.TypeObject,
		Description: "One thing asked of one field. A positive operator is false for a contact without the value; every negative one is the exact complement of its positive.",
		Properties: map[string]*huma.Schema{
			"field":    {Type: huma.TypeString, Description: "A standard field, attributes.KEY, or changed.FIELD for when a field last changed: " + standardFieldNames() + ".", Examples: []any{"attributes.mrr"}},
			"operator": {Type: huma.TypeString, Enum: enum, Description: "Which operators a field has depends on its type. The last ones of the list are those of react-querybuilder, which are taken for ours and never answered."},
			"where":    {Ref: wire.SchemaPrefix + "FilterWhere"},
			"salt":     {Type: huma.TypeString, MaxLength: &salt, Description: "Of a rule on random_bucket: the name of the draw. Each one draws other contacts.", Examples: []any{"spring sale"}},
			"value":    {Description: "A value of the field's type; a list for in, any_of and the like, two values for between (or both as text, with a comma between them), a period like P30D for within_last and anniversary_within; a unit of the calendar like month for in_this, in_last and in_next, the last two also with a number, like {n: 3, unit: month}; a whole number of 0 to 10,000 for random_bucket; absent for exists, any and none; a count for count_eq and the like."},
			"valueSource": {
				Type: huma.TypeString, Enum: []any{"value"},
				Description: "Ignored, and not kept: query builders add it. A field is compared with a value, never with another field.",
			},
		},
		Required: []string{"field", "operator"}, AdditionalProperties: false,
		Examples: []any{
			map[string]any{"field": "country", "operator": "in", "value": []string{"KE", "TZ"}},
			map[string]any{"field": "conversations", "operator": "count_gte", "value": 2, "where": map[string]any{
				"combinator": "and", "rules": []any{map[string]any{"field": "channel", "operator": "eq", "value": "whatsapp"}},
			}},
		},
	}
	ofBuilders(rule)
	return rule
}

// ofBuilders describes what query builders add to rules and groups.
func ofBuilders(schema *huma.Schema) {
	for _, name := range []string{"id", "path"} {
		schema.Properties[name] = &huma.Schema{Description: "Of any type. Ignored, and not kept: query builders add it."}
	}
	for _, name := range []string{"disabled", "muted"} {
		schema.Properties[name] = &huma.Schema{
			Type: huma.TypeBoolean, Enum: []any{false},
			Description: "Ignored, and not kept: query builders add it. Everything in a filter counts, so true is refused.",
		}
	}
}

// everyFieldType has one field of each type, so that its operators can be
// listed.
func everyFieldType() []fields.Field {
	all := append([]fields.Field(nil), contacts.StandardFields...)
	for _, t := range fields.AttributeTypes {
		definition := &fields.AttributeDefinition{Key: "x", Type: t, ThreeState: true}
		field, _ := ledger.NewSchema(fields.DefaultSettings(), []*fields.AttributeDefinition{definition}, contacts.Kind).Field("attributes.x")
		all = append(all, field)
	}
	return all
}

func standardFieldNames() string {
	names := make([]string, len(contacts.StandardFields))
	for i, field := range contacts.StandardFields {
		names[i] = field.Name
	}
	return strings.Join(names, ", ")
}
