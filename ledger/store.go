package ledger

import (
	"context"
	"time"

	"github.com/ndoto/kundi/fields"
)

// Tx is what one closure sees of the store while the committer runs it: the
// state after every closure before it. It is valid only until the closure
// returns and only in its goroutine.
//
// A Kind has the methods that work with the records of a kind.
type Tx interface {
	// Schema returns the schema as of this closure.
	Schema() *fields.Schema

	// Crowded reports whether writes of others wait that this closure has kept
	// waiting for its share of a commit. A closure that can be done in parts
	// then ends with the part that it has.
	Crowded() bool

	// KindOf returns the kind of the records of an entity, nil for none.
	KindOf(e fields.Entity) AnyKind
	// Attempt runs a part of a closure. When do fails, what it wrote is taken back, and nothing
	// else of the closure, and its error is returned. So the items of a batch stand by themselves.
	Attempt(do func() error) error
	// Holder returns the record that holds a claim.
	Holder(c Claim) (holder Ref, held bool, err error)

	// BlockKey is a keyed hash of a claim, the same in one store for ever. It
	// neither shows the value nor, without the store, confirms it.
	BlockKey(c Claim) string
	// Blocked reports whether there is a document of Blocks under the BlockKey of
	// a claim, and costs next to nothing when there is none.
	Blocked(c Claim) (bool, error)
	// Suppressed is Blocked for the documents of Suppressions.
	Suppressed(c Claim) (bool, error)
	// As makes a change on behalf of another author.
	As(by Author, change func() error) error

	RecordTx

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
// must not be changed afterwards; records handed out are shared and must not be changed.
type RecordTx interface {
	// Record returns a record, or an error of fault.KindNotFound.
	Record(k AnyKind, r Ref) (Record, error)
	// Placed returns the record with an ordinal of a kind whose records own others, whatever it
	// belongs to itself, or an error of fault.KindNotFound.
	Placed(k AnyKind, ordinal uint32) (Record, error)
	// Owned returns the records in a window of those that belong to any of the owners (see
	// Ordinals), as the closures so far have left them. What belonged to one that is gone is
	// not there.
	Owned(k AnyKind, owners []uint32, w Window) ([]Record, error)
	// OwnedRefs returns which records Owned does, without reading them.
	OwnedRefs(k AnyKind, owners []uint32, w Window) ([]Ref, error)
	// Create gives a record its ordinal and version, takes its claims and logs it. Claims
	// that others hold are a *Taken, and then nothing was written. What it belongs to must be
	// there, or have been absorbed; otherwise it is an error of fault.KindNotFound.
	Create(k AnyKind, r Record) error
	// Update replaces before, which must be the present state, by after, moves claims,
	// logs the changed fields and keeps their old values in the history. It sets the
	// version of after. Claims that others hold are as for Create.
	Update(k AnyKind, before, after Record) error
	// Delete removes the present state of a record, its claims and its history, and those
	// of the records that it has absorbed.
	Delete(k AnyKind, r Record) error
	// Reclaim takes or gives up the claim on the value that a record has of the attribute
	// with a number, as the schema asks. One that another record has is a *Taken.
	Reclaim(k AnyKind, r Ref, number uint32) error
	// Last is the highest ordinal that a record of the kind has ever had.
	Last(k AnyKind) uint32
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

// HastyUpdater is for who makes several updates, one after the other.
type HastyUpdater interface {
	// UpdateHastily is Update that returns when the changes are durable. Filters, followers and
	// Head know of them a little later, at the latest when the next Update returns.
	UpdateHastily(ctx context.Context, by Author, closure func(Tx) error) (seq uint64, err error)
}

// Reader reads the newest durable state.
type Reader interface {
	Schema() *fields.Schema
	// Head is the sequence number of the newest durable change.
	Head() uint64
	// Holder returns the record that holds a claim.
	Holder(ctx context.Context, c Claim) (holder Ref, held bool, err error)
	// KindOf is as in Tx.
	KindOf(e fields.Entity) AnyKind
	// BlockKey is as in Tx.
	BlockKey(c Claim) string
	// Document returns a document, nil when there is none.
	Document(ctx context.Context, c Collection, key string) ([]byte, error)
	// Documents returns up to limit documents of a collection whose key
	// starts with prefix and is greater than after, in order of key.
	Documents(ctx context.Context, c Collection, prefix, after string, limit int) ([]Document, error)
	LatestLister
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
