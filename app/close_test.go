package app

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A text index that does not end in time is no reason to fail.
func TestCloseDoesNotWaitForTheTextIndexForEver(t *testing.T) {
	a, err := Open(t.Context(), Config{Data: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	over, done := context.WithDeadline(t.Context(), time.Time{})
	defer done()
	require.NoError(t, a.Close(over))
}
