package app

import (
	"context"
	"fmt"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/audiences"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/ledger"
	"github.com/ndoto/kundi/scheduler"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/storage"
	"github.com/ndoto/kundi/watch"
	"github.com/ndoto/kundi/workspace"
)

// Verify compares everything that must agree: the checksums of the store's
// files, the records with their unique values, history and log, the documents
// with each other, and all of it with the columns and the text index. Nothing
// may be written meanwhile, so no Listener may serve the App. Progress may be
// nil.
func (a *App) Verify(ctx context.Context, progress func(what string, done uint64)) ([]ledger.Difference, error) {
	store, err := verifyStore(ctx, a.Store, progress)
	if err != nil {
		return nil, err
	}
	index, err := a.Index.Verify(ctx, progress)
	return append(store, index...), err
}

// owner is who verifies the documents of some collections.
type owner struct {
	collections []ledger.Collection
	verify      func(context.Context, *storage.Store, *ledger.Differences) error
}

// owners verify every collection there is.
var owners = []owner{
	{workspace.Collections,
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return workspace.VerifyDocuments(ctx, s, found)
		}},
	{[]ledger.Collection{ledger.Receipts},
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return ledger.VerifyReceipts(ctx, s, found)
		}},
	{[]ledger.Collection{ledger.Blocks},
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return contacts.VerifyBlocks(ctx, s, found)
		}},
	{[]ledger.Collection{ledger.Suppressions},
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return contacts.VerifySuppressions(ctx, s, found)
		}},
	{[]ledger.Collection{ledger.Alarms},
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return ledger.VerifyAlarms(ctx, s, alarmed, found)
		}},
	{[]ledger.Collection{contacts.SharedAddresses},
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return contacts.VerifySharing(ctx, s, found)
		}},
	{segments.Collections,
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return segments.New(s, nil, nil, nil, segments.Options{}).Verify(ctx, found)
		}},
	{audiences.Collections,
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return audiences.New(s, nil, nil, nil, nil, audiences.Options{}).Verify(ctx, found)
		}},
	{watch.Collections,
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return watch.Verify(ctx, s, found)
		}},
	{[]ledger.Collection{scheduler.RunDocuments},
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return scheduler.VerifyRuns(ctx, s, segments.SegmentDocuments, found)
		}},
	{[]ledger.Collection{access.KeyDocuments, access.UseDocuments},
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return access.VerifyKeys(ctx, s, found)
		}},
	{[]ledger.Collection{access.PersonDocuments, access.PersonEmailDocuments, access.SignInDocuments},
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return access.VerifyPeople(ctx, s, found)
		}},
	{[]ledger.Collection{access.SessionDocuments},
		func(ctx context.Context, s *storage.Store, found *ledger.Differences) error {
			return access.VerifySessions(ctx, s, found)
		}},
}

// collections are all that there are.
func collections() []ledger.Collection {
	var list []ledger.Collection
	for _, o := range owners {
		list = append(list, o.collections...)
	}
	return list
}

// verifyStore verifies the records of a store and the documents in it.
func verifyStore(ctx context.Context, s *storage.Store, progress func(what string, done uint64)) ([]ledger.Difference, error) {
	records, err := s.Verify(ctx, progress)
	if err != nil {
		return nil, err
	}
	var documents ledger.Differences
	for _, o := range owners {
		if err := o.verify(ctx, s, &documents); err != nil {
			return nil, fmt.Errorf("verifying the documents of %s: %w", o.collections[0].Name, err)
		}
	}
	return append(records, documents.List()...), nil
}
