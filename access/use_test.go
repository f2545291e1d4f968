package access

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestUsesAreStoredByTheDay(t *testing.T) {
	ctx, store, now := context.Background(), newDocuments(), start
	clock := func() time.Time { return now }
	keys := openAt(t, store, clock)
	key, token, _, err := keys.Create(ctx, admin, Draft{Name: "one", Scope: ScopeAI})
	require.NoError(t, err)
	require.Zero(t, keys.List()[0].LastUsedAt)
	made := store.writes

	for range 1_000 {
		_, err = keys.Authenticate(token)
		require.NoError(t, err)
	}
	require.Equal(t, made, store.writes, "a request writes nothing")
	today := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	require.Equal(t, today, keys.List()[0].LastUsedAt)
	require.Zero(t, openAt(t, store, clock).List()[0].LastUsedAt)

	for range 3 {
		require.NoError(t, keys.Flush(ctx, admin.Author))
	}
	require.Equal(t, made+1, store.writes, "what is stored is not stored again")
	require.Equal(t, today, openAt(t, store, clock).List()[0].LastUsedAt)

	now = start.Add(24 * time.Hour)
	_, err = keys.Authenticate(token)
	require.NoError(t, err)
	store.fail = errors.New("full")
	require.ErrorIs(t, keys.Flush(ctx, admin.Author), store.fail)
	store.fail = nil
	require.NoError(t, keys.Flush(ctx, admin.Author), "what failed is tried again")
	reopened := openAt(t, store, clock)
	require.Equal(t, today.AddDate(0, 0, 1), reopened.List()[0].LastUsedAt)
	written := store.writes
	require.NoError(t, reopened.Flush(ctx, admin.Author))
	require.Equal(t, written, store.writes)

	_, err = keys.Revoke(ctx, admin, key.ID)
	require.NoError(t, err)
	require.Empty(t, store.uses, "nothing is left of a key that is revoked")
}

// TestFlushLeavesRevokedKeysAlone: one that goes while its use is stored must
// not leave it behind.
func TestFlushLeavesRevokedKeysAlone(t *testing.T) {
	ctx, store := context.Background(), newDocuments()
	keys := open(t, store)
	_, token, _, err := keys.Create(ctx, admin, Draft{Name: "one", Scope: ScopeAI})
	require.NoError(t, err)
	_, err = keys.Authenticate(token)
	require.NoError(t, err)
	clear(store.keys)
	require.NoError(t, keys.Flush(ctx, admin.Author))
	require.Empty(t, store.uses)
}

func TestKeysAreUsedChangedAndFlushedAtOnce(t *testing.T) {
	ctx, store := context.Background(), newDocuments()
	var mu sync.Mutex
	now := start
	keys := openAt(t, store, func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Hour)
		return now
	})
	key, token, _, err := keys.Create(ctx, admin, Draft{Name: "one", Scope: ScopeAI})
	require.NoError(t, err)
	var all sync.WaitGroup
	for n := 1; n <= 4; n++ {
		all.Go(func() {
			for range 50 {
				_, err := keys.Authenticate(token)
				require.NoError(t, err)
				_, _, err = keys.Change(ctx, admin, key.ID, Change{RequestsPerSecond: &n})
				require.NoError(t, err)
				require.NoError(t, keys.Flush(ctx, admin.Author))
			}
		})
	}
	all.Wait()
	require.Equal(t, keys.List(), openAt(t, store, func() time.Time { return start }).List(), "memory is as the store")
}
