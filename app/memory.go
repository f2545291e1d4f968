package app

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

const (
	// slack is how much garbage there may be beside a tenth of what is alive.
	slack = 64 << 20
	// mostTenth is the most of that tenth: a collection goes through the few objects that have pointers, however
	// many gigabytes the others take.
	mostTenth = 256 << 20
	// loadingPercent is how much there may be at least while the columns are loaded, in percent of what is
	// alive. Loading makes garbage all the time, and collections for the tenth took an eighth of it.
	loadingPercent = 20
	// filling is what is alive later and not yet at the start: Badger's
	// memtables and cache.
	filling = 64 << 20
	// followEvery is how often the share of garbage follows what is alive.
	followEvery = time.Second
	// goPercent is how much garbage Go allows by itself, in percent of what is
	// alive.
	goPercent = 100
)

// LimitGarbage begins to limit the garbage, see limitGarbage, until end is called or ctx ends.
func LimitGarbage(ctx context.Context, loaded <-chan struct{}) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { limitGarbage(ctx, loaded) })
	return func() {
		cancel()
		running.Wait()
	}
}

// limitGarbage keeps the garbage small, until ctx ends. Loading makes much of it, so it begins before Open, after
// which loaded is closed; nil is for one who loads nothing. By itself Go lets it grow
// to as much as what is alive, which is several hundred megabytes for a million
// contacts. Limits of the operator's (GOMEMLIMIT, GOGC) are left alone.
//
// It sets the share of garbage and no limit of memory: that would count gaps
// between live objects too, which bulk loads leave many of, and when they fill
// it Go collects without end.
func limitGarbage(ctx context.Context, loaded <-chan struct{}) {
	if debug.SetMemoryLimit(-1) != math.MaxInt64 || metric("/gc/gogc:percent") != goPercent {
		return
	}
	defer debug.SetGCPercent(goPercent)
	again := time.NewTicker(followEvery)
	defer again.Stop()
	least := int64(0)
	if loaded != nil {
		least = loadingPercent
	}
	for {
		followMemory(least)
		select {
		case <-ctx.Done():
			return
		case <-loaded:
			loaded, least = nil, 0
		case <-again.C:
		}
	}
}

// followMemory sets the share of garbage, at least some percent, by what the last collection found
// alive. Setting it stops all goroutines for a moment, so small differences do
// not count.
func followMemory(least int64) {
	if now, wanted := metric("/gc/gogc:percent"), max(least, percentFor(alive())); now-wanted > 2 || wanted-now > 2 {
		debug.SetGCPercent(int(wanted))
	}
}

// percentFor returns how much garbage is allowed beside this many bytes of live objects, in
// percent of them.
func percentFor(alive int64) int64 {
	return min(goPercent, 100*(min(alive/10, mostTenth)+slack)/max(alive, 1))
}

// alive is the number of bytes of objects that the last collection left.
func alive() int64 { return metric("/gc/heap/live:bytes") }

// metric is one of Go's own, 0 when there is no such.
func metric(name string) int64 {
	sample := []metrics.Sample{{Name: name}}
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
	wanted := (used+filling)*11/10 + slack
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
