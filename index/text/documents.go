package text

import (
	"context"

	"github.com/ndoto/kundi/ledger"
)

// Documents says what an index is of: the records of one kind, and their terms. The
// zero value is of nothing; ContactDocuments and CompanyDocuments make those that there are.
type Documents struct {
	plural string // of the records, in what Verify finds and in the help of metrics: "contacts"
	// subsystem is that of the metrics: "text" makes kundi_text_files.
	subsystem string
	// version changes whenever documents get other terms. An index of another version is
	// rebuilt.
	version string

	// present returns the documents of records, in the order of the ordinals. One of a record
	// that is gone has no terms.
	present func(ctx context.Context, ordinals []uint32) ([]doc, error)
	// from returns the documents of at most limit records from an ordinal on, in rising order.
	from func(ctx context.Context, ordinal uint32, limit int) ([]doc, error)
	// touches says which documents a change may change.
	touches func(c *ledger.Change) touched
}

// doc is a document to be written.
type doc struct {
	ordinal uint32
	terms   termSet // nil for a record that is gone
}

// touched is which documents a change may change.
type touched struct {
	itself bool // that of the record
	// linked is a field whose terms are ordinals: the documents that have the ordinal of
	// the record in it. "" for none.
	linked Field
}

// anyOf reports whether a list of fields has one that is in a set. A nil list, of a change
// that does not say its fields, may have any.
func anyOf(list []string, set map[string]bool) bool {
	if list == nil {
		return true
	}
	for _, name := range list {
		if set[name] {
			return true
		}
	}
	return false
}
