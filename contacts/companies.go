package contacts

import (
	"context"
	"time"
)

// Companies is what contacts need of the companies that they belong to. A company that
// there is not is nil.
type Companies interface {
	// At returns the company that an ordinal means.
	At(tx RecordTx, ordinal uint32) (*Link, error)
	// WithID returns the company that an id means.
	WithID(tx Tx, id ID) (*Link, error)
	// OfDomain returns the company that has a domain.
	OfDomain(tx Tx, domain string) (*Link, error)
	// Named returns the company with a name, and makes it when there is none.
	Named(tx Tx, name string, now time.Time, newID func() ID) (*Link, error)
	// Read returns the company that an ordinal means, in the newest durable state.
	Read(ctx context.Context, r MeantReader, ordinal uint32) (*Link, error)
	// ReadAt returns the company that an ordinal, or where that is 0 the id that is known,
	// meant at a moment, with the name of then. Of one that was deleted since it returns
	// what is known, or the id alone.
	ReadAt(ctx context.Context, r Reader, ordinal uint32, known *Link, at time.Time) (*Link, error)
}
