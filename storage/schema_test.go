package storage_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

func definition(number uint32, key string) *fields.AttributeDefinition {
	return &fields.AttributeDefinition{Number: number, Key: key, Label: key, Type: fields.AttributeText}
}

func putAttribute(t testing.TB, s *storage.Store, d *fields.AttributeDefinition) {
	t.Helper()
	_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error {
		return tx.PutDocument(ledger.AttributeDefinitions, d.Key, document(d))
	})
	require.NoError(t, err)
}

func document(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func TestSchemaFollowsItsDocuments(t *testing.T) {
	region := new(memory.Region)
	e, err := region.Open()
	require.NoError(t, err)
	s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e, Settings: fields.Settings{TimeZone: "Africa/Nairobi", Currency: "KES"}})
	require.NoError(t, err)
	require.Equal(t, "Africa/Nairobi", s.Schema().Zone().String())
	require.Zero(t, s.Head(), "seeded settings are no change")

	first := s.Schema()
	_, err = s.Update(context.Background(), api, func(tx ledger.Tx) error {
		require.Same(t, first, tx.Schema())
		err := tx.PutDocument(ledger.AttributeDefinitions, "tier", document(definition(2, "tier")))
		require.NoError(t, err)
		require.NotNil(t, tx.Schema().Attribute("tier"), "the closure sees its own definition")
		require.Nil(t, s.Schema().Attribute("tier"), "readers do not before it is durable")
		return nil
	})
	require.NoError(t, err)
	putAttribute(t, s, definition(1, "alias"))
	keys := []string{}
	for _, a := range s.Schema().Attributes() {
		keys = append(keys, a.Key)
	}
	require.Equal(t, []string{"alias", "tier"}, keys, "in order of number")

	same := s.Schema()
	create(t, s, person("ada", ""))
	putAttribute(t, s, definition(1, "alias"))
	require.Same(t, same, s.Schema(), "nothing of it changed")

	_, err = s.Update(context.Background(), api, func(tx ledger.Tx) error {
		settings := tx.Schema().Settings
		settings.TimeZone, settings.Version = "Asia/Tokyo", tx.Seq()
		if err := tx.PutDocument(ledger.SettingsDoc, "workspace", document(settings)); err != nil {
			return err
		}
		return tx.DeleteDocument(ledger.AttributeDefinitions, "tier")
	})
	require.NoError(t, err)
	require.Equal(t, "Asia/Tokyo", s.Schema().Zone().String())
	require.Nil(t, s.Schema().Attribute("tier"))
	want := s.Schema()
	require.NoError(t, s.Close())

	e, err = region.Open()
	require.NoError(t, err)
	s, err = storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e, Settings: fields.Settings{TimeZone: "Europe/Rome"}})
	require.NoError(t, err)
	defer s.Close()
	require.Equal(t, want, s.Schema(), "an existing store keeps its settings")
}

func TestUnreadableSchemaDocumentIsRefused(t *testing.T) {
	s := memoryStore(t)
	for collection, key := range map[ledger.Collection]string{ledger.AttributeDefinitions: "tier", ledger.SettingsDoc: "workspace"} {
		_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error {
			return tx.PutDocument(collection, key, []byte("{"))
		})
		require.Equal(t, fault.KindInternal, fault.KindOf(err))
	}
	_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error {
		return tx.PutDocument(ledger.AttributeDefinitions, "tier", document(definition(1, "other")))
	})
	require.Equal(t, fault.KindInternal, fault.KindOf(err), "the key is that of the definition")
	require.Zero(t, s.Head())
}

// TestDefinitionsOfCompaniesAreKeptApart: a definition of companies is in a document of its
// own beside that of contacts with the same key, and both are there after a restart.
func TestDefinitionsOfCompaniesAreKeptApart(t *testing.T) {
	region := new(memory.Region)
	e, err := region.Open()
	require.NoError(t, err)
	s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e})
	require.NoError(t, err)
	theirs := definition(2, "tier")
	theirs.Entity = fields.EntityCompany
	_, err = s.Update(context.Background(), api, func(tx ledger.Tx) error {
		if err := tx.PutDefinition(definition(1, "tier"), document(definition(1, "tier"))); err != nil {
			return err
		}
		return tx.PutDefinition(theirs, document(theirs))
	})
	require.NoError(t, err)
	require.NoError(t, s.Close())

	e, err = region.Open()
	require.NoError(t, err)
	s, err = storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e})
	require.NoError(t, err)
	defer s.Close()
	require.Equal(t, uint32(1), s.Schema().Attribute("tier").Number)
	require.Equal(t, uint32(2), s.Schema().Of(fields.EntityCompany).Attribute("tier").Number)
	_, err = s.Update(context.Background(), api, func(tx ledger.Tx) error {
		return tx.DeleteDocument(ledger.AttributeDefinitions, "company/tier")
	})
	require.NoError(t, err)
	require.NotNil(t, s.Schema().Attribute("tier"))
	require.Nil(t, s.Schema().Of(fields.EntityCompany).Attribute("tier"))

	_, err = s.Update(context.Background(), api, func(tx ledger.Tx) error {
		return tx.PutDocument(ledger.AttributeDefinitions, "tier", document(theirs))
	})
	require.Equal(t, fault.KindInternal, fault.KindOf(err), "the key is that of the entity")
}
