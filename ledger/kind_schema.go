package ledger

import "github.com/ndoto/kundi/fields"

// NewSchema builds a schema of some kinds with the definitions of custom attributes, as
// fields.NewSchema does.
func NewSchema(settings fields.Settings, attributes []*fields.AttributeDefinition, kinds ...AnyKind) *fields.Schema {
	standard := make(map[fields.Entity][]fields.Field, len(kinds))
	for _, k := range kinds {
		standard[k.Info().Entity] = k.StandardFields()
	}
	return fields.NewSchema(standard, settings, attributes)
}
