package storage_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/fault"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// getRaw reads past the store.
func getRaw(t *testing.T, e engine.Engine, key string) []byte {
	t.Helper()
	v, err := e.View(context.Background())
	require.NoError(t, err)
	defer v.Close()
	value, err := v.Get([]byte(key))
	require.NoError(t, err)
	return value
}

// scanRaw reads a page past the store.
func scanRaw(t *testing.T, e engine.Engine, prefix string) []engine.Pair {
	t.Helper()
	v, err := e.View(context.Background())
	require.NoError(t, err)
	defer v.Close()
	page, err := v.Scan(engine.Range{Prefix: []byte(prefix)})
	require.NoError(t, err)
	return page.Pairs
}

// putRaw writes pairs past the store.
func putRaw(t *testing.T, e engine.Engine, pairs ...engine.Pair) {
	t.Helper()
	v, err := e.View(context.Background())
	require.NoError(t, err)
	defer v.Close()
	head, err := v.Head()
	require.NoError(t, err)
	require.NoError(t, e.Apply(context.Background(), engine.Batch{ID: engine.BatchID{0xff}, Expect: head, Put: pairs}))
}

func TestNewerFormatIsRefused(t *testing.T) {
	region := new(memory.Region)
	e, err := region.Open()
	require.NoError(t, err)
	s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e})
	require.NoError(t, err)
	require.NoError(t, s.Close())

	e, err = region.Open()
	require.NoError(t, err)
	defer e.Close()
	putRaw(t, e, engine.Pair{Key: []byte("f"), Value: []byte{0, 0, 0, 99}})
	_, err = storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e})
	require.ErrorIs(t, err, engine.ErrNewer)
	require.ErrorContains(t, err, "format 99")
	require.ErrorContains(t, err, "start it with that version or a later one, or choose another folder")
}

func TestForeignOrDamagedStoreIsRefused(t *testing.T) {
	cases := map[string]engine.Pair{
		"foreign":         {Key: []byte("hello"), Value: []byte("world")},
		"format damaged":  {Key: []byte("f"), Value: []byte{2}},
		"format zero":     {Key: []byte("f"), Value: []byte{0, 0, 0, 0}},
		"state missing":   {Key: []byte("f"), Value: []byte{0, 0, 0, 2}},
		"older and empty": {Key: []byte("f"), Value: []byte{0, 0, 0, 1}},
	}
	for name, pair := range cases {
		t.Run(name, func(t *testing.T) {
			e := memory.New()
			defer e.Close()
			putRaw(t, e, pair)
			_, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e})
			require.Error(t, err)
		})
	}
}

// TestClaimIsCheckedAgainstItsHolder swaps the claims of two contacts behind
// the store's back.
func TestClaimIsCheckedAgainstItsHolder(t *testing.T) {
	region := new(memory.Region)
	e, err := region.Open()
	require.NoError(t, err)
	s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: e})
	require.NoError(t, err)
	ada := person("Ada", "ada@example.com")
	create(t, s, ada)
	create(t, s, person("Bob", "bob@example.com"))
	require.NoError(t, s.Close())

	e, err = region.Open()
	require.NoError(t, err)
	claims := scanRaw(t, e, "u")
	require.Len(t, claims, 4, "an id and an e-mail each")
	for i := range claims {
		claims[i].Value[3] ^= 1 ^ 2
	}
	putRaw(t, e, claims...)

	s = openStore(t, e)
	_, _, err = s.Holder(context.Background(), ledger.Claim{Kind: contacts.ClaimID, Value: ada.ID.String()})
	require.Equal(t, fault.KindInternal, fault.KindOf(err))
	require.Error(t, err)
	_, err = s.Update(context.Background(), api, creating(person("Eve", "ada@example.com")))
	require.Equal(t, fault.KindInternal, fault.KindOf(err))
}
