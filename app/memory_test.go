package app

import (
	"bytes"
	"context"
	"log/slog"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
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
		limitGarbage(context.Background(), nil)
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

func TestGarbageIsAShareOfWhatIsAlive(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(goPercent))
	for _, live := range []int64{10 << 20, 100 << 20, 1 << 30, 10 << 30} {
		require.InDelta(t, min(live, live/10+slack, mostTenth+slack), live*percentFor(live)/100, float64(live)/100)
	}
	loaded := make([]byte, 400<<20)
	runtime.GC()
	followMemory(70)
	require.EqualValues(t, 70, metric("/gc/gogc:percent"), "while columns are loaded")
	followMemory(0)
	require.InDelta(t, percentFor(alive()), metric("/gc/gogc:percent"), 2)
	require.Less(t, percentFor(alive()), int64(50))
	runtime.KeepAlive(loaded)

	debug.SetGCPercent(goPercent)
	ended, end := context.WithCancel(context.Background())
	end()
	limitGarbage(ended, nil)
	require.EqualValues(t, goPercent, metric("/gc/gogc:percent"), "it ends with the server")
	debug.SetGCPercent(70)
	limitGarbage(context.Background(), nil)
	require.EqualValues(t, 70, metric("/gc/gogc:percent"), "it is the operator's")
}

// TestGapsAreNoReasonToCollect: what bulk loads leave, one live object among
// the places of many, does not make Go collect again and again.
func TestGapsAreNoReasonToCollect(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // else new objects fill the gaps
	const size, gaps = 1 << 10, 8
	kept := make([][]byte, 0, 256<<10/gaps)
	for i := range 256 << 10 {
		object := make([]byte, size)
		if i%gaps == 0 {
			kept = append(kept, object)
		}
	}
	runtime.GC()
	debug.SetGCPercent(goPercent)
	followMemory(0)
	now := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/heap/goal:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
	metrics.Read(now)
	live, goal, gap := now[0].Value.Uint64(), now[1].Value.Uint64(), now[2].Value.Uint64()
	require.Greater(t, gap, uint64(100<<20), "there are gaps")
	require.GreaterOrEqual(t, goal, live+live*uint64(percentFor(int64(live)))/100*9/10, "where Go collects again")
	runtime.KeepAlive(kept)
}
