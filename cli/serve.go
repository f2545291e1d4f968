package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ndoto/kundi/app"
)

type serve struct{}

// Run serves until ctx is cancelled. The address goes to standard output as
// soon as the server answers there.
func (serve) Run(ctx context.Context, config app.Config, s streams) error {
	if err := app.MayServe(); err != nil { // before the index is opened, which may take long
		return err
	}
	start := time.Now()
	err := withApp(ctx, config, func(a *app.App) error {
		return listen(ctx, a, func(url string) error {
			config.Logger.Info("ready", "took", time.Since(start))
			_, err := fmt.Fprintln(s.out, url)
			return err
		})
	})
	if err == nil {
		config.Logger.Info("stopped")
	}
	return err
}

// withApp opens the data folder, does the work and closes in order.
func withApp(ctx context.Context, config app.Config, work func(*app.App) error) (err error) {
	loaded := make(chan struct{})
	defer app.LimitGarbage(ctx, loaded)()
	a, err := app.Open(ctx, config)
	close(loaded)
	if err != nil {
		return err
	}
	defer func() {
		closing, done := context.WithTimeout(context.WithoutCancel(ctx), app.CloseTime)
		defer done()
		err = errors.Join(err, a.Close(closing))
	}()
	return work(a)
}

// listen serves until ctx is cancelled, and calls up once with the address.
func listen(ctx context.Context, a *app.App, up func(url string) error) error {
	l, err := a.Listen()
	if err != nil {
		return err
	}
	if err := up(l.URL()); err != nil {
		return err
	}
	return l.Serve(ctx)
}
