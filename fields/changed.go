package fields

import "strings"

// ChangedPrefix comes before the name of a field, in the names of the instants at which fields
// changed for the last time: changed.city, changed.attributes.tier.
const ChangedPrefix = "changed."

// changedField returns the field of contacts that says when another one changed, by the name of that
// one. There is one for every field that has a history.
func (s *Schema) changedField(name string) (Field, bool) {
	of, ok := s.Set.Field(name)
	if !ok || of.Attribute == nil && !of.Standard.Kept {
		return Field{}, false
	}
	return Field{Name: ChangedPrefix + name, Type: FieldInstant, Standard: &Standard{Access: InFilters}, Changed: &of}, true
}

// isChanged reports whether a name begins as those of such fields do.
func isChanged(name string) (of string, is bool) { return strings.CutPrefix(name, ChangedPrefix) }
