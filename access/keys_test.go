package access

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
)

var admin = ledger.Caller{Author: ledger.Author{Source: ledger.SourceSystem, Name: "test"}}

// documents is a store of documents only, in memory.
type documents struct {
	mu     sync.Mutex
	seq    uint64
	writes int // transactions
	keys   map[string][]byte
	uses   map[string][]byte
	others map[ledger.Collection]map[string][]byte
	fail   error
	// failAfter is the error of a closure that has been carried out all the same.
	failAfter error
}

// transaction is the documents as a closure sees them.
type transaction struct {
	*documents
	rest
}

// rest is what is not used.
type rest struct{ ledger.Tx }

// Update hides the one of the documents.
func (transaction) Update(ledger.AnyKind, ledger.Record, ledger.Record) error {
	return errors.New("there are no records")
}

func newDocuments() *documents {
	d := &documents{keys: map[string][]byte{}, uses: map[string][]byte{}}
	d.others = map[ledger.Collection]map[string][]byte{
		PersonDocuments: {}, PersonEmailDocuments: {}, SignInDocuments: {}, SessionDocuments: {}, ledger.Receipts: {},
	}
	return d
}

func (d *documents) of(c ledger.Collection) map[string][]byte {
	switch c {
	case KeyDocuments:
		return d.keys
	case UseDocuments:
		return d.uses
	}
	return d.others[c]
}

func (d *documents) Seq() uint64 { return d.seq + 1 }

func (d *documents) Update(_ context.Context, _ ledger.Author, closure func(ledger.Tx) error) (uint64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fail != nil {
		return 0, d.fail
	}
	if err := closure(transaction{documents: d}); err != nil {
		return 0, err
	}
	d.seq++
	d.writes++
	return d.seq, d.failAfter
}

func (d *documents) Document(c ledger.Collection, key string) ([]byte, error) {
	return d.of(c)[key], nil
}

func (d *documents) PutDocument(c ledger.Collection, key string, value []byte) error {
	d.of(c)[key] = value
	return nil
}

func (d *documents) DeleteDocument(c ledger.Collection, key string) error {
	delete(d.of(c), key)
	return nil
}

func (d *documents) Documents(_ context.Context, c ledger.Collection, _, after string, limit int) ([]ledger.Document, error) {
	var page []ledger.Document
	for _, key := range slices.Sorted(maps.Keys(d.of(c))) {
		if key > after && len(page) < limit {
			page = append(page, ledger.Document{Key: key, Value: d.of(c)[key]})
		}
	}
	return page, nil
}

var start = time.Date(2026, 11, 22, 9, 0, 0, 123456789, time.UTC)

func open(t *testing.T, store *documents) *Keys {
	t.Helper()
	return openAt(t, store, func() time.Time { return start })
}

func openAt(t *testing.T, store *documents, clock func() time.Time) *Keys {
	t.Helper()
	keys, err := Open(context.Background(), store, clock, rand.Reader)
	require.NoError(t, err)
	return keys
}

func TestKeyIsShownOnceAndOutlivesARestart(t *testing.T) {
	ctx, store := context.Background(), newDocuments()
	keys := open(t, store)
	key, token, done, err := keys.Create(ctx, admin, Draft{Name: "  Help desk ", Scope: ScopeAgent})
	require.NoError(t, err)
	require.Equal(t, ledger.Done{Seq: 1}, done)
	require.Equal(t, "Help desk", key.Name)
	require.Equal(t, 123*int(time.Millisecond), key.CreatedAt.Nanosecond())
	require.True(t, strings.HasPrefix(token, "kundi_"))
	require.Equal(t, ledger.Author{Source: ledger.SourceAgent, Name: "Help desk", Key: key.ID}, key.Principal().Author())

	for _, stored := range store.keys {
		require.NotContains(t, string(stored), token)
		require.NotContains(t, string(stored), strings.TrimPrefix(token, "kundi_"))
	}
	for _, keys := range []*Keys{keys, open(t, store)} {
		found, err := keys.Authenticate(token)
		require.NoError(t, err)
		require.Equal(t, key, found)
		used := key
		used.LastUsedAt = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
		require.Equal(t, []Key{used}, keys.List())
	}
}

