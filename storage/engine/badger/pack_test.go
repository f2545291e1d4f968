package badger

import (
	"bytes"
	"context"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/s2"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/storage/engine"
)

func TestValuesComeBackAsTheyWere(t *testing.T) {
	random := make([]byte, 100<<10)
	_, _ = rand.NewChaCha8([32]byte{}).Read(random)
	values := map[string][]byte{
		"empty":             {},
		"short":             []byte("aaaa"),
		"short for packing": bytes.Repeat([]byte("a"), packFrom-1),
		"just long enough":  bytes.Repeat([]byte("a"), packFrom),
		"large":             bytes.Repeat([]byte("a"), 1<<19),
		"random":            random,
		"looks packed":      s2.Encode(nil, bytes.Repeat([]byte("a"), 1<<19)),
	}
	dir := t.TempDir()
	e, err := Open(dir, quiet())
	require.NoError(t, err)
	batch := engine.Batch{ID: engine.BatchID{1}}
	for key, value := range values {
		batch.Put = append(batch.Put, engine.Pair{Key: []byte(key), Value: value})
	}
	require.NoError(t, e.Apply(context.Background(), batch))
	for range 2 {
		view, err := e.View(context.Background())
		require.NoError(t, err)
		for key, value := range values {
			got, err := view.Get([]byte(key))
			require.NoError(t, err)
			require.Equal(t, value, got, key)
		}
		page, err := view.Scan(engine.Range{})
		require.NoError(t, err)
		for _, p := range page.Pairs {
			require.Equal(t, values[string(p.Key)], p.Value, string(p.Key))
		}
		view.Close()
		require.NoError(t, e.Close())
		e, err = Open(dir, quiet())
		require.NoError(t, err)
	}
	require.NoError(t, e.Close())
}

func TestOnlyWhatShrinksALotIsPacked(t *testing.T) {
	stored, mark := pack(bytes.Repeat([]byte("a"), 1<<20-5))
	require.Equal(t, packed, mark)
	require.Less(t, len(stored), 1<<10)
	sentence := []byte("Kundi keeps your contacts, finds them, and cuts them into segments. It is one Go binary over one folder, with an HTTP API.")
	stored, mark = pack(sentence)
	require.Zero(t, mark)
	require.Equal(t, sentence, stored)
}

// TestADamagedPackedValue claims a length that no value has.
func TestADamagedPackedValue(t *testing.T) {
	for _, stored := range [][]byte{nil, {0xff, 0xff, 0xff, 0xff, 0x07}, {0x0a}, s2.Encode(nil, make([]byte, 1<<20+1))} {
		_, err := unpack(stored)
		require.ErrorIs(t, err, engine.ErrCorrupt)
	}
}
