package filter

import (
	"encoding/json"

	"github.com/ndoto/kundi/fields"
)

// Former returns a filter that was saved when words of closed fields, like channels, had
// other names under those of now. What it cannot read it leaves to Decode.
func Former(raw json.RawMessage, schema *fields.Schema) json.RawMessage {
	tree, err := parse(raw)
	if len(raw) == 0 || err != nil {
		return raw
	}
	renameFormer(tree, schema, schema)
	renamed, err := json.Marshal(tree)
	if err != nil {
		return raw
	}
	return renamed
}

// renameFormer renames words in a rule or group over the fields of a set.
func renameFormer(node any, schema *fields.Schema, of fieldSet) {
	object, _ := node.(map[string]any)
	rules, _ := object["rules"].([]any)
	for _, member := range rules {
		renameFormer(member, schema, of)
	}
	name, _ := object["field"].(string)
	field, known := of.Field(name)
	if !known || field.Standard == nil {
		return
	}
	if field.Type == fields.FieldRelated {
		renameFormer(object["where"], schema, schema.Of(field.Standard.Records))
	}
	values, _ := object["value"].([]any)
	for i, value := range values {
		word, _ := value.(string)
		if present, former := field.Standard.Former[word]; former {
			values[i] = present
		}
	}
	word, _ := object["value"].(string)
	if present, former := field.Standard.Former[word]; former {
		object["value"] = present
	}
}
