package eval

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/fault"
)

func TestReadQueries(t *testing.T) {
	want := []Query{
		{Line: 1, Text: "jon smiht", Class: "typo", Relevant: []string{"c1"}},
		{Line: 3, Text: "ann", Relevant: []string{"c2", "c3"}},
	}
	fromJSON, err := ReadQueries(strings.NewReader(
		"\uFEFF" + `{"qid": 7, "query": "jon smiht", "class": "typo", "relevant": ["c1"]}` + "\n\n" + `{"query": " ann ", "relevant": ["c2", "c3", "c2"]}`))
	require.NoError(t, err)
	require.Equal(t, want, fromJSON)

	fromCSV, err := ReadQueries(strings.NewReader("Relevant,note,query,class\nc1,x,jon smiht,typo\n\"c2;c3|c2\",\"a\nb\",ann,\n"))
	require.NoError(t, err)
	want[0].Line, want[1].Line = 2, 3
	require.Equal(t, want, fromCSV)
}

func TestReadQueriesNamesTheLines(t *testing.T) {
	for name, c := range map[string]struct {
		file  string
		paths []string
	}{
		"empty":           {"", []string{"line 1"}},
		"no header":       {"jon smiht,c1\n", []string{"line 1"}},
		"only a header":   {"query,relevant\n", []string{"line 1"}},
		"not JSON":        {`{"query": "a", "relevant": ["c1"]}` + "\nnonsense\n" + `{"query": 1}` + "\n", []string{"line 2", "line 3"}},
		"nobody, nothing": {"query,relevant\nann,\n,c1\nann,c1\n", []string{"line 2", "line 3"}},
		"short row":       {"query,relevant\nann,c1\nann\n", []string{"line 3"}},
		"open quote":      {"query,relevant\n\"ann,c1\n", []string{"line 2"}},
		"not UTF-8":       {"query,relevant\nann\xff,c1\n", []string{"line 2"}},
		"long line":       {`{"query": "a", "relevant": ["c1"]}` + "\n{" + strings.Repeat(" ", 2*MaxLineBytes), []string{"line 2"}},
		"many faults":     {"query,relevant\n" + strings.Repeat("ann,\n", 30), nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadQueries(strings.NewReader(c.file))
			var invalid *fault.Error
			require.ErrorAs(t, err, &invalid)
			require.Equal(t, fault.KindInvalid, invalid.Kind)
			if c.paths == nil {
				require.Len(t, invalid.Faults, maxFaults+1)
				return
			}
			var paths []string
			for _, fault := range invalid.Faults {
				paths = append(paths, fault.Path)
			}
			require.Equal(t, c.paths, paths)
		})
	}
}

func TestScoreOf(t *testing.T) {
	for name, c := range map[string]struct {
		relevant, hits []string
		want           Score
	}{
		"first":              {[]string{"a"}, []string{"a", "b"}, Score{1, 1, 1, 1, 1}},
		"third":              {[]string{"c"}, []string{"a", "b", "c"}, Score{1, 0, 1, 1, 1. / 3}},
		"seventh":            {[]string{"g"}, strings.Split("abcdefg", ""), Score{1, 0, 0, 1, 1. / 7}},
		"eleventh":           {[]string{"k"}, strings.Split("abcdefghijk", ""), Score{1, 0, 0, 0, 0}},
		"nobody":             {[]string{"a"}, nil, Score{1, 0, 0, 0, 0}},
		"two, the second":    {[]string{"a", "b"}, []string{"x", "a"}, Score{1, 0, 0.5, 0.5, 0.5}},
		"more than the hits": {strings.Split("abcdefghijklmno", ""), strings.Split("abcdefghij", ""), Score{1, 1, 1, 1, 1}},
		"repeated":           {[]string{"c"}, []string{"a", "a", "a", "a", "a", "c"}, Score{1, 0, 1, 1, 0.5}},
	} {
		require.Equal(t, c.want, ScoreOf(c.relevant, c.hits), name)
	}
}

func TestRun(t *testing.T) {
	answers := map[string][]string{"ann": {"c1"}, "bob": {"x", "c2"}, "cid": nil}
	search := func(_ context.Context, query string) ([]string, error) { return answers[query], nil }
	queries := []Query{
		{Line: 2, Text: "ann", Class: "exact", Relevant: []string{"c1"}},
		{Line: 3, Text: "bob", Class: "typo", Relevant: []string{"c2"}},
		{Line: 4, Text: "cid", Class: "exact", Relevant: []string{"c3"}},
	}
	var heard []int
	r, err := Run(t.Context(), queries, search, func(done int) { heard = append(heard, done) })
	require.NoError(t, err)
	require.Equal(t, []int{1, 2, 3}, heard)
	require.Equal(t, Score{3, 1. / 3, 2. / 3, 2. / 3, 0.5}, r.All.Score)
	require.Equal(t, "exact", r.Classes[0].Name)
	require.Equal(t, Score{2, 0.5, 0.5, 0.5, 0.5}, r.Classes[0].Score)
	require.Equal(t, Score{1, 0, 1, 1, 0.5}, r.Classes[1].Score)
	require.Equal(t, []Miss{{3, "typo", "bob", 2}, {4, "exact", "cid", 0}}, r.Misses)

	_, err = Run(t.Context(), queries, func(context.Context, string) ([]string, error) { return nil, errors.New("no answer") }, nil)
	require.ErrorContains(t, err, "line 2")
}

// Whatever the file, every query has a text and somebody to find, or the error
// names lines.
func FuzzReadQueries(f *testing.F) {
	f.Add("query,class,relevant\nann,exact,c1|c2\n")
	f.Add(`{"query": "ann", "relevant": ["c1"]}`)
	f.Fuzz(func(t *testing.T, file string) {
		queries, err := ReadQueries(strings.NewReader(file))
		if err != nil {
			require.Equal(t, fault.KindInvalid, fault.KindOf(err))
			return
		}
		for _, q := range queries {
			require.NotEmpty(t, q.Text)
			require.NotEmpty(t, q.Relevant)
			require.Positive(t, q.Line)
		}
	})
}
