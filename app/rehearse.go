package app

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ndoto/kundi/companies"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/workspace"
)

// HasData reports whether there is a store in a data folder.
func HasData(config Config) bool { return (&folder{path: config.Data}).has(storeFolder) }

// Rehearse calls do with the use cases of contacts and of the workspace over a copy of a data
// folder, which is thrown away afterwards: what do writes, nobody sees. The copy is made
// from a backup, nil for a folder without data, in the temporary folder.
func Rehearse(ctx context.Context, config Config, backup io.ReadSeeker, do func(*contacts.Service, *workspace.Service) error) (err error) {
	if config.Data, err = os.MkdirTemp("", "kundi-rehearsal-*"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(config.Data)) }()
	if backup != nil {
		if _, err := Restore(ctx, config, backup, nil); err != nil {
			return err
		}
	}
	a := &App{config: config, metrics: prometheus.NewRegistry()}
	defer func() { err = errors.Join(err, a.Close(context.WithoutCancel(ctx))) }()
	if err := a.openStore(ctx); err != nil {
		return err
	}
	return do(contacts.NewService(a.Store, companies.Directory{}, time.Now, nil), workspace.NewService(a.Store, time.Now))
}
