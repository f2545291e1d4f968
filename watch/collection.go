package watch

import (
	"fmt"
	"time"

	"github.com/ndoto/kundi/ledger"
)

// The collections of watched segments.
var (
	// EventDocuments have the events of each segment in order. They are logged: so a contact that is
	// gone, to which no record can belong, has an entry in the log, too.
	EventDocuments  = ledger.Collection{Name: "segment-events"}
	StateDocuments  = ledger.Collection{Name: "watched-segment", Unlogged: true} // by id, and how far the Watcher is
	MemberDocuments = ledger.Collection{Name: "watched-member", Unlogged: true}  // bases, in the chunks of codec.EncodeSet
)

// Collections are those that Verify reads.
var Collections = []ledger.Collection{EventDocuments, StateDocuments, MemberDocuments}

// segmentPrefix begins the keys of the events of a segment, and of the chunks of its bases.
func segmentPrefix(segment ledger.ID) string { return segment.String() + "/" }

// eventsKey is the key of events, of which the last one has a number.
func eventsKey(segment ledger.ID, last uint64) string {
	return fmt.Sprintf("%s%020d", segmentPrefix(segment), last)
}

// memberKey is the key of a chunk of a base. Each base has a name of its own.
func memberKey(segment ledger.ID, base string, chunk uint32) string {
	return fmt.Sprintf("%s%s/%04d", segmentPrefix(segment), base, chunk)
}

// segmentState is what is stored of a watched segment.
type segmentState struct {
	Since time.Time `json:"since"` // it is watched
	// Rules and Picks are those of segments.Watched that the members were found by.
	Rules string `json:"rules"`
	Picks string `json:"picks"`
	Base  base   `json:"base"`
}

// base says who was in a segment at a moment.
type base struct {
	Name   string    `json:"name"`
	Seq    uint64    `json:"seq"` // events with a higher number came later
	At     time.Time `json:"at"`
	Chunks []uint32  `json:"chunks,omitempty"` // the numbers of those that are not empty
}

// positionKey is the key of how far the Watcher is, in StateDocuments. It sorts after every id.
const positionKey = "position"

// position is how far the Watcher is. What is stored may be behind: it says what the log is read from
// for causes, and what is noted again is compared with the members.
type position struct {
	Seq uint64 `json:"seq"`
}
