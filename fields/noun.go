package fields

import "slices"

// Noun is what a Schema knows of a kind of records.
type Noun struct {
	Entity Entity
	Plural string  // what several of its records are called
	Fields []Field // the standard ones
	// Defined says that custom attributes of the kind can be defined.
	Defined bool
	// Unclaimed says that such attributes cannot be unique.
	Unclaimed bool
	// Reserved are keys that no attribute of the kind may have, beside the names of its
	// standard fields.
	Reserved []string
	// RefersTo are the entities of which one record belongs to a record of the kind.
	RefersTo []Entity
}

// Defined returns the entities that can have custom attributes, in the order of their kinds.
func (s *Schema) Defined() []Entity {
	var list []Entity
	for _, n := range s.nouns {
		if n.Defined {
			list = append(list, n.Entity)
		}
	}
	return list
}

// noun returns what is known of an entity, the zero Noun for one that is not known.
func (s *Schema) noun(e Entity) Noun {
	for _, n := range s.nouns {
		if n.Entity == e {
			return n
		}
	}
	return Noun{}
}

// Plural is what several records of an entity are called.
func (s *Schema) Plural(e Entity) string { return s.noun(e).Plural }

// OfAnother says of the key of an attribute, in the draft of a record, of what there is one
// instead, "" when there is none.
func (s *Schema) OfAnother(e Entity, key string) string {
	own := s.noun(e)
	for _, other := range s.nouns {
		if other.Entity == e || s.Of(other.Entity).Attribute(key) == nil {
			continue
		}
		place := other.Plural
		if slices.Contains(own.RefersTo, other.Entity) {
			place = string(other.Entity)
		}
		return "has a key that is an attribute of " + other.Plural + ", and none of " + own.Plural + "; set it on the " + place
	}
	return ""
}
