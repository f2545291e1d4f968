package storage

import (
	"context"
	"encoding/binary"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/ndoto/kundi/storage/engine"
	"github.com/ndoto/kundi/workers"
)

// loadAfter is how many claims the engine is asked for and does not have before
// all of its claims are read: a server that makes few contacts never does.
const loadAfter = 1_000

// freeClaims tells that nobody holds a claim without asking the engine, which
// otherwise is most of what a new contact costs. It answers for certain or not
// at all: a claim that was released, or taken by a closure that failed, only
// costs the engine's answer.
//
// Whatever was claimed before the store was opened is durable, so reading the
// engine's claims page by page, each in a view of its own, finds all that are
// still held. Whatever is claimed later is noted at once. A nil one knows
// nothing and notes nothing.
type freeClaims struct {
	engine engine.Engine
	logger *slog.Logger

	// below: of the committer's goroutine
	taken  bloom // since the store was opened
	misses int   // claims that the engine did not have

	stored  atomic.Pointer[bloom] // those of the engine once they are read, nil before; never changed
	stop    context.CancelFunc    // of the reading, nil before it
	reading sync.WaitGroup
}

// take notes that a claim was taken, even by a closure that fails later.
func (f *freeClaims) take(key []byte) { f.taken.add(claimHash(key)) }

// free reports whether nobody holds the claim, for certain.
func (f *freeClaims) free(key []byte) bool {
	if f == nil {
		return false
	}
	stored := f.stored.Load()
	if stored == nil {
		return false
	}
	hash := claimHash(key)
	return !f.taken.has(hash) && !stored.has(hash)
}

// missed notes that the engine did not have a claim.
func (f *freeClaims) missed() {
	if f == nil {
		return
	}
	if f.misses++; f.misses == loadAfter {
		f.load()
	}
}

// load reads the engine's claims in the background.
func (f *freeClaims) load() {
	ctx, stop := context.WithCancel(context.Background())
	f.stop = stop
	f.reading.Go(func() {
		var stored *bloom
		err := workers.Try(func() (err error) {
			stored, err = readClaims(ctx, f.engine)
			return err
		})
		switch {
		case err == nil:
			f.stored.Store(stored)
		case ctx.Err() == nil:
			f.logger.Warn("claims cannot be read ahead, so each is looked up", "error", err)
		}
	})
}

// close ends the reading.
func (f *freeClaims) close() {
	if f.stop != nil {
		f.stop()
	}
	f.reading.Wait()
}

// forget starts anew, after another writer may have claimed something.
func (f *freeClaims) forget() {
	f.close()
	f.stored.Store(nil)
	f.misses = 0
}

// readClaims reads the claims that are held.
func readClaims(ctx context.Context, e engine.Engine) (*bloom, error) {
	claims := new(bloom)
	r := engine.Range{Prefix: []byte{kindClaim}}
	for {
		page, err := claimPage(ctx, e, r)
		if err != nil {
			return nil, err
		}
		for _, p := range page.Pairs {
			claims.add(claimHash(p.Key))
		}
		if page.Next == nil {
			return claims, nil
		}
		r.From = page.Next
	}
}

// claimPage reads one page in a view of its own: a long view would keep
// superseded values alive.
func claimPage(ctx context.Context, e engine.Engine, r engine.Range) (engine.Page, error) {
	view, err := e.View(ctx)
	if err != nil {
		return engine.Page{}, err
	}
	defer view.Close()
	return view.Scan(r)
}

// claimHash is a part of the keyed hash in a key of claimKey.
func claimHash(key []byte) uint64 { return binary.LittleEndian.Uint64(key[2:]) }
