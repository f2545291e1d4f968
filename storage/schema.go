package storage

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ndoto/kundi/codec"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage/engine"
)

// settingsKey is the key of the one document of ledger.SettingsDoc.
const settingsKey = "workspace"

// readSchema builds the schema from the documents of a view.
func readSchema(v engine.View, ks *kinds) (*fields.Schema, error) {
	document, err := v.Get(documentKey(ledger.SettingsDoc, settingsKey))
	if err != nil {
		return nil, err
	}
	settings := fields.DefaultSettings()
	if document != nil {
		if err := json.Unmarshal(document, &settings); err != nil {
			return nil, fmt.Errorf("%w: the settings", codec.ErrDamaged)
		}
	}
	var definitions []*fields.AttributeDefinition
	err = scan(v, engine.Range{Prefix: collectionPrefix(ledger.AttributeDefinitions)}, func(p engine.Pair) error {
		d, err := decodeDefinition(p.Value)
		definitions = append(definitions, d)
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(definitions, func(a, b *fields.AttributeDefinition) int {
		return cmp.Compare(a.Number, b.Number)
	})
	schema := ledger.NewSchema(settings, definitions, ks.given()...)
	prefix := collectionPrefix(ledger.Renamings)
	err = scan(v, engine.Range{Prefix: prefix}, func(p engine.Pair) error {
		schema = schemaWithRenaming(schema, string(p.Key[len(prefix):]), p.Value)
		return nil
	})
	if err != nil {
		return nil, err
	}
	prefix = collectionPrefix(ledger.Claimings)
	err = scan(v, engine.Range{Prefix: prefix}, func(p engine.Pair) (err error) {
		schema, err = schemaWithClaiming(schema, string(p.Key[len(prefix):]), p.Value)
		return err
	})
	return schema, err
}

func decodeDefinition(document []byte) (*fields.AttributeDefinition, error) {
	d := new(fields.AttributeDefinition)
	if err := json.Unmarshal(document, d); err != nil {
		return nil, fmt.Errorf("%w: an attribute definition", codec.ErrDamaged)
	}
	return d, nil
}

// schemaAfter is the schema once a document has been written, nil for one
// that was deleted. Documents of other collections leave it as it is.
func schemaAfter(s *fields.Schema, c ledger.Collection, key string, document []byte) (*fields.Schema, error) {
	switch c {
	case ledger.SettingsDoc:
		return schemaWithSettings(s, key, document)
	case ledger.AttributeDefinitions:
		return schemaWithDefinition(s, key, document)
	case ledger.Renamings:
		return schemaWithRenaming(s, key, document), nil
	case ledger.Claimings:
		return schemaWithClaiming(s, key, document)
	}
	return s, nil
}

func schemaWithSettings(s *fields.Schema, key string, document []byte) (*fields.Schema, error) {
	if key != settingsKey {
		return s, nil
	}
	settings := fields.DefaultSettings()
	if document != nil {
		if err := json.Unmarshal(document, &settings); err != nil {
			return nil, internal("The settings document cannot be read.", err)
		}
	}
	return s.WithSettings(settings), nil
}

func schemaWithDefinition(s *fields.Schema, key string, document []byte) (*fields.Schema, error) {
	if document == nil {
		return s.WithoutAttribute(fields.DefinitionOf(key)), nil
	}
	d, err := decodeDefinition(document)
	if err != nil || d.Document() != key {
		return nil, internal("The attribute definition cannot be read or has another key.", err)
	}
	return s.WithAttribute(d), nil
}

// schemaWithRenaming leaves the schema as it is when the document cannot be read: nothing
// but the names of options and labels depends on it, and who verifies the folder is told.
func schemaWithRenaming(s *fields.Schema, key string, document []byte) *fields.Schema {
	if document == nil {
		return s.WithRenaming(key, nil)
	}
	r, err := fields.ReadRenaming(document)
	if err != nil {
		return s
	}
	return s.WithRenaming(key, r)
}

func schemaWithClaiming(s *fields.Schema, key string, document []byte) (*fields.Schema, error) {
	if document == nil {
		return s.WithClaiming(key, nil), nil
	}
	c := new(fields.Claiming)
	if err := json.Unmarshal(document, c); err != nil {
		return nil, internal("How far the claims on an attribute are cannot be read.", err)
	}
	return s.WithClaiming(key, c), nil
}
