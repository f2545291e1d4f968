package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fixtures"
)

// Every contact that is counted is changed once, so that each change makes the count smaller; then all are changed back.
func TestChangesGoOnForEver(t *testing.T) {
	people := fixtures.New(3, time.Date(2026, 11, 30, 13, 0, 0, 0, time.UTC))
	rows, err := newRows(t.TempDir(), people, 1000)
	require.NoError(t, err)
	next, err := rows.changes()
	require.NoError(t, err)
	var there []uint32
	for id, mrr := next(); mrr == 10; id, mrr = next() {
		require.NotContains(t, there, id)
		there = append(there, id)
	}
	require.NotEmpty(t, there)
	for _, want := range there[1:] { // the first was changed back by the call that ended the loop
		id, mrr := next()
		require.Equal(t, want, id)
		require.Equal(t, 100, mrr)
	}
	id, mrr := next()
	require.Equal(t, there[0], id)
	require.Equal(t, 10, mrr)

	rows.people = rows.people[:1]
	_, err = rows.changes()
	require.ErrorContains(t, err, "nobody to change")
}
