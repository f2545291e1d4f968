package index

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/index/indextest"
	"github.com/ndoto/kundi/ledger"
)

// files are the names of the files in which a text index has its documents.
func files(t *testing.T, folder string) map[string]bool {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(folder, "scorch", "*.zap"))
	require.NoError(t, err)
	names := map[string]bool{}
	for _, file := range list {
		names[file] = true
	}
	return names
}

func TestCompactWritesBothTextsAnew(t *testing.T) {
	t.Parallel() // it waits for Bleve to write files
	r, dir := indextest.NewRecords(), t.TempDir()
	acme := &companies.Company{Ordinal: 1, ID: uuid.New(), Name: "Acme Ltd"}
	writeCompany(r, ledger.OpCreate, acme)
	writeCompany(r, ledger.OpCreate, &companies.Company{Ordinal: 2, ID: uuid.New(), Name: "Zuri Foods"})
	r.Put(1, "KE")
	r.Put(2, "TZ")
	x, err := Open(t.Context(), Options{Dir: dir, Source: r, Kinds: indextest.Kinds, Pace: patient})
	require.NoError(t, err)
	defer closeIndex(t, x)
	r.Follow = x.Apply
	folders := []string{filepath.Join(dir, "text"), filepath.Join(dir, "companies")}
	built(t, x.text)
	built(t, x.companyText)
	var before []map[string]bool
	for _, folder := range folders {
		before = append(before, files(t, folder))
		require.NotEmpty(t, before[len(before)-1])
	}

	writeCompany(r, ledger.OpDelete, acme)
	r.Remove(1)
	x.text.Wake()
	x.companyText.Wake()
	require.NoError(t, x.Compact(context.Background()))
	for i, folder := range folders {
		after := files(t, folder)
		require.Len(t, after, 1)
		for file := range before[i] {
			require.NoFileExists(t, file, "it has words of who is gone")
		}
	}
}
