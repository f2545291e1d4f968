package app

import (
	"context"
	"log/slog"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// slack is what Go may take beside a quarter more than what is alive: its
	// own tables, stacks, and garbage where little is alive.
	slack = 64 << 20
	// filling is what is alive later and not yet at the start: Badger's
	// memtables and cache.
	filling = 64 << 20
	// followEvery is how often the limit follows what is alive.
	followEvery = time.Second
)

// limitMemory keeps Go's memory limit near what is alive, until ctx ends. By
// itself Go lets garbage grow until it is as much as what is alive, which is
// several hundred megabytes for a million contacts. A limit of the operator's
// (GOMEMLIMIT) is left alone, and warned of when it is too small.
func limitMemory(ctx context.Context, log *slog.Logger) {
	runtime.GC() // what was loaded has left garbage
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64 {
		warnOfLimit(log, limit)
		return
	}
	defer debug.SetMemoryLimit(math.MaxInt64)
	again := time.NewTicker(followEvery)
	defer again.Stop()
	for {
		followMemory()
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
	}
}

// followMemory sets the limit by what the last collection found alive. Setting
// it stops all goroutines for a moment, so small differences do not count.
func followMemory() {
	now, wanted := debug.SetMemoryLimit(-1), limitFor(alive())
	if difference := wanted - now; difference > slack/4 || -difference > slack/4 {
		debug.SetMemoryLimit(wanted)
	}
}

// limitFor is the limit for so many bytes of live objects.
func limitFor(alive int64) int64 { return alive + alive/4 + slack }

// alive is the number of bytes of objects that the last collection left.
func alive() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(sample[0].Value.Uint64())
}

// warnOfLimit warns of a limit that what will be alive comes near to: Go would
// then collect garbage without end. It goes on all the same, because the limit
// is a soft one and a slow server is better than none.
func warnOfLimit(log *slog.Logger, limit int64) {
	if wanted := limitFor(alive() + filling); limit < wanted {
		log.Warn("GOMEMLIMIT is too small: the server will be slow; see docs/operations.md",
			"limit_mib", limit>>20, "in_use_mib", alive()>>20, "wanted_mib", wanted>>20)
	}
}
