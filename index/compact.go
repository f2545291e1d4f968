package index

import "context"

// Compact writes anew what is on disk of the index and has parts of records that
// have been deleted or changed before it was called: words of the text indexes, and
// the columns' checkpoint. It waits until the text has followed the log that far.
// Questions and changes go on.
func (x *Index) Compact(ctx context.Context) error {
	if err := x.awaitText(ctx, func(string, uint64) {}); err != nil {
		return err
	}
	for _, t := range x.texts {
		if err := t.Purge(ctx); err != nil {
			return err
		}
	}
	return x.rewriteCheckpoint()
}
