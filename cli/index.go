package cli

import (
	"context"
	"time"

	"github.com/ndoto/kundi/app"
)

// awaitIndex waits until searches find all that was written, so that the next
// server finds everyone from its first moment.
func awaitIndex(ctx context.Context, s streams, a *app.App) error {
	head := a.Store.Head()
	bar := progress(s.err, "indexing", int(head))
	defer func() { _ = bar.Finish() }()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		applied := a.Index.Followed()
		_ = bar.Set(int(applied)) // a terminal that is gone is no reason to stop
		if applied >= head {
			return nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
