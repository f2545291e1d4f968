package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBench(t *testing.T) {
	dir := t.TempDir()
	var out, progress bytes.Buffer
	code := Main(context.Background(), []string{"bench", "--contacts", "200", "--only", "facets,page", "--patience", "1ns", "--dir", dir, "--json"}, &out, &progress)
	require.Equal(t, exitDone, code, progress.String())
	var report struct {
		Machine struct{ Cores int }
		Rows    []struct {
			Name string
			P50  float64
		}
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &report), "only the report is on standard output")
	require.Positive(t, report.Machine.Cores)
	require.Len(t, report.Rows, 3)
	require.Equal(t, "facets", report.Rows[0].Name)
	require.Contains(t, progress.String(), "page-name")

	require.Equal(t, exitUsage, Main(context.Background(), []string{"bench", "--contacts", "0"}, &out, &progress))
	require.Equal(t, exitUsage, Main(context.Background(), []string{"bench", "--only", "nothing"}, &out, &progress))
}
