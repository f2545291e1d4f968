package text

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fields"
)

// Whatever happens to the files while nothing runs, the index is built anew.
func TestDamagedFilesAreBuiltAnew(t *testing.T) {
	change := func(pattern string, f func(b []byte) []byte) func(*testing.T, string) {
		return func(t *testing.T, live string) {
			names, err := filepath.Glob(filepath.Join(live, pattern))
			require.NoError(t, err)
			require.NotEmpty(t, names)
			for _, name := range names {
				b, err := os.ReadFile(name)
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(name, f(b), 0o600))
			}
		}
	}
	flip := func(at float64) func([]byte) []byte {
		return func(b []byte) []byte {
			b[int(at*float64(len(b)-1))] ^= 0x20
			return b
		}
	}
	damages := map[string]func(t *testing.T, live string){
		"no folder":          func(t *testing.T, live string) { require.NoError(t, os.RemoveAll(live)) },
		"no files of terms":  func(t *testing.T, live string) { remove(t, live, "*.zap") },
		"no list of files":   func(t *testing.T, live string) { remove(t, live, "root.bolt") },
		"a byte early":       change("*.zap", flip(0.1)),
		"a byte in the half": change("*.zap", flip(0.5)),
		"the last byte":      change("*.zap", flip(1)),
		"terms cut short":    change("*.zap", func(b []byte) []byte { return b[:len(b)/2] }),
		"terms empty":        change("*.zap", func([]byte) []byte { return nil }),
		"list cut short":     change("root.bolt", func(b []byte) []byte { return b[:5000] }),
		"list overwritten":   change("root.bolt", func(b []byte) []byte { return make([]byte, len(b)) }),
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, dir := newTestStore(t), t.TempDir()
			x := openIndex(t, dir, s)
			for i := range 30 {
				s.put(fields.Draft{"name": fmt.Sprintf("Ana Nr%d", i), "email": fmt.Sprintf("ana%d@example.com", i)})
			}
			waitFor(t, x, s)
			waitUntilDurable(t, x)
			require.NoError(t, x.Close(context.Background()))
			damage(t, filepath.Join(dir, liveFolder))

			x = openIndex(t, dir, s)
			waitFor(t, x, s)
			require.Len(t, find(t, x, Name, "ana"), 30)
			found, err := x.Verify(t.Context(), func(uint64) {})
			require.NoError(t, err)
			require.Empty(t, found)
		})
	}
}

// An engine whose folder goes away while it runs is replaced, and nothing is
// missed.
func TestAnEngineThatFailsIsOpenedAnew(t *testing.T) {
	s := newTestStore(t)
	dir := t.TempDir()
	x := openIndex(t, dir, s)
	s.put(fields.Draft{"name": "Ana"})
	waitFor(t, x, s)
	waitUntilDurable(t, x)
	require.NoError(t, os.RemoveAll(filepath.Join(dir, liveFolder)))
	bo := s.put(fields.Draft{"name": "Bo"})
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(dir, liveFolder))
		return err == nil
	}, time.Minute, time.Millisecond)
	waitFor(t, x, s)
	waitUntilDurable(t, x)
	require.Equal(t, []uint32{bo}, find(t, x, Name, "bo"))
	found, err := x.Verify(t.Context(), func(uint64) {})
	require.NoError(t, err)
	require.Empty(t, found)
}

func remove(t *testing.T, live, pattern string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(live, pattern))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		require.NoError(t, os.Remove(name))
	}
}
