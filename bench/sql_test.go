package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestStatementsAreWholeSQL(t *testing.T) {
	at := moments{time.Date(2026, 11, 30, 13, 5, 7, 0, time.UTC)}
	for _, q := range Questions(at) {
		for name, d := range map[string]dialect{"postgres": postgresDialect, "duckdb": duckDialect, "clickhouse": clickhouseDialect} {
			require.NotContains(t, d.statement(q, at), "{", "%s lacks a condition of %q", name, q.Name)
		}
	}
}

// A server's clock moves on while it is asked, so what it is asked may not name a period of instants.
func TestQuestionsWithPeriodsOfInstantsAreFixed(t *testing.T) {
	at := moments{time.Date(2026, 11, 30, 13, 5, 7, 0, time.UTC)}
	ten, fixed := 0, 0
	for _, q := range Questions(at) {
		asked := string(q.Filter)
		if q.Fixed != nil {
			fixed++
			asked = string(q.Fixed)
			require.Contains(t, asked, "2026-11-30T13:05:07.000Z")
		}
		if q.Ten {
			ten++
		}
		require.False(t, strings.Contains(asked, "_at") && strings.Contains(asked, `"P`), q.Name)
	}
	require.Equal(t, 10, ten)
	require.Equal(t, 4, fixed)
}
