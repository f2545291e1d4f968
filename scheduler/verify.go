package scheduler

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/ledger"
)

// VerifyRuns reads every stored run, of segments in a collection, and adds the damaged ones
// to found. An error means that the store could not be read.
func VerifyRuns(ctx context.Context, store ledger.DocumentReader, segments ledger.Collection, found *ledger.Differences) error {
	outcomes := []Outcome{Succeeded, Unchanged, Skipped, Failed}
	known := map[string]bool{} // whether a segment exists
	return ledger.EachDocument(ctx, store, RunDocuments, "", func(d ledger.Document) error {
		var r Run
		name, _, _ := strings.Cut(d.Key, "/")
		id, err := uuid.Parse(name)
		if err != nil || ledger.DecodeDocument(d.Value, &r) != nil || d.Key != runKey(id, r.ScheduledFor) ||
			!slices.Contains(outcomes, r.Outcome) || r.FinishedAt.Before(r.StartedAt) {
			found.Add("runs that cannot be read")
		}
		exists, looked := known[name]
		if !looked {
			segment, err := store.Document(ctx, segments, name)
			if err != nil {
				return err
			}
			exists = segment != nil
			known[name] = exists
		}
		if !exists {
			found.Add("runs of a segment that does not exist")
		}
		return nil
	})
}
