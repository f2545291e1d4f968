package app

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// slack is what Go may take beside a fifth more than what is alive: its
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
// (GOMEMLIMIT) is left alone.
func limitMemory(ctx context.Context) {
	if debug.SetMemoryLimit(-1) != math.MaxInt64 {
		return
	}
	runtime.GC() // what was loaded has left garbage
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
func limitFor(alive int64) int64 { return alive + alive/5 + slack }

// alive is the number of bytes of objects that the last collection left.
func alive() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return int64(sample[0].Value.Uint64())
}

// checkLimit is an error when less than what is alive already is allowed by the
// operator: Go would collect garbage without end. It warns of a limit that what
// will be alive comes near to; as Go's limit is a soft one, a server is then
// slow, which is better than none.
func checkLimit(log *slog.Logger) error {
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 {
		return nil
	}
	runtime.GC() // what was loaded has left garbage
	used := alive()
	wanted := limitFor(used + filling)
	switch {
	case limit < used:
		return fmt.Errorf("GOMEMLIMIT is too small: it allows %d MiB and %d are in use already; set it to at least %d MiB",
			limit>>20, used>>20, wanted>>20)
	case limit < wanted:
		log.Warn("GOMEMLIMIT is too small: the server will be slow; see docs/operations.md",
			"limit_mib", limit>>20, "in_use_mib", used>>20, "wanted_mib", wanted>>20)
	}
	return nil
}
