package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/eval"
)

func TestEvalSearch(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	people := write(t, "people.csv", "id,name,email,phone\n1,Ada Vance,ada@eval.example,020 7946 0001\n2,Robert Okoro,,\n3,Robert Mensah,,\n")
	queries := write(t, "queries.jsonl", `{"qid": "q1", "query": "ada vnace", "class": "typo", "relevant": ["1"]}
{"query": "7946 0001", "class": "phone", "relevant": ["1"]}
{"query": "robert", "class": "typo", "relevant": ["2", "3"]}
{"query": "robert mensah", "class": "typo", "relevant": ["2"]}
`)
	args := []string{"eval", "search", "--contacts", people, "--queries", queries, "--phone-region", "GB"}
	var report eval.Report
	require.NoError(t, json.Unmarshal([]byte(done(t, append(args, "--json", "--misses")...)), &report), "only the report is on standard output")
	require.Equal(t, 3, report.Contacts)
	require.Equal(t, "typo", report.Classes[0].Name)
	require.Equal(t, eval.Score{Queries: 1, RecallAt1: 1, RecallAt5: 1, RecallAt10: 1, MRR: 1}, report.Classes[1].Score)
	require.Equal(t, 0.75, report.All.RecallAt1)
	require.Positive(t, report.All.P99)
	require.Len(t, report.Misses, 1)
	require.Equal(t, 4, report.Misses[0].Line)

	require.NotContains(t, done(t, append(args, "--min-recall-at-1", "0.75")...), "robert", "queries are shown only when asked for")
	code, out, errs := kundi(t, append(args, "--min-recall-at-1", "0.8")...)
	require.Equal(t, exitFailed, code)
	require.Contains(t, out, "recall@1", "the report is printed all the same")
	require.Contains(t, errs, "0.75")

	left, err := os.ReadDir(temporary)
	require.NoError(t, err)
	require.Empty(t, left, "nothing is left behind")
}

func TestEvalSearchNamesWhatIsWrong(t *testing.T) {
	people := write(t, "people.csv", "id,name\n1,Ada Vance\n")
	queries := write(t, "queries.csv", "query,relevant\nada,1\n")
	for name, c := range map[string]struct {
		people, queries string
		want            []string
	}{
		"broken contacts": {write(t, "broken.csv", "id,name\n1,\"Ada\n"), queries, []string{"broken.csv", "line 2"}},
		"unknown column":  {write(t, "column.csv", "id,name,shoe\n1,Ada,7\n"), queries, []string{"column.csv", "column 3"}},
		"refused contact": {write(t, "refused.csv", "id,name,email\n1,Ada,\n2,Ben,nonsense\n"), queries, []string{"refused.csv", "line 3: email"}},
		"broken queries":  {people, write(t, "broken.jsonl", "{\"query\": \"ada\", \"relevant\": [\"1\"]}\n{\n"), []string{"broken.jsonl", "line 2"}},
		"unknown contact": {people, write(t, "unknown.csv", "query,relevant\nada,1\nben,2\n"), []string{"unknown.csv", "line 3"}},
	} {
		code, out, errs := kundi(t, "eval", "search", "--contacts", c.people, "--queries", c.queries)
		require.Equal(t, exitFailed, code, name)
		require.Empty(t, out, name)
		for _, want := range c.want {
			require.Contains(t, errs, want, name)
		}
		require.NotContains(t, errs, "nonsense", name)
	}
	missing := filepath.Join(t.TempDir(), "nothing")
	for _, args := range [][]string{{"--contacts", people}, {"--contacts", people, "--queries", missing}, {"--contacts", people, "--queries", queries, "--min-recall-at-1", "2"}} {
		code, _, _ := kundi(t, append([]string{"eval", "search"}, args...)...)
		require.Equal(t, exitUsage, code)
	}
}
