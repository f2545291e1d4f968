package scheduler

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// segmentStore is the store over an engine in memory, in which segments come and go.
type segmentStore struct {
	*storage.Store
	t *testing.T
}

// newStore returns a store in which there are segments.
func newStore(t *testing.T, segments ...contacts.ID) *segmentStore {
	t.Helper()
	store, err := storage.Open(context.Background(), storage.Options{Kinds: []contacts.AnyKind{contacts.ContactKind, contacts.CompanyKind}, Engine: memory.New()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	s := &segmentStore{store, t}
	for _, id := range segments {
		s.define(id)
	}
	return s
}

func (s *segmentStore) define(segment contacts.ID) {
	s.write(func(tx contacts.Tx) error { return tx.PutDocument(contacts.Segments, segment.String(), []byte("{}")) })
}

func (s *segmentStore) drop(segment contacts.ID) {
	s.write(func(tx contacts.Tx) error { return tx.DeleteDocument(contacts.Segments, segment.String()) })
}

func (s *segmentStore) write(f func(tx contacts.Tx) error) {
	s.t.Helper()
	_, err := s.Update(context.Background(), contacts.Author{Source: contacts.SourceAPI}, f)
	require.NoError(s.t, err)
}
