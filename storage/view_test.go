package storage_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/notes"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/badger"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// TestAViewStaysAsItWas while others write and delete what it shows.
func TestAViewStaysAsItWas(t *testing.T) {
	engines := map[string]func(t *testing.T) engine.Engine{
		"memory": func(*testing.T) engine.Engine { return memory.New() },
		"badger": func(t *testing.T) engine.Engine {
			e, err := badger.Open(t.TempDir(), slog.New(slog.DiscardHandler))
			require.NoError(t, err)
			return e
		},
	}
	for name, open := range engines {
		t.Run(name, func(t *testing.T) { viewStays(t, open(t)) })
	}
}

func viewStays(t *testing.T, e engine.Engine) {
	ctx := context.Background()
	s, err := storage.Open(ctx, storage.Options{Engine: e, Kinds: []ledger.AnyKind{contacts.Kind, notes.Kind}})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	place := ledger.Collection{Name: "place"}
	c := person("Ada", "ada@example.com")
	note := &notes.Note{ID: uuid.New(), Text: "a", Versions: 1}
	update := func(do func(tx ledger.Tx) error) {
		t.Helper()
		_, err := s.Update(ctx, api, do)
		require.NoError(t, err)
	}
	create(t, s, c)
	note.Owner = c.Ordinal
	update(func(tx ledger.Tx) error {
		if err := tx.PutDocument(place, "a", []byte("old")); err != nil {
			return err
		}
		return notes.Kind.Create(tx, note)
	})
	v, err := s.View(ctx)
	require.NoError(t, err)
	head := s.Head()
	update(func(tx ledger.Tx) error {
		if err := tx.PutDocument(place, "a", []byte("new")); err != nil {
			return err
		}
		return contacts.Kind.Delete(tx, c)
	})
	require.NoError(t, s.Sweep(ctx))
	_, held, err := s.Holder(ctx, contacts.Kind.IDClaim(c.ID))
	require.NoError(t, err)
	require.False(t, held)

	require.Equal(t, head, v.Head())
	require.NotNil(t, v.Schema())
	got, err := contacts.Kind.ReadByClaim(ctx, v, contacts.Kind.IDClaim(c.ID))
	require.NoError(t, err)
	require.Equal(t, "Ada", got.Name)
	list, err := notes.Kind.OwnedBy(ctx, v, []uint32{c.Ordinal}, ledger.Window{Limit: 10})
	require.NoError(t, err)
	require.Len(t, list, 1)
	entries := 0
	ended, err := v.WalkHistory(ctx, contacts.Kind.Info(), c.Ordinal, c.Version, func(*ledger.HistoryEntry) (bool, error) {
		entries++
		return true, nil
	})
	require.NoError(t, err)
	require.True(t, ended)
	require.Equal(t, 1, entries)
	document, err := v.Document(ctx, place, "a")
	require.NoError(t, err)
	require.Equal(t, "old", string(document))
	require.Equal(t, s.BlockKey(contacts.Kind.IDClaim(c.ID)), v.BlockKey(contacts.Kind.IDClaim(c.ID)))
	v.Close()
	_, err = contacts.Kind.ReadByClaim(ctx, v, contacts.Kind.IDClaim(c.ID))
	require.Error(t, err, "it is closed")
}
