package app

import (
	"context"
	"fmt"

	"github.com/ndoto/kundi/access"
	"github.com/ndoto/kundi/contacts"
	"github.com/ndoto/kundi/scheduler"
	"github.com/ndoto/kundi/segments"
	"github.com/ndoto/kundi/storage"
)

// Verify compares everything that must agree: the checksums of the store's
// files, the records with their unique values, history and log, the documents
// with each other, and all of it with the columns and the text index. Nothing
// may be written meanwhile, so no Listener may serve the App. Progress may be
// nil.
func (a *App) Verify(ctx context.Context, progress func(what string, done uint64)) ([]contacts.Difference, error) {
	store, err := verifyStore(ctx, a.Store, progress)
	if err != nil {
		return nil, err
	}
	index, err := a.Index.Verify(ctx, progress)
	return append(store, index...), err
}

// owner is who verifies the documents of some collections.
type owner struct {
	collections []contacts.Collection
	verify      func(context.Context, *storage.Store, *contacts.Differences) error
}

// owners verify every collection there is.
var owners = []owner{
	{[]contacts.Collection{contacts.AttributeDefinitions, contacts.SettingsDoc, contacts.Receipts, contacts.Blocks, contacts.HistoryState, contacts.Renamings, contacts.LabelNames, contacts.Claimings},
		func(ctx context.Context, s *storage.Store, found *contacts.Differences) error {
			return contacts.VerifyDocuments(ctx, s, found)
		}},
	{[]contacts.Collection{contacts.Segments, contacts.SegmentNames, contacts.Snapshots, contacts.SnapshotSets, contacts.AttributeUses},
		func(ctx context.Context, s *storage.Store, found *contacts.Differences) error {
			return segments.New(s, nil, nil, segments.Options{}).Verify(ctx, found)
		}},
	{[]contacts.Collection{contacts.Runs},
		func(ctx context.Context, s *storage.Store, found *contacts.Differences) error {
			return scheduler.VerifyRuns(ctx, s, found)
		}},
	{[]contacts.Collection{contacts.APIKeys, contacts.KeyUses},
		func(ctx context.Context, s *storage.Store, found *contacts.Differences) error {
			return access.VerifyKeys(ctx, s, found)
		}},
}

// verifyStore verifies the records of a store and the documents in it.
func verifyStore(ctx context.Context, s *storage.Store, progress func(what string, done uint64)) ([]contacts.Difference, error) {
	records, err := s.Verify(ctx, progress)
	if err != nil {
		return nil, err
	}
	var documents contacts.Differences
	for _, o := range owners {
		if err := o.verify(ctx, s, &documents); err != nil {
			return nil, fmt.Errorf("verifying the documents of %s: %w", o.collections[0], err)
		}
	}
	return append(records, documents.List()...), nil
}
