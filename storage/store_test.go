package storage_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/badger"
	"github.com/ndoto/kundi/storage/engine/memory"
)

var (
	api    = ledger.Author{Source: ledger.SourceAPI, Name: "test"}
	caller = ledger.Caller{Author: api}
	noon   = time.Date(2026, 11, 22, 12, 0, 0, 987_654_321, time.UTC)
)

// Collections of nouns, whose packages know no store.
var (
	segmentDocuments  = ledger.Collection{Name: "segment"}
	nameDocuments     = ledger.Collection{Name: "segment-name", Unlogged: true}
	snapshotDocuments = ledger.Collection{Name: "snapshot"}
	setDocuments      = ledger.Collection{Name: "snapshot-set", Unlogged: true}
	runDocuments      = ledger.Collection{Name: "run"}
	keyDocuments      = ledger.Collection{Name: "key"}
	keyUseDocuments   = ledger.Collection{Name: "key-use", Unlogged: true}
)

func openStore(t testing.TB, e engine.Engine) *storage.Store {
	t.Helper()
	s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e, Clock: func() time.Time { return noon }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func memoryStore(t testing.TB) *storage.Store { return openStore(t, memory.New()) }

func badgerEngine(t testing.TB, dir string) engine.Engine {
	t.Helper()
	e, err := badger.Open(dir, slog.New(slog.NewTextHandler(io.Discard, nil)))
	require.NoError(t, err)
	return e
}

// isTaken reports whether others hold a claim of a record.
func isTaken(err error) bool {
	_, taken := errors.AsType[*ledger.Taken](err)
	return taken
}

func person(name, email string) *contacts.Contact {
	return &contacts.Contact{ID: uuid.Must(uuid.NewV7()), Type: contacts.TypeLead, Name: name, Email: email, CreatedAt: noon.Truncate(time.Millisecond), UpdatedAt: noon.Truncate(time.Millisecond)}
}

func create(t testing.TB, s *storage.Store, c *contacts.Contact) uint64 {
	t.Helper()
	seq, err := s.Update(context.Background(), api, func(tx ledger.Tx) error { return contacts.Kind.Create(tx, c) })
	require.NoError(t, err)
	return seq
}

func TestContactSurvivesReopening(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: badgerEngine(t, dir)})
	require.NoError(t, err)
	ada := person("Ada", "Ada@example.com")
	require.EqualValues(t, 1, create(t, s, ada))
	require.EqualValues(t, 1, ada.Ordinal)
	require.NoError(t, s.Close())

	s = openStore(t, badgerEngine(t, dir))
	require.EqualValues(t, 1, s.Head())
	found, err := contacts.Kind.List(context.Background(), s, []uint32{1, 2})
	require.NoError(t, err)
	require.Equal(t, []*contacts.Contact{ada, nil}, found)
	holder, ok, err := s.Holder(context.Background(), ledger.Claim{Kind: contacts.ClaimID, Value: ada.ID.String()})
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, ledger.Ref{Ordinal: 1}, holder)
}
