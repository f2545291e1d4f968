package segments

import "github.com/ndoto/kundi/ledger"

// The collections of segments.
var (
	SegmentDocuments  = ledger.Collection{Name: "segment"}                         // by id
	NameDocuments     = ledger.Collection{Name: "segment-name", Unlogged: true}    // who has which name
	SnapshotDocuments = ledger.Collection{Name: "snapshot"}                        // what a snapshot is, by segment and number
	SetDocuments      = ledger.Collection{Name: "snapshot-set", Unlogged: true}    // the members of snapshots, in pieces
	SizeDocuments     = ledger.Collection{Name: "segment-size", Unlogged: true}    // how many members there were, by segment and number of the snapshot
	PickDocuments     = ledger.Collection{Name: "segment-pick", Unlogged: true}    // contacts that were picked for segments, in chunks
	VersionDocuments  = ledger.Collection{Name: "segment-version", Unlogged: true} // what segments were, by segment and number
	UseDocuments      = ledger.Collection{Name: "attribute-use", Unlogged: true}   // the ids of the segments that name an attribute or an option, by the key of its definition; see optionDocument
)

// Collections are those that Verify reads.
var Collections = []ledger.Collection{SegmentDocuments, NameDocuments, SnapshotDocuments, SetDocuments, SizeDocuments, PickDocuments, VersionDocuments, UseDocuments}
