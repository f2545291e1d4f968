package storage_test

import (
	"context"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
)

func TestADeletedContactLeavesItsID(t *testing.T) {
	s := memoryStore(t)
	ada, grace := person("Ada", "ada@example.com"), person("Grace", "grace@example.com")
	create(t, s, ada)
	create(t, s, grace)
	_, err := s.Update(context.Background(), api, func(tx contacts.Tx) error { return contacts.ContactKind.Delete(tx, ada) })
	require.NoError(t, err)

	ids, err := s.Buried(context.Background(), &contacts.ContactKind.Shape, []uint32{grace.Ordinal, ada.Ordinal, 99})
	require.NoError(t, err)
	require.Equal(t, []contacts.ID{uuid.Nil, ada.ID, uuid.Nil}, ids)
}

func TestOnlyLoggedCollectionsAreLogged(t *testing.T) {
	s := memoryStore(t)
	for _, c := range []contacts.Collection{contacts.Receipts, contacts.SegmentNames, contacts.SnapshotSets, contacts.Segments} {
		_, err := s.Update(context.Background(), api, func(tx contacts.Tx) error { return tx.PutDocument(c, "key", []byte("{}")) })
		require.NoError(t, err)
	}
	changes, err := s.Changes(context.Background(), 0, 10)
	require.NoError(t, err)
	require.Len(t, changes, 1)
	require.Equal(t, fields.Entity(contacts.Segments), changes[0].Entity)
}
