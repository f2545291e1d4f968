package contacts

import (
	"context"
	"time"

	"github.com/ndoto/kundi/ledger"
)

// Companies is what contacts need of the companies that they belong to. A company that
// there is not is nil.
type Companies interface {
	// At returns the company that an ordinal means.
	At(tx ledger.RecordTx, ordinal uint32) (*ledger.Link, error)
	// WithID returns the company that an id means.
	WithID(tx ledger.Tx, id ledger.ID) (*ledger.Link, error)
	// OfDomain returns the company that has a domain.
	OfDomain(tx ledger.Tx, domain string) (*ledger.Link, error)
	// Named returns the company with a name, and makes it when there is none. It makes none of
	// a name that is an id.
	Named(tx ledger.Tx, name string, now time.Time, newID func() ledger.ID) (*ledger.Link, error)
	// Read returns the company that an ordinal means, in the newest durable state.
	Read(ctx context.Context, r ledger.MeantReader, ordinal uint32) (*ledger.Link, error)
	// ReadAt returns the company that an ordinal, or where that is 0 the id that is known,
	// meant at a moment, with the name of then. Of one that was deleted since it returns
	// what is known, or the id alone.
	ReadAt(ctx context.Context, r ledger.Reader, ordinal uint32, known *ledger.Link, at time.Time) (*ledger.Link, error)
	// Origins returns where that comes from what Read or ReadAt returned for an ordinal.
	Origins(ctx context.Context, r ledger.Reader, ordinal uint32, company *ledger.Link) (ledger.LinkOrigins, error)
}
