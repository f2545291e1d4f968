package storage_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
)

// TestAWalkShowsTheWholeHistory: over several pages, in its order, from any version on, until whoever
// looks has seen enough.
func TestAWalkShowsTheWholeHistory(t *testing.T) {
	s := memoryStore(t)
	ada := person("Ada", "ada@example.org")
	create(t, s, ada)
	const changes = 1_500
	editOften(t, s, ada.Ordinal, changes)
	all := history(t, s, ada.Ordinal)
	require.Len(t, all, changes+1)
	walk := func(version uint64, most int) (list []ledger.HistoryEntry, ended bool) {
		ended, err := s.WalkHistory(context.Background(), &contacts.Kind.Shape, ada.Ordinal, version, func(e *ledger.HistoryEntry) (bool, error) {
			kept := *e
			kept.Changes = append([]ledger.FieldChange(nil), e.Changes...)
			list = append(list, kept)
			return len(list) < most, nil
		})
		require.NoError(t, err)
		return list, ended
	}
	for _, from := range []int{0, 1, 700, changes} {
		list, ended := walk(all[from].Seq, changes+2)
		require.Equal(t, all[from:], list)
		require.True(t, ended)
	}
	for _, most := range []int{1, 64, 65, 320, 321, 1_400} {
		list, ended := walk(all[0].Seq, most)
		require.Equal(t, all[:most], list)
		require.False(t, ended)
	}
	list, ended := walk(all[changes].Seq-1, 10)
	require.Empty(t, list)
	require.True(t, ended)

	stop := errors.New("stop")
	_, err := s.WalkHistory(context.Background(), &contacts.Kind.Shape, ada.Ordinal, all[0].Seq, func(*ledger.HistoryEntry) (bool, error) { return true, stop })
	require.ErrorIs(t, err, stop)
	_, err = s.WalkHistory(context.Background(), &ledger.Shape{Entity: "none", Number: 30}, ada.Ordinal, all[0].Seq, nil)
	require.ErrorContains(t, err, "no records of the kind none")
}
