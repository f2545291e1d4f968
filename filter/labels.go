package filter

import (
	"encoding/json"

	"github.com/ndoto/kundi/fields"
)

// WithLabel returns a saved filter in which a label has another name, and whether it named
// that label. What it cannot read it leaves to Decode.
func WithLabel(raw json.RawMessage, r *fields.Renaming) (renamed json.RawMessage, named bool) {
	return withLabels(raw, func(_, field string) *fields.Renaming {
		if field == labels || field == fields.CompanyPrefix+labels {
			return r
		}
		return nil
	})
}

// labels is the field of labels, of every entity that has some.
const labels = "labels"

// WithPresentLabels returns a filter in which labels that are being renamed have their new
// names. The former ones are free again, and mean other labels, when that is done. What it
// cannot read it leaves to Decode.
func WithPresentLabels(raw json.RawMessage, schema *fields.Schema) json.RawMessage {
	if len(schema.Renamings()) == 0 {
		return raw
	}
	present, _ := withLabels(raw, func(where, field string) *fields.Renaming {
		of := fieldSet(schema)
		if related, there := schema.Field(where); there && related.Type == fields.FieldRelated {
			of = schema.Of(related.Standard.Records)
		}
		if f, there := of.Field(field); there && f.Plain() == labels {
			return f.Renaming
		}
		return nil
	})
	return present
}

// labelNames tell the renaming of the labels of a field. Inside of the where of a rule, they
// are given the field of that rule, else "".
type labelNames func(where, field string) *fields.Renaming

func withLabels(raw json.RawMessage, names labelNames) (renamed json.RawMessage, named bool) {
	tree, err := parse(raw)
	if len(raw) == 0 || err != nil || !names.rename(tree, "") {
		return raw, false
	}
	if renamed, err = json.Marshal(tree); err != nil {
		return raw, false
	}
	return renamed, true
}

// rename renames labels in a rule and its where, and in the rules of a group.
func (l labelNames) rename(node any, where string) (named bool) {
	object, _ := node.(map[string]any)
	rules, _ := object["rules"].([]any)
	for _, member := range rules {
		named = l.rename(member, where) || named
	}
	name, is := object["field"].(string)
	if !is {
		return named
	}
	if inside, has := object["where"]; has {
		named = l.rename(inside, name) || named
	}
	r := l(where, name)
	if r == nil {
		return named
	}
	value, had := presentLabels(object["value"], r)
	if had {
		object["value"] = value
	}
	return named || had
}

// presentLabels renames a label in the value of a rule: a text, or a list of texts, which has
// the new name once.
func presentLabels(value any, r *fields.Renaming) (present any, had bool) {
	switch sent := value.(type) {
	case string:
		v, had := r.Present(fields.TextValue(sent))
		return v.Text, had
	case []any:
		labels := make([]string, len(sent))
		for i := range sent {
			text, is := sent[i].(string)
			if !is {
				return value, false // Decode says what is wrong
			}
			labels[i] = text
		}
		v, had := r.Present(fields.ListValue(labels))
		return v.List, had
	}
	return value, false
}
