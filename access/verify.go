package access

import (
	"context"
	"time"

	"github.com/ndoto/kundi/ledger"
)

// VerifyKeys reads every key and the day of its last use, and adds what is damaged
// to found. An error means that the store could not be read.
func VerifyKeys(ctx context.Context, store ledger.DocumentReader, found *ledger.Differences) error {
	known, hashes := map[string]bool{}, map[digest]bool{}
	err := ledger.EachDocument(ctx, store, KeyDocuments, "", func(d ledger.Document) error {
		var written document
		key, hash, err := decode(d.Value)
		if err != nil || ledger.DecodeDocument(d.Value, &written) != nil || key.ID.String() != d.Key ||
			key.check(time.Time{}, false) != nil || key.CreatedAt.IsZero() || hashes[hash] {
			found.Add("API keys that cannot be read")
		}
		known[d.Key], hashes[hash] = true, true
		return nil
	})
	if err != nil {
		return err
	}
	return ledger.EachDocument(ctx, store, UseDocuments, "", func(d ledger.Document) error {
		if _, err := time.Parse(time.DateOnly, string(d.Value)); err != nil {
			found.Add("days on which API keys were used that cannot be read")
		}
		if !known[d.Key] {
			found.Add("days on which an API key that does not exist was used")
		}
		return nil
	})
}
