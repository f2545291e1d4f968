package app

import (
	"context"

	"github.com/ndoto/kundi/contacts"
)

// Verify compares everything that must agree: the checksums of the store's
// files, the records with their unique values, history and log, and with the
// columns and the text index. Nothing may be written meanwhile, so no Listener
// may serve the App. Progress may be nil.
func (a *App) Verify(ctx context.Context, progress func(what string, done uint64)) ([]contacts.Difference, error) {
	store, err := a.Store.Verify(ctx, progress)
	if err != nil {
		return nil, err
	}
	index, err := a.Index.Verify(ctx, progress)
	return append(store, index...), err
}
