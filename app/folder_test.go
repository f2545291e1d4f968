package app

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/storage/engine"
)

// However a replacement of the store was cut off, the folder has the old store
// or the new one, and nothing else.
func TestSettleAfterEveryStepOfAReplacement(t *testing.T) {
	for name, c := range map[string]struct {
		there []string
		store string // whose content is the store afterwards, "" for none
	}{
		"new folder":                    {nil, ""},
		"nothing going on":              {[]string{storeFolder}, storeFolder},
		"while the fresh one is made":   {[]string{storeFolder, freshFolder}, storeFolder},
		"between the two steps":         {[]string{staleFolder, freshFolder}, staleFolder},
		"before the old one is gone":    {[]string{storeFolder, staleFolder}, storeFolder},
		"a restore that never finished": {[]string{freshFolder}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for _, there := range c.there {
				require.NoError(t, os.Mkdir(filepath.Join(dir, there), 0o700))
				require.NoError(t, os.WriteFile(filepath.Join(dir, there, "who"), []byte(there), 0o600))
			}
			f, err := openFolder(dir)
			require.NoError(t, err)
			defer f.unlock()
			require.NoDirExists(t, f.join(staleFolder))
			require.NoDirExists(t, f.join(freshFolder))
			who, _ := os.ReadFile(filepath.Join(dir, storeFolder, "who"))
			require.Equal(t, c.store, string(who))
		})
	}
}

func TestReplaceTakesTheFreshStore(t *testing.T) {
	dir := t.TempDir()
	for _, there := range []string{storeFolder, freshFolder} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, there), 0o700))
	}
	f := &folder{path: dir}
	require.NoError(t, os.WriteFile(f.join(freshFolder+"/who"), []byte("fresh"), 0o600))
	require.NoError(t, f.replace())
	require.FileExists(t, f.join(storeFolder+"/who"))
	require.NoDirExists(t, f.join(staleFolder))
	require.NoDirExists(t, f.join(freshFolder))
}

func TestOneProcessAFolder(t *testing.T) {
	dir := t.TempDir()
	f, err := openFolder(dir)
	require.NoError(t, err)
	_, err = openFolder(dir)
	require.ErrorIs(t, err, engine.ErrInUse)
	f.unlock()
	f, err = openFolder(dir)
	require.NoError(t, err)
	f.unlock()
}
