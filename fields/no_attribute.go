package fields

import "github.com/ndoto/kundi/fault"

// NoAttribute returns the error of fault.KindNotFound for a key that no attribute of an
// entity has. If another entity has one with this key, the error says so.
func (s *Schema) NoAttribute(e Entity, key string) error {
	missing := fault.NotFound("attribute of " + s.Plural(e))
	for _, other := range s.Defined() {
		if other != e && s.Of(other).Attribute(key) != nil {
			missing.Message += " There is one of " + s.Plural(other) + ": ask with entity=" + string(other) + "."
		}
	}
	return missing
}

// OptionElsewhere adds to the faults of an option (at "from") that an attribute does not have
// whether the attribute of another entity with its key has it.
func (s *Schema) OptionElsewhere(a *AttributeDefinition, option any, faults []fault.Fault) []fault.Fault {
	for i := range faults {
		for _, e := range s.Defined() {
			other := s.Of(e).Attribute(a.Key)
			if faults[i].Path == "from" && e != a.Of() && other != nil && other.HasOption(option) {
				faults[i].Detail += "; that of " + s.Plural(e) + " has it: ask with entity=" + string(e)
			}
		}
	}
	return faults
}
