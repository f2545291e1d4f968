package audiences

import (
	"fmt"

	"github.com/ndoto/kundi/ledger"
)

// The collections of audiences.
var (
	AudienceDocuments = ledger.Collection{Name: "audience"}                      // by id
	RowDocuments      = ledger.Collection{Name: "audience-row", Unlogged: true}  // rows and sets in pieces, and what is to be removed
	HoldDocuments     = ledger.Collection{Name: "audience-hold", Unlogged: true} // which snapshots audiences hold
)

// Collections are those that Verify reads.
var Collections = []ledger.Collection{AudienceDocuments, RowDocuments, HoldDocuments}

// Keys of pieces are "<audience>/<what>/<number>". Ids are never given again, so the pieces of an
// attempt that failed are nobody's: the mark that was set before the first of them is still there.
func piecesPrefix(audience ledger.ID) string { return audience.String() + "/" }

// rowsKey is the key of a chunk of rows, from 0.
func rowsKey(audience ledger.ID, chunk int) string {
	return fmt.Sprintf("%srows/%06d", piecesPrefix(audience), chunk)
}

// groupPrefix begins the keys of the set of contacts in a group. Groups count from 0.
func groupPrefix(audience ledger.ID, group int) string {
	return fmt.Sprintf("%sset-%03d/", piecesPrefix(audience), group)
}

// heldPrefix begins the keys of the set of contacts that a reason of Listed held back.
func heldPrefix(audience ledger.ID, why Reason) string {
	return fmt.Sprintf("%sheld-%s/", piecesPrefix(audience), why)
}

// chunkKey is the key of a chunk of a set.
func chunkKey(prefix string, chunk uint32) string { return fmt.Sprintf("%s%04d", prefix, chunk) }

// markPrefix begins the keys of marks. A mark says that the pieces of an audience are not, or not any
// more, those of an audience that is there. It is set before the first piece is written, and removed
// after the last one is.
const markPrefix = "mark/"

// What a mark says. Once pieces are being removed, nobody can finish the audience any more.
const (
	making   = "making"
	removing = "removing"
)

func markKey(audience ledger.ID) string { return markPrefix + audience.String() }

// Keys of holds are "<segment>/<snapshot>/<audience>".
func holdPrefix(segment ledger.ID) string { return segment.String() + "/" }

// heldBy is the document of a hold: all that it says is in its key.
const heldBy = "{}"

func holdKey(a *Audience) string {
	return fmt.Sprintf("%s%010d/%s", holdPrefix(a.Segment), a.Snapshot, a.ID)
}
