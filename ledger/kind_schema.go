package ledger

import "github.com/ndoto/kundi/fields"

// NewSchema builds a schema of some kinds with the definitions of custom attributes, as
// fields.NewSchema does.
func NewSchema(settings fields.Settings, attributes []*fields.AttributeDefinition, kinds ...AnyKind) *fields.Schema {
	nouns := make([]fields.Noun, len(kinds))
	for i, k := range kinds {
		s := k.Info()
		nouns[i] = fields.Noun{
			Entity: s.Entity, Plural: s.Plural, Fields: k.StandardFields(), Defined: k.Attributed(), Unclaimed: s.ValueClaim == 0, Reserved: s.Reserved, RefersTo: k.RefersTo(),
		}
	}
	return fields.NewSchema(nouns, settings, attributes)
}
