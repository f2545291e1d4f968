package contacts

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fields"
)

// Collection names a set of small documents beside the contacts. A document
// is a key and bytes; the package that owns the collection encodes them.
type Collection string

// The collections. Writing a document of a logged collection makes an entry
// in the log, so it has a sequence number and followers hear of it.
const (
	AttributeDefinitions Collection = "attribute"    // JSON of fields.AttributeDefinition, by key
	SettingsDoc          Collection = "settings"     // JSON of Settings, under the key "workspace"
	Segments             Collection = "segment"      // by id
	SegmentNames         Collection = "segment-name" // not logged: who has which name
	Snapshots            Collection = "snapshot"     // what a snapshot is, by segment and number
	SnapshotSets         Collection = "snapshot-set" // not logged: the members of snapshots, in pieces
	Runs                 Collection = "run"
	APIKeys              Collection = "key"
	KeyUses              Collection = "key-use" // not logged: the day a key was used last, by its id
	Receipts             Collection = "receipt" // not logged: an answer to repeat, see Once
	Blocks               Collection = "block"   // addresses that stay blocked, by keyed hash, see block
	HistoryState         Collection = "history" // not logged: how far retention has come
	// not logged: the ids of the segments that name an attribute, by the key of its definition
	AttributeUses Collection = "attribute-use"
	Renamings     Collection = "renaming" // not logged: options whose records are being brought up to date
)

// Collections lists every Collection.
var Collections = []Collection{
	AttributeDefinitions, SettingsDoc, Segments, SegmentNames, Snapshots, SnapshotSets, Runs, APIKeys, KeyUses, Receipts, Blocks,
	HistoryState, AttributeUses, Renamings,
}

// Logged reports whether writing a document of the collection makes an entry
// in the log.
func (c Collection) Logged() bool {
	switch c {
	case Receipts, SegmentNames, SnapshotSets, KeyUses, HistoryState, AttributeUses, Renamings:
		return false
	}
	return true
}

// Tx is what one closure sees of the store while the committer runs it: the
// state after every closure before it. It is valid only until the closure
// returns and only in its goroutine.
//
// Contacts handed in are kept and must not be changed afterwards; contacts
// handed out are shared and must not be changed.
type Tx interface {
	// Schema returns the schema as of this closure.
	Schema() *fields.Schema

	// Crowded reports whether writes of others wait that this closure has kept
	// waiting for its share of a commit. A closure that can be done in parts
	// then ends with the part that it has.
	Crowded() bool

	// Contact and ContactByID return a contact, or an error of fault.KindNotFound.
	Contact(ordinal uint32) (*Contact, error)
	ContactByID(id ID) (*Contact, error)
	// Holder returns the ordinal of the contact or company that holds a claim.
	Holder(c Claim) (ordinal uint32, held bool, err error)

	// CreateContact gives the contact its ordinal and version, takes its
	// claims and logs it. A claim that is held is an error of fault.KindConflict
	// that names the field and the holder.
	CreateContact(c *Contact) error
	// UpdateContact replaces before, which must be the present state, by
	// after, moves claims, logs the changed fields and keeps their old values
	// in the history. It sets after.Version.
	UpdateContact(before, after *Contact) error
	// DeleteContact removes the present state, its claims and its history, and
	// those of the contacts it has absorbed. All that stays is which ids the
	// ordinals had, for snapshots they were in.
	DeleteContact(c *Contact) error
	// MergeContacts carries out a merge: Before, which like Absorbed must be a
	// present state, is replaced by After, as UpdateContact does it, and
	// Absorbed is no contact any more. The last of After.Absorbed is what stands
	// for it. Its history stays.
	MergeContacts(m *Merge[Contact]) error
	// Merge returns how the contact with an ordinal was absorbed, or an error
	// of fault.KindNotFound.
	Merge(absorbed uint32) (*Merge[Contact], error)
	// UndoMerge makes restored, which was absorbed, a contact again under its
	// old ordinal, and replaces before by after, as UpdateContact does it. A
	// claim of either that somebody else holds is an error of fault.KindConflict.
	UndoMerge(before, after, restored *Contact) error

	// BlockKey is a keyed hash of a claim, the same in one store for ever. It
	// neither shows the value nor, without the store, confirms it.
	BlockKey(c Claim) string
	// Blocked reports whether there is a document of Blocks under the BlockKey of
	// a claim, and costs next to nothing when there is none.
	Blocked(c Claim) (bool, error)
	// As makes a change on behalf of another author.
	As(by Author, change func() error) error

	RecordTx

	// Company returns a company, or an error of fault.KindNotFound.
	Company(ordinal uint32) (*Company, error)
	// CreateCompany gives the company its ordinal and version, takes its claims
	// and logs it. A claim that is held is an error of fault.KindConflict.
	CreateCompany(c *Company) error

	// Document returns the document, nil when there is none. The slice is the
	// caller's.
	Document(c Collection, key string) ([]byte, error)
	// PutDocument writes a copy of the document. One that takes more than a
	// record may is an error of fault.KindTooLarge.
	PutDocument(c Collection, key string, document []byte) error
	// PutDefinition writes the document of a definition, which is its JSON, as
	// PutDocument does. The schema holds the definition itself, without reading
	// the document again, so neither may be changed afterwards.
	PutDefinition(a *fields.AttributeDefinition, document []byte) error
	// DeleteDocument removes the document; without one it changes nothing.
	DeleteDocument(c Collection, key string) error
	// NextNumber returns the next number of a counter that never repeats one,
	// from 1.
	NextNumber(counter string) (uint32, error)

	// Seq is the sequence number that the next change of this closure gets.
	Seq() uint64
}

