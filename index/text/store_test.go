package text

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// testStore is the store over an engine in memory. A test can count and hold up what the
// index reads of it.
type testStore struct {
	*storage.Store
	t         *testing.T
	people    *contacts.Service
	companies *companies.Service

	mu      sync.Mutex
	wake    func()
	reads   int           // of records
	read    func()        // called once, after contacts were read
	scanned func()        // called before records are scanned
	held    chan struct{} // reading the log waits until it is closed
}

var writer = ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}

func newTestStore(t *testing.T) *testStore {
	t.Helper()
	store, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: memory.New()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return newTestStoreOn(t, store)
}

func newTestStoreOn(t *testing.T, store *storage.Store) *testStore {
	s := &testStore{Store: store, t: t, people: contacts.NewService(store, companies.Directory{}, nil, nil), companies: companies.NewService(store, nil, nil), wake: func() {}}
	store.Follow(func([]ledger.Change) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.wake()
	})
	return s
}

// woken has the store wake an index, and no other one.
func (s *testStore) woken(x *Index) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wake = x.Wake
}

// put makes a contact and returns its ordinal.
func (s *testStore) put(d fields.Draft) uint32 {
	s.t.Helper()
	r, err := s.people.Create(context.Background(), writer, d)
	require.NoError(s.t, err)
	return r.Contact.Ordinal
}

func (s *testStore) change(ordinal uint32, d fields.Draft) {
	s.t.Helper()
	_, err := s.people.Patch(context.Background(), writer, s.one(ordinal).ID, d, 0)
	require.NoError(s.t, err)
}

func (s *testStore) remove(ordinal uint32) {
	s.t.Helper()
	_, err := s.people.Delete(context.Background(), writer, s.one(ordinal).ID, 0)
	require.NoError(s.t, err)
}

// rename gives a company another name.
func (s *testStore) rename(company uint32, name string) {
	s.t.Helper()
	_, err := s.companies.Patch(context.Background(), writer, s.company(company).ID, fields.Draft{"name": name}, 0)
	require.NoError(s.t, err)
}

func (s *testStore) company(ordinal uint32) *companies.Company {
	s.t.Helper()
	list, err := companies.Kind.List(context.Background(), s, []uint32{ordinal})
	require.NoError(s.t, err)
	return list[0]
}

// one is a contact, which is not counted as read.
func (s *testStore) one(ordinal uint32) *contacts.Contact {
	s.t.Helper()
	list, err := contacts.Kind.List(context.Background(), s.Store, []uint32{ordinal})
	require.NoError(s.t, err)
	return list[0]
}

// Read counts the contacts that are read.
func (s *testStore) Read(ctx context.Context, of *ledger.Shape, refs []ledger.Ref, visit func(int, []byte) error) error {
	if of.Entity != fields.EntityContact {
		return s.Store.Read(ctx, of, refs, visit)
	}
	s.mu.Lock()
	s.reads += len(refs)
	then := s.read
	s.read = nil
	s.mu.Unlock()
	err := s.Store.Read(ctx, of, refs, visit)
	if then != nil {
		then()
	}
	return err
}

// Scan calls scanned before contacts are scanned.
func (s *testStore) Scan(ctx context.Context, of *ledger.Shape, from ledger.Ref, limit int, visit func(ledger.Ref, []byte) error) error {
	if of.Entity == fields.EntityContact && s.scanned != nil {
		s.scanned()
	}
	return s.Store.Scan(ctx, of, from, limit, visit)
}

// hold makes reading the log wait for release.
func (s *testStore) hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = make(chan struct{})
}

func (s *testStore) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.held)
	s.held = nil
}

// Changes waits while the log is held.
func (s *testStore) Changes(ctx context.Context, after uint64, limit int) ([]ledger.Change, error) {
	s.mu.Lock()
	held := s.held
	s.mu.Unlock()
	if held != nil {
		select {
		case <-held:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return s.Store.Changes(ctx, after, limit)
}
