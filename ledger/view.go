package ledger

import (
	"context"

	"github.com/ndoto/kundi/fields"
)

// Viewer has views of the store.
type Viewer interface {
	// View returns the newest durable state. ctx limits all that is read of it.
	View(ctx context.Context) (View, error)
}

// View is one state of the store: it does not show what is written later, and keeps nobody from
// writing. Close it soon, because what is deleted meanwhile stays on disk until then. It is safe
// for several goroutines.
type View interface {
	Schema() *fields.Schema
	// Head is the sequence number of the newest change that it shows.
	Head() uint64
	// Document returns a document, nil when there is none.
	Document(ctx context.Context, c Collection, key string) ([]byte, error)
	// BlockKey is as in Tx.
	BlockKey(c Claim) string
	ClaimReader
	Histories
	Close()
}
