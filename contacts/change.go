package contacts

import "time"

// Entity names what a change is about.
type Entity string

// The entities of the log. Documents are logged under the name of their
// collection (see Collection).
const (
	EntityContact Entity = "contact"
	EntityCompany Entity = "company"
)

// Op is what happened to an entity.
type Op uint8

// The operations of a change.
const (
	OpCreate Op = iota + 1
	OpUpdate
	OpDelete
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
	}
	return "unknown"
}

// Source says on whose behalf a change was made.
type Source string

// The sources of a change.
const (
	SourceAgent  Source = "agent"
	SourceAPI    Source = "api"
	SourceImport Source = "import"
	SourceAI     Source = "ai"
	SourceSystem Source = "system" // schedules and retention
)

// Author is who makes a change: a source and, within it, the name of the key or
// command.
type Author struct {
	Source Source
	Name   string
}

// Change is one entry of the log: what happened, without personal values.
type Change struct {
	Seq     uint64 // dense, from 1
	Entity  Entity
	Op      Op
	Ordinal uint32 // of a contact or company
	Key     string // of a document
	// Fields are the names of the fields that changed, as in filters; nil for
	// creates and deletes.
	Fields []string
	Source Source
	At     time.Time

	// Contact and Company are the state after the change, for followers that
	// are told while the change is committed. They are nil after a delete and
	// in entries read back from the log.
	Contact *Contact
	Company *Company
}

// FieldChange is the change of one field of one contact, as history keeps it.
type FieldChange struct {
	Field string // as in filters
	Old   Value
	New   Value
}

// HistoryEntry is one change of one contact with its values: who, when, from
// what, to what. The entry of a create has no Changes: it repeats nothing.
type HistoryEntry struct {
	Seq     uint64
	Op      Op
	Author  Author
	At      time.Time
	Changes []FieldChange
}
