package app

import (
	"bytes"
	"log/slog"
	"math"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestASmallMemoryLimitIsWarnedOf(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	warned := func(limit int64) string {
		debug.SetMemoryLimit(limit)
		var log bytes.Buffer
		checkMemory(slog.New(slog.NewTextHandler(&log, nil)))
		return log.String()
	}
	require.Empty(t, warned(math.MaxInt64), "no limit")
	require.Empty(t, warned(8<<30))
	require.Contains(t, warned(64<<20), "GOMEMLIMIT is too small")
	require.Contains(t, warned(64<<20), "limit_mib=64")
}