func TestAuthenticateRefusesEverythingElse(t *testing.T) {
	ctx, store := context.Background(), newDocuments()
	keys := open(t, store)
	_, token, _, err := keys.Create(ctx, admin, Draft{Name: "one", Scope: ScopeAdmin})
	require.NoError(t, err)
	for _, wrong := range []string{"", "kundi_", token + "a", token[1:], token[:len(token)-1], strings.ToUpper(token), " " + token} {
		_, err := keys.Authenticate(wrong)
		require.Equal(t, fault.KindUnauthorized, fault.KindOf(err))
		if wrong != "" {
			require.NotContains(t, err.Error(), wrong)
		}
	}
}

func TestRevokeTakesEffectAtOnce(t *testing.T) {
	ctx, store := context.Background(), newDocuments()
	keys := open(t, store)
	key, token, _, err := keys.Create(ctx, admin, Draft{Name: "one", Scope: ScopeAdmin})
	require.NoError(t, err)

	_, err = keys.Revoke(ctx, admin, uuid.New())
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
	_, err = keys.Authenticate(token)
	require.NoError(t, err)

	_, err = keys.Revoke(ctx, admin, key.ID)
	require.NoError(t, err)
	_, err = keys.Authenticate(token)
	require.Equal(t, fault.KindUnauthorized, fault.KindOf(err))
	require.Empty(t, keys.digests)
	require.Empty(t, open(t, store).List())
	_, err = keys.Revoke(ctx, admin, key.ID)
	require.Equal(t, fault.KindNotFound, fault.KindOf(err))
}

func TestRevokeOfUnknownOutcomeLocksOut(t *testing.T) {
	ctx, store := context.Background(), newDocuments()
	keys := open(t, store)
	key, token, _, err := keys.Create(ctx, admin, Draft{Name: "one", Scope: ScopeAdmin})
	require.NoError(t, err)
	store.fail = &fault.Error{Kind: fault.KindUnavailable}
	_, err = keys.Revoke(ctx, admin, key.ID)
	require.Equal(t, fault.KindUnavailable, fault.KindOf(err))
	_, err = keys.Authenticate(token)
	require.Equal(t, fault.KindUnauthorized, fault.KindOf(err))
}

func TestCreateRefuses(t *testing.T) {
	ctx, store := context.Background(), newDocuments()
	keys := open(t, store)
	_, _, _, err := keys.Create(ctx, admin, Draft{Name: " \t", Scope: "root"})
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, fault.KindInvalid, e.Kind)
	require.Equal(t, "name", e.Faults[0].Path)
	require.Equal(t, "scope", e.Faults[1].Path)
	for _, name := range []string{strings.Repeat("é", MaxNameLength+1), "a\nb"} {
		_, _, _, err = keys.Create(ctx, admin, Draft{Name: name, Scope: ScopeAI})
		require.Equal(t, fault.KindInvalid, fault.KindOf(err))
	}
	require.Empty(t, store.keys)
	_, _, _, err = keys.Create(ctx, admin, Draft{Name: strings.Repeat("é", MaxNameLength), Scope: ScopeAI})
	require.NoError(t, err)
}

func TestOpenReadsEveryPage(t *testing.T) {
	ctx, store := context.Background(), newDocuments()
	keys := open(t, store)
	const n = 1_001
	for range n {
		_, _, _, err := keys.Create(ctx, admin, Draft{Name: "many", Scope: ScopeCampaign})
		require.NoError(t, err)
	}
	require.Len(t, open(t, store).List(), n)
}

func TestOpenRefusesABrokenHash(t *testing.T) {
	store := &documents{keys: map[string][]byte{"k": []byte(`{"hash":"00"}`)}}
	_, err := Open(context.Background(), store, time.Now, rand.Reader)
	require.ErrorContains(t, err, "SHA-256")
}

func TestTokensTakeTheirSecretFromTheReader(t *testing.T) {
	a, err := newToken(keyPrefix, bytes.NewReader(make([]byte, secretSize)))
	require.NoError(t, err)
	require.True(t, wellFormed(keyPrefix, a))
	_, err = newToken(keyPrefix, bytes.NewReader(make([]byte, secretSize-1)))
	require.Error(t, err)
}

func TestSourceOfScopes(t *testing.T) {
	for scope, source := range map[Scope]ledger.Source{
		ScopeAgent: ledger.SourceAgent, ScopeAI: ledger.SourceAI, ScopeMarketer: ledger.SourceAPI,
		ScopeCampaign: ledger.SourceAPI, ScopeAdmin: ledger.SourceAPI,
	} {
		require.Equal(t, source, scope.Source())
	}
}
