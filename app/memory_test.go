package app

import (
	"bytes"
	"context"
	"log/slog"
	"math"
	"runtime"
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
		limitMemory(context.Background(), slog.New(slog.NewTextHandler(&log, nil)))
		require.Equal(t, limit, debug.SetMemoryLimit(-1), "it is the operator's")
		return log.String()
	}
	require.Empty(t, warned(8<<30))
	require.Contains(t, warned(64<<20), "GOMEMLIMIT is too small")
	require.Contains(t, warned(64<<20), "limit_mib=64")
}

func TestTheMemoryLimitFollowsWhatIsAlive(t *testing.T) {
	before := debug.SetMemoryLimit(math.MaxInt64)
	defer debug.SetMemoryLimit(before)
	runtime.GC()
	followMemory()
	small := debug.SetMemoryLimit(-1)
	require.InDelta(t, limitFor(alive()), small, slack/4)

	const more = 100 << 20
	loaded := make([]byte, more)
	runtime.GC()
	followMemory()
	require.InDelta(t, small+more*5/4, debug.SetMemoryLimit(-1), slack/2)
	runtime.KeepAlive(loaded)

	ended, end := context.WithCancel(context.Background())
	end()
	debug.SetMemoryLimit(math.MaxInt64)
	limitMemory(ended, slog.New(slog.DiscardHandler))
	require.Equal(t, int64(math.MaxInt64), debug.SetMemoryLimit(-1), "it ends with the server")
}
