package storage_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

func TestADeletedContactLeavesItsID(t *testing.T) {
	s := memoryStore(t)
	ada, grace := person("Ada", "ada@example.com"), person("Grace", "grace@example.com")
	create(t, s, ada)
	create(t, s, grace)
	_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error { return contacts.Kind.Delete(tx, ada) })
	require.NoError(t, err)

	graves, err := s.Buried(context.Background(), &contacts.Kind.Shape, []uint32{grace.Ordinal, ada.Ordinal, 99})
	require.NoError(t, err)
	require.False(t, graves[1].At.IsZero())
	graves[1].At = time.Time{}
	require.Equal(t, []ledger.Grave{{}, {ID: ada.ID}, {}}, graves)
}

func TestOnlyLoggedCollectionsAreLogged(t *testing.T) {
	s := memoryStore(t)
	for _, c := range []ledger.Collection{ledger.Receipts, nameDocuments, setDocuments, segmentDocuments} {
		_, err := s.Update(context.Background(), api, func(tx ledger.Tx) error { return tx.PutDocument(c, "key", []byte("{}")) })
		require.NoError(t, err)
	}
	changes, err := s.Changes(context.Background(), 0, 10)
	require.NoError(t, err)
	require.Len(t, changes, 1)
	require.Equal(t, fields.Entity(segmentDocuments.Name), changes[0].Entity)
}
