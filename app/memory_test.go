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
	loaded := make([]byte, 32<<20)
	warned := func(limit int64) (string, error) {
		debug.SetMemoryLimit(limit)
		var log bytes.Buffer
		err := checkLimit(slog.New(slog.NewTextHandler(&log, nil)))
		limitMemory(context.Background())
		require.Equal(t, limit, debug.SetMemoryLimit(-1), "it is the operator's")
		return log.String(), err
	}
	warning, err := warned(8 << 30)
	require.NoError(t, err)
	require.Empty(t, warning)
	warning, err = warned(100 << 20)
	require.NoError(t, err)
	require.Contains(t, warning, "GOMEMLIMIT is too small")
	require.Contains(t, warning, "limit_mib=100")
	_, err = warned(31 << 20)
	require.ErrorContains(t, err, "GOMEMLIMIT is too small: it allows 31 MiB")
	runtime.KeepAlive(loaded)
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
	require.InDelta(t, small+more*6/5, debug.SetMemoryLimit(-1), slack/2)
	runtime.KeepAlive(loaded)

	ended, end := context.WithCancel(context.Background())
	end()
	debug.SetMemoryLimit(math.MaxInt64)
	limitMemory(ended)
	require.Equal(t, int64(math.MaxInt64), debug.SetMemoryLimit(-1), "it ends with the server")
}
