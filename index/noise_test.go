package index

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ndoto/kundi/index/indextest"
	"github.com/stretchr/testify/require"
)

func TestANewFolderIsSilent(t *testing.T) {
	r := indextest.NewRecords()
	x, log := open(t, filepath.Join(t.TempDir(), "index"), r)
	_, err := x.Verify(t.Context(), nil) // waits for the text index
	require.NoError(t, err)
	closeIndex(t, x)
	require.Empty(t, log.String())
}

func TestReasonsAreWordsWithoutPaths(t *testing.T) {
	dir, r := t.TempDir(), indextest.NewRecords()
	x, _ := open(t, dir, r)
	r.Put(1, "KE")
	closeIndex(t, x)
	require.NoError(t, os.RemoveAll(dir))
	x, log := open(t, dir, r)
	closeIndex(t, x)
	require.Contains(t, log.String(), "reason=missing")
	require.NotContains(t, log.String(), dir)

	require.NoError(t, os.WriteFile(filepath.Join(dir, checkpointFile), []byte("nonsense"), 0o600))
	x, log = open(t, dir, r)
	closeIndex(t, x)
	require.Contains(t, log.String(), "reason=damaged")
}
