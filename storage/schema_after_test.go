package storage

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// TestDefinitionCostsNothingOfTheOthers counts what the one writer allocates
// for a definition beside 200 lists of 1,000 options: far less than one a list.
func TestDefinitionCostsNothingOfTheOthers(t *testing.T) {
	options := make([]string, 1_000)
	for i := range options {
		options[i] = fmt.Sprintf("Öption %d", i)
	}
	definitions := make([]*fields.AttributeDefinition, 200)
	for i := range definitions {
		definitions[i] = &fields.AttributeDefinition{Number: uint32(i + 1), Key: fmt.Sprintf("a%d", i), Type: fields.AttributeList, Options: options}
	}
	schema := ledger.NewSchema(fields.DefaultSettings(), definitions, contacts.Kind, companies.Kind)
	document := []byte(`{"number":7,"key":"a6","type":"list","options":["Free"]}`)

	for name, after := range map[string]func() (*fields.Schema, error){
		"definition": func() (*fields.Schema, error) { return schemaWithDefinition(schema, "a6", document) },
		"deletion":   func() (*fields.Schema, error) { return schemaWithDefinition(schema, "a6", nil) },
		"settings":   func() (*fields.Schema, error) { return schemaWithSettings(schema, settingsKey, []byte(`{}`)) },
	} {
		allocated := testing.AllocsPerRun(10, func() {
			_, err := after()
			require.NoError(t, err)
		})
		require.Less(t, allocated, 100.0, name)
	}
}
