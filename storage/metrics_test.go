package storage_test

import (
	"context"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/storage/engine/memory"
)

func TestMetrics(t *testing.T) {
	registry := prometheus.NewRegistry()
	s, err := storage.Open(context.Background(), storage.Options{Kinds: bothKinds, Engine: memory.New(), Registerer: registry})
	require.NoError(t, err)
	defer s.Close()
	create(t, s, person("ada", ""))
	update(t, s, nothing)

	families, err := registry.Gather()
	require.NoError(t, err)
	seen := map[string]float64{}
	for _, f := range families {
		m := f.GetMetric()[0]
		seen[f.GetName()] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
	}
	require.Equal(t, map[string]float64{
		"kundi_storage_commits_total":  1, // a closure that writes nothing commits nothing
		"kundi_storage_commit_seconds": 1,
		"kundi_storage_commit_writes":  1,
		"kundi_storage_queue_length":   0,
		"kundi_contacts":               1,
		"kundi_companies":              0,
		"kundi_segments":               0,
	}, seen)
}