// RecordTx is what a closure does with records of any kind. Records handed in are kept and
// must not be changed afterwards.
type RecordTx interface {
	// Record returns a record, or an error of fault.KindNotFound.
	Record(k AnyKind, r Ref) (Record, error)
	// Create gives a record its ordinal and version, takes its claims and logs it. Claims
	// that others hold are a *Taken, and then nothing was written.
	Create(k AnyKind, r Record) error
	// Update replaces before, which must be the present state, by after, moves claims,
	// logs the changed fields and keeps their old values in the history. It sets the
	// version of after. Claims that others hold are as for Create.
	Update(k AnyKind, before, after Record) error
	// Delete removes the present state of a record, its claims and its history, and those
	// of the records that it has absorbed.
	Delete(k AnyKind, r Record) error
	// Absorb carries out a merge: Before, which like Absorbed must be a present state, is
	// replaced by After, as Update does it, and Absorbed is no record any more. What After
	// says it has absorbed is what stands for it. Its history stays.
	Absorb(k AnyKind, m Merged) error
	// MergeOf returns how the record with an ordinal was absorbed, or an error of
	// fault.KindNotFound.
	MergeOf(k AnyKind, absorbed uint32) (Merged, error)
	// Restore makes a record that was absorbed one of its own again under its old ordinal,
	// and replaces before by after, as Update does it. Claims of either that others hold are
	// a *Taken, and then the closure must fail.
	Restore(k AnyKind, before, after, restored Record) error
}

// Document is one document of a collection.
type Document struct {
	Key   string
	Value []byte
}

// Updater runs closures one after the other over the newest state.
//
// A closure may run more than once, does no I/O, waits for nothing and never
// calls Update. Update returns when the changes are durable and the columns
// know them; seq is the number of the closure's last change, or the head when
// it made none. After an error nothing of the closure was applied, except
// after fault.KindUnavailable, when the outcome is unknown. Authors take turns;
// fault.KindTooMany means that too many writes of this one wait already.
type Updater interface {
	Update(ctx context.Context, by Author, closure func(Tx) error) (seq uint64, err error)
}

// Reader reads the newest durable state.
type Reader interface {
	Schema() *fields.Schema
	// Head is the sequence number of the newest durable change.
	Head() uint64
	// Holder returns the ordinal of the contact (or company) that holds a claim.
	Holder(ctx context.Context, c Claim) (ordinal uint32, held bool, err error)
	// Contacts returns the contacts in the order of the ordinals, nil for
	// those that do not exist.
	Contacts(ctx context.Context, ordinals []uint32) ([]*Contact, error)
	// Companies likewise.
	Companies(ctx context.Context, ordinals []uint32) ([]*Company, error)
	// ScanContacts returns up to limit contacts with an ordinal of at least
	// from, in order.
	ScanContacts(ctx context.Context, from uint32, limit int) ([]*Contact, error)
	// ScanCompanies likewise.
	ScanCompanies(ctx context.Context, from uint32, limit int) ([]*Company, error)
	// BlockKey is as in Tx.
	BlockKey(c Claim) string
	// Document returns a document, nil when there is none.
	Document(ctx context.Context, c Collection, key string) ([]byte, error)
	// Documents returns up to limit documents of a collection whose key
	// starts with prefix and is greater than after, in order of key.
	Documents(ctx context.Context, c Collection, prefix, after string, limit int) ([]Document, error)
	// Changes returns up to limit entries of the log after the given sequence
	// number. An error of fault.KindGone means that retention has removed some.
	Changes(ctx context.Context, after uint64, limit int) ([]Change, error)
	Records
	Histories
}

// HistoryPlace is how far a sweep of the history has come: it starts at 1. Data folders
// keep it.
type HistoryPlace uint64

// HistoryTrimmer removes old history.
type HistoryTrimmer interface {
	// TrimHistory removes the entries from before a moment, of some records of all kinds
	// from a place on. The newest of each record from before stays without its values. It
	// returns where to go on, 0 at the end, and whether it has removed anything.
	TrimHistory(ctx context.Context, by Author, from HistoryPlace, before time.Time) (next HistoryPlace, removed bool, err error)
}
