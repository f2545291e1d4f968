package cli

import (
	"context"
	"fmt"

	"github.com/ndoto/kundi/app"
)

type compact struct{}

// Run compacts the folder and prints what that did.
func (compact) Run(ctx context.Context, config app.Config, s streams) error {
	server, running, err := runningServer(ctx, config)
	if err != nil {
		return err
	}
	if running {
		var sizes app.Sizes
		if err := server.call(ctx, "POST", app.CompactPath, nil, &sizes); err != nil {
			return err
		}
		_, err := fmt.Fprintf(s.out, "%s before, %s after\n", megabytes(sizes.Before), megabytes(sizes.After))
		return err
	}
	bar := progress(s.err, "compacting", -1)
	sizes, err := app.Compact(ctx, config, func(pairs uint64) { _ = bar.Set64(int64(pairs)) })
	_ = bar.Finish() // a terminal that is gone is no reason to fail
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s before, %s after; the next start builds the index\n", megabytes(sizes.Before), megabytes(sizes.After))
	return err
}

// megabytes writes a number of bytes for people.
func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
