package ledger

import (
	"time"

	"github.com/google/uuid"

	"github.com/ndoto/kundi/fields"
)

// ID is a public identifier: a UUIDv7, so ids sort by the time they were made.
type ID = uuid.UUID

// Op is what happened to an entity.
type Op uint8

// The operations of a change.
const (
	OpCreate Op = iota + 1
	OpUpdate
	OpDelete
	OpMerge   // of the record that was absorbed: it is gone
	OpRestore // of one that came back when its merge was undone
	// In history only: an update that did nothing else. The log has OpUpdate.
	OpBlock
	OpUnblock
)

// String returns the word used on the wire.
func (o Op) String() string {
	switch o {
	case OpCreate:
		return "create"
	case OpUpdate:
		return "update"
	case OpDelete:
		return "delete"
	case OpMerge:
		return "merge"
	case OpRestore:
		return "restore"
	case OpBlock:
		return "block"
	case OpUnblock:
		return "unblock"
	}
	return "unknown"
}

// Removes reports whether the entity is gone after the operation.
func (o Op) Removes() bool { return o == OpDelete || o == OpMerge }

// Source says on whose behalf a change was made.
type Source string

// The sources of a change.
const (
	SourceAgent  Source = "agent"
	SourceAPI    Source = "api"
	SourceImport Source = "import"
	SourceAI     Source = "ai"
	SourceSystem Source = "system" // schedules and retention
	SourceRule   Source = "rule"   // what Kundi does by itself when something happens
	// In provenance only: a value that came from a record which was absorbed.
	SourceMerge Source = "merge"
)

// Author is who makes a change: a source and, within it, the name of the key or
// command.
type Author struct {
	Source Source
	Name   string
	// Key is the id of the key, zero for a command: keys may share a name. It
	// tells writers apart who take turns, and is not kept.
	Key ID
	// NoResubscribing is of a key that may not set consents: what it writes about contacts
	// does not take back that one has unsubscribed. It is not kept.
	NoResubscribing bool
}

// Change is one entry of the log: what happened, without personal values.
type Change struct {
	Seq     uint64 // dense, from 1
	Entity  fields.Entity
	Op      Op
	Ordinal uint32 // of a record
	Owner   uint32 // the ordinal of what the entity belongs to, 0 for entities that stand alone
	Moment  int64  // Ref.At of a record, 0 of kinds that are not dated
	Key     string // of a document
	// Fields are the names of the fields that changed, as in filters, and
	// FieldAbsorbed; nil for all but updates.
	Fields []string
	Source Source
	Actor  string // the name of the author, "" in entries of folders before format 6
	At     time.Time

	// Record is the state after the change, for followers that are told while the
	// change is committed; see Kind.After. It is nil after a delete and in entries read
	// back from the log, and never a nil pointer.
	Record Record
}

// Ref names the record.
func (c *Change) Ref() Ref { return Ref{Owner: c.Owner, Ordinal: c.Ordinal, At: c.Moment} }

// FieldAbsorbed names the records that a record has absorbed, in changes: as a
// list of their ids.
const FieldAbsorbed = "absorbed"

// FieldChange is the change of one field of one record, as history keeps it.
type FieldChange struct {
	Field string // as in filters, or FieldAbsorbed
	// Number, Type and Currency are those of a custom attribute at the time of the change:
	// its definition may be gone, or its key be that of another one. They are zero for all
	// other fields, and in what older programs wrote.
	Number   uint32           `json:",omitempty"`
	Type     fields.FieldType `json:",omitempty"`
	Currency string           `json:",omitempty"`
	// Was is, in a change of a relation, the ordinal that the record had in it: Old is the id
	// of what that meant at the time of the change. It is 0 for none, and in what older
	// programs wrote.
	Was uint32 `json:",omitempty"`
	Old fields.Value
	New fields.Value
}

// HistoryEntry is one change of one record with its values: who, when, from
// what, to what. At is the UpdatedAt that the change gave the record. The entry of
// a create repeats nothing; that of a restore has what the record has not got back as it was.
type HistoryEntry struct {
	Seq     uint64
	Op      Op
	Author  Author
	At      time.Time
	Changes []FieldChange
	// Into is, in the entry of a record that was absorbed, the ordinal of the survivor. It is 0
	// in what older programs wrote.
	Into uint32 `json:",omitempty"`
}
