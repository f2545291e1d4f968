package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestASystemWithoutPythonIsMissing(t *testing.T) {
	var m *missing
	_, err := startPython(context.Background(), filepath.Join(t.TempDir(), "python3"), t.TempDir(), &pythonSystem{name: "polars"})
	require.ErrorAs(t, err, &m)
	require.Contains(t, m.why, "--python")

	bare := filepath.Join(t.TempDir(), "python3") // a Python that can import nothing
	require.NoError(t, os.WriteFile(bare, []byte("#!/bin/sh\necho 'No module named numpy' >&2\nexit 1\n"), 0o700))
	_, err = startPython(context.Background(), bare, t.TempDir(), &pythonSystem{name: "polars"})
	require.ErrorAs(t, err, &m)
	require.Contains(t, m.why, "No module named numpy")
}

func TestRepliesOfPython(t *testing.T) {
	var r reply
	require.NoError(t, json.Unmarshal([]byte(`{"took":1500,"ids":"AQAAAAIBAAA=","facets":[["type","lead",7],["type",null,2]]}`), &r))
	a, err := r.answer()
	require.NoError(t, err)
	require.Equal(t, Answer{IDs: []uint32{1, 258}, Facets: []Facet{{"type", "lead", 7}, {"type", "", 2}}, Took: 1500 * time.Nanosecond}, a)

	require.NoError(t, json.Unmarshal([]byte(`{"facets":[["type","lead"]]}`), &r))
	_, err = r.answer()
	require.ErrorContains(t, err, "2 values")
}
