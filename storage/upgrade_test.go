package storage

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/storage/engine/badger"
	"github.com/ndoto/kundi/storage/engine/faulty"
	"github.com/ndoto/kundi/storage/engine/memory"
)

// TestUpgradeKilledAnywhere cuts the upgrade of each old folder off at every batch that
// it writes, with the batch written and without. The next start finishes it, and the
// folder is then as if nothing had happened.
func TestUpgradeKilledAnywhere(t *testing.T) {
	full := renewalFull
	t.Cleanup(func() { renewalFull = full })
	for name, least := range map[string]int{"format1": 1, "format3": 4, "format4": 3, "format5": 1, "format6": 1} {
		t.Run(name, func(t *testing.T) {
			before := pairsOfFolder(t, name)
			renewalFull = full
			e := filled(t, before)
			require.NoError(t, upgraded(e))
			want := allPairs(t, e)

			renewalFull = 1
			counted := faulty.New(filled(t, before))
			require.NoError(t, upgraded(counted))
			require.GreaterOrEqual(t, counted.Applies(), least, "batches")
			for batch := range counted.Applies() {
				for _, kill := range []faulty.Fault{faulty.Lost(), faulty.Swallowed()} {
					e := filled(t, before)
					killed := faulty.New(e)
					killed.Next(append(slices.Repeat([]faulty.Fault{faulty.None()}, batch), kill)...)
					require.ErrorIs(t, upgraded(killed), engine.ErrUnknown)
					require.NoError(t, upgraded(e), "killed at batch %d", batch)
					require.Equal(t, want, allPairs(t, e), "killed at batch %d, which was written: %v", batch, kill.Applied)
				}
			}
		})
	}
}

// upgraded does what opening a store does with what an engine holds.
func upgraded(e engine.Engine) error {
	return usual.prepare(context.Background(), e, rand.Reader, fields.DefaultSettings(), slog.New(slog.DiscardHandler))
}

// pairsOfFolder are all that a folder of testdata holds.
func pairsOfFolder(t *testing.T, name string) []engine.Pair {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/"+name)))
	e, err := badger.Open(dir, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer e.Close()
	return allPairs(t, e)
}

func filled(t *testing.T, pairs []engine.Pair) engine.Engine {
	t.Helper()
	e := memory.New()
	inject(t, e, nil, pairs...)
	return e
}

func allPairs(t *testing.T, e engine.Engine) (pairs []engine.Pair) {
	t.Helper()
	v, err := e.View(context.Background())
	require.NoError(t, err)
	defer v.Close()
	require.NoError(t, scan(v, engine.Range{}, func(p engine.Pair) error {
		pairs = append(pairs, engine.Pair{Key: bytes.Clone(p.Key), Value: bytes.Clone(p.Value)})
		return nil
	}))
	return pairs
}
