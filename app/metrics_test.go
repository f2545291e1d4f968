package app

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/fields"
	"github.com/ndoto/kundi/ledger"
)

// TestMetricsAreDocumentedAndWellNamed: every metric of ours is in the table
// of docs/operations.md, and none is against Prometheus's rules.
func TestMetricsAreDocumentedAndWellNamed(t *testing.T) {
	config := Config{Data: t.TempDir(), Listen: "127.0.0.1:0", Logger: slog.New(slog.DiscardHandler)}
	a, err := Open(t.Context(), config)
	require.NoError(t, err)
	by := ledger.Caller{Author: ledger.Author{Source: ledger.SourceAPI, Name: "test"}}
	_, err = a.Contacts.Create(t.Context(), by, fields.Draft{"name": "Amina Test", "company": "Acme"})
	require.NoError(t, err)
	_, key, _, err := a.Keys.Create(t.Context(), by, access.Draft{Name: "test", Scope: access.ScopeAdmin})
	require.NoError(t, err)
	require.NoError(t, a.Close(t.Context()))

	a, err = Open(t.Context(), config) // sizes are known before the first write
	require.NoError(t, err)
	defer func() { require.NoError(t, a.Close(t.Context())) }()
	l, err := a.Listen()
	require.NoError(t, err)
	served := make(chan error, 1)
	ctx, stop := context.WithCancel(t.Context())
	go func() { served <- l.Serve(ctx) }()
	defer func() { stop(); require.NoError(t, <-served) }()
	request, err := http.NewRequest(http.MethodGet, l.URL()+"/metrics", nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+key)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	for _, line := range []string{"kundi_contacts 1", "kundi_companies 1", "kundi_segments 0", "kundi_scheduler_failing_segments 0", `kundi_scheduler_runs_total{outcome="failed"} 0`} {
		require.Contains(t, string(text), "\n"+line+"\n")
	}
	require.Regexp(t, `\nkundi_build_info\{goversion="go[^"]+",revision="[^"]+",version="[^"]+"\} 1\n`, string(text))

	families, err := a.metrics.Gather()
	require.NoError(t, err)
	docs, err := os.ReadFile("../docs/operations.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(docs), "### All metrics")
	require.True(t, found)
	names := slices.Clone(lazy)
	for _, f := range families {
		if strings.HasPrefix(f.GetName(), "kundi_") && !slices.Contains(lazy, f.GetName()) {
			names = append(names, f.GetName())
		}
	}
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(kundi_[a-z_]+)` \\|").FindAllStringSubmatch(table, -1) {
		documented = append(documented, row[1])
	}
	require.ElementsMatch(t, names, documented)
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	require.NoError(t, err)
	for _, problem := range problems {
		require.False(t, strings.HasPrefix(problem.Metric, "kundi_"), "%s: %s", problem.Metric, problem.Text)
	}
}

// lazy are the metrics that have no sample before something happens.
var lazy = []string{
	"kundi_http_request_duration_seconds",
	"kundi_ai_people_read_total", "kundi_http_refused_total", "kundi_scheduler_segment_seconds_total",
}

func TestBuild(t *testing.T) {
	b := readBuild(&debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-11-28T00:00:00Z"}, {Key: "vcs.modified", Value: "true"},
	}})
	require.Regexp(t, `^kundi v1\.2\.3, revision abc of 2026-11-28T00:00:00Z with changes, go\S+ \w+/\w+$`, b.String())
	require.Regexp(t, `^kundi \(devel\), revision unknown, go`, readBuild(&debug.BuildInfo{}).String())
}
