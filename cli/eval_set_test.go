package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/eval"
	"github.com/ndoto/kundi/fixtures"
)

func TestEvalSet(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "set")
	out := done(t, "eval", "set", "--half", "first", "--out", folder)
	people, labelled := fixtures.Labelled(fixtures.FirstHalf)

	file, err := os.Open(filepath.Join(folder, "queries.jsonl"))
	require.NoError(t, err)
	defer file.Close()
	queries, err := eval.ReadQueries(file)
	require.NoError(t, err)
	require.Len(t, queries, len(labelled))
	require.Equal(t, labelled[7].Text, queries[7].Text)
	require.Equal(t, labelled[7].Class, queries[7].Class)
	require.Equal(t, labelled[7].Relevant, queries[7].Relevant)

	all, err := os.ReadFile(filepath.Join(folder, "contacts.csv"))
	require.NoError(t, err)
	rows := strings.SplitAfter(string(all), "\n")
	require.Len(t, rows, 1+len(people)+1, "a header, a line for each, and the end of the last")
	require.Contains(t, out, "kundi eval search --contacts "+filepath.Join(folder, "contacts.csv")+" --queries "+file.Name())

	// Every column is one that the search takes.
	few := write(t, "few.csv", strings.Join(rows[:500], ""))
	query := write(t, "query.csv", "query,relevant\n"+people[0].Identifier+","+people[0].Identifier+"\n")
	done(t, "eval", "search", "--contacts", few, "--queries", query, "--min-recall-at-1", "1")

	code, _, _ := kundi(t, "eval", "set", "--half", "third", "--out", folder)
	require.Equal(t, exitUsage, code)

	code, _, said := kundi(t, "eval", "set", "--half", "second", "--out", folder)
	require.Equal(t, exitFailed, code)
	require.Contains(t, said, "contacts.csv is there already")
	kept, err := os.ReadFile(filepath.Join(folder, "contacts.csv"))
	require.NoError(t, err)
	require.Equal(t, all, kept)
	require.NoError(t, os.Remove(filepath.Join(folder, "contacts.csv")))
	code, _, said = kundi(t, "eval", "set", "--out", folder)
	require.Equal(t, exitFailed, code)
	require.Contains(t, said, "queries.jsonl is there already")
	require.NoFileExists(t, filepath.Join(folder, "contacts.csv"))
}
