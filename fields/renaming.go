package fields

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/ndoto/kundi/words"
)

// Renaming is an option of a list, or a label, that has got another name, while there are
// records with the former one. Whoever reads records takes the one for the other.
type Renaming struct {
	Number uint32 `json:"number,omitempty"` // of the attribute, 0 for labels
	Entity Entity `json:"entity"`           // that has the attribute or the labels
	From   string `json:"from"`
	To     string `json:"to"`
}

// ReadRenaming reads the document that says how far a renaming has come.
func ReadRenaming(document []byte) (*Renaming, error) {
	r := new(Renaming)
	return r, json.Unmarshal(document, r)
}

// means reports whether a text is the former name, in whatever spelling.
func (r *Renaming) means(text string) bool {
	return text != r.To && (text == r.From || words.Canonical(text) == words.Canonical(r.From))
}

// Present returns a value with the present name, and whether it had the former one. A nil
// Renaming leaves every value as it is.
func (r *Renaming) Present(v Value) (Value, bool) {
	switch {
	case r == nil:
	case v.Kind == KindText && r.means(v.Text):
		return TextValue(r.To), true
	case v.Kind == KindList && slices.ContainsFunc(v.List, r.means):
		return ListValue(r.presentList(v.List)), true
	}
	return v, false
}

// presentList is a list with the present name, once.
func (r *Renaming) presentList(list []string) []string {
	form, named := words.Canonical(r.To), false
	after := make([]string, 0, len(list))
	for _, text := range list {
		if r.means(text) {
			text = r.To
		}
		if words.Canonical(text) == form {
			if named {
				continue
			}
			named = true
		}
		after = append(after, text)
	}
	return after
}

// Present returns a value of the field as it is called now: records may still have the
// former name of an option or label.
func (f Field) Present(v Value) Value {
	v, _ = f.Renaming.Present(v)
	return v
}

// Present returns a field of the declaration of a kind as the set has it, with what is being
// renamed. One that the set does not have stays as it is.
func (s *Set) Present(declared Field) Field {
	if f, known := s.fields[declared.Name]; known {
		return f
	}
	return declared
}

// Renamings are those under way, in no order.
func (s *Schema) Renamings() []*Renaming { return slices.Collect(maps.Values(s.renamings)) }

// WithRenaming returns the schema with a renaming under way, which is kept under the key of
// a document; nil for one that is over.
func (s *Schema) WithRenaming(document string, r *Renaming) *Schema {
	before := s.renamings[document]
	if before == nil && r == nil || before != nil && r != nil && *before == *r {
		return s
	}
	after := *s
	after.renamings, after.sets = maps.Clone(s.renamings), maps.Clone(s.sets)
	if after.renamings == nil {
		after.renamings = map[string]*Renaming{}
	}
	delete(after.renamings, document)
	if r != nil {
		after.renamings[document] = r
	}
	for entity, set := range s.sets {
		after.sets[entity] = set.withRenamings(entity, after.renamings)
	}
	after.Set = after.sets[EntityContact]
	return &after
}

// withRenamings returns the fields of an entity with those that are of it.
func (s *Set) withRenamings(e Entity, all map[string]*Renaming) *Set {
	after := s.clone()
	after.renamings = map[string]*Renaming{}
	for _, r := range all {
		switch a := s.numbers[r.Number]; {
		case r.Entity != e:
		case r.Number == 0:
			after.renamings["labels"] = r
		case a != nil:
			after.renamings[AttributePrefix+a.Key] = r
		}
	}
	for name, f := range after.fields {
		if r := after.renamings[name]; f.Renaming != r {
			f.Renaming = r
			after.fields[name] = f
		}
	}
	return after
}
