package text

import (
	"context"
	"encoding/binary"

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

	// row is the row of the columns that the document of a record stands for, of a kind whose
	// records belong to others. Nil for a kind that stands alone: there it is the ordinal.
	row func(owner, ordinal uint32) uint32
	// batch is how many documents are written at once, at most.
	batch int
	// spelled says that the words of all documents are kept in memory, so that queries may mean
	// them with a typo (Index.Terms). Of other kinds, Reader.Begun and Reader.Near look in the
	// files.
	spelled bool

	// present returns the documents of records, in the order of refs. One of a record
	// that is gone has no terms.
	present func(ctx context.Context, refs []ledger.Ref) ([]doc, error)
	// from returns the documents of at most limit records from one on, in rising order.
	from func(ctx context.Context, ref ledger.Ref, limit int) ([]doc, error)
	// touches says which documents a change may change.
	touches func(c *ledger.Change) touched
}

// doc is a document to be written.
type doc struct {
	ref   ledger.Ref
	terms termSet // nil for a record that is gone
}

// touched is which documents a change may change.
type touched struct {
	itself bool // that of the record
	// linked is a field whose terms are ordinals: the documents that have the ordinal of
	// the record in it. "" for none.
	linked Field
	// orphans says that the records of some documents may be gone with the record that they
	// belonged to. The log has the deletion of that one only.
	orphans bool
}

// id is what Bleve knows the document of a record by. The moment of a dated kind is not in it:
// who looks for the record asks its owner.
func (d *Documents) id(ref ledger.Ref) string {
	if d.row == nil {
		return ordinalTerm(ref.Ordinal)
	}
	return ordinalTerm(ref.Owner) + ordinalTerm(ref.Ordinal)
}

// read is the inverse of id: which row a document stands for, and the ordinal of its record.
// Both are 0 for what is no id.
func (d *Documents) read(id []byte) (row, ordinal uint32) {
	switch {
	case d.row == nil && len(id) == 4:
		ordinal = binary.BigEndian.Uint32(id)
		return ordinal, ordinal
	case d.row != nil && len(id) == 8:
		ordinal = binary.BigEndian.Uint32(id[4:])
		return d.row(binary.BigEndian.Uint32(id), ordinal), ordinal
	}
	return 0, 0
}

// ordinalsOf are the ordinals of records that stand alone.
func ordinalsOf(refs []ledger.Ref) []uint32 {
	ordinals := make([]uint32, len(refs))
	for i, ref := range refs {
		ordinals[i] = ref.Ordinal
	}
	return ordinals
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
