package app

import (
	"log/slog"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// headroom is what serving takes beside what is in memory after the start:
// Badger's memtables and cache as they fill, batches, answers, and garbage.
const headroom = 384 << 20

// checkMemory warns of a GOMEMLIMIT that what is in memory already comes near
// to: Go would then collect garbage without end. It goes on all the same,
// because the limit is a soft one and a slow server is better than none.
func checkMemory(log *slog.Logger) {
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 {
		return
	}
	runtime.GC() // what was loaded has left garbage
	if used := heapObjects(); tooSmall(limit, used) {
		log.Warn("GOMEMLIMIT is too small: the server will be slow; see docs/operations.md",
			"limit_mib", limit>>20, "in_use_mib", used>>20, "wanted_mib", wanted(used)>>20)
	}
}

// wanted is the least limit for so many bytes of live objects: a quarter more
// for garbage, and the headroom.
func wanted(used int64) int64 { return used + used/4 + headroom }

func tooSmall(limit, used int64) bool { return limit < wanted(used) }

// heapObjects is the number of bytes of objects on the heap.
func heapObjects() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(sample[0].Value.Uint64())
}
