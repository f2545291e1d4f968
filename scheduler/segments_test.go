package scheduler

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// segmentStore is the store over an engine in memory, in which segments come and go.
type segmentStore struct {
	*storage.Store
	t *testing.T
}

// newStore returns a store in which there are segments.
func newStore(t *testing.T, segments ...ledger.ID) *segmentStore {
	t.Helper()
	store, err := storage.Open(context.Background(), storage.Options{Kinds: []ledger.AnyKind{contacts.Kind, companies.Kind}, Engine: memory.New()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	s := &segmentStore{store, t}
	for _, id := range segments {
		s.define(id)
	}
	return s
}

func (s *segmentStore) define(segment ledger.ID) {
	s.write(func(tx ledger.Tx) error { return tx.PutDocument(segmentDocuments, segment.String(), []byte("{}")) })
}

func (s *segmentStore) drop(segment ledger.ID) {
	s.write(func(tx ledger.Tx) error { return tx.DeleteDocument(segmentDocuments, segment.String()) })
}

func (s *segmentStore) write(f func(tx ledger.Tx) error) {
	s.t.Helper()
	_, err := s.Update(context.Background(), ledger.Author{Source: ledger.SourceAPI}, f)
	require.NoError(s.t, err)
}
