package fields

import "github.com/ndoto/kundi/fault"

// plurals are the words for the records of each entity that can have attributes.
var plurals = map[Entity]string{EntityContact: "contacts", EntityCompany: "companies"}

// NoAttribute returns the error of fault.KindNotFound for a key that no attribute of an
// entity has. If another entity has one with this key, the error says so.
func (s *Schema) NoAttribute(e Entity, key string) error {
	missing := fault.NotFound("attribute of " + plurals[e])
	for _, other := range DefinedEntities {
		if other != e && s.Of(other).Attribute(key) != nil {
			missing.Message += " There is one of " + plurals[other] + ": ask with entity=" + string(other) + "."
		}
	}
	return missing
}

// OptionElsewhere adds to the faults of an option (at "from") that an attribute does not have
// whether the attribute of another entity with its key has it.
func (s *Schema) OptionElsewhere(a *AttributeDefinition, option any, faults []fault.Fault) []fault.Fault {
	for i := range faults {
		for _, e := range DefinedEntities {
			other := s.Of(e).Attribute(a.Key)
			if faults[i].Path == "from" && e != a.Of() && other != nil && other.HasOption(option) {
				faults[i].Detail += "; that of " + plurals[e] + " has it: ask with entity=" + string(e)
			}
		}
	}
	return faults
}
