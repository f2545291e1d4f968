package storage_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
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

// TestHistoryIsReadBothWays: in pages of any size it is the same list.
func TestHistoryIsReadBothWays(t *testing.T) {
	s := memoryStore(t)
	ada, ben := person("Ada", "ada@example.org"), person("Ben", "ben@example.org")
	create(t, s, ada)
	create(t, s, ben)
	editOften(t, s, ada.Ordinal, 30)
	editOften(t, s, ben.Ordinal, 3)
	all := history(t, s, ada.Ordinal)
	slices.Reverse(all)
	require.Len(t, all, 31)
	after := func(seq uint64, limit int) []ledger.HistoryEntry {
		list, err := s.HistoryAfter(context.Background(), &contacts.Kind.Shape, ada.Ordinal, seq, limit)
		require.NoError(t, err)
		return list
	}
	for _, size := range []int{1, 7, 31, 32} {
		var found []ledger.HistoryEntry
		for page := after(0, size); len(page) > 0 && len(found) < len(all); page = after(found[len(found)-1].Seq, size) {
			found = append(found, page...)
		}
		require.Equal(t, all, found)
	}
	require.Equal(t, all[10:12], after(all[9].Seq, 2))
	require.Empty(t, after(all[30].Seq, 10))
	require.Empty(t, after(math.MaxUint64, 10))
	_, err := s.HistoryAfter(context.Background(), &ledger.Shape{Entity: "none", Number: 30}, 1, 0, 1)
	require.ErrorContains(t, err, "no records of the kind none")
}

func TestHistoriesAreWalkedOneAfterTheOther(t *testing.T) {
	s := memoryStore(t)
	acme := &companies.Company{ID: uuid.New(), Name: "Acme", Kept: true}
	_, err := s.Update(context.Background(), ledger.Author{Source: ledger.SourceSystem}, func(tx ledger.Tx) error { return companies.Kind.Create(tx, acme) })
	require.NoError(t, err)
	all := map[uint32][]ledger.HistoryEntry{}
	for _, changes := range []int{3, 1_500, 0, 2} {
		c := person("Ada", fmt.Sprintf("ada%d@example.org", changes))
		create(t, s, c)
		editOften(t, s, c.Ordinal, changes)
		all[c.Ordinal] = history(t, s, c.Ordinal)
		require.Len(t, all[c.Ordinal], changes+1)
	}
	walk := func(shape *ledger.Shape, first, last uint32, most int) map[uint32][]ledger.HistoryEntry {
		found, before := map[uint32][]ledger.HistoryEntry{}, uint32(0)
		err := s.WalkHistories(context.Background(), shape, first, last, func(ordinal uint32, e *ledger.HistoryEntry) (bool, error) {
			require.LessOrEqual(t, before, ordinal)
			before = ordinal
			kept := *e
			kept.Changes = append([]ledger.FieldChange(nil), e.Changes...)
			found[ordinal] = append(found[ordinal], kept)
			return len(found[ordinal]) < most, nil
		})
		require.NoError(t, err)
		return found
	}
	people := &contacts.Kind.Shape
	require.Equal(t, all, walk(people, 1, 4, math.MaxInt))
	require.Equal(t, all, walk(people, 0, math.MaxUint32, math.MaxInt), "none of other kinds")
	require.Len(t, walk(&companies.Kind.Shape, 1, math.MaxUint32, math.MaxInt)[1], 1)
	require.Equal(t, map[uint32][]ledger.HistoryEntry{2: all[2]}, walk(people, 2, 2, math.MaxInt))
	require.Equal(t, map[uint32][]ledger.HistoryEntry{2: all[2][:2], 3: all[3], 4: all[4][:2]}, walk(people, 2, 4, 2))
	require.Empty(t, walk(people, 5, 9, 1))
	require.Empty(t, walk(people, 2, 1, 1))

	stop := errors.New("stop")
	err = s.WalkHistories(context.Background(), people, 1, 4, func(uint32, *ledger.HistoryEntry) (bool, error) { return true, stop })
	require.ErrorIs(t, err, stop)
	ended, end := context.WithCancel(context.Background())
	err = s.WalkHistories(ended, people, 1, 4, func(uint32, *ledger.HistoryEntry) (bool, error) { end(); return true, nil })
	require.ErrorIs(t, err, context.Canceled)
}
