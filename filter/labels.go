package filter

import (
	"encoding/json"
	"slices"

	"github.com/ndoto/kundi/fields"
)

// WithLabel returns a saved filter in which a label has another name, and whether it named
// that label. What it cannot read it leaves to Decode.
func WithLabel(raw json.RawMessage, r *fields.Renaming) (renamed json.RawMessage, named bool) {
	tree, err := parse(raw)
	if len(raw) == 0 || err != nil || !renameLabel(tree, r) {
		return raw, false
	}
	if renamed, err = json.Marshal(tree); err != nil {
		return raw, false
	}
	return renamed, true
}

// renameLabel renames a label in a rule, and in the rules of a group.
func renameLabel(node any, r *fields.Renaming) (named bool) {
	object, _ := node.(map[string]any)
	rules, _ := object["rules"].([]any)
	for _, member := range rules {
		named = renameLabel(member, r) || named
	}
	name, _ := object["field"].(string)
	if !slices.Contains([]string{"labels", fields.CompanyPrefix + "labels"}, name) {
		return named
	}
	values, several := object["value"].([]any)
	if !several {
		values = []any{object["value"]}
	}
	for i, value := range values {
		text, _ := value.(string)
		v, had := r.Present(fields.TextValue(text))
		if named = named || had; had {
			values[i] = v.Text
		}
	}
	if _, there := object["value"]; there && !several {
		object["value"] = values[0]
	}
	return named
}
