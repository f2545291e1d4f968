package storage_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// A clock that is set back changes no order: numbers order commits, the log
// and the history, and times only say what the clock showed.
func TestAClockThatJumpsBack(t *testing.T) {
	now := noon
	s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: memory.New(), Clock: func() time.Time { return now }})
	require.NoError(t, err)
	defer s.Close()
	ada := person("Ada", "ada@example.com")
	create(t, s, ada)
	for i := range 5 {
		now = now.Add(-24 * time.Hour)
		before, err := contacts.Kind.List(context.Background(), s, []uint32{ada.Ordinal})
		require.NoError(t, err)
		after := before[0].Clone()
		after.City = fmt.Sprintf("City %d", i)
		seq, err := s.Update(context.Background(), api, func(tx ledger.Tx) error { return contacts.Kind.Update(tx, before[0], after) })
		require.NoError(t, err)
		require.EqualValues(t, i+2, seq)
	}
	history, err := s.History(context.Background(), &contacts.Kind.Shape, ada.Ordinal, 0, 100)
	require.NoError(t, err)
	require.Len(t, history, 6)
	for i, entry := range history { // the newest first
		require.EqualValues(t, 6-i, entry.Seq)
	}
	changes, err := s.Changes(context.Background(), 0, 100)
	require.NoError(t, err)
	require.Len(t, changes, 6)
	require.True(t, changes[5].At.Before(changes[0].At), "the clock did go back")
	found, err := s.Verify(context.Background(), nil)
	require.NoError(t, err)
	require.Empty(t, found)
}
