package access

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
)

func TestExpiredKeysAreRefused(t *testing.T) {
	ctx, store, now := context.Background(), newDocuments(), start
	keys := openAt(t, store, func() time.Time { return now })
	ends := start.Add(time.Hour)
	key, token, _, err := keys.Create(ctx, admin, Draft{Name: "one", Scope: ScopeAI, ExpiresAt: ends.In(time.FixedZone("", 3600))})
	require.NoError(t, err)
	require.Equal(t, ends.Truncate(time.Millisecond), key.ExpiresAt)

	now = key.ExpiresAt.Add(-1)
	_, err = keys.Authenticate(token)
	require.NoError(t, err)
	now = key.ExpiresAt
	for _, keys := range []*Keys{keys, openAt(t, store, func() time.Time { return now })} {
		_, err = keys.Authenticate(token)
		require.Equal(t, fault.KindUnauthorized, fault.KindOf(err))
		require.ErrorContains(t, err, "over")
	}

	var never time.Time
	_, _, err = keys.Change(ctx, admin, key.ID, Change{ExpiresAt: &never})
	require.NoError(t, err)
	_, err = keys.Authenticate(token)
	require.NoError(t, err, "a key may be given more time")

	_, _, err = keys.Change(ctx, admin, key.ID, Change{ExpiresAt: &now})
	require.Equal(t, fault.KindInvalid, fault.KindOf(err), "the time of a new end lies ahead")
	_, _, _, err = keys.Create(ctx, admin, Draft{Name: "two", Scope: ScopeAI, ExpiresAt: now})
	require.Equal(t, fault.KindInvalid, fault.KindOf(err))
}

func TestAnExpiredKeyCanStillBeRenamed(t *testing.T) {
	ctx, now := context.Background(), start
	keys := openAt(t, newDocuments(), func() time.Time { return now })
	key, _, _, err := keys.Create(ctx, admin, Draft{Name: "one", Scope: ScopeAI, ExpiresAt: start.Add(time.Second)})
	require.NoError(t, err)
	now = start.Add(time.Hour)
	name := "was one"
	_, _, err = keys.Change(ctx, admin, key.ID, Change{Name: &name})
	require.NoError(t, err)
}

func TestLimitsOfAKey(t *testing.T) {
	ctx, store := context.Background(), newDocuments()
	keys := open(t, store)
	key, token, _, err := keys.Create(ctx, admin, Draft{Name: "one", Scope: ScopeAgent, Limits: Limits{HeavyQuestions: 3}})
	require.NoError(t, err)
	require.Equal(t, Limits{RequestsPerSecond: 2_000, HeavyQuestions: 3}, key.Limits())
	loader, _, _, err := keys.Create(ctx, admin, Draft{Name: "two", Scope: ScopeAdmin})
	require.NoError(t, err)
	require.Equal(t, Limits{RequestsPerSecond: 10_000, HeavyQuestions: 64}, loader.Limits())

	name, requests, standard := " renamed ", 7, 0
	changed, done, err := keys.Change(ctx, admin, key.ID, Change{Name: &name, RequestsPerSecond: &requests, HeavyQuestions: &standard})
	require.NoError(t, err)
	require.EqualValues(t, 3, done.Seq)
	require.Equal(t, "renamed", changed.Name)
	require.Equal(t, Limits{RequestsPerSecond: 7, HeavyQuestions: 64}, changed.Limits())
	for _, keys := range []*Keys{keys, open(t, store)} {
		found, err := keys.Authenticate(token)
		require.NoError(t, err)
		require.Equal(t, changed, found, "it holds at once and after a restart")
		require.Equal(t, ScopeAgent, found.Scope)
	}

	_, _, err = keys.Change(ctx, admin, uuid.New(), Change{Name: &name})
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
	blank, many := "", MaxHeavyQuestions+1
	_, _, err = keys.Change(ctx, admin, key.ID, Change{Name: &blank, HeavyQuestions: &many})
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, []string{"name", "heavy_questions"}, []string{e.Faults[0].Path, e.Faults[1].Path})
	_, _, _, err = keys.Create(ctx, admin, Draft{Name: "x", Scope: ScopeAI, Limits: Limits{RequestsPerSecond: -1}})
	require.Equal(t, fault.KindInvalid, fault.KindOf(err))
	require.Equal(t, changed, keys.List()[0].withoutUse(), "what is refused changes nothing")
}

func (k Key) withoutUse() Key {
	k.LastUsedAt = time.Time{}
	return k
}

// TestKeysOfTheFirstReleaseLoad: they have neither an end nor limits.
func TestKeysOfTheFirstReleaseLoad(t *testing.T) {
	store := newDocuments()
	store.keys["01935f6e-0000-7000-8000-000000000000"] = []byte(`{"id":"01935f6e-0000-7000-8000-000000000000","name":"old","scope":"ai",` +
		`"hash":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","created_at":"2026-11-22T09:00:00.123Z"}`)
	key := open(t, store).List()[0]
	require.Equal(t, "old", key.Name)
	require.Zero(t, key.ExpiresAt)
	require.Zero(t, key.LastUsedAt)
	require.Equal(t, Limits{RequestsPerSecond: 2_000, HeavyQuestions: 64}, key.Limits())
}
